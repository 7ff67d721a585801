#include "app/drill_judges.hpp"

#include "app/drill_checks.hpp"
#include "app/drill_controls.hpp"
#include "app/drill_history.hpp"
#include "proof/fake_http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace belfry::app {
namespace {

using inspect::Offer;
using inspect::OfferAnswer;
using inspect::OfferReason;
using inspect::Port80State;
using proof::response_of;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{2026y / 11 / 26}};

TEST(DrillControls, AllSeeThePlantedFault) {
  const DrillControls controls = run_controls(kNow);
  EXPECT_EQ(controls.seen, controls.made);
  EXPECT_GE(controls.made, 10U);
  EXPECT_THAT(controls.blind, IsEmpty());
}

TEST(DrillControls, RowOfABlindCheckIsUnknown) {
  std::vector<DrillRow> rows{{"csp", "response.csp", RowState::Holds, "fine", {}},
                             {"cookies", "", RowState::Holds, "fine", {}}};
  apply_controls({.seen = 1, .made = 2, .blind = {"csp"}}, rows);
  EXPECT_EQ(rows[0].state, RowState::Unknown);
  EXPECT_THAT(rows[0].finding, HasSubstr("control"));
  EXPECT_EQ(rows[1].state, RowState::Holds);
}

TEST(DrillJudges, PortOfPlainHttp) {
  struct Case {
    Port80State state;
    const char* location;
    RowState row;
    inspect::PlainHttp graded;
  };
  const Case cases[] = {
      {Port80State::Closed, "", RowState::Holds, inspect::PlainHttp::Closed},
      {Port80State::Silent, "", RowState::Unknown, inspect::PlainHttp::Unknown},
      {Port80State::Unreachable, "", RowState::Unknown, inspect::PlainHttp::Unknown},
      {Port80State::Open, "", RowState::Unknown, inspect::PlainHttp::Unknown},
      {Port80State::Plain, "", RowState::Broken, inspect::PlainHttp::Answers},
      {Port80State::Plain, "http://a.test/b", RowState::Broken, inspect::PlainHttp::RedirectsToPlainHttp},
      {Port80State::Redirects, "https://a.test/", RowState::Holds, inspect::PlainHttp::RedirectsToHttps},
      {Port80State::Redirects, "HTTPS://A.test:443/x", RowState::Holds, inspect::PlainHttp::RedirectsToHttps},
      {Port80State::Redirects, "https://www.a.test/", RowState::Broken, inspect::PlainHttp::RedirectsOffHost},
      {Port80State::Redirects, "https://a.test@b.test/", RowState::Broken, inspect::PlainHttp::RedirectsOffHost},
      {Port80State::Redirects, "https:///", RowState::Broken, inspect::PlainHttp::RedirectsOffHost},
  };
  for (const Case& one : cases) {
    const inspect::Port80 port{.state = one.state, .status = 200, .location = one.location, .first_bytes = {}};
    EXPECT_EQ(judge_port_80(port, "a.test").state, one.row) << to_string(one.state) << " " << one.location;
    EXPECT_EQ(plain_http_of(port, "a.test"), one.graded) << to_string(one.state) << " " << one.location;
  }
}

// Takes good offers, refuses weak ones by an alert.
inspect::TlsFacts good_server() {
  inspect::TlsFacts facts;
  for (const auto offers : {inspect::good_offers(), inspect::weak_offers()}) {
    for (const Offer offer : offers) {
      inspect::OfferResult result;
      result.offer = offer;
      const bool good = offers.data() == inspect::good_offers().data();
      result.answer = good ? OfferAnswer::Accepted : OfferAnswer::Refused;
      result.reason = good ? OfferReason::Chosen : OfferReason::Alert;
      facts.offers.push_back(result);
    }
  }
  return facts;
}

inspect::OfferResult& offer_of(inspect::TlsFacts& facts, Offer offer) {
  return *std::ranges::find(facts.offers, offer, &inspect::OfferResult::offer);
}

TEST(DrillJudges, WeakOffers) {
  EXPECT_EQ(judge_offers(good_server()).state, RowState::Holds);
  for (const Offer offer : inspect::weak_offers()) {
    inspect::TlsFacts facts = good_server();
    offer_of(facts, offer).answer = OfferAnswer::Accepted;
    EXPECT_EQ(judge_offers(facts).state, RowState::Broken) << id_of(offer);
    offer_of(facts, offer).answer = OfferAnswer::Unclear;
    offer_of(facts, offer).reason = OfferReason::Timeout;
    EXPECT_EQ(judge_offers(facts).state, RowState::Unknown) << id_of(offer);
    std::erase_if(facts.offers, [&](const auto& result) { return result.offer == offer; });
    EXPECT_EQ(judge_offers(facts).state, RowState::Unknown) << id_of(offer);
  }
}

