#include "proof/history_verification.hpp"

#include "proof/fake_http_client.hpp"
#include "record/timestamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + 14h};

std::vector<HistoryEntry> chain_of(std::size_t entries, State state = State::Unknown) {
  std::vector<HistoryEntry> chain;
  HistoryHead head;
  for (std::size_t i = 0; i < entries; ++i) {
    chain.push_back(next_entry(head, {"transit.hsts", i % 2 == 0 ? state : State::Holds, kNow + i * 1min}));
    head = head_of(chain.back());
  }
  return chain;
}

std::string head_text(const HistoryHead& head) {
  return R"({"site":"app.example.com","number":)" + std::to_string(head.number) + R"(,"hash":")" + head.hash +
         R"(","at":null})";
}

std::string entry_text(const HistoryEntry& entry) {
  return R"({"number":)" + std::to_string(entry.number) + R"(,"claim":")" + entry.claim + R"(","state":")" +
         std::string{to_string(entry.state)} + R"(","at":")" + record::timestamp(entry.at) + R"(","previous":")" +
         entry.previous + R"(","hash":")" + entry.hash + R"("})";
}

// A site whose history and head a test gives.
class HistoryVerificationTest : public testing::Test {
 protected:
  HistoryVerificationTest() { set(chain_of(7)); }

  void set(std::vector<HistoryEntry> entries) {
    entries_ = std::move(entries);
    head_ = entries_.empty() ? HistoryHead{} : head_of(entries_.back());
    page_head_ = head_;
  }

  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    clock_.advance(takes_);
    if (busy_ > 0) {
      --busy_;
      return response_of(503, {{"retry-after", retry_after_}});
    }
    net::FetchResponse response = response_of(200, {{"content-type", "application/json"}});
    if (request.url == "https://belfry.example.com/security/head") {
      response.body = head_text(head_);
      return response;
    }
    const std::string prefix = "https://belfry.example.com/security/history.json?after=";
    if (!request.url.starts_with(prefix)) return response_of(404);
    response.body = page_text(std::stoull(request.url.substr(prefix.size())));
    return response;
  }

  std::string page_text(std::uint64_t after) const {
    std::string list;
    std::size_t given = 0;
    // By their place, as a site would that renumbered nothing.
    for (std::size_t i = after; i < entries_.size() && given < page_size_; ++i, ++given) {
      list += (list.empty() ? "" : ",") + entry_text(entries_[i]);
    }
    return R"({"site":"app.example.com","after":)" + std::to_string(after) + R"(,"entries":[)" + list + R"(],"head":)" +
           head_text(page_head_) + R"(,"next":null})";
  }

  HistoryVerification verify(std::vector<HistoryHead> kept = {}) {
    options_.request.url = "https://belfry.example.com/";
    options_.kept = std::move(kept);
    return verify_history(client_, clock_, options_);
  }

  std::vector<HistoryEntry> entries_;
  HistoryHead head_;
  HistoryHead page_head_;
  std::size_t page_size_ = 3;
  base::FakeClock clock_;
  std::chrono::milliseconds takes_{0};
  int busy_ = 0;
  std::string retry_after_ = "2";
  HistoryVerificationOptions options_;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
};

TEST_F(HistoryVerificationTest, FollowsTheChainToTheHeadOverAllPages) {
  const HistoryVerification result = verify();
  EXPECT_TRUE(result.sound()) << result.detail;
  EXPECT_EQ(result.verified, head_of(entries_.back()));
  EXPECT_EQ(result.number, 0U);
  EXPECT_TRUE(result.detail.empty());
  ASSERT_EQ(client_.requests.size(), 4U);
  EXPECT_EQ(client_.requests[3].url, "https://belfry.example.com/security/history.json?after=6");
}

TEST_F(HistoryVerificationTest, FindsAnEmptyHistorySound) {
  set({});
  EXPECT_TRUE(verify({HistoryHead{}}).sound());
  EXPECT_EQ(verify().verified, HistoryHead{});
  head_.hash = std::string(64, '1');
  EXPECT_EQ(verify().fault, HistoryFault::HeadDiffers);
}

TEST_F(HistoryVerificationTest, FindsTheHeadsThatWereKept) {
  const HistoryVerification result =
      verify({head_of(entries_[4]), head_of(entries_[0]), head_of(entries_[6]), head_of(entries_[4]), HistoryHead{}});
  EXPECT_TRUE(result.sound()) << result.detail;
  EXPECT_EQ(result.kept_found, 5U);
}

