#include "web/security_page.hpp"

#include "web/phrases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;
using proof::Outcome;
using proof::State;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h + 3min};

std::size_t count(std::string_view text, std::string_view wanted) {
  std::size_t found = 0;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) ++found;
  return found;
}

class SecurityPageTest : public testing::Test {
 protected:
  SecurityPageTest() {
    input_.site = "app.example.com";
    input_.now = kNow;
    input_.nonce = "bm9uY2U+/w==";
    input_.door = {.site = "app.example.com", .belfry = "belfry.app.example.com"};
    input_.recent = std::make_shared<RecentStates>();
    set(Outcome::Holds, kNow - 4min);
  }

  // Evidence of every part that has a check.
  void set(Outcome outcome, base::WallTime observed, const proof::Finding& finding = {"all right", "tout va bien"}) {
    board_ = proof::empty_board();
    for (proof::ClaimRow& row : board_.rows) {
      row.recorded = proof::StateChange{std::string{row.claim->id}, State::Unknown, kNow - 50h};
      for (const proof::Part& part : row.claim->parts) {
        row.latest.push_back({std::string{row.claim->id}, std::string{part.id}, outcome, finding, observed,
                              proof::Coverage{.observed = 1, .expected = 1}});
      }
    }
  }

  http::Response page(Language language = Language::En) {
    input_.language = language;
    input_.board = std::make_shared<proof::ClaimBoard>(board_);
    return security_page(input_);
  }
  std::string body(Language language = Language::En) { return page(language).body; }

  // What the history has of one claim.
  void remember(const std::string& claim, const std::vector<ClaimDays::Change>& changes) {
    auto recent = std::make_shared<RecentStates>();
    for (const ClaimDays::Change& change : changes) {
      recent->add({.number = 1, .claim = claim, .state = change.state, .at = change.at, .previous = {}, .hash = {}});
    }
    input_.recent = std::move(recent);
  }

  // The article of one claim.
  static std::string row(const std::string& html, std::string_view claim) {
    const auto begin = html.find("id=\"" + std::string{claim} + "\"");
    return html.substr(begin, html.find("</article>", begin) - begin);
  }

  proof::ClaimBoard board_;
  SecurityPageInput input_;
};

