#include "web/security_json.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h};

std::vector<std::string> keys_of(const boost::json::object& object) {
  std::vector<std::string> keys;
  for (const auto& pair : object) keys.emplace_back(pair.key());
  return keys;
}

class SecurityJsonTest : public testing::Test {
 protected:
  boost::json::object read() {
    input_.site = "app.\"example\".com";
    input_.now = kNow;
    input_.door = {.site = "app.example.com", .belfry = "belfry.app.example.com"};
    input_.board = std::make_shared<proof::ClaimBoard>(board_);
    return boost::json::parse(security_json(input_).body).as_object();
  }

  proof::ClaimRow& hsts() { return board_.rows[7]; }

  proof::ClaimBoard board_ = proof::empty_board();
  SecurityJsonInput input_;
};

TEST_F(SecurityJsonTest, HasExactlyTheAgreedForm) {
  const auto page = read();
  EXPECT_EQ(keys_of(page), (std::vector<std::string>{"site", "generated", "claims"}));
  EXPECT_EQ(page.at("site").as_string(), "app.\"example\".com");
  EXPECT_EQ(page.at("generated").as_string(), "2026-03-12T14:00:00.000Z");
  const auto& claims = page.at("claims").as_array();
  ASSERT_EQ(claims.size(), proof::kClaimCount);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    EXPECT_EQ(keys_of(claims[i].as_object()),
              (std::vector<std::string>{"id", "scope", "basis", "state", "value", "observed", "expires", "since",
                                        "check", "command", "lapse"}));
    EXPECT_EQ(claims[i].at("id").as_string(), proof::claims()[i].id);
    EXPECT_EQ(claims[i].at("state").as_string(), "unknown");
  }
}

TEST_F(SecurityJsonTest, SaysNullWhereThereIsNothing) {
  const auto page = read();
  const auto& claim = page.at("claims").at(0);
  EXPECT_EQ(claim.at("scope").as_string(), "application");
  EXPECT_EQ(claim.at("basis").as_string(), "measured");
  for (const char* key : {"value", "observed", "expires", "since", "check", "command", "lapse"})
    EXPECT_TRUE(claim.at(key).is_null()) << key;
}

TEST_F(SecurityJsonTest, ShowsTheEvidence) {
  for (const proof::Part& part : hsts().claim->parts) {
    hsts().latest.push_back(
        {"transit.hsts", std::string{part.id}, proof::Outcome::Holds, {"</script>\n", "vu"}, kNow - 1min});
  }
  hsts().latest[4].outcome = proof::Outcome::Broken;
  hsts().recorded = proof::StateChange{"transit.hsts", proof::State::Broken, kNow - 2h};
  const auto page = read();
  const auto& claim = page.at("claims").at(7);
  EXPECT_EQ(claim.at("state").as_string(), "broken");
  EXPECT_EQ(claim.at("value").as_string(), "6 of 7 parts hold; 429: </script>\n");
  EXPECT_EQ(claim.at("observed").as_string(), "2026-03-12T13:59:00.000Z");
  EXPECT_EQ(claim.at("expires").as_string(), "2026-03-12T14:59:00.000Z");
  EXPECT_EQ(claim.at("since").as_string(), "2026-03-12T12:00:00.000Z");
  EXPECT_FALSE(claim.at("check").as_string().empty());
  EXPECT_EQ(claim.at("command").as_string(),
            "curl -sSI https://app.example.com/ https://belfry.app.example.com/drill/nothing-here "
            "| grep -i '^strict-transport-security'");
}

TEST_F(SecurityJsonTest, ShowsTheLastLapseAndWhileItLastsNotWhatWasFound) {
  hsts().lapses = {{"transit.hsts", "429", kNow - 3h, std::nullopt, {"missing", "absent"}}};
  const auto lapse_of = [this] { return read().at("claims").at(7).at("lapse"); };
  EXPECT_EQ(lapse_of().at("from").as_string(), "2026-03-12T11:00:00.000Z");
  EXPECT_TRUE(lapse_of().at("to").is_null());
  EXPECT_TRUE(lapse_of().at("finding").is_null());
  hsts().lapses.front().to = kNow - 1h;
  EXPECT_EQ(lapse_of().at("to").as_string(), "2026-03-12T13:00:00.000Z");
  EXPECT_EQ(lapse_of().at("finding").as_string(), "429: missing");
}

TEST_F(SecurityJsonTest, IsACompleteResponseAlsoWithoutABoard) {
  input_.board = nullptr;
  const http::Response response = security_json(input_);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.get("content-type"), "application/json");
  EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
  EXPECT_EQ(boost::json::parse(response.body).at("claims").as_array().size(), proof::kClaimCount);
}

}  // namespace
}  // namespace belfry::web