TEST_F(HistoryVerificationTest, AsksAsItWasTold) {
  options_.request.ca_file = "/ca.pem";
  options_.request.deadline = 3s;
  options_.request.way = net::Way{.endpoint = base::Endpoint{}};
  ASSERT_TRUE(verify().sound());
  for (const net::FetchRequest& request : client_.requests) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.ca_file, "/ca.pem");
    EXPECT_EQ(request.deadline, 3s);
    EXPECT_TRUE(request.way);
  }
}

TEST_F(HistoryVerificationTest, FindsAnEntryThatWasChanged) {
  entries_[4].state = State::Broken;
  const HistoryVerification result = verify();
  EXPECT_EQ(result.fault, HistoryFault::ChainBroken);
  EXPECT_EQ(result.number, 5U);
  EXPECT_EQ(result.verified.number, 4U);
  EXPECT_EQ(result.detail, "entry 5 does not follow from those before it");
}

TEST_F(HistoryVerificationTest, FindsAnEntryThatWasChangedWithItsHash) {
  entries_[4].state = State::Broken;
  entries_[4].hash = history_hash(entries_[4]);
  EXPECT_EQ(verify().fault, HistoryFault::ChainBroken);
  EXPECT_EQ(verify().number, 6U);
}

TEST_F(HistoryVerificationTest, FindsAChangedLastEntryByTheHead) {
  const HistoryHead before = head_;
  entries_[6].state = State::Broken;
  entries_[6].hash = history_hash(entries_[6]);
  EXPECT_EQ(verify().fault, HistoryFault::HeadDiffers);
  EXPECT_EQ(verify().number, 7U);
  // And by a kept head where the site's head was changed with it.
  head_ = page_head_ = head_of(entries_[6]);
  EXPECT_TRUE(verify().sound());
  EXPECT_EQ(verify({before}).fault, HistoryFault::KeptMissing);
}

TEST_F(HistoryVerificationTest, FindsAnEntryThatWasRemoved) {
  entries_.erase(entries_.begin() + 2);
  EXPECT_EQ(verify().fault, HistoryFault::ChainBroken);
  EXPECT_EQ(verify().number, 3U);
}

TEST_F(HistoryVerificationTest, FindsThatTheEndWasRemoved) {
  const HistoryHead kept = head_;
  entries_.pop_back();
  // The head still tells of it.
  EXPECT_EQ(verify().fault, HistoryFault::Incomplete);
  EXPECT_EQ(verify().number, 7U);
  // Nothing but a kept head does.
  set(entries_);
  EXPECT_TRUE(verify().sound());
  EXPECT_EQ(verify({kept}).fault, HistoryFault::HeadBackwards);
}

TEST_F(HistoryVerificationTest, FindsEntriesInAnotherOrder) {
  std::swap(entries_[3], entries_[4]);
  EXPECT_EQ(verify().fault, HistoryFault::ChainBroken);
  EXPECT_EQ(verify().number, 4U);
}

TEST_F(HistoryVerificationTest, FindsAChainThatWasWrittenAnewThroughAKeptHead) {
  const HistoryHead kept = head_of(entries_[2]);
  set(chain_of(9, State::Broken));
  // It is sound by itself.
  EXPECT_TRUE(verify().sound());
  const HistoryVerification result = verify({kept});
  EXPECT_EQ(result.fault, HistoryFault::KeptMissing);
  EXPECT_EQ(result.number, 3U);
  EXPECT_EQ(result.detail, "head 3, which was kept, is not in the history");
  EXPECT_EQ(result.kept_found, 0U);
}

TEST_F(HistoryVerificationTest, FindsAHeadThatRunsBackwards) {
  // Behind one that was kept.
  HistoryHead kept = head_;
  kept.number = 8;
  HistoryVerification result = verify({kept});
  EXPECT_EQ(result.fault, HistoryFault::HeadBackwards);
  EXPECT_EQ(result.detail, "the site's head is 7, and head 8 was kept");
  // Behind what it said a moment before.
  page_head_ = head_of(entries_[5]);
  result = verify();
  EXPECT_EQ(result.fault, HistoryFault::HeadBackwards);
  EXPECT_EQ(result.number, 6U);
}