TEST_F(SecurityPageTest, IsACompleteResponse) {
  const http::Response response = page(Language::Fr);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.get("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.head.fields.get("content-language"), "fr");
  EXPECT_EQ(response.head.fields.get("vary"), "accept-language");
  EXPECT_EQ(response.head.fields.get("cache-control"), "no-store");
  EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
}

TEST_F(SecurityPageTest, ShowsEveryClaimInBothLanguages) {
  for (const Language language : {Language::En, Language::Fr}) {
    const std::string html = body(language);
    EXPECT_EQ(count(html, "<article"), proof::kClaimCount);
    EXPECT_EQ(count(html, "<h2 id=\"group-"), proof::kGroupCount);
    for (const proof::Claim& claim : proof::claims()) {
      EXPECT_NE(html.find(pick(claim.title, language)), std::string::npos) << claim.id;
      EXPECT_NE(html.find(pick(claim.sentence, language)), std::string::npos) << claim.id;
      EXPECT_NE(html.find(pick(proof::title_of(claim.group), language)), std::string::npos) << claim.id;
    }
    EXPECT_NE(html.find(language == Language::Fr ? "<html lang=\"fr\" dir=\"ltr\">" : "<html lang=\"en\" dir=\"ltr\">"),
              std::string::npos);
    EXPECT_NE(html.find(language == Language::Fr ? "href=\"?lang=en\"" : "href=\"?lang=fr\""), std::string::npos);
  }
}

TEST_F(SecurityPageTest, SaysWhatTheSiteChoseToPromise) {
  const auto says = [&](std::string_view words) { return body(Language::En).find(words) != std::string::npos; };
  EXPECT_TRUE(says("shorter than six characters"));
  input_.presets.nist_passwords = true;
  EXPECT_TRUE(says("shorter than fifteen characters (eight beside a second factor)"));
  EXPECT_FALSE(says("six characters"));
}

TEST_F(SecurityPageTest, ShowsTheSameWithoutABoardAsUnknown) {
  input_.board = nullptr;
  const std::string html = security_page(input_).body;
  EXPECT_EQ(count(html, "<article class=\"claim is-unknown\""), proof::kClaimCount);
  EXPECT_NE(html.find("<b>29</b>"), std::string::npos);
}

TEST_F(SecurityPageTest, SaysEachStateInWords) {
  EXPECT_NE(row(body(), "transit.hsts").find("<span>Holds</span>"), std::string::npos);
  EXPECT_NE(row(body(Language::Fr), "transit.hsts").find("<span>Tient</span>"), std::string::npos);
  set(Outcome::Broken, kNow);
  EXPECT_NE(row(body(), "transit.hsts").find("<span>Broken</span>"), std::string::npos);
  EXPECT_NE(row(body(Language::Fr), "transit.hsts").find("<span>Rompue</span>"), std::string::npos);
  EXPECT_NE(row(body(), "data.at_rest").find("<span>Unknown</span>"), std::string::npos);
  EXPECT_NE(row(body(Language::Fr), "data.at_rest").find("<span>Inconnue</span>"), std::string::npos);
}

TEST_F(SecurityPageTest, CountsTheStates) {
  const std::string html = body();
  EXPECT_NE(html.find("<b>14</b>"), std::string::npos);
  EXPECT_NE(html.find("<b>0</b>"), std::string::npos);
  EXPECT_NE(html.find("<b>15</b>"), std::string::npos);
}

TEST_F(SecurityPageTest, ShowsTheEvidenceWithItsTimes) {
  const std::string html = row(body(), "transit.hsts");
  EXPECT_NE(html.find("7 of 7 parts hold: 200, 3xx, 403, 404, 429, 502, control"), std::string::npos);
  EXPECT_NE(html.find("<time datetime=\"2026-03-12T13:59:00.000Z\">12\u00a0March\u00a02026, 13:59\u00a0UTC</time>"),
            std::string::npos);
  EXPECT_NE(html.find("<dt>Counts until</dt><dd><time datetime=\"2026-03-12T14:59:00.000Z\">"), std::string::npos);
  EXPECT_NE(html.find("<dt>Holds since</dt><dd><time datetime=\"2026-03-12T13:59:00.000Z\">"), std::string::npos);
}

TEST_F(SecurityPageTest, LetsARowGoUnknownByItselfAsTimeGoesOn) {
  input_.now = kNow - 4min + 1h;
  EXPECT_NE(row(body(), "transit.hsts").find("<span>Holds</span>"), std::string::npos);
  input_.now += 1ms;
  const std::string html = row(body(), "transit.hsts");
  EXPECT_NE(html.find("<span>Unknown</span>"), std::string::npos);
  EXPECT_NE(html.find("The last evidence is too old to count."), std::string::npos);
  EXPECT_NE(html.find("<dt>Counted until</dt>"), std::string::npos);
}

TEST_F(SecurityPageTest, TellsOfTheLastLapseOnceItIsOver) {
  auto& hsts = *std::ranges::find(board_.rows, "transit.hsts", [](const auto& row) { return row.claim->id; });
  hsts.lapses = {{"transit.hsts", "429", kNow - 3h, std::nullopt, {"missing", "absent"}}};
  EXPECT_EQ(row(body(), "transit.hsts").find("Last broken"), std::string::npos);
  hsts.lapses.front().to = kNow - 1h;
  const std::string html = row(body(), "transit.hsts");
  EXPECT_NE(html.find("<dt>Last broken</dt><dd>from <time datetime=\"2026-03-12T11:03:00.000Z\">"), std::string::npos);
  EXPECT_NE(html.find("to <time datetime=\"2026-03-12T13:03:00.000Z\">"), std::string::npos);
  EXPECT_NE(html.find("429: missing"), std::string::npos);
  EXPECT_NE(row(body(Language::Fr), "transit.hsts").find("429\u00a0: absent"), std::string::npos);
}

TEST_F(SecurityPageTest, SaysThatACheckIsNotBuilt) {
  const std::string html = row(body(), "data.durable");
  EXPECT_NE(html.find("No check is built for this promise yet"), std::string::npos);
  EXPECT_NE(html.find("How it will be known"), std::string::npos);
  EXPECT_EQ(html.find("Last evidence"), std::string::npos);
  EXPECT_EQ(row(body(), "transit.hsts").find("How it will be known"), std::string::npos);
}

TEST_F(SecurityPageTest, SaysOfAPartWhoseCheckIsNotBuiltWhatIsMissing) {
  const std::string html = row(body(), "organisation.credentials");
  EXPECT_NE(html.find("No check is built for a part of this promise yet"), std::string::npos);
  EXPECT_NE(html.find("<b>signing in here</b> <span>all right</span>"), std::string::npos);
  EXPECT_NE(html.find("<b>register of services</b> <span>it is not kept yet</span>"), std::string::npos);
  EXPECT_NE(html.find("How it will be known"), std::string::npos);
  EXPECT_NE(html.find("declared, with a dated document; drilled: tried against the running site (signing in here, "
                      "control)"),
            std::string::npos);
  EXPECT_NE(row(body(Language::Fr), "organisation.credentials").find("<span>il n’est pas encore tenu</span>"),
            std::string::npos);
}

TEST_F(SecurityPageTest, ShowsMarkupAsText) {
  const std::string attack = "<script>alert(1)</script>\"'&";
  input_.site = attack;
  set(Outcome::Broken, kNow, {attack, attack});
  for (const Language language : {Language::En, Language::Fr}) {
    const std::string html = body(language);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find(attack), std::string::npos);
    // The title, the mark and the line above the heading; then the findings.
    EXPECT_GE(count(html, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), 3U + 7U + 2U);
  }
}

