#include "proof/csp_drill.hpp"

#include "proof/claims.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace belfry::proof {
namespace {

constexpr std::string_view kRest =
    "; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

http::Fields with(std::string_view policy) {
  http::Fields fields;
  fields.add("content-security-policy", policy);
  return fields;
}

std::string good_policy(int number) {
  return "default-src 'none'; style-src 'nonce-abcdefghijklmnopqrst" + std::to_string(10 + number) + "'" +
         std::string{kRest};
}

TEST(CspFault, FindsNoneInOnePolicyOfNonces) {
  EXPECT_FALSE(csp_fault(with(good_policy(1))));
  EXPECT_FALSE(csp_fault(with("default-src 'none'; style-src 'none'" + std::string{kRest})));
  EXPECT_FALSE(csp_fault(with("default-src 'none'; script-src 'nonce-abcdefghijklmnopqrst12'" + std::string{kRest})));
}

TEST(CspFault, IsFoundInWhatLetsSomethingIn) {
  EXPECT_TRUE(csp_fault({})) << "no policy";
  http::Fields report_only;
  report_only.add("content-security-policy-report-only", good_policy(1));
  EXPECT_TRUE(csp_fault(report_only)) << "it is reported on and not in force";
  http::Fields twice = with(good_policy(1));
  twice.add("content-security-policy", good_policy(2));
  EXPECT_TRUE(csp_fault(twice));
  const std::string rest{kRest};
  const std::vector<std::string> policies{
      std::string{"default-src 'none'"},  // frames, base
      "script-src 'self'; style-src 'none'" + rest.substr(0, rest.find("; object-src")),
      "default-src 'none'; script-src 'unsafe-inline'" + rest,
      "default-src 'none'; script-src 'self' 'unsafe-eval'" + rest,
      "default-src 'none'; style-src 'unsafe-inline'" + rest,
      "default-src 'none'; script-src https:" + rest,
      "default-src 'none'; script-src *" + rest,
      "default-src 'none'; script-src cdn.example.net" + rest,
      "default-src 'none'; script-src-elem https://cdn.example.net; script-src 'none'" + rest,
      "style-src 'none'" + rest,
      "default-src 'none'; base-uri 'none'; frame-ancestors *; object-src 'none'",
      "default-src 'none'; base-uri https://elsewhere.invalid; frame-ancestors 'none'",
      "default-src 'none'; script-src 'nonce-abc'" + rest,
      good_policy(1) + ", " + good_policy(2),
  };
  for (const std::string& policy : policies) EXPECT_TRUE(csp_fault(with(policy))) << policy;
}

class CspDrillTest : public testing::Test {
 protected:
  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    if (is_for_twin(request)) {
      net::FetchResponse response = response_of(200);
      response.body = twin_body_;
      if (twin_has_policy_) response.fields = with(good_policy(1));
      return response;
    }
    constexpr std::string_view kSite = "https://belfry.example.com";
    const std::string path = request.url.substr(kSite.size());
    std::uint16_t status = 200;
    if (path == "/drill/nothing-here") status = 404;
    if (path == "/drill/forged") status = 403;
    if (path == "/drill/no-upstream") status = 502;
    if (shut_) status = 429;
    net::FetchResponse response = response_of(status);
    if (path == faulty_) {
      if (!fault_.empty()) response.fields = with(fault_);
    } else {
      response.fields = with(good_policy(same_nonce_ ? 0 : ++nonces_));
    }
    return response;
  }
  std::vector<Evidence> run() {
    CspDrill drill{client_,
                   twins_,
                   {.site_host = "app.example.com", .belfry_host = "belfry.example.com", .way = {}, .ca_file = {}},
                   std::chrono::minutes{5}};
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    std::vector<Evidence> evidence = drill.run(context);
    const auto& parts = find_claim("response.csp")->parts;
    EXPECT_EQ(evidence.size(), parts.size());
    for (const Part& part : parts) EXPECT_EQ(std::ranges::count(evidence, part.id, &Evidence::part), 1) << part.id;
    return evidence;
  }
  static Outcome outcome(const std::vector<Evidence>& evidence, std::string_view part) {
    return std::ranges::find(evidence, part, &Evidence::part)->outcome;
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeTwinLauncher twins_;
  std::string twin_body_{kAdmittedBody};
  bool twin_has_policy_ = false;
  bool shut_ = false;
  bool same_nonce_ = false;
  std::string faulty_;
  std::string fault_;
  int nonces_ = 0;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(CspDrillTest, HoldsWhereEachKindOfAnswerHasAGoodPolicyAndTheTwinNone) {
  for (const Evidence& evidence : run()) EXPECT_EQ(evidence.outcome, Outcome::Holds) << evidence.part;
  EXPECT_EQ(twins_.orders.at(0).without, "response.csp");
  EXPECT_LE(client_.requests.size(), 20U) << "bounded";
}

TEST_F(CspDrillTest, IsBrokenByOneAnswerWithoutAPolicyOrWithABadOne) {
  for (const auto& [path, part] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/sign-in", "pages"}, {"/drill/forged", "errors"}, {"/security/feed.atom", "data"}, {"/", "nonce"}}) {
    faulty_ = path;
    fault_.clear();
    EXPECT_EQ(outcome(run(), part), Outcome::Broken) << path;
    fault_ = "default-src 'self' 'unsafe-inline'";
    EXPECT_EQ(outcome(run(), part), Outcome::Broken) << path;
  }
}

TEST_F(CspDrillTest, IsBrokenByANonceThatComesAgain) {
  same_nonce_ = true;
  EXPECT_EQ(outcome(run(), "nonce"), Outcome::Broken);
}

TEST_F(CspDrillTest, CannotTellOfWhatWasAnsweredOtherwise) {
  shut_ = true;
  const auto evidence = run();
  for (const char* part : {"pages", "errors", "data", "nonce"}) {
    EXPECT_EQ(outcome(evidence, part), Outcome::Inconclusive) << part;
  }
}

TEST_F(CspDrillTest, ControlNeedsATwinThatAnswersWithoutAPolicy) {
  twin_has_policy_ = true;
  EXPECT_EQ(outcome(run(), "control"), Outcome::Inconclusive);
  twin_has_policy_ = false;
  twin_body_ = "something else";
  EXPECT_EQ(outcome(run(), "control"), Outcome::Inconclusive);
  twins_.available = false;
  EXPECT_EQ(outcome(run(), "control"), Outcome::Inconclusive);
}

}  // namespace
}  // namespace belfry::proof
