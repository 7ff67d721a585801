#include "web/change_feed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;
using proof::State;

const base::WallTime kBegun{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + 8h};

std::size_t count(std::string_view text, std::string_view wanted) {
  std::size_t found = 0;
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) ++found;
  return found;
}

class ChangeFeedTest : public testing::Test {
 protected:
  ChangeFeedTest() {
    input_.site = "app.example.com";
    input_.belfry = "belfry.app.example.com";
    input_.belfry_url = "https://belfry.app.example.com:8443";
    input_.begun = kBegun;
    add("transit.hsts", State::Unknown, kBegun);
    add("transit.hsts", State::Broken, kBegun + 48h);
  }
  void add(const std::string& claim, State state, base::WallTime at) {
    input_.entries.push_back(proof::next_entry(
        input_.entries.empty() ? proof::HistoryHead{} : proof::head_of(input_.entries.back()), {claim, state, at}));
  }
  std::string body(Language language = Language::En) {
    input_.language = language;
    return change_feed(input_).body;
  }

  ChangeFeedInput input_;
};

TEST_F(ChangeFeedTest, IsACompleteResponse) {
  input_.language = Language::Fr;
  const http::Response response = change_feed(input_);
  EXPECT_EQ(response.head.fields.get("content-type"), "application/atom+xml; charset=utf-8");
  EXPECT_EQ(response.head.fields.get("content-language"), "fr");
  EXPECT_EQ(response.head.fields.get("vary"), "accept-language");
  EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
}

TEST_F(ChangeFeedTest, HasWhatAFeedMustHave) {
  const std::string xml = body();
  EXPECT_TRUE(
      xml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""));
  EXPECT_NE(
      xml.find("<id>tag:belfry.app.example.com,2026-01-05:security/history</id>\n<title>Security of "
               "app.example.com: changes of state</title>\n<updated>2026-01-07T08:00:00.000Z</updated>\n<author>"),
      std::string::npos);
  EXPECT_NE(xml.find("<link rel=\"self\" type=\"application/atom+xml\" "
                     "href=\"https://belfry.app.example.com:8443/security/feed.atom?lang=en\"/>"),
            std::string::npos);
  EXPECT_EQ(count(xml, "<entry>"), 2U);
}

TEST_F(ChangeFeedTest, NamesEachEntryByItsNumberAndHashInEitherLanguage) {
  const std::string id =
      "<id>tag:belfry.app.example.com,2026-01-05:security/history/2/" + input_.entries[1].hash + "</id>";
  for (const Language language : {Language::En, Language::Fr}) EXPECT_EQ(count(body(language), id), 1U);
  EXPECT_LT(body().find(id), body().find("history/1/")) << "the newest stands first";
}

TEST_F(ChangeFeedTest, SpeaksBothLanguages) {
  const std::string english = body();
  EXPECT_NE(english.find("xml:lang=\"en\""), std::string::npos);
  EXPECT_NE(english.find("<title>Broken – Encrypted for good from the first visit</title>"), std::string::npos);
  EXPECT_NE(english.find("/security?lang=en#transit.hsts\"/>"), std::string::npos);
  const std::string french = body(Language::Fr);
  EXPECT_NE(french.find("xml:lang=\"fr\""), std::string::npos);
  EXPECT_NE(french.find("<title>Rompue – Chiffré pour de bon dès la première visite</title>"), std::string::npos);
  EXPECT_NE(french.find("<category term=\"broken\"/>"), std::string::npos) << "the term is for programs";
}

TEST_F(ChangeFeedTest, ShowsMarkupAsText) {
  input_.site = "</title><script>\"'&";
  const std::string xml = body();
  EXPECT_EQ(xml.find("<script"), std::string::npos);
  EXPECT_NE(xml.find("&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;"), std::string::npos);
}

TEST_F(ChangeFeedTest, CallsAClaimOfAnotherVersionByItsId) {
  add("of.a.later.version", State::Holds, kBegun + 1h);
  const std::string xml = body();
  EXPECT_NE(xml.find("<title>Holds – of.a.later.version</title>"), std::string::npos);
  EXPECT_NE(xml.find("<updated>2026-01-07T08:00:00.000Z</updated>\n<author>"), std::string::npos)
      << "an entry that a stepped clock dated earlier does not make the feed older";
}

}  // namespace
}  // namespace belfry::web
