#include "web/return_target.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::web {
namespace {

using namespace std::string_view_literals;

const std::vector<http::Authority>& hosts() {
  static const std::vector<http::Authority> kHosts{{"app.example.com", {}}, {"belfry.app.example.com", 8443}};
  return kHosts;
}

struct Followed {
  std::string_view wish;
  std::string_view target;
};

constexpr Followed kFollowed[] = {
    {"/", "/"},
    {"/desk", "/desk"},
    {"/desk/1?open=1&next=//evil.example", "/desk/1?open=1&next=//evil.example"},
    {"/%7Eida/caf%c3%a9", "/~ida/caf%C3%A9"},
    {"/a%20b", "/a%20b"},
    {"/@evil.example", "/@evil.example"},
    {"https://app.example.com", "https://app.example.com/"},
    {"https://app.example.com/", "https://app.example.com/"},
    {"https://app.example.com/orders?page=2", "https://app.example.com/orders?page=2"},
    {"https://APP.Example.com./orders", "https://app.example.com/orders"},
    {"https://app.example.com:443/orders", "https://app.example.com/orders"},
    {"https://belfry.app.example.com:8443/account", "https://belfry.app.example.com:8443/account"},
    // What is on a host of ours may be any address that the application has.
    {"https://app.example.com/50%25/x", "https://app.example.com/50%25/x"},
    {"https://app.example.com/%252fevil.example", "https://app.example.com/%252fevil.example"},
    {"https://app.example.com/s?q=a%0Ab", "https://app.example.com/s?q=a%0Ab"},
    {"https://app.example.com/s?q=a%0d%0aSet-Cookie:a=b", "https://app.example.com/s?q=a%0d%0aSet-Cookie:a=b"},
    {"https://app.example.com/s?q=%E0%A4%A", "https://app.example.com/s?q=%E0%A4%A"},
    {"https://app.example.com/x%7fy", "https://app.example.com/x%7Fy"},
};

TEST(ReturnTarget, FollowsTheSitesOwnPlaces) {
  for (const Followed& followed : kFollowed) EXPECT_EQ(return_target(followed.wish, hosts()), followed.target);
}

// Open redirects that others had: oauth2-proxy GHSA-qqxw-m5fj-f7gv, BunkerWeb CVE-2025-8066, and their kin.
constexpr std::string_view kTricks[] = {
    "",
    // Two slashes begin a host, and a backslash is one of them.
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\\\evil.example",
    "/a\\..\\..\\evil.example",
    "/%5Cevil.example",
    "/%5cevil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "%2F%2Fevil.example",
    "//%65vil.example",
    "/a//evil.example",
    // Browsers leave tabs and line ends out, and trim blanks and controls.
    "/\t/evil.example",
    "/\tevil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\n/evil.example",
    " //evil.example",
    " /desk",
    "/desk ",
    "/\0/evil.example"sv,
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0D%0ALocation:%20https://evil.example",
    "/desk?a=%0d%0aSet-Cookie:a=b",
    "/%00/evil.example",
    "/\x01/evil.example",
    "/\x7f/evil.example",
    "/\xc2\xa0/evil.example",
    // Dot segments that end in two slashes.
    "/..//evil.example",
    "/.//evil.example",
    "/..///evil.example",
    "/a/..//evil.example",
    "/../evil.example",
    "/%2e%2e//evil.example",
    "/%2E%2E/evil.example",
    "/.%2e/evil.example",
    "/./\\evil.example",
    // Encoded twice.
    "/%252fevil.example",
    "/%255Cevil.example",
    "/%25252fevil.example",
    // Other hosts that look like ours.
    "https://evil.example",
    "https://evil.example/app.example.com",
    "https://app.example.com.evil.example/",
    "https://evil-app.example.com/",
    "https://xapp.example.com/",
    "https://example.com/",
    "https://app.example.com@evil.example/",
    "https://app.example.com:443@evil.example/",
    "https://evil.example@app.example.com/",
    "https://ida:secret@app.example.com/",
    "https://@app.example.com/",
    "https://app.example.com%40evil.example/",
    "https://app.example.com%2Eevil.example/",
    "https://evil.example\\@app.example.com/",
    "https://app.example.com\\.evil.example/",
    "https://evil.example#app.example.com/",
    "https://evil.example?app.example.com/",
    "https://app.example.com?evil",
    "https://app.example.com#evil",
    "https://app.example.com..evil.example/",
    "https://app.example.com\xef\xbc\x8f.evil.example/",
    "https://\xef\xbd\x81pp.example.com/",
    "https://app%2eexample.com/",
    "https:///app.example.com/",
    "https:////evil.example/",
    "https:/evil.example",
    "https:evil.example",
    "https://",
    "https:///",
    "https://\t/evil.example",
    "https://app.example.com//evil.example",
    "https://app.example.com/../evil",
    "https://app.example.com/%5c",
    "https://app.example.com/%2f%2fevil.example",
    "https://app.example.com/%00",
    "https://app.example.com/%",
    "https://app.example.com/%2e%2e/evil",
    "https://app.example.com/a\\b",
    "https://app.example.com/s?q=a\\b",
    "https://app.example.com/s?q=a\nb",
    "https://app.example.com/s?q=a b",
    "https://app.example.com%250a.evil.example/",
    "https://app.example.com%0a/",
    "https://app.example.com%7f/",
    "https://app.example.com%25/",
    // Another port is another origin.
    "https://app.example.com:8443/",
    "https://belfry.app.example.com/",
    "https://belfry.app.example.com:08443x/",
    "https://app.example.com:0/",
    "https://app.example.com:/",
    "https://app.example.com:99999/",
    // Other schemes, and what is no path.
    "http://app.example.com/",
    "HTTPS://evil.example/",
    "hTTps://app.example.com/",
    "javascript:alert(1)",
    "javascript://app.example.com/%0aalert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://app.example.com/",
    "blob:https://app.example.com/x",
    "view-source:https://app.example.com/",
    "desk",
    "desk/../..//evil.example",
    "?a=b",
    "#a",
    ".",
    "..",
    "./",
    "*",
    ":evil.example",
    "@evil.example",
    // Fragments carry what the server never sees.
    "/#//evil.example",
    "/desk#a",
    "/;@evil.example%3b",
    "/%",
    "/%2",
    "/desk?a=%",
    "/%zz",
};

TEST(ReturnTarget, LeadsToTheFirstPageForAnythingElse) {
  for (const std::string_view trick : kTricks) EXPECT_EQ(return_target(trick, hosts()), "/") << trick;
}

TEST(ReturnTarget, IsBounded) {
  const std::string longest = "/" + std::string(kReturnTargetLimit - 1, 'a');
  EXPECT_EQ(return_target(longest, hosts()), longest);
  EXPECT_EQ(return_target(longest + "a", hosts()), "/");
}

TEST(ReturnTarget, FollowsNoAddressWhereNoHostIsKnown) {
  EXPECT_EQ(return_target("https://app.example.com/", {}), "/");
  EXPECT_EQ(return_target("/desk", {}), "/desk");
}

}  // namespace
}  // namespace belfry::web
