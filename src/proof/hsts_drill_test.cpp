#include "proof/hsts_drill.hpp"

#include "inspect/hsts.hpp"
#include "proof/claims.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"
#include "proof/trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace belfry::proof {
namespace {

constexpr std::string_view kHsts = "strict-transport-security";
constexpr std::string_view kGood = "max-age=63072000";

struct HstsValue {
  std::string_view value;
  inspect::HstsState fault;
};

TEST(HstsExamination, ReadsTheFieldByRfc6797) {
  constexpr HstsValue kValues[] = {
      {"max-age=63072000", inspect::HstsState::Good},
      {"max-age=15768000", inspect::HstsState::Good},
      {"max-age=15767999", inspect::HstsState::TooShort},
      {"max-age=0", inspect::HstsState::TooShort},
      {"Max-Age = \"31536000\" ; includeSubDomains; preload", inspect::HstsState::Good},
      {"includeSubDomains;max-age=31536000", inspect::HstsState::Good},
      {";; max-age=31536000 ;;", inspect::HstsState::Good},
      {"", inspect::HstsState::Malformed},
      {"includeSubDomains", inspect::HstsState::Malformed},
      {"max-age", inspect::HstsState::Malformed},
      {"max-age=", inspect::HstsState::Malformed},
      {"max-age=\"\"", inspect::HstsState::Malformed},
      {"max-age=-31536000", inspect::HstsState::Malformed},
      {"max-age=31536000s", inspect::HstsState::Malformed},
      {"max-age=99999999999999999999999", inspect::HstsState::Malformed},
      {"max-age=31536000; max-age=0", inspect::HstsState::Malformed},
      {"x-max-age=31536000", inspect::HstsState::Malformed},
  };
  for (const HstsValue& tried : kValues) {
    EXPECT_EQ(inspect::hsts_state(response_of(200, {{kHsts, tried.value}}).fields), tried.fault) << tried.value;
  }
}

TEST(HstsExamination, WantsTheFieldExactlyOnce) {
  EXPECT_EQ(inspect::hsts_state(response_of(200).fields), inspect::HstsState::Missing);
  EXPECT_EQ(inspect::hsts_state(response_of(200, {{kHsts, kGood}, {kHsts, kGood}}).fields),
            inspect::HstsState::Repeated);
}

// A door that gives each kind of answer at a path named after it, and the control's answer to everything else.
class HstsDrillTest : public testing::Test {
 protected:
  static std::vector<HstsProbe> probes() {
    std::vector<HstsProbe> probes;
    for (const auto& [part, status] : std::initializer_list<std::pair<const char*, std::uint16_t>>{
             {"200", 200}, {"3xx", 303}, {"403", 403}, {"404", 404}, {"429", 429}, {"502", 502}}) {
      HstsProbe& probe = probes.emplace_back();
      probe.part = part;
      probe.request.url = "https://belfry.localhost/" + std::to_string(status);
      probe.expected_status = status;
    }
    probes[4].attempts = 5;
    return probes;
  }

  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    if (is_for_twin(request)) return control_;
    const auto status = static_cast<std::uint16_t>(std::stoi(request.url.substr(request.url.rfind('/') + 1)));
    if (status == broken_off_) return std::unexpected{net::FetchError::BrokenOff};
    if (status == 429 && burst_left_ > 0) {
      --burst_left_;
      return response_of(200, {{kHsts, kGood}});
    }
    if (status == bare_ || (!bare_host_.empty() && request.url.contains(bare_host_))) return response_of(status);
    return response_of(status == 404 ? status_of_404_ : status, {{kHsts, kGood}});
  }

  std::vector<Evidence> run() {
    HstsDrill drill{client_, twins_, probes(), std::chrono::minutes{5}};
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    return drill.run(context);
  }

  static net::FetchResponse admitted(std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) {
    net::FetchResponse response = response_of(200, fields);
    response.body = kAdmittedBody;
    return response;
  }
  static const Evidence& part(const std::vector<Evidence>& evidence, std::string_view part) {
    return *std::ranges::find(evidence, part, &Evidence::part);
  }
  static std::size_t count(const std::vector<Evidence>& evidence, Outcome outcome) {
    return static_cast<std::size_t>(std::ranges::count(evidence, outcome, &Evidence::outcome));
  }

