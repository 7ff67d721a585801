// The drills with canaries against pages that are made to fail in each way.

#include "proof/claims.hpp"
#include "proof/credentials_drill.hpp"
#include "proof/csrf_drill.hpp"
#include "proof/escape_drill.hpp"
#include "proof/factor_drill.hpp"
#include "proof/fake_people_site.hpp"
#include "proof/hashed_drill.hpp"
#include "proof/lockout_drill.hpp"
#include "proof/policy_drill.hpp"
#include "proof/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

namespace belfry::proof {
namespace {

class PeopleDrillTest : public testing::Test {
 protected:
  // 2026, so that there are codes.
  PeopleDrillTest() { clock_.step_wall(std::chrono::milliseconds{1'772'000'000'000}); }

  std::vector<Evidence> run(Drill& drill) {
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    std::vector<Evidence> evidence = drill.run(context);
    const auto& parts = find_claim(drill.claim())->parts;
    for (const Part& part : parts) {
      EXPECT_EQ(std::ranges::count(evidence, part.id, &Evidence::part), is_built(part) ? 1 : 0) << part.id;
    }
    EXPECT_EQ(std::ssize(evidence), std::ranges::count_if(parts, is_built));
    for (const Evidence& one : evidence) EXPECT_EQ(one.claim, drill.claim());
    return evidence;
  }
  template <class D>
  std::vector<Evidence> run() {
    D drill{parts()};
    return run(drill);
  }
  PeopleDrillParts parts() {
    return {.client = client_,
            .lookup = people_,
            .twins = twins_,
            .canaries = people_,
            .site = {.site_host = "app.example.com",
                     .belfry_host = "belfry.example.com",
                     .way = {.socket = "/door"},
                     .ca_file = {}},
            .interval = std::chrono::minutes{5}};
  }
  static Outcome outcome(const std::vector<Evidence>& evidence, std::string_view part) {
    return std::ranges::find(evidence, part, &Evidence::part)->outcome;
  }
  static bool all(const std::vector<Evidence>& evidence, Outcome outcome) {
    for (const Evidence& one : evidence) {
      if (one.outcome != outcome) ADD_FAILURE() << one.part << ": " << one.finding.en;
    }
    return std::ranges::all_of(evidence, [&](const Evidence& one) { return one.outcome == outcome; });
  }
  // None of these can tell, whichever drill it is.
  template <class D>
  void expect_that_it_needs_site_canary_and_twin(std::string_view tried) {
    people_.site.is_shut = true;
    EXPECT_TRUE(all(run<D>(), Outcome::Inconclusive)) << "the site is out of reach";
    people_.site.is_shut = false;
    people_.takes_canaries = false;
    EXPECT_TRUE(all(run<D>(), Outcome::Inconclusive)) << "no canary";
    people_.takes_canaries = true;
    twins_.available = false;
    EXPECT_EQ(outcome(run<D>(), tried), Outcome::Inconclusive) << "no twin";
    EXPECT_EQ(outcome(run<D>(), "control"), Outcome::Inconclusive);
    twins_.available = true;
    const FakeMeasures without = people_.twin;
    people_.twin = {};
    EXPECT_EQ(outcome(run<D>(), tried), Outcome::Inconclusive) << "the twin refuses too";
    people_.twin = without;
    people_.twin.is_shut = true;
    EXPECT_EQ(outcome(run<D>(), tried), Outcome::Inconclusive) << "the twin is out of reach";
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeTwinLauncher twins_;
  FakePeopleSite people_{clock_, twins_};
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return people_.answer(request); }};
};

class CsrfDrillTest : public PeopleDrillTest {
 protected:
  CsrfDrillTest() { people_.twin.tokens = false; }
};

TEST_F(CsrfDrillTest, HoldsWhereEachForeignTokenIsRefusedAndTheTwinTakesThem) {
  EXPECT_TRUE(all(run<CsrfDrill>(), Outcome::Holds));
  EXPECT_EQ(twins_.orders.at(0).without, "request.csrf_token");
  EXPECT_NE(twins_.orders.at(0).canary->password, "");
  EXPECT_EQ(people_.made.size(), 1U);
  EXPECT_LE(client_.requests.size(), 60U) << "bounded";
}

TEST_F(CsrfDrillTest, IsBrokenWhereAnyTokenWillDo) {
  people_.site.tokens = false;
  const auto evidence = run<CsrfDrill>();
  for (const char* part : {"missing", "ended", "session", "action", "stale"}) {
    EXPECT_EQ(outcome(evidence, part), Outcome::Broken) << part;
  }
}

TEST_F(CsrfDrillTest, IsBrokenWhereATokenNeverGrowsTooOld) {
  people_.site.token_age = false;
  const auto evidence = run<CsrfDrill>();
  EXPECT_EQ(outcome(evidence, "stale"), Outcome::Broken);
  EXPECT_EQ(outcome(evidence, "session"), Outcome::Holds);
}

TEST_F(CsrfDrillTest, CannotTellWithoutSiteCanaryOrTwin) {
  expect_that_it_needs_site_canary_and_twin<CsrfDrill>("missing");
}

TEST_F(CsrfDrillTest, CannotTellWhereTheRefusalHasAnotherReasonOrNothingIsTaken) {
  people_.site.reason = "foreign_origin";
  EXPECT_EQ(outcome(run<CsrfDrill>(), "missing"), Outcome::Inconclusive);
  people_.site.reason = "csrf_token";
  people_.site.changes_nothing = true;
  EXPECT_EQ(outcome(run<CsrfDrill>(), "missing"), Outcome::Inconclusive);
}

class PolicyDrillTest : public PeopleDrillTest {
 protected:
  PolicyDrillTest() { people_.twin.policy = false; }
};

TEST_F(PolicyDrillTest, HoldsWhereWeakOnesAreRefusedByRuleAndAGoodOneIsTaken) {
  EXPECT_TRUE(all(run<PolicyDrill>(), Outcome::Holds));
}

TEST_F(PolicyDrillTest, IsBrokenWhereWeakOnesAreTaken) {
  people_.site.policy = false;
  const auto evidence = run<PolicyDrill>();
  for (const char* part : {"short", "plain", "common", "reset"}) {
    EXPECT_EQ(outcome(evidence, part), Outcome::Broken) << part;
  }
}

TEST_F(PolicyDrillTest, IsBrokenWhereOnePlaceTakesAWeakOne) {
  people_.site.policy_at_reset = false;
  const auto evidence = run<PolicyDrill>();
  EXPECT_EQ(outcome(evidence, "reset"), Outcome::Broken);
  EXPECT_EQ(outcome(evidence, "common"), Outcome::Holds);
}

TEST_F(PolicyDrillTest, CannotTellWithoutSiteCanaryOrTwin) {
  expect_that_it_needs_site_canary_and_twin<PolicyDrill>("short");
}

TEST_F(PolicyDrillTest, CannotTellWhereNothingIsTaken) {
  people_.site.changes_nothing = true;
  EXPECT_EQ(outcome(run<PolicyDrill>(), "short"), Outcome::Inconclusive);
}

class FactorDrillTest : public PeopleDrillTest {
 protected:
  FactorDrillTest() { people_.twin.single_use = false; }
};

TEST_F(FactorDrillTest, HoldsWhereACodeIsAskedForAndGoodOnce) {
  EXPECT_TRUE(all(run<FactorDrill>(), Outcome::Holds));
}

TEST_F(FactorDrillTest, IsBrokenWhereACodeIsGoodTwice) {
  people_.site.single_use = false;
  EXPECT_EQ(outcome(run<FactorDrill>(), "reused"), Outcome::Broken);
}

TEST_F(FactorDrillTest, IsBrokenWhereNoneIsAskedFor) {
  people_.site.second_factor = false;
  EXPECT_EQ(outcome(run<FactorDrill>(), "asked"), Outcome::Broken);
}

TEST_F(FactorDrillTest, CannotTellWithoutSiteCanaryOrTwin) {
  expect_that_it_needs_site_canary_and_twin<FactorDrill>("reused");
}

TEST_F(FactorDrillTest, CannotTellWhereNoCodeIsTaken) {
  people_.site.changes_nothing = true;
  const auto evidence = run<FactorDrill>();
  EXPECT_EQ(outcome(evidence, "asked"), Outcome::Inconclusive);
  EXPECT_EQ(outcome(evidence, "reused"), Outcome::Inconclusive);
}

class CredentialsDrillTest : public PeopleDrillTest {
 protected:
  CredentialsDrillTest() { people_.twin.of_staff = false; }
};

TEST_F(CredentialsDrillTest, HoldsWhereStaffWithoutASecondFactorReachNothingAndTheTwinLetsThemIn) {
  const auto evidence = run<CredentialsDrill>();
  EXPECT_TRUE(all(evidence, Outcome::Holds));
  EXPECT_EQ(twins_.orders.at(0).without, "organisation.credentials");
  EXPECT_EQ(twins_.orders.at(0).canary->role, CanaryRole::Staff);
  EXPECT_TRUE(twins_.orders.at(0).canary->totp_secret.empty());
  EXPECT_EQ(people_.made.size(), 2U);
  EXPECT_LE(client_.requests.size(), 30U) << "bounded";
  for (const net::FetchRequest& request : client_.requests) {
    EXPECT_FALSE(request.url.starts_with("https://app.")) << "the application is not touched: " << request.url;
  }
  ClaimRow row;
  row.claim = find_claim("organisation.credentials");
  row.latest = evidence;
  const Verdict verdict = judge(row, clock_.wall_now());
  EXPECT_EQ(verdict.state, State::Unknown);
  EXPECT_EQ(verdict.reason, Reason::PartNotBuilt);
  EXPECT_EQ(verdict.finding.en,
            "2 of 3 parts hold: signing in here, control; register of services: it is not kept yet");
}

TEST_F(CredentialsDrillTest, IsBrokenWhereTheAccountOrTheWayToTheApplicationOpens) {
  people_.site.of_staff = false;
  EXPECT_EQ(outcome(run<CredentialsDrill>(), "sign_in"), Outcome::Broken);
  people_.site.of_staff = true;
  people_.site.at_hand_over = false;
  const auto evidence = run<CredentialsDrill>();
  EXPECT_EQ(outcome(evidence, "sign_in"), Outcome::Broken);
  ClaimRow row;
  row.claim = find_claim("organisation.credentials");
  row.latest = evidence;
  EXPECT_EQ(judge(row, clock_.wall_now()).state, State::Broken);
}

TEST_F(CredentialsDrillTest, CannotTellWithoutSiteCanaryOrTwin) {
  expect_that_it_needs_site_canary_and_twin<CredentialsDrill>("sign_in");
}

TEST_F(CredentialsDrillTest, CannotTellWhereTheOneWithASecondFactorDoesNotGetInEither) {
  people_.site.changes_nothing = true;
  EXPECT_EQ(outcome(run<CredentialsDrill>(), "sign_in"), Outcome::Inconclusive);
}

TEST_F(CredentialsDrillTest, CannotTellWhereTheRefusalHasAnotherReason) {
  people_.site.arriving = "sign_in_needed";
  EXPECT_EQ(outcome(run<CredentialsDrill>(), "sign_in"), Outcome::Inconclusive);
}

TEST_F(CredentialsDrillTest, AsksForNoWayToAnApplicationWhereThereIsNone) {
  auto alone = parts();
  alone.site.site_host = alone.site.belfry_host;
  CredentialsDrill drill{alone};
  EXPECT_TRUE(all(PeopleDrillTest::run(drill), Outcome::Holds));
  for (const net::FetchRequest& request : client_.requests) {
    EXPECT_TRUE(is_for_twin(request) || !request.url.contains("/enter")) << request.url;
  }
}

class EscapeDrillTest : public PeopleDrillTest {
 protected:
  EscapeDrillTest() { people_.twin.escaping = false; }
};

TEST_F(EscapeDrillTest, HoldsWhereMarkupComesBackAsText) {
  EXPECT_TRUE(all(run<EscapeDrill>(), Outcome::Holds));
}

TEST_F(EscapeDrillTest, IsBrokenWhereItComesBackAsMarkup) {
  people_.site.escaping = false;
  const auto evidence = run<EscapeDrill>();
  EXPECT_EQ(outcome(evidence, "kept"), Outcome::Broken);
  EXPECT_EQ(outcome(evidence, "shown"), Outcome::Broken);
}

TEST_F(EscapeDrillTest, CannotTellWithoutSiteCanaryOrTwin) {
  expect_that_it_needs_site_canary_and_twin<EscapeDrill>("kept");
}

TEST_F(EscapeDrillTest, CannotTellWhereItDoesNotComeBackAtAll) {
  people_.site.changes_nothing = true;
  EXPECT_EQ(outcome(run<EscapeDrill>(), "kept"), Outcome::Inconclusive);
}

class LockoutDrillTest : public PeopleDrillTest {
 protected:
  LockoutDrillTest() { people_.twin.lockout = false; }
  std::vector<Evidence> run() {
    LockoutDrill drill{
        parts(),
        [this] { return LockoutLimits{.attempts = attempts_, .attempts_on_twin = 5, .time = FakePeopleSite::kLock}; }};
    return PeopleDrillTest::run(drill);
  }
  std::uint32_t attempts_ = FakePeopleSite::kAttempts;
};

TEST_F(LockoutDrillTest, HoldsWhereTheStrangerIsLockedOutAndTheOwnerIsNot) {
  EXPECT_TRUE(all(run(), Outcome::Holds));
}

TEST_F(LockoutDrillTest, ComesUnderAnAddressOfItsOwn) {
  run();
  run();
  std::set<std::string> sources;
  for (const net::FetchRequest& request : client_.requests) {
    if (!is_for_twin(request)) sources.insert(request.way->source->to_string());
  }
  EXPECT_EQ(sources.size(), 2U) << "one for each run";
}

TEST_F(LockoutDrillTest, IsBrokenWhereNothingIsLocked) {
  people_.site.lockout = false;
  const auto evidence = run();
  EXPECT_EQ(outcome(evidence, "stranger"), Outcome::Broken);
  EXPECT_EQ(outcome(evidence, "owner"), Outcome::Inconclusive);
  EXPECT_EQ(outcome(evidence, "time"), Outcome::Inconclusive);
}

TEST_F(LockoutDrillTest, IsBrokenWhereTheLockNeverEndsOrTooEarly) {
  people_.site.lock_ends = false;
  EXPECT_EQ(outcome(run(), "time"), Outcome::Broken);
  people_.site.lock_ends = true;
  people_.site.lock_lasts = false;
  EXPECT_EQ(outcome(run(), "time"), Outcome::Broken);
  people_.site.lock_lasts = true;
  people_.ages_locks = false;
  EXPECT_EQ(outcome(run(), "time"), Outcome::Inconclusive);
}

TEST_F(LockoutDrillTest, IsBrokenWhereTheOwnerIsLockedOutToo) {
  people_.site.known_devices = false;
  EXPECT_EQ(outcome(run(), "owner"), Outcome::Broken);
}

TEST_F(LockoutDrillTest, CannotTellOfALimitThatIsLargerThanADrillMayTry) {
  attempts_ = LockoutDrill::kMostAttempts + 1;
  EXPECT_TRUE(all(run(), Outcome::Inconclusive));
  EXPECT_TRUE(client_.requests.empty());
}

TEST_F(LockoutDrillTest, CannotTellWithoutSiteOrTwin) {
  people_.twin.lockout = true;
  EXPECT_EQ(outcome(run(), "stranger"), Outcome::Inconclusive) << "the twin locks too";
  twins_.available = false;
  EXPECT_EQ(outcome(run(), "stranger"), Outcome::Inconclusive) << "no twin";
  people_.site.is_shut = true;
  EXPECT_TRUE(all(run(), Outcome::Inconclusive));
}

class HashedDrillTest : public PeopleDrillTest {
 protected:
  std::vector<Evidence> run() {
    HashedDrill drill{parts(), 12, [this](std::span<const std::string> texts) { return search(texts); }};
    return PeopleDrillTest::run(drill);
  }
  std::expected<FileSearch, std::string> search(std::span<const std::string> texts) {
    if (!readable_) return std::unexpected{"unreadable"};
    FileSearch search{.files = 3, .is_found = false, .is_complete = complete_};
    std::string written = file_;
    for (const net::FetchRequest& request : client_.requests) {
      if (logs_paths_) written += request.url;
      if (logs_bodies_) written += request.body;
    }
    search.is_found = std::ranges::any_of(texts, [&](const std::string& text) { return written.contains(text); });
    return search;
  }
  bool readable_ = true;
  bool complete_ = true;
  bool logs_paths_ = true;
  bool logs_bodies_ = false;
  std::string file_;
};

constexpr const char* kGood = "$2b$12$AAAAAAAAAAAAAAAAAAAAAAABCDEFGHIJKLMNOPQRSTUVWXYZabcde";

TEST_F(HashedDrillTest, HoldsWhereAllAreBcryptAndNoneIsPlain) {
  people_.stored = {kGood, "{hmac-sha384}$2b$13$BBBBBBBBBBBBBBBBBBBBBBABCDEFGHIJKLMNOPQRSTUVWXYZabcde"};
  const auto evidence = run();
  EXPECT_TRUE(all(evidence, Outcome::Holds));
  EXPECT_TRUE(evidence.front().finding.en.starts_with("3 of 3")) << evidence.front().finding.en;
  EXPECT_TRUE(twins_.orders.empty());
  ClaimRow row;
  row.claim = find_claim("password.hashed");
  row.latest = evidence;
  EXPECT_EQ(judge(row, clock_.wall_now()).state, State::Holds);
}

TEST_F(HashedDrillTest, HoldsWithTheCanaryAloneWhereThereIsNobodyYet) {
  EXPECT_TRUE(all(run(), Outcome::Holds));
}

TEST_F(HashedDrillTest, IsBrokenByOneHashOfAnotherKindOrALowerCost) {
  const std::vector<std::string> bad{"$2b$11$BBBBBBBBBBBBBBBBBBBBBBABCDEFGHIJKLMNOPQRSTUVWXYZabcde",
                                     "$2a$12$BBBBBBBBBBBBBBBBBBBBBBABCDEFGHIJKLMNOPQRSTUVWXYZabcde",
                                     "$2b$12$BBBBBBBBBBBBBBBBBBBBBBABCDEFGHIJKLMNOPQRSTUVWXYZabcd",
                                     "$6$salt$hash",
                                     "password",
                                     "",
                                     "{plain}password",
                                     "{"};
  for (const std::string& one : bad) {
    people_.stored = {kGood, one};
    const auto evidence = run();
    EXPECT_EQ(outcome(evidence, "algorithm"), Outcome::Broken) << one;
    EXPECT_TRUE(evidence.front().finding.en.starts_with("2 of 3")) << evidence.front().finding.en;
  }
}

TEST_F(HashedDrillTest, IsBrokenByASaltThatTwoHave) {
  people_.stored = {kGood, kGood};
  EXPECT_EQ(outcome(run(), "salts"), Outcome::Broken);
}

TEST_F(HashedDrillTest, IsBrokenWhereAPasswordIsKeptAsItIsOrUnderTheSameSalt) {
  people_.hash = [](const std::string& password) { return password; };
  EXPECT_EQ(outcome(run(), "canary"), Outcome::Broken);
  people_.hash = [](const std::string&) { return std::string{kGood}; };
  EXPECT_EQ(outcome(run(), "canary"), Outcome::Broken);
}

TEST_F(HashedDrillTest, IsBrokenWhereThePasswordStandsInAFile) {
  logs_bodies_ = true;
  EXPECT_EQ(outcome(run(), "plain"), Outcome::Broken);
}

TEST_F(HashedDrillTest, CannotTellWhereFilesAreNotReadOrTheControlIsNotFound) {
  readable_ = false;
  EXPECT_EQ(outcome(run(), "plain"), Outcome::Inconclusive);
  EXPECT_EQ(outcome(run(), "control"), Outcome::Inconclusive);
  readable_ = true;
  complete_ = false;
  EXPECT_EQ(outcome(run(), "plain"), Outcome::Inconclusive);
  logs_paths_ = false;
  EXPECT_EQ(outcome(run(), "control"), Outcome::Inconclusive);
  people_.site.is_shut = true;
  EXPECT_TRUE(all(run(), Outcome::Inconclusive));
}

TEST(Spellings, AreFoundWhereverTheTextStandsInBase64) {
  const std::string text = "Quarry-7-secret";
  const std::vector<std::string> spellings = spellings_of(text);
  for (const char* base64 : {"UXVhcnJ5LTctc2VjcmV0", "eFF1YXJyeS03LXNlY3JldCE=", "eHhRdWFycnktNy1zZWNyZXQhIQ=="}) {
    EXPECT_TRUE(std::ranges::any_of(spellings, [&](const std::string& one) {
      return std::string_view{base64}.contains(one);
    })) << base64;
  }
  EXPECT_TRUE(std::ranges::find(spellings, "5175617272792d372d736563726574") != spellings.end());
}

TEST(PageVisitor, ReadsTheHiddenFieldsOfTheFormThatItWants) {
  const std::string html =
      "<form><input type=\"hidden\" name=\"intent\" value=\"other\"></form>"
      "<form class=\"form\"><input type=\"hidden\" name=\"flow\" value=\"f\">"
      "<input type=\"hidden\" name=\"csrf_token\" value=\"t\"><input type=\"hidden\" name=\"intent\" value=\"name\">"
      "<input name=\"name\" value=\"shown\"></form>";
  EXPECT_EQ(form_of(html, "name"), (FormFields{{"flow", "f"}, {"csrf_token", "t"}, {"intent", "name"}}));
  for (const char* none : {"", "<form", "<form>name</form>", "<form><input type=\"hidden\" name=\"intent",
                           "<form><input type=\"hidden\" name=\"intent\" value=\"name", "<input type=\"hidden\""}) {
    EXPECT_EQ(form_of(none, "name"), std::nullopt) << none;
  }
  EXPECT_EQ(url_encoded({{"a b", "\"&=é"}, {"c", ""}}), "a%20b=%22%26%3D%C3%A9&c=");
}

}  // namespace
}  // namespace belfry::proof
