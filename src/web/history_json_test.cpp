#include "web/history_json.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h + 5ms};

HistoryJsonInput input() {
  HistoryJsonInput input{.site = "app.\"example\".com", .after = 0, .entries = {}, .head = {}};
  for (const proof::State state : {proof::State::Unknown, proof::State::Holds}) {
    input.entries.push_back(proof::next_entry(input.head, {"transit.hsts", state, kNow}));
    input.head = proof::head_of(input.entries.back());
  }
  return input;
}

std::vector<std::string> keys_of(const boost::json::value& value) {
  std::vector<std::string> keys;
  for (const auto& pair : value.as_object()) keys.emplace_back(pair.key());
  return keys;
}

TEST(HistoryJson, HasExactlyTheAgreedForm) {
  const http::Response response = history_json(input());
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.get("content-type"), "application/json");
  EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
  const auto page = boost::json::parse(response.body);
  EXPECT_EQ(keys_of(page), (std::vector<std::string>{"site", "after", "entries", "head", "next"}));
  EXPECT_EQ(keys_of(page.at("head")), (std::vector<std::string>{"number", "hash"}));
  ASSERT_EQ(page.at("entries").as_array().size(), 2U);
  const auto& entry = page.at("entries").at(1);
  EXPECT_EQ(keys_of(entry), (std::vector<std::string>{"number", "claim", "state", "at", "previous", "hash"}));
  EXPECT_EQ(entry.at("number"), 2);
  EXPECT_EQ(entry.at("claim"), "transit.hsts");
  EXPECT_EQ(entry.at("state"), "holds");
  EXPECT_EQ(entry.at("at"), "2026-03-12T14:00:00.005Z");
  EXPECT_EQ(entry.at("previous").as_string(), input().entries[0].hash);
  EXPECT_EQ(entry.at("hash").as_string(), input().head.hash);
  EXPECT_EQ(page.at("head").at("number"), 2);
  EXPECT_EQ(page.at("after"), 0);
  EXPECT_TRUE(page.at("next").is_null());
}

TEST(HistoryJson, LeadsToTheNextPageWhileTheHeadIsFurther) {
  HistoryJsonInput further = input();
  further.head.number = 3;
  EXPECT_EQ(boost::json::parse(history_json(further).body).at("next"), 2);
  further.entries.clear();
  EXPECT_TRUE(boost::json::parse(history_json(further).body).at("next").is_null());
}

TEST(HistoryJson, ShowsTheHead) {
  const auto head = boost::json::parse(history_head_json("app.example.com", input().head).body);
  EXPECT_EQ(keys_of(head), (std::vector<std::string>{"site", "number", "hash", "at"}));
  EXPECT_EQ(head.at("number"), 2);
  EXPECT_EQ(head.at("hash").as_string(), input().head.hash);
  EXPECT_EQ(head.at("at"), "2026-03-12T14:00:00.005Z");
  const auto none = boost::json::parse(history_head_json("app.example.com", {}).body);
  EXPECT_EQ(none.at("number"), 0);
  EXPECT_EQ(none.at("hash").as_string(), std::string(64, '0'));
  EXPECT_TRUE(none.at("at").is_null());
}

TEST(HistoryAfter, IsAWholeNumber) {
  EXPECT_EQ(history_after(""), 0U);
  EXPECT_EQ(history_after("lang=fr"), 0U);
  EXPECT_EQ(history_after("after=0"), 0U);
  EXPECT_EQ(history_after("after=1000"), 1000U);
  EXPECT_EQ(history_after("lang=fr&after=7&x"), 7U);
  EXPECT_EQ(history_after("before=x&after=9223372036854775807"), 9223372036854775807U);
}

TEST(HistoryAfter, RefusesAnythingElse) {
  for (const char* refused :
       {"after", "after=", "after=-1", "after=+1", "after=1.0", "after=%31", "after=0x10", "after=1 ",
        "after=9223372036854775808", "after=1&after=1", "after=1;after=2", "after=a", "after=1&after", "after=--1"}) {
    EXPECT_EQ(history_after(refused), std::nullopt) << refused;
  }
}

}  // namespace
}  // namespace belfry::web