  base::FakeClock clock_;
  FakeTwinLauncher twins_;
  base::FakeRandom random_;
  FakeHttpClient::Answer control_ = admitted();
  std::uint16_t bare_ = 0;
  std::string bare_host_;
  std::uint16_t broken_off_ = 0;
  std::uint16_t status_of_404_ = 404;
  int burst_left_ = 3;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(HstsDrillTest, HoldsWhereEveryKindOfAnswerCarriesTheField) {
  const auto evidence = run();
  ASSERT_EQ(evidence.size(), 7U);
  for (const Part& expected : find_claim("transit.hsts")->parts) {
    EXPECT_EQ(part(evidence, expected.id).outcome, Outcome::Holds) << expected.id;
    EXPECT_EQ(part(evidence, expected.id).claim, "transit.hsts");
    EXPECT_EQ(part(evidence, expected.id).observed, clock_.wall_now());
  }
  EXPECT_EQ(part(evidence, "404").finding.en, "present once, max-age=63072000");
}

TEST_F(HstsDrillTest, FindsEachKindOfAnswerThatLacksTheField) {
  for (const auto& [status, name] : std::initializer_list<std::pair<std::uint16_t, const char*>>{
           {200, "200"}, {303, "3xx"}, {403, "403"}, {404, "404"}, {429, "429"}, {502, "502"}}) {
    bare_ = status;
    burst_left_ = 3;
    const auto evidence = run();
    EXPECT_EQ(part(evidence, name).outcome, Outcome::Broken) << name;
    EXPECT_EQ(part(evidence, name).finding.en, "Strict-Transport-Security is missing");
    EXPECT_EQ(count(evidence, Outcome::Holds), 6U) << name;
  }
}

TEST_F(HstsDrillTest, CannotTellWhereAnotherStatusCame) {
  status_of_404_ = 200;
  const auto evidence = run();
  EXPECT_EQ(part(evidence, "404").outcome, Outcome::Inconclusive);
  EXPECT_EQ(part(evidence, "404").finding.en, "the answer was 200, not 404");
  EXPECT_EQ(count(evidence, Outcome::Holds), 6U);
}

TEST_F(HstsDrillTest, CannotTellWhereTheBurstMetNoLimit) {
  burst_left_ = 5;
  EXPECT_EQ(part(run(), "429").outcome, Outcome::Inconclusive);
  EXPECT_EQ(burst_left_, 0);  // it was tried as often as it may be, and no more
}

TEST_F(HstsDrillTest, CannotTellWhereNoAnswerCame) {
  broken_off_ = 502;
  const auto evidence = run();
  EXPECT_EQ(part(evidence, "502").outcome, Outcome::Inconclusive);
  EXPECT_EQ(part(evidence, "502").finding.en, "no complete answer: it broke off");
}

TEST_F(HstsDrillTest, ProvesNothingWhereItsControlFindsTheField) {
  control_ = admitted({{kHsts, kGood}});
  const auto evidence = run();
  ASSERT_EQ(evidence.size(), 7U);
  EXPECT_EQ(count(evidence, Outcome::Inconclusive), 7U);
  EXPECT_EQ(client_.requests.size(), 1U);
}

TEST_F(HstsDrillTest, ProvesNothingWhereItsControlIsNotTheAdmittedAnswer) {
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{421, 500, 200}) {
    control_ = response_of(status);
    const auto evidence = run();
    EXPECT_EQ(count(evidence, Outcome::Inconclusive), 7U) << status;
    EXPECT_THAT(part(evidence, "control").finding.en, testing::StartsWith("the twin did not answer as it must"));
  }
}

TEST_F(HstsDrillTest, TheWorstOfSeveralHostsCounts) {
  const auto at = [](const std::string& host, std::uint16_t answered) {
    return HstsProbe{.part = "403",
                     .host = host,
                     .request = {.url = "https://" + host + "/" + std::to_string(answered)},
                     .expected_status = 403};
  };
  const auto try_with = [&](std::uint16_t answered, std::size_t left_out) {
    auto several = probes();
    several.push_back(at("app.localhost", answered));
    HstsDrill drill{client_, twins_, several, std::chrono::minutes{5}, left_out};
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    burst_left_ = 3;
    const auto evidence = drill.run(context);
    EXPECT_EQ(evidence.size(), 7U);
    return part(evidence, "403");
  };
  EXPECT_EQ(try_with(403, 0).outcome, Outcome::Holds);
  EXPECT_THAT(try_with(403, 0).finding.en, testing::EndsWith("at 2 of 2 hosts"));
  EXPECT_EQ(try_with(405, 0).outcome, Outcome::Inconclusive);
  EXPECT_EQ(try_with(403, 1).outcome, Outcome::Inconclusive);
  EXPECT_THAT(try_with(403, 1).finding.en, testing::HasSubstr("not tried at 1 more"));
  bare_host_ = "app.localhost";
  EXPECT_EQ(try_with(403, 1).outcome, Outcome::Broken);
  EXPECT_THAT(try_with(403, 0).finding.en, testing::StartsWith("app.localhost: Strict-Transport-Security is missing"));
}

TEST_F(HstsDrillTest, ProvesNothingWhereItsControlDoesNotAnswer) {
  control_ = std::unexpected{net::FetchError::ConnectFailed};
  EXPECT_EQ(count(run(), Outcome::Inconclusive), 7U);
}

TEST_F(HstsDrillTest, ProvesNothingWithoutATwin) {
  twins_.available = false;
  EXPECT_EQ(count(run(), Outcome::Inconclusive), 7U);
  EXPECT_EQ(twins_.orders.front().without, "transit.hsts");
}

TEST_F(HstsDrillTest, StopsWithinABurst) {
  std::stop_source source;
  source.request_stop();
  HstsDrill drill{client_, twins_, probes(), std::chrono::minutes{5}};
  DrillContext context{
      .clock = clock_, .random = random_, .stopping = source.get_token(), .wait = [](auto) { return false; }};
  drill.run(context);
  EXPECT_EQ(client_.requests.size(), 1U);  // the control
}

TEST_F(HstsDrillTest, RefusesProbesThatAreNotThoseOfTheClaim) {
  auto lacking = probes();
  lacking.pop_back();
  EXPECT_THROW(HstsDrill(client_, twins_, lacking, std::chrono::minutes{5}), std::invalid_argument);
  auto repeated = probes();
  repeated.back().part = "200";
  EXPECT_THROW(HstsDrill(client_, twins_, repeated, std::chrono::minutes{5}), std::invalid_argument);
  auto foreign = probes();
  foreign.push_back({.part = "418", .host = {}, .request = {}, .expected_status = 418, .attempts = 1});
  EXPECT_THROW(HstsDrill(client_, twins_, foreign, std::chrono::minutes{5}), std::invalid_argument);
}

}  // namespace
}  // namespace belfry::proof