TEST(DrillJudges, NothingIsToldOfAServerThatSpeaksNoTls) {
  inspect::TlsFacts facts = good_server();
  for (const Offer offer : inspect::good_offers()) offer_of(facts, offer).answer = OfferAnswer::Refused;
  EXPECT_EQ(judge_offers(facts).state, RowState::Unknown);
  EXPECT_EQ(judge_offers({}).state, RowState::Unknown);
}

TEST(DrillJudges, FallbackIsNothingToAServerOfTls12Alone) {
  inspect::TlsFacts facts = good_server();
  offer_of(facts, Offer::Modern13).answer = OfferAnswer::Refused;
  offer_of(facts, Offer::Fallback).answer = OfferAnswer::Accepted;
  EXPECT_EQ(judge_offers(facts).state, RowState::Holds);
}

TEST(DrillJudges, Certificate) {
  struct Case {
    bool trusted;
    bool name;
    std::chrono::days left;
    Roots roots;
    RowState state;
  };
  const Case cases[] = {
      {true, true, std::chrono::days{30}, Roots::Known, RowState::Holds},
      {true, true, std::chrono::days{30}, Roots::NoneNamed, RowState::Holds},
      {false, true, std::chrono::days{30}, Roots::Known, RowState::Broken},
      {false, true, std::chrono::days{30}, Roots::NoneNamed, RowState::Unknown},
      {true, false, std::chrono::days{30}, Roots::Known, RowState::Broken},
      {false, false, std::chrono::days{30}, Roots::NoneNamed, RowState::Broken},
      {true, true, std::chrono::days{-1}, Roots::Known, RowState::Broken},
      {false, true, std::chrono::days{-1}, Roots::NoneNamed, RowState::Broken},
  };
  for (const Case& one : cases) {
    inspect::TlsFacts facts;
    net::HandshakeFacts handshake;
    net::CertificateFacts leaf;
    leaf.not_before = kNow - std::chrono::days{60};
    leaf.not_after = kNow + one.left;
    handshake.chain.certificates.push_back(leaf);
    handshake.chain.trusted = one.trusted;
    handshake.chain.name_matches = one.name;
    facts.handshake = handshake;
    EXPECT_EQ(judge_certificate(facts, one.roots, kNow).state, one.state);
  }
  EXPECT_EQ(judge_certificate({}, Roots::Known, kNow).state, RowState::Unknown);
}

TEST(DrillJudges, ForgedOrigin) {
  struct Case {
    std::uint16_t own;
    std::uint16_t foreign;
    RowState state;
  };
  const Case cases[] = {
      {200, 403, RowState::Holds},   {303, 403, RowState::Holds},   {200, 200, RowState::Broken},
      {303, 303, RowState::Broken},  {200, 400, RowState::Unknown}, {200, 302, RowState::Unknown},
      {200, 500, RowState::Unknown}, {403, 403, RowState::Unknown}, {404, 403, RowState::Unknown},
      {500, 403, RowState::Unknown}, {429, 403, RowState::Unknown},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(judge_origin(response_of(one.own), response_of(one.foreign)).state, one.state)
        << one.own << " " << one.foreign;
  }
}

TEST(DrillJudges, Bursts) {
  const auto state = [](std::size_t sent, std::size_t failed, std::optional<std::size_t> refused,
                        std::chrono::milliseconds took) {
    return judge_burst({.asked = 100,
                        .sent = sent,
                        .failed = failed,
                        .answered_before = sent - failed - (refused ? 1 : 0),
                        .refused_at = refused,
                        .refused_with = 429,
                        .took = took})
        .state;
  };
  EXPECT_EQ(state(100, 0, {}, 1s), RowState::Broken);
  EXPECT_EQ(state(100, 0, {}, 10s), RowState::Broken);
  EXPECT_EQ(state(100, 0, {}, 11s), RowState::Unknown) << "too slow";
  EXPECT_EQ(state(99, 0, {}, 1s), RowState::Unknown) << "cut short";
  EXPECT_EQ(state(100, 1, {}, 1s), RowState::Unknown) << "an answer is missing";
  EXPECT_EQ(state(40, 0, 40, 1s), RowState::Holds);
  EXPECT_EQ(state(40, 3, 40, 60s), RowState::Holds);
}

