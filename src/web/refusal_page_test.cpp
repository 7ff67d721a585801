#include "web/refusal_page.hpp"

#include "web/refusal_words.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;

RefusalPageInput input(std::uint16_t status, std::string reason, std::string accept) {
  RefusalPageInput input;
  input.status = status;
  input.reason = std::move(reason);
  input.request_id = "7f3a9c04";
  input.accept = std::move(accept);
  input.nonce = "bm9uY2U=";
  return input;
}

struct Negotiation {
  std::string_view accept;
  std::string_view type;
};

TEST(RefusalPage, SpeaksTheFormThatWasAskedFor) {
  constexpr std::string_view kHtml = "text/html; charset=utf-8";
  constexpr std::string_view kJson = "application/json";
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  constexpr Negotiation kTried[] = {
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", kHtml},
      {"TEXT/HTML", kHtml},
      {"application/json", kJson},
      {"application/json, text/html", kJson},
      {"application/problem+json;q=0.9", kJson},
      {" , ,text/html ; q=1", kHtml},
      {"", kText},
      {"*/*", kText},
      {"image/png", kText},
      {"text/htmlx", kText},
      {"+json", kText},
      {",,,;;;", kText},
  };
  for (const Negotiation& tried : kTried) {
    const http::Response response = refusal_page(input(404, "not_found", std::string{tried.accept}));
    EXPECT_EQ(response.head.status, 404);
    EXPECT_EQ(response.head.fields.get("content-type"), tried.type) << tried.accept;
    EXPECT_EQ(response.head.fields.get("vary"), "accept, accept-language");
    EXPECT_EQ(response.head.fields.get("cache-control"), "no-store");
    EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
    EXPECT_NE(response.body.find("7f3a9c04"), std::string::npos) << tried.accept;
    EXPECT_NE(response.body.find("not_found"), std::string::npos) << tried.accept;
  }
}

TEST(RefusalPage, SaysWhatHappenedAndTheWayOutInBothLanguages) {
  for (const Language language : {Language::En, Language::Fr}) {
    for (const char* accept : {"text/html", "application/json", "text/plain"}) {
      RefusalPageInput refused = input(403, "foreign_origin", accept);
      refused.language = language;
      const std::string body = refusal_page(refused).body;
      const RefusalWords& words = refusal_words(403, "foreign_origin");
      EXPECT_NE(body.find(pick(words.heading, language)), std::string::npos);
      EXPECT_NE(body.find(pick(words.what, language)), std::string::npos);
      EXPECT_NE(body.find(pick(words.way_out, language)), std::string::npos);
    }
  }
}

TEST(RefusalPage, SaysWhenToComeBack) {
  RefusalPageInput limited = input(429, "rate_exceeded", "text/html");
  EXPECT_FALSE(refusal_page(limited).head.fields.contains("retry-after"));
  limited.retry_after = 12s;
  EXPECT_EQ(refusal_page(limited).head.fields.get("retry-after"), "12");
  EXPECT_NE(refusal_page(limited).body.find("Please wait 12 seconds."), std::string::npos);
  limited.retry_after = 0s;
  EXPECT_EQ(refusal_page(limited).head.fields.get("retry-after"), "1");
  limited.language = Language::Fr;
  EXPECT_NE(refusal_page(limited).body.find("Veuillez attendre 1 seconde."), std::string::npos);
  limited.accept = "application/json";
  EXPECT_EQ(boost::json::parse(refusal_page(limited).body).at("retry_after").as_int64(), 1);
}

TEST(RefusalPage, ShowsMarkupAsText) {
  RefusalPageInput attack = input(400, "<script>alert(1)</script>", "text/html");
  attack.request_id = "\"><img src=x onerror=alert(1)>";
  const std::string html = refusal_page(attack).body;
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  attack.accept = "application/json";
  EXPECT_EQ(boost::json::parse(refusal_page(attack).body).at("reason").as_string(), "<script>alert(1)</script>");
}

TEST(RefusalPage, ShowsNoIdWhereThereIsNone) {
  RefusalPageInput anonymous = input(400, "bare_lf", "text/html");
  anonymous.request_id.clear();
  EXPECT_EQ(refusal_page(anonymous).body.find("<dt>Request</dt>"), std::string::npos);
  anonymous.accept.clear();
  EXPECT_EQ(refusal_page(anonymous).body.find("Request:"), std::string::npos);
  anonymous.accept = "application/json";
  EXPECT_FALSE(boost::json::parse(refusal_page(anonymous).body).as_object().contains("request_id"));
}

struct LedOn {
  std::uint16_t status;
  std::string_view reason;
  std::string_view page;
  std::string_view url;  // empty: nowhere
};

constexpr LedOn kLedOn[] = {
    {401, "sign_in_needed", "/account/security", "/account/security?lang=en"},
    {403, "second_factor_needed", "/account", "/account/security?lang=en"},
    {403, "csrf_token", "/sign-in", "/sign-in?lang=en"},
    {403, "csrf_token", "", ""},
    {403, "sign_in_over", "", "/sign-in?lang=en"},
    {403, "not_allowed", "/admin/people", "/account?lang=en"},
    {403, "foreign_origin", "/account", ""},
    {403, "blocked_address", "/account", ""},
    {404, "not_found", "", "/?lang=en"},
    {421, "unknown_host", "/account", ""},
    {429, "sign_in_blocked", "/sign-in", "/sign-in?lang=en"},
    {429, "rate_exceeded", "/account", "/account?lang=en"},
    {503, "too_busy", "/account", "/account?lang=en"},
    {500, "internal", "/account", ""},
};

TEST(RefusalPage, LeadsOnFromBelfrysHostToOneOfItsPages) {
  for (const LedOn& led : kLedOn) {
    RefusalPageInput refused = input(led.status, std::string{led.reason}, "text/html");
    refused.page = led.page;
    EXPECT_FALSE(refusal_page(refused).body.contains("class=\"onward\"")) << "of the application: " << led.reason;
    refused.host = RefusalHost::Belfry;
    const std::string html = refusal_page(refused).body;
    EXPECT_EQ(html.contains("class=\"onward\""), !led.url.empty()) << led.reason;
    if (led.url.empty()) continue;
    EXPECT_TRUE(html.contains("<a href=\"" + std::string{led.url} + "\">")) << led.reason << "\n" << html;
    refused.language = Language::Fr;
    EXPECT_TRUE(refusal_page(refused).body.contains("lang=fr\">")) << led.reason;
  }
}

TEST(RefusalPage, OffersNoOtherLanguageForARequestThatCannotBeRepeated) {
  EXPECT_EQ(refusal_page(input(403, "foreign_origin", "text/html")).body.find("?lang="), std::string::npos);
}

}  // namespace
}  // namespace belfry::web