TEST_F(HistoryVerificationTest, FindsThatTheSiteTellsTwoHeads) {
  page_head_.hash = std::string(64, 'a');
  EXPECT_EQ(verify().fault, HistoryFault::HeadDiffers);
}

TEST_F(HistoryVerificationTest, GoesWithAHistoryThatGrowsMeanwhile) {
  const auto longer = chain_of(9);
  head_ = head_of(longer[6]);
  entries_ = longer;
  page_head_ = head_of(longer[8]);
  const HistoryVerification result = verify({head_of(longer[6])});
  EXPECT_TRUE(result.sound()) << result.detail;
  EXPECT_GE(result.verified.number, 7U);
  // The later head must be in it too where it is reached.
  page_head_.hash = std::string(64, 'a');
  EXPECT_EQ(verify().fault, HistoryFault::HeadDiffers);
}

TEST_F(HistoryVerificationTest, RefusesWhatIsNotOfTheAgreedForm) {
  const std::string hash = entries_[0].hash;
  const std::string head = head_text(head_);
  const std::string entry = entry_text(entries_[0]);
  const auto changed = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const auto page = [&](const std::string& entries, const std::string& its_head, const std::string& after) {
    return R"({"after":)" + after + R"(,"entries":)" + entries + R"(,"head":)" + its_head + "}";
  };
  const std::vector<std::string> pages{
      "",
      "null",
      "[]",
      "{}",
      "{\"after\":0",
      page("[" + entry + "]", head, "1"),
      page("[" + entry + "]", head, "\"0\""),
      page("{}", head, "0"),
      page("[null]", head, "0"),
      page("[" + entry + "]", "null", "0"),
      page("[" + entry + "]", R"({"number":7})", "0"),
      page("[" + changed(entry, "\"number\":1", "\"number\":1.0") + "]", head, "0"),
      page("[" + changed(entry, "\"number\":1", "\"number\":-1") + "]", head, "0"),
      page("[" + changed(entry, "\"number\":1", "\"number\":\"1\"") + "]", head, "0"),
      page("[" + changed(entry, "unknown", "splendid") + "]", head, "0"),
      page("[" + changed(entry, ".000Z", "Z") + "]", head, "0"),
      page("[" + changed(entry, "2026-03-12", "2026-02-30") + "]", head, "0"),
      page("[" + changed(entry, hash, "x") + "]", head, "0"),
      page("[" + changed(entry, "\"claim\"", "\"klaim\"") + "]", head, "0"),
      std::string(100'000, '['),
  };
  for (const std::string& text : pages) {
    FakeHttpClient client{[&](const net::FetchRequest& request) -> FakeHttpClient::Answer {
      net::FetchResponse response = response_of(200);
      response.body = request.url.ends_with("/head") ? head : text;
      return response;
    }};
    options_.request.url = "https://belfry.example.com";
    const HistoryVerification result = verify_history(client, clock_, options_);
    EXPECT_EQ(result.fault, HistoryFault::Unreadable) << text.substr(0, 300);
    EXPECT_EQ(client.requests.size(), 2U);
  }
}

TEST_F(HistoryVerificationTest, SaysWhyThereIsNoAnswer) {
  FakeHttpClient gone{[](const net::FetchRequest&) { return std::unexpected{net::FetchError::TlsFailed}; }};
  const HistoryVerification result = verify_history(gone, clock_, options_);
  EXPECT_EQ(result.fault, HistoryFault::NoAnswer);
  EXPECT_EQ(result.detail, "/security/head: tls_failed");
  FakeHttpClient refusing{[](const net::FetchRequest&) { return response_of(404); }};
  EXPECT_EQ(verify_history(refusing, clock_, options_).detail, "/security/head: status 404");
}

TEST_F(HistoryVerificationTest, WaitsForABusySiteAsLongAsItAsksWithinBounds) {
  std::vector<std::chrono::seconds> waits;
  options_.wait = [&](std::chrono::seconds wait) {
    waits.push_back(wait);
    return true;
  };
  busy_ = 4;
  EXPECT_TRUE(verify().sound());
  EXPECT_EQ(waits, std::vector<std::chrono::seconds>(4, 2s));
  for (const char* odd : {"", "soon", "-5", "0", "1 2"}) {
    busy_ = 1;
    retry_after_ = odd;
    EXPECT_TRUE(verify().sound());
    EXPECT_EQ(waits.back(), 1s) << odd;
  }
  busy_ = 1;
  retry_after_ = "86400";
  EXPECT_TRUE(verify().sound());
  EXPECT_EQ(waits.back(), 60s);
}

TEST_F(HistoryVerificationTest, GivesABusySiteUp) {
  busy_ = 1;
  EXPECT_EQ(verify().detail, "/security/head: status 503");
  busy_ = 1000;
  int waits = 0;
  options_.wait = [&](std::chrono::seconds) { return ++waits > 0; };
  EXPECT_EQ(verify().fault, HistoryFault::NoAnswer);
  EXPECT_EQ(waits, 4);
  options_.wait = [](std::chrono::seconds) { return false; };
  const auto asked = client_.requests.size();
  EXPECT_EQ(verify().fault, HistoryFault::NoAnswer);
  EXPECT_EQ(client_.requests.size(), asked + 1);
}

TEST_F(HistoryVerificationTest, EndsAtASiteThatHasNoEnd) {
  page_size_ = 1;
  set(chain_of(kHistoryPagesLimit));
  EXPECT_TRUE(verify().sound());
  set(chain_of(kHistoryPagesLimit + 1));
  client_.requests.clear();
  const HistoryVerification result = verify();
  EXPECT_EQ(result.fault, HistoryFault::TooLong);
  EXPECT_EQ(result.verified.number, kHistoryPagesLimit);
  EXPECT_EQ(client_.requests.size(), kHistoryPagesLimit + 1);
}

TEST_F(HistoryVerificationTest, EndsWithinTheTotalTime) {
  set(chain_of(300));
  page_size_ = 1;
  takes_ = 9s;
  const HistoryVerification result = verify();
  EXPECT_EQ(result.fault, HistoryFault::TooSlow);
  EXPECT_GT(result.verified.number, 0U);
  EXPECT_EQ(client_.requests.size(), 67U);
  EXPECT_LE(client_.requests.back().deadline, 6s) << "no call may outlast the whole";
}

TEST_F(HistoryVerificationTest, WaitsNoLongerThanInAllAllowed) {
  set(chain_of(30));
  page_size_ = 1;
  retry_after_ = "60";
  std::chrono::seconds waited{0};
  options_.wait = [&](std::chrono::seconds pause) {
    waited += pause;
    return true;
  };
  // A page at last, and then busy again.
  options_.progress = [&](std::uint64_t, std::uint64_t) { busy_ = 2; };
  busy_ = 1;
  const HistoryVerification result = verify();
  EXPECT_EQ(result.fault, HistoryFault::TooSlow);
  EXPECT_EQ(waited, 3min);
  EXPECT_EQ(to_string(result.fault), "too_slow");
}

TEST_F(HistoryVerificationTest, TellsItsProgress) {
  std::vector<std::uint64_t> seen;
  options_.progress = [&](std::uint64_t verified, std::uint64_t head) {
    EXPECT_EQ(head, 7U);
    seen.push_back(verified);
  };
  ASSERT_TRUE(verify().sound());
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 6, 7}));
}

