#include "proof/traced_drill.hpp"

#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"
#include "proof/trial.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kId = "7f3a9c04e1b25d68";

class FakeLookup final : public record::RequestLookup {
 public:
  std::optional<record::RequestRecord> find(std::string_view id) override {
    asked.emplace_back(id);
    if (knows_all) return record;
    if (id != kId || misses > 0) {
      if (id == kId) --misses;
      return std::nullopt;
    }
    return record;
  }

  record::RequestRecord record;
  int misses = 0;
  bool knows_all = false;
  std::vector<std::string> asked;
};

class TracedDrillTest : public testing::Test {
 protected:
  std::vector<Evidence> run() {
    TracedProbe probe;
    probe.request.url = "https://belfry.localhost:8443";
    probe.host = "belfry.localhost";
    TracedDrill drill{client_, lookup_, twins_, probe, std::chrono::minutes{5}};
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [this](auto period) {
                           clock_.advance(period);
                           return !stopped_;
                         }};
    return drill.run(context);
  }

  // The door: logs what it is asked for.
  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    if (down_) return std::unexpected{net::FetchError::ConnectFailed};
    if (is_for_twin(request)) {
      net::FetchResponse untraced = response_of(200);
      untraced.body = kAdmittedBody;
      if (twin_traces_) untraced.fields.add("x-request-id", kId);
      return untraced;
    }
    lookup_.record.id = kId;
    lookup_.record.method = request.method;
    lookup_.record.host = "belfry.localhost";
    lookup_.record.path = request.url.substr(std::string_view{"https://belfry.localhost:8443"}.size());
    lookup_.record.status = 404;
    if (spoil_) spoil_(lookup_.record);
    return response_of(404, fields_);
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeLookup lookup_;
  FakeTwinLauncher twins_;
  bool twin_traces_ = false;
  bool down_ = false;
  bool stopped_ = false;
  std::vector<std::pair<std::string_view, std::string_view>> fields_{{"x-request-id", kId}};
  std::function<void(record::RequestRecord&)> spoil_;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(TracedDrillTest, HoldsWhereTheIdLeadsToTheRequest) {
  lookup_.misses = 2;
  const auto evidence = run();
  ASSERT_EQ(evidence.size(), 3U);
  EXPECT_EQ(evidence[2].part, "twin");
  EXPECT_EQ(evidence[2].outcome, Outcome::Holds);
  EXPECT_EQ(evidence[0].part, "lookup");
  EXPECT_EQ(evidence[0].outcome, Outcome::Holds);
  EXPECT_EQ(evidence[0].finding.en, "GET, 404: found after 200 ms, all of it right");
  EXPECT_EQ(evidence[1].part, "control");
  EXPECT_EQ(evidence[1].outcome, Outcome::Holds);
}

TEST_F(TracedDrillTest, ProvesNothingWithoutATwinOrWhereTheTwinTraces) {
  twin_traces_ = true;
  EXPECT_EQ(run()[0].outcome, Outcome::Inconclusive);
  twin_traces_ = false;
  twins_.available = false;
  EXPECT_EQ(run()[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(twins_.orders.front().without, "request.traced");
}

TEST_F(TracedDrillTest, AsksForAnotherPathEachTime) {
  run();
  run();
  ASSERT_EQ(client_.requests.size(), 4U);
  EXPECT_TRUE(client_.requests[0].url.starts_with("https://belfry.localhost:8443/drill/"));
  EXPECT_NE(client_.requests[0].url, client_.requests[2].url);
}

TEST_F(TracedDrillTest, IsBrokenWhereTheRecordIsNotFoundInTime) {
  lookup_.misses = 1'000;
  const auto begun = clock_.steady_now();
  const auto evidence = run();
  EXPECT_EQ(evidence[0].outcome, Outcome::Broken);
  EXPECT_EQ(evidence[0].finding.en, "not found within 5 seconds");
  EXPECT_EQ(clock_.steady_now() - begun, TracedDrill::kLookupDeadline);
}

TEST_F(TracedDrillTest, IsBrokenWhereTheRecordIsOfAnotherRequest) {
  const std::function<void(record::RequestRecord&)> kSpoilers[] = {
      [](auto& record) { record.method = "POST"; },
      [](auto& record) { record.host = "app.localhost"; },
      [](auto& record) { record.path += "x"; },
      [](auto& record) { record.status = 200; },
  };
  for (const auto& spoiler : kSpoilers) {
    spoil_ = spoiler;
    EXPECT_EQ(run()[0].outcome, Outcome::Broken);
  }
}

TEST_F(TracedDrillTest, IsBrokenWithoutOneIdentifier) {
  fields_.clear();
  EXPECT_EQ(run()[0].outcome, Outcome::Broken);
  fields_ = {{"x-request-id", kId}, {"x-request-id", kId}};
  EXPECT_EQ(run()[0].outcome, Outcome::Broken);
  fields_ = {{"x-request-id", ""}};
  EXPECT_EQ(run()[0].outcome, Outcome::Broken);
}

TEST_F(TracedDrillTest, CannotTellWhereTheDoorDoesNotAnswer) {
  down_ = true;
  const auto evidence = run();
  EXPECT_EQ(evidence[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(evidence[0].finding.en, "no complete answer: no connection");
  EXPECT_TRUE(lookup_.asked.empty());
}

TEST_F(TracedDrillTest, ProvesNothingWhereAnIdThatWasNeverGivenOutIsFound) {
  lookup_.knows_all = true;
  const auto evidence = run();
  EXPECT_EQ(evidence[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(evidence[1].outcome, Outcome::Inconclusive);
  EXPECT_EQ(evidence[1].finding.en, "an identifier that was never given out was found");
}

TEST_F(TracedDrillTest, TriesItsControlWithAnIdOfTheSameShape) {
  run();
  ASSERT_GE(lookup_.asked.size(), 2U);
  const std::string& tried = lookup_.asked.front();
  ASSERT_EQ(tried.size(), kId.size());
  EXPECT_NE(tried, kId);
  for (std::size_t i = 0; i < tried.size(); ++i) {
    EXPECT_EQ(std::isdigit(static_cast<unsigned char>(tried[i])) != 0,
              std::isdigit(static_cast<unsigned char>(kId[i])) != 0);
  }
}

TEST_F(TracedDrillTest, TriesItsControlWithAnyWordWhereTheIdHasNoDigits) {
  fields_ = {{"x-request-id", "----"}};
  lookup_.misses = 1'000;
  run();
  EXPECT_EQ(lookup_.asked.front().size(), 32U);
}

TEST_F(TracedDrillTest, EndsEarlyWhenItIsToStop) {
  lookup_.misses = 1'000;
  stopped_ = true;
  EXPECT_EQ(run()[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(lookup_.asked.size(), 2U);
}

}  // namespace
}  // namespace belfry::proof
