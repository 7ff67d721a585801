#include "inspect/html_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace belfry::inspect {
namespace {

using testing::ElementsAre;

std::vector<std::string> sources_of(std::string_view html) {
  std::vector<std::string> sources;
  for (const ScriptTag& script : scan_html(html).scripts) sources.push_back(script.src.value_or("(inline)"));
  return sources;
}

TEST(HtmlScan, FindsScripts) {
  EXPECT_THAT(
      sources_of("<script src=/a.js></script><SCRIPT async SRC='b.js'\n></SCRIPT><script src = \"c d\">x</script>"),
      ElementsAre("/a.js", "b.js", "c d"));
  EXPECT_THAT(sources_of("<script>1</script><script/src=x></script>"), ElementsAre("(inline)", "x"));
}

TEST(HtmlScan, SeesNothingWhereNothingIsMarkup) {
  EXPECT_THAT(sources_of("<!-- <script src=a></script> --><script src=b></script>"), ElementsAre("b"));
  EXPECT_THAT(sources_of("<script>'<script src=a>'</script><script src=b></script>"), ElementsAre("(inline)", "b"));
  EXPECT_THAT(sources_of("<textarea><script src=a></textarea><title></titl><script></title><script src=b>"),
              ElementsAre("b"));
  EXPECT_THAT(sources_of("<p title='<script src=a>'>x</p><a b=c<script src=d>"), ElementsAre());
  EXPECT_THAT(sources_of("a < b <3 <> </script src=a> <?script src=a> <!script src=a> <scripts src=a>"), ElementsAre());
}

TEST(HtmlScan, TagThatDoesNotEndIsNone) {
  for (const char* html : {"<script src=a", "<script src='a>", "<script", "<script src", "<script src=", "<", "<!--"}) {
    EXPECT_TRUE(scan_html(html).scripts.empty()) << html;
  }
}

TEST(HtmlScan, ResolvesReferences) {
  EXPECT_THAT(sources_of("<script src='&#104;ttps&colon;&sol;&#x2f;a.test/?x=1&amp;y=2&copy=3&#0;'></script>"),
              ElementsAre("https://a.test/?x=1&y=2&copy=3&#0;"));
}

TEST(HtmlScan, TellsIntegrity) {
  const auto scripts =
      scan_html("<script src=a integrity=sha384-x></script><script src=b integrity=' '></script>").scripts;
  ASSERT_EQ(scripts.size(), 2U);
  EXPECT_TRUE(scripts[0].integrity);
  EXPECT_FALSE(scripts[1].integrity);
}

TEST(HtmlScan, FirstOfARepeatedAttributeCounts) {
  EXPECT_THAT(sources_of("<script src=a src=b></script>"), ElementsAre("a"));
}

TEST(HtmlScan, FindsMeta) {
  const auto scan = scan_html(
      "<meta charset=utf-8><meta http-equiv='content-security-policy' content=\"script-src 'self'\">"
      "<META NAME=Referrer CONTENT=no-referrer><meta http-equiv=refresh content=1>");
  EXPECT_THAT(scan.policies, ElementsAre("script-src 'self'"));
  EXPECT_THAT(scan.referrers, ElementsAre("no-referrer"));
}

TEST(HtmlScan, StopsAtItsBound) {
  std::string html;
  for (std::size_t i = 0; i <= kScannedTags; ++i) html += "<script></script>";
  const auto scan = scan_html(html);
  EXPECT_EQ(scan.scripts.size(), kScannedTags);
  EXPECT_FALSE(scan.complete);
}

TEST(ScriptOrigin, IsToldFromTheUrl) {
  struct Case {
    const char* src;
    ScriptOrigin origin;
  };
  const Case cases[] = {
      {"/a.js", ScriptOrigin::Own},
      {"a.js", ScriptOrigin::Own},
      {"?x=a:b", ScriptOrigin::Own},
      {"https://www.example.com/a.js", ScriptOrigin::Own},
      {"HTTPS://WWW.EXAMPLE.COM:443/a.js", ScriptOrigin::Own},
      {"https://static.www.example.com/a.js", ScriptOrigin::Own},
      {"https://example.com/a.js", ScriptOrigin::Own},
      {"https://cdn.example.com/a.js", ScriptOrigin::ForeignSecure},
      {"https://com/a.js", ScriptOrigin::ForeignSecure},
      {"https://evil.test/a.js", ScriptOrigin::ForeignSecure},
      {"https://www.example.com@evil.test/a.js", ScriptOrigin::ForeignSecure},
      {"https://evilexample.com/a.js", ScriptOrigin::ForeignSecure},
      {"ht\ttps:\\\\evil.test/a.js", ScriptOrigin::ForeignSecure},
      {"http://www.example.com/a.js", ScriptOrigin::ForeignPlain},
      {"//www.example.com/a.js", ScriptOrigin::ForeignPlain},
      {"\\\\evil.test/a.js", ScriptOrigin::ForeignPlain},
      {"data:text/javascript,1", ScriptOrigin::Own},
  };
  for (const Case& one : cases) EXPECT_EQ(script_origin(one.src, "www.example.com"), one.origin) << one.src;
}

}  // namespace
}  // namespace belfry::inspect
