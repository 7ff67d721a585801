#include "web/front_page.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::web {
namespace {

FrontPageInput input() {
  FrontPageInput input;
  input.site = "app.example.com";
  input.nonce = "bm9uY2U=";
  return input;
}

TEST(FrontPage, LeadsToTheSecurityPageInTheReadersLanguage) {
  FrontPageInput front = input();
  EXPECT_NE(front_page(front).body.find("href=\"/security?lang=en\""), std::string::npos);
  front.language = Language::Fr;
  const http::Response response = front_page(front);
  EXPECT_NE(response.body.find("href=\"/security?lang=fr\""), std::string::npos);
  EXPECT_NE(response.body.find("href=\"/security.json\""), std::string::npos);
  EXPECT_NE(response.body.find("La page de sécurité"), std::string::npos);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.get("content-language"), "fr");
}

TEST(FrontPage, LeadsToTheApplicationWhereThereIsOne) {
  FrontPageInput front = input();
  EXPECT_EQ(front_page(front).body.find("The application"), std::string::npos);
  front.application_url = "https://app.example.com/";
  EXPECT_NE(front_page(front).body.find("<a href=\"https://app.example.com/\">"), std::string::npos);
}

TEST(FrontPage, TakesNoScriptForAnAddress) {
  FrontPageInput front = input();
  front.application_url = "javascript:alert(1)";
  front.site = "<script>alert(1)</script>";
  const std::string html = front_page(front).body;
  EXPECT_EQ(html.find("javascript:"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace belfry::web
