#include "guard/origin_check.hpp"

#include "guard/subject_for_test.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace belfry::guard {
namespace {

constexpr auto kAdmit = std::optional<Reason>{};

class OriginCheckTest : public testing::Test {
 protected:
  std::optional<Reason> reason(const TestRequest& request) const {
    const Verdict verdict = check_.check(request.subject());
    return verdict.admitted() ? kAdmit : std::optional{verdict.refusal().reason};
  }
  static TestRequest post() { return TestRequest{}.method(http::Method::Post); }
  static TestRequest own_post() { return post().to(HostKind::Belfry).host("belfry.app.example.com"); }

  OriginCheck check_{SiteHosts{{"app.example.com", "www.example.com"}, {"belfry.app.example.com"}},
                     OriginOptions{{"/hooks", "/api/in/", "not-a-path", "/dots/../up", "/q?x", "/hooks2//x"}}};
};

TEST_F(OriginCheckTest, SafeMethodsPassFromAnywhere) {
  for (const auto method : {http::Method::Get, http::Method::Head, http::Method::Options}) {
    EXPECT_EQ(reason(TestRequest{}.method(method).field("sec-fetch-site", "cross-site")), kAdmit);
    EXPECT_EQ(reason(TestRequest{}.method(method).field("origin", "https://evil.example").field("cookie", "a=1")),
              kAdmit);
  }
}

TEST_F(OriginCheckTest, EveryUnsafeMethodIsChecked) {
  for (const auto method :
       {http::Method::Post, http::Method::Put, http::Method::Patch, http::Method::Delete, http::Method::Other}) {
    EXPECT_EQ(reason(TestRequest{}.method(method).field("sec-fetch-site", "cross-site")), Reason::ForeignOrigin);
    EXPECT_EQ(reason(TestRequest{}.method(method).field("origin", "https://evil.example")), Reason::ForeignOrigin);
  }
}

TEST_F(OriginCheckTest, SecFetchSiteDecidesWherePresent) {
  EXPECT_EQ(reason(post().field("sec-fetch-site", "same-origin")), kAdmit);
  EXPECT_EQ(reason(post().field("sec-fetch-site", "none")), kAdmit);
  EXPECT_EQ(reason(post().field("sec-fetch-site", "cross-site")), Reason::ForeignOrigin);
  // An Origin that looks right does not outvote it.
  EXPECT_EQ(reason(post().field("sec-fetch-site", "cross-site").field("origin", "https://app.example.com")),
            Reason::ForeignOrigin);
}

TEST_F(OriginCheckTest, RefusesAnUnknownOrRepeatedSecFetchSite) {
  for (const std::string_view value :
       {"", "Same-Origin", "same-origin, same-origin", "same_origin", "sameorigin", "x"}) {
    EXPECT_EQ(reason(post().field("sec-fetch-site", value)), Reason::AmbiguousOrigin) << value;
  }
  EXPECT_EQ(reason(post().field("sec-fetch-site", "same-origin").field("sec-fetch-site", "same-origin")),
            Reason::AmbiguousOrigin);
}

TEST_F(OriginCheckTest, SameSitePassesOnlyFromAnotherNameOfTheApplication) {
  const auto same_site = [&](std::string_view origin) {
    return reason(post().field("sec-fetch-site", "same-site").field("origin", origin));
  };
  EXPECT_EQ(same_site("https://www.example.com"), kAdmit);
  EXPECT_EQ(same_site("https://app.example.com"), kAdmit);
  for (const std::string_view origin :
       {"https://blog.example.com", "https://belfry.app.example.com", "http://www.example.com",
        "https://www.example.com:8443", "https://example.com", "null", "https://www.example.com, https://x"}) {
    EXPECT_EQ(same_site(origin), Reason::ForeignOrigin) << origin;
  }
  EXPECT_EQ(reason(post().field("sec-fetch-site", "same-site")), Reason::ForeignOrigin);
}

TEST_F(OriginCheckTest, SameSiteIsForeignOnBelfrysOwnHost) {
  for (const std::string_view origin :
       {"https://app.example.com", "https://www.example.com", "https://belfry.app.example.com"}) {
    EXPECT_EQ(reason(own_post().field("sec-fetch-site", "same-site").field("origin", origin)), Reason::ForeignOrigin);
  }
  EXPECT_EQ(reason(own_post().field("sec-fetch-site", "same-origin")), kAdmit);
}

TEST_F(OriginCheckTest, OriginMustBeThisHostsOwn) {
  EXPECT_EQ(reason(post().field("origin", "https://app.example.com")), kAdmit);
  EXPECT_EQ(reason(post().field("origin", "https://app.example.com:443")), kAdmit);
  EXPECT_EQ(reason(own_post().field("origin", "https://belfry.app.example.com")), kAdmit);
  for (const std::string_view origin : {"",
                                        "null",
                                        "https://www.example.com",
                                        "https://belfry.app.example.com",
                                        "http://app.example.com",
                                        "https://app.example.com.evil.net",
                                        "https://app.example.com:8443",
                                        "https://app.example.com/",
                                        "https://app.example.com:",
                                        "https://app.example.com:443x",
                                        "//app.example.com",
                                        "https://APP.example.com",
                                        "HTTPS://app.example.com",
                                        "https://user@app.example.com",
                                        "app.example.com",
                                        "https://",
                                        "https://:443",
                                        "https://[",
                                        "https://app.example.com https://app.example.com",
                                        "https://app.example.com, https://app.example.com",
                                        "https://app.example.com:99999"}) {
    EXPECT_EQ(reason(post().field("origin", origin)), Reason::ForeignOrigin) << origin;
  }
}

TEST_F(OriginCheckTest, RefusesSeveralOrigins) {
  const auto twice = post().field("origin", "https://app.example.com").field("origin", "https://app.example.com");
  EXPECT_EQ(reason(twice), Reason::AmbiguousOrigin);
}

TEST_F(OriginCheckTest, OriginsPortIsTheHostsPort) {
  EXPECT_EQ(reason(post().port(8443).field("origin", "https://app.example.com:8443")), kAdmit);
  EXPECT_EQ(reason(post().port(8443).field("origin", "https://app.example.com")), Reason::ForeignOrigin);
  EXPECT_EQ(reason(post().port(443).field("origin", "https://app.example.com")), kAdmit);
}

TEST_F(OriginCheckTest, Ipv6HostsAreCompared) {
  const auto request = [&](std::string_view origin) {
    return reason(post().host("[2001:db8::1]").field("origin", origin));
  };
  EXPECT_EQ(request("https://[2001:db8::1]"), kAdmit);
  EXPECT_EQ(request("https://[2001:db8::1]:443"), kAdmit);
  EXPECT_EQ(request("https://[2001:db8::2]"), Reason::ForeignOrigin);
  EXPECT_EQ(request("https://[2001:db8::1]:8443"), Reason::ForeignOrigin);
}

TEST_F(OriginCheckTest, ProgramsWithoutCookiesPass) {
  EXPECT_EQ(reason(post()), kAdmit);
  EXPECT_EQ(reason(post().field("authorization", "Bearer x")), kAdmit);
}

TEST_F(OriginCheckTest, CookiesWithoutAnOriginAreRefused) {
  EXPECT_EQ(reason(post().field("cookie", "session=1")), Reason::MissingOrigin);
  EXPECT_EQ(reason(TestRequest{}.websocket().field("cookie", "session=1")), Reason::MissingOrigin);
}

TEST_F(OriginCheckTest, WebSocketHandshakesAreChecked) {
  EXPECT_EQ(reason(TestRequest{}.websocket().field("origin", "https://app.example.com").field("cookie", "a=1")),
            kAdmit);
  EXPECT_EQ(reason(TestRequest{}.websocket().field("origin", "https://evil.example")), Reason::ForeignOrigin);
  EXPECT_EQ(reason(TestRequest{}.websocket().field("origin", "null")), Reason::ForeignOrigin);
  EXPECT_EQ(reason(TestRequest{}.websocket().field("sec-fetch-site", "cross-site")), Reason::ForeignOrigin);
  EXPECT_EQ(reason(TestRequest{}.websocket()), kAdmit);
}

TEST_F(OriginCheckTest, ExceptedPathsPassWithEverythingBelow) {
  for (const std::string_view path : {"/hooks", "/hooks/", "/hooks/stripe", "/hooks?x=1", "/api/in", "/api/in/x"}) {
    EXPECT_EQ(reason(post().path(path).field("sec-fetch-site", "cross-site")), kAdmit) << path;
  }
}

TEST_F(OriginCheckTest, ExceptionsEndAtASegmentAndAtTheLetter) {
  for (const std::string_view path : {"/", "/hooksandmore", "/hooks.php", "/hooks;x", "/Hooks", "/x/hooks", "/api/inx",
                                      "/api", "/not-a-path", "/q", "/up", "/hooks2/x"}) {
    EXPECT_EQ(reason(post().path(path).field("sec-fetch-site", "cross-site")), Reason::ForeignOrigin) << path;
  }
}

TEST_F(OriginCheckTest, ExceptionsNeverHoldForBelfrysOwnHost) {
  EXPECT_EQ(reason(own_post().path("/hooks").field("sec-fetch-site", "cross-site")), Reason::ForeignOrigin);
}

TEST(ExceptionPath, IsACanonicalPathWithoutQuery) {
  for (const std::string_view path : {"/", "/hooks", "/hooks/", "/a/b.c"}) EXPECT_TRUE(is_exception_path(path)) << path;
  for (const std::string_view path : {"", "hooks", "*", "/a?b", "/a?", "/a//b", "/a/../b", "/%61", "/a b", "/a#b"}) {
    EXPECT_FALSE(is_exception_path(path)) << path;
  }
}

}  // namespace
}  // namespace belfry::guard
