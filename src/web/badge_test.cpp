#include "web/badge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;
using proof::Outcome;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h + 3min};

class BadgeTest : public testing::Test {
 protected:
  BadgeTest() {
    input_.site = "app.example.com";
    input_.now = kNow;
    for (proof::ClaimRow& row : board_.rows) set(row, Outcome::Holds, kNow - 4min);
  }
  static void set(proof::ClaimRow& row, Outcome outcome, base::WallTime observed) {
    row.latest.clear();
    for (const proof::Part& part : row.claim->parts) {
      row.latest.push_back({std::string{row.claim->id},
                            std::string{part.id},
                            outcome,
                            {"seen", "vu"},
                            observed,
                            proof::Coverage{.observed = 1, .expected = 1}});
    }
  }
  proof::ClaimRow& row(std::string_view claim) {
    return *std::ranges::find(board_.rows, claim, [](const proof::ClaimRow& row) { return row.claim->id; });
  }
  http::Response draw(Language language = Language::En) {
    input_.language = language;
    input_.board = std::make_shared<proof::ClaimBoard>(board_);
    return badge(input_);
  }
  std::size_t built() const {
    return static_cast<std::size_t>(std::ranges::count_if(board_.rows, [](const proof::ClaimRow& row) {
      return !row.claim->parts.empty() && std::ranges::all_of(row.claim->parts, proof::is_built);
    }));
  }
  static bool says(const http::Response& response, const std::string& text) {
    return response.body.find(text) != std::string::npos;
  }

  proof::ClaimBoard board_ = proof::empty_board();
  BadgeInput input_;
};

TEST_F(BadgeTest, CountsWhatHolds) {
  const std::string holding = std::to_string(built());
  EXPECT_TRUE(says(draw(), ">Belfry · " + holding + " of 29 hold<"));
  EXPECT_TRUE(says(draw(Language::Fr), ">Belfry · " + holding + " sur 29 tiennent<"));
  EXPECT_FALSE(says(draw(), "#a11b17"));
}

TEST_F(BadgeTest, ShowsTheWorstState) {
  set(row("transit.hsts"), Outcome::Broken, kNow);
  const std::string holding = std::to_string(built() - 1);
  EXPECT_TRUE(says(draw(), ">Belfry · " + holding + " of 29 hold, 1 broken<"));
  EXPECT_TRUE(says(draw(Language::Fr), ">Belfry · " + holding + " sur 29 tiennent, 1 rompue<"));
  EXPECT_TRUE(says(draw(), "#a11b17"));
}

TEST_F(BadgeTest, TurnsByItselfAsTimeGoesOn) {
  input_.now = kNow + 48h;
  EXPECT_TRUE(says(draw(), ">Belfry · 0 of 29 hold<"));
  EXPECT_TRUE(says(draw(Language::Fr), ">Belfry · 0 sur 29 tient<"));
}

TEST_F(BadgeTest, IsNeverKeptLongerThanTheEvidenceCounts) {
  EXPECT_EQ(draw().head.fields.get("cache-control"), "public, max-age=60");
  set(row("transit.hsts"), Outcome::Holds, kNow - 1h + 7999ms);
  EXPECT_EQ(draw().head.fields.get("cache-control"), "public, max-age=7");
  set(row("transit.hsts"), Outcome::Holds, kNow - 1h + 999ms);
  EXPECT_EQ(draw().head.fields.get("cache-control"), "no-store");
  set(row("transit.hsts"), Outcome::Broken, kNow - 1h + 2s);
  EXPECT_EQ(draw().head.fields.get("cache-control"), "public, max-age=2") << "a broken row turns to unknown, too";
  set(row("transit.hsts"), Outcome::Holds, kNow - 2h);
  EXPECT_EQ(draw().head.fields.get("cache-control"), "public, max-age=60") << "what has expired turns no more";
}

TEST_F(BadgeTest, CanBeReadByEar) {
  const http::Response response = draw();
  EXPECT_TRUE(says(response, "role=\"img\" aria-labelledby=\"said\"><title id=\"said\">"));
  EXPECT_TRUE(says(response, " of 29 hold, 0 broken, "));
  EXPECT_TRUE(says(response, "12\u00a0March\u00a02026, 14:03\u00a0UTC</title>"));
}

TEST_F(BadgeTest, NeedsNothingThatThePolicyRefuses) {
  input_.site = "</title><script>alert(1)</script>";
  const std::string svg = draw().body;
  for (const char* refused : {"<script", "<style", "style=", "href", "url(", "<image", "<foreignObject"}) {
    EXPECT_EQ(svg.find(refused), std::string::npos) << refused;
  }
}

TEST_F(BadgeTest, IsACompleteResponseAlsoWithoutABoard) {
  input_.board = nullptr;
  const http::Response response = badge(input_);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_EQ(response.head.fields.get("content-type"), "image/svg+xml");
  EXPECT_EQ(response.head.fields.get("vary"), "accept-language");
  EXPECT_EQ(response.head.body, http::BodyLength::known(response.body.size()));
  EXPECT_TRUE(says(response, ">Belfry · 0 of 29 hold<"));
}

}  // namespace
}  // namespace belfry::web
