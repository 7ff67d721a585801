#include "proof/drill_book.hpp"

#include "proof/fake_drill_ledger_store.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

class DrillBookTest : public testing::Test {
 protected:
  DrillBook book() {
    return {ledger_, clock_, [this](std::string_view line) { log_.emplace_back(line); }};
  }
  void serve(DrillBook& book) {
    book.clean_by("twin", [this](std::string_view name) -> std::expected<void, std::string> {
      if (throws_) throw std::runtime_error{"it threw"};
      if (stuck_) return std::unexpected{"it is stuck"};
      cleaned_.emplace_back(name);
      return {};
    });
  }
  bool logged(std::string_view text) const {
    for (const std::string& line : log_) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

  FakeDrillLedgerStore ledger_;
  base::FakeClock clock_;
  std::vector<std::string> log_;
  std::vector<std::string> cleaned_;
  bool stuck_ = false;
  bool throws_ = false;
};

TEST_F(DrillBookTest, EntersADrillBeforeItActsAndStrikesItOffBehindTheCleanUp) {
  DrillBook book = this->book();
  serve(book);
  ASSERT_TRUE(book.begin("request.rate"));
  ASSERT_EQ(ledger_.entries.size(), 1U);
  EXPECT_EQ(ledger_.entries[0].claim, "request.rate");
  EXPECT_EQ(ledger_.entries[0].begun, clock_.wall_now());
  ASSERT_TRUE(book.note({"twin", "a"}));
  ASSERT_TRUE(book.note({"twin", "b"}));
  EXPECT_EQ(ledger_.entries[0].artefacts, (std::vector<Artefact>{{"twin", "a"}, {"twin", "b"}}));
  book.end();
  EXPECT_EQ(cleaned_, (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(ledger_.entries.empty());
  EXPECT_TRUE(log_.empty());
}

TEST_F(DrillBookTest, LetsNoDrillActThatCannotBeEntered) {
  DrillBook book = this->book();
  ledger_.writable = false;
  EXPECT_FALSE(book.begin("request.rate"));
  EXPECT_FALSE(book.note({"twin", "a"}));
  ledger_.writable = true;
  EXPECT_FALSE(book.note({"twin", "a"})) << "no drill is under way";
  EXPECT_TRUE(book.begin("request.rate"));
}

TEST_F(DrillBookTest, LetsNothingBeMadeThatCannotBeNoted) {
  DrillBook book = this->book();
  serve(book);
  ASSERT_TRUE(book.begin("request.rate"));
  ledger_.writable = false;
  EXPECT_FALSE(book.note({"twin", "a"}));
}

TEST_F(DrillBookTest, LetsNoDrillActWhileNobodyKnowsWhatIsLeft) {
  ledger_.readable = false;
  DrillBook book = this->book();
  book.clean_up();
  EXPECT_FALSE(book.begin("request.rate"));
  EXPECT_TRUE(logged("cannot be read"));
  ledger_.readable = true;
  EXPECT_TRUE(book.begin("request.rate"));
}

TEST_F(DrillBookTest, CleansAtTheStartWhatAKilledProcessLeft) {
  ledger_.entries = {{7, "request.rate", clock_.wall_now() - 1h, {{"twin", "old"}}}, {8, "request.origin", {}, {}}};
  DrillBook book = this->book();
  serve(book);
  book.clean_up();
  EXPECT_EQ(cleaned_, std::vector<std::string>{"old"});
  EXPECT_TRUE(ledger_.entries.empty());
  EXPECT_TRUE(logged("an interrupted drill of request.rate left: 1 artefacts"));
}

TEST_F(DrillBookTest, KeepsWhatItCannotCleanAndHoldsUpItsDrillAlone) {
  ledger_.entries = {{7, "request.rate", clock_.wall_now(), {{"twin", "old"}}}};
  for (bool* fault : {&stuck_, &throws_}) {
    *fault = true;
    DrillBook book = this->book();
    serve(book);
    book.clean_up();
    EXPECT_EQ(ledger_.entries.size(), 1U);
    EXPECT_FALSE(book.begin("request.rate"));
    EXPECT_TRUE(book.begin("request.origin"));
    book.end();
    *fault = false;
  }
  EXPECT_TRUE(logged("it is stuck"));
  EXPECT_TRUE(logged("it threw"));
  DrillBook book = this->book();
  serve(book);
  stuck_ = true;
  book.clean_up();
  stuck_ = false;
  EXPECT_TRUE(book.begin("request.rate")) << "it looks again before the drill";
  EXPECT_EQ(cleaned_, std::vector<std::string>{"old"});
}

TEST_F(DrillBookTest, KeepsWhatNobodyCanClean) {
  ledger_.entries = {{7, "request.rate", clock_.wall_now(), {{"account", "canary"}}}};
  DrillBook book = this->book();
  serve(book);
  book.clean_up();
  EXPECT_EQ(ledger_.entries.size(), 1U);
  EXPECT_FALSE(book.begin("request.rate"));
}

TEST_F(DrillBookTest, TriesAgainToStrikeOffWhatItCleaned) {
  DrillBook book = this->book();
  serve(book);
  ASSERT_TRUE(book.begin("request.rate"));
  ASSERT_TRUE(book.note({"twin", "a"}));
  ledger_.writable = false;
  book.end();
  EXPECT_EQ(ledger_.entries.size(), 1U);
  EXPECT_FALSE(book.begin("request.rate"));
  ledger_.writable = true;
  book.clean_up();
  EXPECT_TRUE(ledger_.entries.empty());
  EXPECT_TRUE(book.begin("request.rate"));
}

}  // namespace
}  // namespace belfry::proof
