// The drills of the guards against a door that is made to fail in each way.

#include "proof/blocklist_drill.hpp"
#include "proof/claims.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"
#include "proof/origin_drill.hpp"
#include "proof/rate_drill.hpp"
#include "proof/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace belfry::proof {
namespace {

class FakeLookup final : public record::RequestLookup {
 public:
  std::map<std::string, std::string, std::less<>> reasons;  // by id
  std::optional<record::RequestRecord> find(std::string_view id) override {
    const auto found = reasons.find(id);
    if (found == reasons.end()) return std::nullopt;
    record::RequestRecord record;
    record.reason = found->second;
    return record;
  }
};

net::FetchResponse let_in() {
  net::FetchResponse response = response_of(200);
  response.body = kAdmittedBody;
  return response;
}

class GuardDrillTest : public testing::Test {
 protected:
  std::vector<Evidence> run(Drill& drill) {
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    std::vector<Evidence> evidence = drill.run(context);
    // Every part of the claim, and nothing else.
    const auto& parts = find_claim(drill.claim())->parts;
    EXPECT_EQ(evidence.size(), parts.size());
    for (const Part& part : parts) {
      EXPECT_EQ(std::ranges::count(evidence, part.id, &Evidence::part), 1) << part.id;
    }
    return evidence;
  }
  static Outcome outcome(const std::vector<Evidence>& evidence, std::string_view part) {
    return std::ranges::find(evidence, part, &Evidence::part)->outcome;
  }
  static bool all(const std::vector<Evidence>& evidence, Outcome outcome) {
    return std::ranges::all_of(evidence, [&](const Evidence& one) { return one.outcome == outcome; });
  }
  net::FetchResponse refused(std::uint16_t status, std::string reason) {
    const std::string id = "id-" + std::to_string(++refused_);
    lookup_.reasons[id] = std::move(reason);
    return response_of(status, {{"x-request-id", id}});
  }

  Target site() const {
    return {
        .site_host = "app.example.com", .belfry_host = "belfry.example.com", .way = {.socket = "/door"}, .ca_file = {}};
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeLookup lookup_;
  FakeTwinLauncher twins_;
  int refused_ = 0;
};

class OriginDrillTest : public GuardDrillTest {
 protected:
  static bool is_forged(const net::FetchRequest& request) {
    const std::string_view origin = request.fields.get("origin").value_or("");
    return !request.url.starts_with(origin);
  }
  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    if (is_for_twin(request)) return twin_guards_ ? refused(403, "foreign_origin") : let_in();
    if (!is_forged(request)) return site_is_shut_ ? refused(403, "blocked_address") : let_in();
    if (guard_is_out_) return let_in();
    return refused(status_, reason_);
  }
  std::vector<Evidence> run() {
    OriginDrill drill{client_, lookup_, twins_, site(), [this] { return exceptions_; }, std::chrono::minutes{5}};
    return GuardDrillTest::run(drill);
  }
  // What is tried: the exceptions are read.
  std::vector<Evidence> run_trials() {
    std::vector<Evidence> evidence = run();
    std::erase_if(evidence, [](const Evidence& one) { return one.part == "exceptions"; });
    return evidence;
  }
  std::string summary() {
    const Claim* const claim = find_claim("request.origin");
    ClaimRow row;
    row.claim = claim;
    row.latest = run();
    const Verdict verdict = judge(row, clock_.wall_now());
    EXPECT_EQ(verdict.state, State::Holds);
    return verdict.finding.en + "|" + verdict.finding.fr;
  }

