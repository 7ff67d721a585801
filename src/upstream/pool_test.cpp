#include "upstream/pool.hpp"

#include "upstream/scripted_application_test_support.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

namespace belfry::upstream {
namespace {

using namespace std::chrono_literals;

class PoolTest : public testing::Test {
 protected:
  std::expected<Lease, PoolError> acquire(Pool& pool, Reuse reuse = Reuse::Idle) {
    return stage_.await(pool.acquire(reuse, 5s));
  }
  // Gives back a connection of its own for each peer.
  std::vector<Peer> fill(Pool& pool, std::size_t count) {
    std::vector<Peer> peers;
    std::vector<Lease> leases;
    for (std::size_t index = 0; index < count; ++index) {
      leases.push_back(acquire(pool).value());
      peers.push_back(application_.accept());
    }
    for (auto& lease : leases) lease.give_back();
    return peers;
  }

  Stage stage_;
  ScriptedApplication application_{&stage_};
};

TEST_F(PoolTest, DialsWhereNothingIsIdle) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto lease = acquire(pool);
  ASSERT_TRUE(lease);
  EXPECT_FALSE(lease->reused());
  EXPECT_EQ(pool.counts().in_use, 1u);
  EXPECT_EQ(pool.counts().dialled, 1u);
  lease->close();
  EXPECT_EQ(pool.counts().in_use, 0u);
}

TEST_F(PoolTest, TakesTheOneThatWasUsedLast) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto first = acquire(pool).value();
  auto second = acquire(pool).value();
  const int descriptor = first.socket().descriptor();
  second.give_back();
  first.give_back();
  EXPECT_EQ(pool.counts().idle, 2u);
  auto again = acquire(pool).value();
  EXPECT_TRUE(again.reused());
  EXPECT_EQ(again.socket().descriptor(), descriptor);
  EXPECT_EQ(pool.counts().dialled, 2u);
  EXPECT_EQ(pool.counts().reused, 1u);
}

TEST_F(PoolTest, ClosesTheOldOneAndKeepsTheYoung) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel, {.idle_time = 30s}};
  pool.set_addresses({application_.endpoint()});
  auto old_lease = acquire(pool).value();
  Peer old_peer = application_.accept();
  auto young_lease = acquire(pool).value();
  Peer young_peer = application_.accept();
  old_lease.give_back();
  stage_.advance(20s);
  young_lease.give_back();
  stage_.advance(9s);
  EXPECT_EQ(pool.counts().idle, 2u);
  stage_.advance(2s);
  EXPECT_EQ(pool.counts().idle, 1u);
  EXPECT_TRUE(old_peer.reads_end());
  stage_.advance(20s);
  EXPECT_EQ(pool.counts().idle, 0u);
  EXPECT_TRUE(young_peer.reads_end());
}

TEST_F(PoolTest, KeepsNoMoreIdleThanItMay) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel, {.idle = 2}};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 3);
  EXPECT_EQ(pool.counts().idle, 2u);
  EXPECT_TRUE(peers[0].reads_end());
}

TEST_F(PoolTest, RefusesConnectionAboveLimit) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel, {.connections = 2}};
  pool.set_addresses({application_.endpoint()});
  auto first = acquire(pool);
  auto second = acquire(pool);
  ASSERT_TRUE(second);
  const auto third = acquire(pool);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error(), PoolError::Overloaded);
  EXPECT_EQ(pool.counts().overloaded, 1u);
  first->close();
  EXPECT_TRUE(acquire(pool));
}

TEST_F(PoolTest, AnIdleConnectionGivesWayToANewOne) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel, {.connections = 1}};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 1);
  const auto fresh = acquire(pool, Reuse::Never);
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(fresh->reused());
  EXPECT_TRUE(peers[0].reads_end());
  EXPECT_EQ(pool.counts().idle, 0u);
}

TEST_F(PoolTest, LooksAtEveryConnectionBeforeItIsTaken) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 3);
  peers[2].close();
  peers[1].send("HTTP/1.1 408 Request Timeout\r\n\r\n");  // what nobody asked for
  const auto lease = acquire(pool, Reuse::Idle);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->reused());
  EXPECT_EQ(pool.counts().idle, 0u);
}

TEST_F(PoolTest, SaysThatNobodyIsThere) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  EXPECT_EQ(acquire(pool).error(), PoolError::Unreachable);  // no address is known
  application_.stop_listening();
  pool.set_addresses({application_.endpoint()});
  EXPECT_EQ(acquire(pool).error(), PoolError::Unreachable);
  EXPECT_EQ(pool.counts().in_use, 0u);
}

