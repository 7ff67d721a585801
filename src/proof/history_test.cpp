#include "proof/history.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h + 3min + 22s + 123ms};

std::vector<HistoryEntry> chain_of(const std::vector<StateChange>& changes) {
  std::vector<HistoryEntry> entries;
  HistoryHead head;
  for (const StateChange& change : changes) {
    entries.push_back(next_entry(head, change));
    head = head_of(entries.back());
  }
  return entries;
}

std::vector<HistoryEntry> four() {
  return chain_of({{"transit.hsts", State::Unknown, kNow},
                   {"transit.hsts", State::Holds, kNow + 877ms},
                   {"request.traced", State::Holds, kNow + 1s},
                   {"transit.hsts", State::Broken, kNow - 1h}});
}

TEST(History, HashesTheTextThatIsDocumented) {
  const auto entries = four();
  EXPECT_EQ(entries[0].number, 1U);
  EXPECT_EQ(entries[0].previous, kNoHistoryHash);
  // Computed by Python's hashlib from the text in the header.
  EXPECT_EQ(entries[0].hash, "ff1a43dcc15ae85cd0a5632ff891525b66c81747567bf067723a0a626fc5329e");
  EXPECT_EQ(entries[1].previous, entries[0].hash);
  EXPECT_EQ(entries[1].hash, "75809548d74fb834b234ca8668fe811c0b7df7540d88b92e1fa57ff6d5ad3f49");
}

TEST(History, FitsAsItWasMadeAndFromAnyHeadInIt) {
  const auto entries = four();
  EXPECT_EQ(verify_chain(entries, {}), std::nullopt);
  EXPECT_EQ(verify_chain({}, {}), std::nullopt);
  EXPECT_EQ(verify_chain(std::span{entries}.subspan(2), head_of(entries[1])), std::nullopt);
}

TEST(History, DoesNotFitBehindAnotherHead) {
  const auto entries = four();
  EXPECT_EQ(verify_chain(entries, head_of(entries[0])), 2U);
  EXPECT_EQ(verify_chain(std::span{entries}.subspan(1), {}), 1U);
  HistoryHead other = head_of(entries[1]);
  other.hash = entries[2].hash;
  EXPECT_EQ(verify_chain(std::span{entries}.subspan(2), other), 3U);
}

TEST(History, TellsTheFirstEntryThatWasChanged) {
  const auto changed = [](auto change) {
    auto entries = four();
    change(entries[1]);
    return verify_chain(entries, {});
  };
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.number = 7; }), 2U);
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.claim = "transit.report"; }), 2U);
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.state = State::Broken; }), 2U);
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.at += 1ms; }), 2U);
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.previous = kNoHistoryHash; }), 2U);
  EXPECT_EQ(changed([](HistoryEntry& entry) { entry.hash[0] = entry.hash[0] == 'a' ? 'b' : 'a'; }), 2U);
  // With its own hash made to fit, the next one does not.
  EXPECT_EQ(changed([](HistoryEntry& entry) {
              entry.state = State::Broken;
              entry.hash = history_hash(entry);
            }),
            3U);
}

TEST(History, TellsWhatIsMissingOrInAnotherOrder) {
  auto entries = four();
  std::swap(entries[1], entries[2]);
  EXPECT_EQ(verify_chain(entries, {}), 2U);
  entries = four();
  entries.erase(entries.begin() + 2);
  EXPECT_EQ(verify_chain(entries, {}), 3U);
  entries = four();
  entries.insert(entries.begin() + 1, entries[1]);
  EXPECT_EQ(verify_chain(entries, {}), 3U);
}

TEST(History, TakesNoIdThatCouldMakeTwoEntriesLookAlike) {
  for (const char* refused : {"", "a b", "a\nholds", "Transit", "é", "a/b"}) {
    EXPECT_FALSE(is_history_claim(refused)) << refused;
    EXPECT_THROW(next_entry({}, {refused, State::Holds, kNow}), std::invalid_argument);
  }
  EXPECT_FALSE(is_history_claim(std::string(65, 'a')));
  EXPECT_TRUE(is_history_claim(std::string(64, 'a')));
  HistoryEntry entry = four()[0];
  entry.claim = "a\nholds";
  entry.hash = history_hash(entry);
  EXPECT_EQ(verify_chain(std::vector{entry}, {}), 1U);
}

TEST(History, CanNameEveryClaim) {
  for (const Claim& claim : claims()) EXPECT_TRUE(is_history_claim(claim.id)) << claim.id;
}

TEST(History, KnowsAHashByItsForm) {
  EXPECT_TRUE(is_history_hash(kNoHistoryHash));
  for (const std::string& refused : {std::string{}, std::string(63, '0'), std::string(65, '0'), std::string(64, 'A')}) {
    EXPECT_FALSE(is_history_hash(refused)) << refused;
  }
}

}  // namespace
}  // namespace belfry::proof