TEST(DrillJudges, BurstAgainstASiteThatIsDownOrShutTellsNothing) {
  const auto state = [](std::size_t answered, std::size_t refused_at, std::uint16_t status) {
    return judge_burst({.asked = 100,
                        .sent = refused_at,
                        .failed = 0,
                        .answered_before = answered,
                        .refused_at = refused_at,
                        .refused_with = status,
                        .took = 1s})
        .state;
  };
  EXPECT_EQ(state(0, 1, 503), RowState::Unknown);
  EXPECT_EQ(state(0, 1, 429), RowState::Unknown);
  EXPECT_EQ(state(0, 40, 429), RowState::Unknown) << "errors alone came before it";
  EXPECT_EQ(state(39, 40, 503), RowState::Unknown) << "overloaded looks the same";
  EXPECT_EQ(state(1, 2, 429), RowState::Holds);
  EXPECT_EQ(judge_burst({.asked = 100, .sent = 100, .answered_before = 0, .took = 1s}).state, RowState::Unknown);
  EXPECT_EQ(judge_burst({.asked = 100, .sent = 100, .answered_before = 1, .took = 1s}).state, RowState::Broken);
}

TEST(DrillJudges, ErrorOrRedirectIsNoPageOfTheSite) {
  EXPECT_FALSE(why_no_page(response_of(200)));
  for (const auto status : std::initializer_list<std::uint16_t>{301, 302, 401, 404, 421, 500, 503}) {
    EXPECT_THAT(why_no_page(response_of(status)).value_or(""), HasSubstr(std::to_string(status)));
  }
}

TEST(DrillJudges, SecurityTxt) {
  const auto judge = [](std::uint16_t status, const char* type, const char* body) {
    auto response = response_of(status, {{"content-type", type}});
    response.body = body;
    return judge_security_txt(response, "https://a.test/.well-known/security.txt", kNow).state;
  };
  const char* const good = "Contact: mailto:a@a.test\nExpires: 2027-01-01T00:00:00Z\n";
  EXPECT_EQ(judge(200, "text/plain; charset=utf-8", good), RowState::Holds);
  EXPECT_EQ(judge(200, "text/html", good), RowState::Broken);
  EXPECT_EQ(judge(200, "text/plain", "Contact: mailto:a@a.test\n"), RowState::Broken);
  EXPECT_EQ(judge(404, "text/plain", good), RowState::Broken);
  EXPECT_EQ(judge(410, "text/plain", good), RowState::Broken);
  EXPECT_EQ(judge(403, "text/plain", good), RowState::Unknown);
  EXPECT_EQ(judge(302, "text/plain", good), RowState::Unknown);
}

TEST(DrillJudges, RequestIdIsNeverMoreThanUnknown) {
  EXPECT_EQ(judge_trace(response_of(200)).state, RowState::Unknown);
  const DrillRow row = judge_trace(response_of(200, {{"x-request-id", "abc"}}));
  EXPECT_EQ(row.state, RowState::Unknown);
  EXPECT_THAT(row.finding, HasSubstr("abc"));
}

TEST(DrillReport, SiteCannotSteerTheTerminal) {
  EXPECT_EQ(shown("a\x1b[31m\n\xc2\x9b b"), "a\\x1b[31m\\x0a\\xc2\\x9b b");
  EXPECT_LE(shown(std::string(10'000, 'a')).size(), 203U);
  const DrillRow row = judge_hsts("hsts.page", response_of(200, {{"strict-transport-security", "max-age=1\xff\xff"}}));
  DrillReport report;
  report.url = "https://a.test/";
  report.rows = {row};
  for (const std::string& text : {report_text(report, Colours::None), report_json(report)}) {
    EXPECT_TRUE(std::ranges::all_of(text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte < 0x7f); }))
        << text;
  }
  EXPECT_THAT(report_text(report, Colours::Ansi), HasSubstr("\x1b[31mbroken"));
}

TEST(DrillReport, CountsItsRows) {
  DrillReport report;
  report.rows = {untold("a", "", "x"), untold("b", "", "y")};
  report.rows[0].state = RowState::Broken;
  EXPECT_EQ(report.count(RowState::Broken), 1U);
  EXPECT_EQ(report.count(RowState::Unknown), 1U);
  EXPECT_THAT(report_text(report, Colours::None), HasSubstr("0 hold, 1 broken, 1 unknown, 0 graded"));
}

TEST(DrillForm, IsEncodedAsABrowserDoes) {
  EXPECT_EQ(form_body({}), "");
  EXPECT_EQ(form_body({{"a b", "1&2=3"}, {"c", "\xc3\xa9~"}}), "a+b=1%262%3D3&c=%C3%A9%7E");
}

TEST(DrillHead, IsNumberAndHash) {
  const std::string hash(64, 'a');
  const auto head = parse_head("42:" + hash);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->number, 42U);
  EXPECT_EQ(head->hash, hash);
  const std::string refused[] = {"",
                                 "42",
                                 "42:",
                                 ":" + hash,
                                 "x:" + hash,
                                 "-1:" + hash,
                                 "42:" + hash + "a",
                                 "42:" + std::string(64, 'A'),
                                 "42 :" + hash,
                                 "99999999999999999999:" + hash};
  for (const std::string& text : refused) {
    EXPECT_FALSE(parse_head(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::app