TEST_F(PoolTest, TriesTheOtherAddresses) {
  ScriptedApplication gone{&stage_};
  gone.stop_listening();
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({gone.endpoint(), application_.endpoint()});
  EXPECT_TRUE(acquire(pool));
}

TEST_F(PoolTest, BeginsWithTheAddressThatAnsweredLast) {
  ScriptedApplication first_named{&stage_};
  first_named.stop_listening();
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({first_named.endpoint(), application_.endpoint()});
  auto lease = acquire(pool).value();
  const Peer peer = application_.accept();
  ScriptedApplication back_again{&stage_, 128, first_named.endpoint().port};
  auto another = acquire(pool).value();
  EXPECT_FALSE(back_again.has_caller());
  EXPECT_TRUE(application_.has_caller());
}

// A listener whose line is full swallows what comes (Linux), as a filtered address does.
class SilentAddress {
 public:
  explicit SilentAddress(Stage* stage) : application_{stage, 0} {
    for (auto& caller : callers_) {
      caller = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (caller < 0) std::abort();
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(application_.endpoint().port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      (void)!::connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }
  ~SilentAddress() {
    for (const int caller : callers_) ::close(caller);
  }
  SilentAddress(const SilentAddress&) = delete;
  SilentAddress& operator=(const SilentAddress&) = delete;
  base::Endpoint endpoint() const { return application_.endpoint(); }

 private:
  ScriptedApplication application_;
  std::array<int, 4> callers_{};
};

TEST_F(PoolTest, GivesUpAtTheConnectDeadline) {
  const SilentAddress silent{&stage_};
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({silent.endpoint()});
  std::optional<std::expected<Lease, PoolError>> lease;
  stage_.start(pool.acquire(Reuse::Idle, 5s), &lease);
  stage_.run_ready();
  stage_.advance(4s);
  EXPECT_FALSE(lease);
  EXPECT_EQ(pool.counts().in_use, 1u);
  stage_.advance(2s);
  stage_.run_until([&] { return lease.has_value(); }, "the deadline");
  ASSERT_TRUE(lease && !*lease);
  EXPECT_EQ(lease->error(), PoolError::ConnectTimeout);
  EXPECT_EQ(pool.counts().in_use, 0u);
}

TEST_F(PoolTest, ASilentAddressLeavesTimeForTheNext) {
  const SilentAddress silent{&stage_};
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({silent.endpoint(), application_.endpoint()});
  std::optional<std::expected<Lease, PoolError>> lease;
  stage_.start(pool.acquire(Reuse::Idle, 4s), &lease);
  stage_.run_ready();
  stage_.advance(2200ms);
  stage_.run_until([&] { return lease.has_value(); }, "the second address");
  ASSERT_TRUE(lease);
  EXPECT_TRUE(*lease);
}

TEST_F(PoolTest, LeavesAnAddressThatIsNoLongerNamed) {
  ScriptedApplication other{&stage_};
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 1);
  auto leased = acquire(pool, Reuse::Never).value();
  Peer leased_peer = application_.accept();
  pool.set_addresses({other.endpoint()});
  EXPECT_TRUE(peers[0].reads_end());
  leased.give_back();
  EXPECT_TRUE(leased_peer.reads_end());
  EXPECT_EQ(pool.counts().idle, 0u);
}

TEST_F(PoolTest, KeepsConnectionsToAnAddressThatStays) {
  ScriptedApplication other{&stage_};
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 1);
  pool.set_addresses({other.endpoint(), application_.endpoint()});
  EXPECT_TRUE(acquire(pool)->reused());
}

TEST_F(PoolTest, KeepsNothingAfterADrain) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto peers = fill(pool, 1);
  auto leased = acquire(pool, Reuse::Never).value();
  pool.drain();
  EXPECT_TRUE(peers[0].reads_end());
  leased.give_back();
  EXPECT_EQ(pool.counts().idle, 0u);
}

TEST_F(PoolTest, DoesNotKeepAStoppedConnection) {
  Pool pool{stage_.io.get_executor(), &stage_.wheel};
  pool.set_addresses({application_.endpoint()});
  auto lease = acquire(pool).value();
  lease.socket().stop();
  lease.give_back();
  EXPECT_EQ(pool.counts().idle, 0u);
}

}  // namespace
}  // namespace belfry::upstream