TEST_F(SecurityPageTest, KeepsANonceInItsAttribute) {
  EXPECT_NE(body().find("<style nonce=\"bm9uY2U+/w==\">"), std::string::npos);
  input_.nonce = "\"><script>";
  EXPECT_EQ(body().find("<script"), std::string::npos);
}

// A page under the strictest policy: one style with the nonce, nothing else that loads or runs.
TEST_F(SecurityPageTest, NeedsNothingThatThePolicyRefuses) {
  const std::string html = body();
  EXPECT_EQ(count(html, "<style"), 1U);
  for (const std::string_view refused :
       {"<script", "<link rel=\"stylesheet", "<img", "<iframe", " style=", "javascript:", "url(", "@import"}) {
    EXPECT_EQ(html.find(refused), std::string::npos) << refused;
  }
  EXPECT_FALSE(std::regex_search(html, std::regex{"<[a-z]+[^>]* on[a-z]+="}));
}

TEST_F(SecurityPageTest, ShowsNinetyDaysAsALineAndInWords) {
  remember("transit.hsts", {{State::Holds, kNow - 30 * 24h},
                            {State::Broken, kNow - 10 * 24h},
                            {State::Holds, kNow - 10 * 24h + 5min},
                            {State::Unknown, kNow - 2 * 24h},
                            {State::Holds, kNow - 24h}});
  const std::string english = row(body(), "transit.hsts");
  EXPECT_NE(english.find("<summary>90 days: 28 held, 1 broken, 2 unknown, 59 without a record</summary>"),
            std::string::npos);
  EXPECT_NE(english.find("<path class=\"day-broken\" d=\"M316 8H319\"/>"), std::string::npos);
  EXPECT_NE(
      row(body(Language::Fr), "transit.hsts").find("90 jours\u00a0: 28 tenus, 1 rompu, 2 inconnus, 59 sans relevé"),
      std::string::npos);
  // The spans, newest first.
  EXPECT_EQ(count(english, "<li class=\"is-holds\"><svg class=\"sign\" aria-hidden=\"true\">"), 3U);
  EXPECT_NE(english.find("<time datetime=\"2026-03-02T14:03:00.000Z\">2\u00a0March\u00a02026, 14:03\u00a0UTC</time> – "
                         "<time datetime=\"2026-03-02T14:08:00.000Z\">"),
            std::string::npos);
  EXPECT_LT(english.find("</time> – now"), english.find("2026-03-02T14:08:00.000Z"));
}