TEST_F(HistoryVerificationTest, SaysWhichEntriesAreOddThoughTheChainIsSound) {
  ASSERT_TRUE(verify().sound());
  EXPECT_EQ(verify().odd_count, 0U);

  std::vector<HistoryEntry> chain;
  HistoryHead head;
  const auto add = [&](const char* claim, State state, std::chrono::seconds at) {
    chain.push_back(next_entry(head, {claim, state, kNow + at}));
    head = head_of(chain.back());
  };
  add("transit.hsts", State::Holds, 600s);
  add("request.rate", State::Holds, 0s);      // another claim's time
  add("transit.hsts", State::Unknown, 540s);  // within the tolerance
  add("transit.hsts", State::Holds, 479s);    // 61 s back
  add("request.rate", State::Holds, 700s);    // what it was
  set(chain);
  const HistoryVerification result = verify();
  EXPECT_TRUE(result.sound()) << result.detail;
  EXPECT_EQ(result.odd_count, 2U);
  EXPECT_EQ(result.odd, (std::vector<OddEntry>{{4, HistoryOddity::Backwards}, {5, HistoryOddity::Repeated}}));

  set(chain_of(40, State::Holds));
  EXPECT_EQ(verify().odd_count, 39U);
  EXPECT_EQ(verify().odd.size(), HistoryVerification::kOddEntries);
}

}  // namespace
}  // namespace belfry::proof