  std::vector<std::string> exceptions_;
  bool guard_is_out_ = false;
  bool twin_guards_ = false;
  bool site_is_shut_ = false;
  std::uint16_t status_ = 403;
  std::string reason_ = "foreign_origin";
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(OriginDrillTest, HoldsWhereEachForgeryIsRefusedForItsOriginAndSucceedsOnTheTwin) {
  EXPECT_TRUE(all(run(), Outcome::Holds));
  ASSERT_EQ(twins_.orders.size(), 1U);
  EXPECT_EQ(twins_.orders.front().without, "request.origin");
}

TEST_F(OriginDrillTest, IsBrokenWhereAForgeryIsLetIn) {
  guard_is_out_ = true;
  const auto evidence = run();
  for (const char* part : {"form", "script", "websocket", "belfry"}) {
    EXPECT_EQ(outcome(evidence, part), Outcome::Broken) << part;
  }
}

TEST_F(OriginDrillTest, IsBrokenAlsoWithoutATwin) {
  guard_is_out_ = true;
  twins_.available = false;
  EXPECT_EQ(outcome(run(), "form"), Outcome::Broken);
}

TEST_F(OriginDrillTest, CannotTellWithoutATwin) {
  twins_.available = false;
  EXPECT_TRUE(all(run_trials(), Outcome::Inconclusive));
}

TEST_F(OriginDrillTest, CannotTellWhereTheTwinRefusesToo) {
  twin_guards_ = true;
  EXPECT_TRUE(all(run_trials(), Outcome::Inconclusive));
}

TEST_F(OriginDrillTest, CannotTellWhereTheRefusalHasAnotherReason) {
  reason_ = "rate_exceeded";
  EXPECT_EQ(outcome(run(), "form"), Outcome::Inconclusive);
  reason_ = "foreign_origin";
  status_ = 502;
  EXPECT_EQ(outcome(run(), "form"), Outcome::Inconclusive);
}

TEST_F(OriginDrillTest, CannotTellWhereTheGoodRequestIsRefusedToo) {
  site_is_shut_ = true;
  EXPECT_EQ(outcome(run(), "form"), Outcome::Inconclusive);
}

TEST_F(OriginDrillTest, NamesTheExceptedPathsInTheRow) {
  EXPECT_EQ(summary(),
            "6 of 6 parts hold: form, script, WebSocket, Belfry’s own pages, exceptions: none, control|"
            "6 sur 6 tiennent\u00a0: formulaire, script, WebSocket, pages de Belfry, exceptions\u00a0: aucune, témoin");
  exceptions_ = {"/contact", "/login", "/admin"};
  EXPECT_NE(summary().find("outside 3 paths (/contact, /login, /admin), which requests from elsewhere reach"),
            std::string::npos);
  EXPECT_NE(summary().find("hors de 3 chemins (/contact, /login, /admin), où arrivent les requêtes d’ailleurs"),
            std::string::npos);
  exceptions_ = {"/hooks"};
  EXPECT_NE(summary().find("outside 1 path (/hooks),"), std::string::npos);
  EXPECT_NE(summary().find("hors d’un chemin (/hooks),"), std::string::npos);
  exceptions_.assign(kNamedExceptions + 2, "/x");
  EXPECT_NE(summary().find("outside 12 paths (/x, /x, /x, /x, /x, /x, /x, /x, /x, /x and 2 more),"), std::string::npos);
}

class RateDrillTest : public GuardDrillTest {
 protected:
  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    if (is_for_twin(request)) return twin_limits_ ? refused(429, "rate_exceeded") : let_in();
    const int sent = ++sent_[request.way->source->to_string()];
    if (sent > limit_ || (all_share_ && sent_.size() > 1)) return refused(429, reason_);
    return let_in();
  }
  std::vector<Evidence> run() {
    RateDrill drill{client_,
                    lookup_,
                    twins_,
                    site(),
                    [this] { return RateLimits{.rate = 1, .burst = burst_}; },
                    std::chrono::minutes{5}};
    return GuardDrillTest::run(drill);
  }

  int limit_ = 20;
  std::uint32_t burst_ = 20;
  bool twin_limits_ = false;
  bool all_share_ = false;
  std::string reason_ = "rate_exceeded";
  std::map<std::string, int> sent_;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(RateDrillTest, HoldsWhereOneAddressMeetsTheLimitAndAnotherDoesNot) {
  EXPECT_TRUE(all(run(), Outcome::Holds));
}

TEST_F(RateDrillTest, IsBrokenWhereEverythingIsAnswered) {
  limit_ = 1'000'000;
  EXPECT_EQ(outcome(run(), "burst"), Outcome::Broken);
  EXPECT_LE(client_.requests.size(), 4U * burst_ + 101U) << "bounded";
}

TEST_F(RateDrillTest, CannotTellOfALimitThatIsLargerThanADrillMayAskFor) {
  limit_ = 1'000'000;
  burst_ = 1'000'000;
  EXPECT_EQ(outcome(run(), "burst"), Outcome::Inconclusive);
  EXPECT_EQ(client_.requests.size(), RateDrill::kMostRequests + 1U);
}

TEST_F(RateDrillTest, IsBrokenWhereTheOtherAddressIsHeldUpToo) {
  all_share_ = true;
  EXPECT_EQ(outcome(run(), "neighbour"), Outcome::Broken);
}

TEST_F(RateDrillTest, CannotTellWhereTheRefusalOrTheTwinSaysOtherwise) {
  twin_limits_ = true;
  EXPECT_EQ(outcome(run(), "burst"), Outcome::Inconclusive);
  twin_limits_ = false;
  sent_.clear();
  reason_ = "too_busy";
  EXPECT_EQ(outcome(run(), "burst"), Outcome::Inconclusive);
  reason_ = "rate_exceeded";
  sent_.clear();
  limit_ = 0;
  EXPECT_EQ(outcome(run(), "burst"), Outcome::Inconclusive) << "not one request was admitted";
}

TEST_F(GuardDrillTest, BlocklistIsUnknownWithoutAListAndBrokenWithAnEmptyOne) {
  FakeHttpClient client{[](const net::FetchRequest&) { return let_in(); }};
  ListedAddresses listed;
  BlocklistDrill drill{client, lookup_, twins_, site(), [&](std::uint64_t) { return listed; }, std::chrono::minutes{5}};
  EXPECT_TRUE(all(run(drill), Outcome::Inconclusive));
  listed.configured = true;
  EXPECT_EQ(outcome(run(drill), "listed"), Outcome::Broken);
}

TEST_F(GuardDrillTest, BlocklistCannotTellWhereTheDoorIsOutOfReach) {
  FakeHttpClient client{[](const net::FetchRequest&) { return let_in(); }};
  BlocklistDrill drill{client,
                       lookup_,
                       twins_,
                       site(),
                       [](std::uint64_t) { return ListedAddresses{true, {*base::IpAddress::parse("198.51.100.1")}}; },
                       std::chrono::minutes{5}};
  EXPECT_EQ(outcome(run(drill), "listed"), Outcome::Inconclusive);
}

}  // namespace
}  // namespace belfry::proof