TEST_F(SecurityPageTest, ShowsInTheLineWhatNobodyHasWrittenDownYet) {
  remember("transit.hsts", {{State::Holds, kNow - 48h}});
  board_.rows[7].recorded = proof::StateChange{"transit.hsts", State::Holds, kNow - 48h};
  input_.now = kNow - 4min + 1h + 1ms;
  const std::string html = row(body(), "transit.hsts");
  EXPECT_NE(html.find("90 days: 2 held, 1 unknown, 87 without a record"), std::string::npos);
  EXPECT_NE(html.find("<b>Unknown</b> <span><time datetime=\"2026-03-12T14:59:00.000Z\">"), std::string::npos)
      << "since the evidence expired";
}

TEST_F(SecurityPageTest, SaysThatChangesAreLeftOutAndThatAClockWasWrong) {
  remember("transit.hsts", {{State::Holds, kNow - 48h}});
  EXPECT_EQ(row(body(), "transit.hsts").find("Earlier changes"), std::string::npos);
  EXPECT_EQ(row(body(), "transit.hsts").find("a clock was wrong"), std::string::npos);
  std::vector<ClaimDays::Change> many(ClaimDays::kChangesKept + 1, {State::Holds, kNow - 48h});
  many.back().at = kNow + 5min;
  remember("transit.hsts", many);
  EXPECT_NE(row(body(), "transit.hsts").find("Earlier changes"), std::string::npos);
  EXPECT_NE(row(body(), "transit.hsts").find("a clock was wrong"), std::string::npos);
}

TEST_F(SecurityPageTest, SaysThatTheHistoryWasNotRead) {
  input_.recent = nullptr;
  const std::string html = body();
  EXPECT_EQ(count(html, "The history cannot be read at this moment."), proof::kClaimCount);
  EXPECT_EQ(html.find("90 days:"), std::string::npos);
}

TEST_F(SecurityPageTest, ShowsHowToCheckFromOutside) {
  const std::string html = body();
  EXPECT_NE(row(html, "request.traced")
                .find("<pre><code>curl -sSI https://app.example.com/ https://app.example.com/ | "
                      "grep -i &#39;^x-request-id&#39;</code></pre>"),
            std::string::npos);
  EXPECT_EQ(row(html, "data.durable").find("<pre>"), std::string::npos) << "no check is built";
}

TEST_F(SecurityPageTest, LeadsToTheFeedAndTheBadgeInItsLanguage) {
  const std::string html = body(Language::Fr);
  EXPECT_NE(html.find("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Les changements d’état en flux "
                      "(Atom)\" href=\"/security/feed.atom?lang=fr\">"),
            std::string::npos);
  EXPECT_NE(html.find("<a href=\"/security/feed.atom?lang=fr\">"), std::string::npos);
  EXPECT_NE(html.find("<a href=\"/security/badge.svg?lang=fr\">"), std::string::npos);
}

TEST_F(SecurityPageTest, LeavesNoMarkerBehind) {
  const std::string html = body();
  for (const std::string_view marker : {"[[", "{{"}) EXPECT_EQ(html.find(marker), std::string::npos) << marker;
}

TEST_F(SecurityPageTest, CanBeReadByEar) {
  const std::string html = body();
  EXPECT_EQ(count(html, "<h1"), 1U);
  EXPECT_EQ(count(html, "<main"), 1U);
  EXPECT_LT(html.find("class=\"skip\" href=\"#content\""), html.find("<header"));
  // Headings go down one level at a time.
  int level = 0;
  const std::regex heading{"<h([1-6])"};
  for (auto at = std::sregex_iterator{html.begin(), html.end(), heading}; at != std::sregex_iterator{}; ++at) {
    const int next = std::stoi((*at)[1].str());
    EXPECT_LE(next, level + 1);
    level = next;
  }
  // Whatever is pointed at is there, once.
  std::multiset<std::string> ids;
  const std::regex id{" id=\"([^\"]*)\""};
  for (auto at = std::sregex_iterator{html.begin(), html.end(), id}; at != std::sregex_iterator{}; ++at) {
    ids.insert((*at)[1].str());
  }
  for (const std::string& one : ids) EXPECT_EQ(ids.count(one), 1U) << one;
  const std::regex reference{"(?:aria-labelledby=\"|href=\"#)([^\"]*)\""};
  for (auto at = std::sregex_iterator{html.begin(), html.end(), reference}; at != std::sregex_iterator{}; ++at) {
    EXPECT_EQ(ids.count((*at)[1].str()), 1U) << (*at)[1].str();
  }
}

}  // namespace
}  // namespace belfry::web
