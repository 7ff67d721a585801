#include "inspect/cookies_grade.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace belfry::inspect {
namespace {

TEST(SetCookie, IsReadAsBrowsersRead) {
  const auto cookie = SetCookie::parse("a b = c ; SECURE; httponly ;SameSite = lax; Path=/x; path=/ ; Domain=.A.Test");
  ASSERT_TRUE(cookie);
  EXPECT_EQ(cookie->name, "a b");
  EXPECT_TRUE(cookie->secure && cookie->http_only);
  EXPECT_EQ(cookie->same_site, SameSite::Lax);
  EXPECT_EQ(cookie->path, "/");
  EXPECT_EQ(cookie->domain, "a.test");
  EXPECT_FALSE(SetCookie::parse(" ; Secure"));
  EXPECT_FALSE(SetCookie::parse("="));
  EXPECT_EQ(SetCookie::parse("value")->name, "");
  EXPECT_FALSE(SetCookie::parse("a=b; Domain=")->domain);
}

TEST(CookiesGrade, FindsFaults) {
  struct Case {
    const char* cookie;
    const char* fault;  // nullptr: none
  };
  const Case cases[] = {
      {"a=1; Secure; SameSite=Lax", nullptr},
      {"a=1; Secure", nullptr},
      {"a=1; SameSite=Lax", "without Secure"},
      {"sessionid=1; Secure; SameSite=Lax", "without HttpOnly"},
      {"sessionid=1; Secure; HttpOnly", "without SameSite"},
      {"sessionid=1; Secure; HttpOnly; SameSite=Strict", nullptr},
      {"PHPSESSID=1; Secure; SameSite=Lax", "without HttpOnly"},
      {"connect.sid=1; Secure; SameSite=Lax", "without HttpOnly"},
      {"auth_token=1; Secure; SameSite=Lax", "without HttpOnly"},
      {"csrf_token=1; Secure; SameSite=Lax", nullptr},
      {"side=1; Secure; SameSite=Lax", nullptr},
      {"a=1; Secure; SameSite=Sometimes", "SameSite that no browser knows"},
      {"a=1; SameSite=None", "SameSite=None and without Secure"},
      {"a=1; Secure; SameSite=None", nullptr},
      {"__Host-a=1; Secure; Path=/; SameSite=Lax", nullptr},
      {"__Host-a=1; Secure; SameSite=Lax", "__Host- and without Path=/"},
      {"__Host-a=1; Secure; Path=/x; SameSite=Lax", "__Host- and without Path=/"},
      {"__Host-a=1; Secure; Path=/; Domain=a.test; SameSite=Lax", "__Host- and with Domain"},
      {"__Host-a=1; Path=/; SameSite=Lax", "__Host- and without Secure"},
      {"__Secure-a=1; SameSite=Lax", "__Secure- and without Secure"},
  };
  for (const Case& one : cases) {
    http::Fields fields;
    fields.add("set-cookie", one.cookie);
    const auto findings = grade_cookies(cookies_set_by(fields));
    const bool faulty = std::ranges::any_of(findings, [](const auto& f) { return f.weight == CookieWeight::Fault; });
    EXPECT_EQ(faulty, one.fault != nullptr) << one.cookie;
    if (one.fault == nullptr) continue;
    EXPECT_TRUE(std::ranges::any_of(findings, [&](const auto& f) { return f.text.contains(one.fault); })) << one.cookie;
  }
}

TEST(CookiesGrade, FaultsStandFirst) {
  http::Fields fields;
  fields.add("set-cookie", "a=1; Secure");
  fields.add("set-cookie", "b=1");
  const auto findings = grade_cookies(cookies_set_by(fields));
  ASSERT_GE(findings.size(), 2U);
  EXPECT_EQ(findings.front().cookie, "b");
  EXPECT_EQ(findings.front().weight, CookieWeight::Fault);
}

}  // namespace
}  // namespace belfry::inspect
