#include "edge/ticket_keys.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace belfry::edge {
namespace {

using namespace std::chrono_literals;

class TicketKeysTest : public testing::Test {
 protected:
  base::FakeRandom random_;
  base::FakeClock clock_;
  TicketKeys keys_{random_, clock_};
  TicketKeys::View view_{keys_};
};

TEST_F(TicketKeysTest, KeepsItsKeyUntilTheRotationIsDue) {
  const auto first = view_.now().current.name;
  clock_.advance(TicketKeys::kRotation - 1ms);
  keys_.rotate_if_due();
  EXPECT_EQ(view_.now().current.name, first);
  clock_.advance(1ms);
  keys_.rotate_if_due();
  EXPECT_NE(view_.now().current.name, first);
  EXPECT_EQ(view_.now().previous.name, first);
  keys_.rotate_if_due();
  EXPECT_EQ(view_.now().previous.name, first);
}

TEST_F(TicketKeysTest, KeyIsGoneAfterTwoRotations) {
  const auto first = view_.now().current.name;
  keys_.rotate();
  keys_.rotate();
  EXPECT_NE(view_.now().current.name, first);
  EXPECT_NE(view_.now().previous.name, first);
}

TEST_F(TicketKeysTest, AKeyThatWasForgottenIsNotAcceptedLonger) {
  const auto first = view_.now().current.name;
  clock_.advance(2 * TicketKeys::kRotation);
  keys_.rotate_if_due();
  EXPECT_NE(view_.now().current.name, first);
  EXPECT_NE(view_.now().previous.name, first);
}

TEST_F(TicketKeysTest, WallClockThatJumpsRotatesNothing) {
  const auto first = view_.now().current.name;
  clock_.step_wall(48h);
  keys_.rotate_if_due();
  EXPECT_EQ(view_.now().current.name, first);
}

TEST_F(TicketKeysTest, EveryPartOfAKeyIsNew) {
  const TicketKey first = view_.now().current;
  keys_.rotate();
  const TicketKey& second = view_.now().current;
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher, first.cipher);
  EXPECT_NE(second.mac, first.mac);
}

TEST_F(TicketKeysTest, EveryViewSeesTheSameKeysWhileTheyRotate) {
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  readers.reserve(3);
  std::atomic<int> torn{0};
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      TicketKeys::View view{keys_};
      TicketKey before = view.now().current;
      while (!done) {
        const TicketKeys::Generation& now = view.now();
        // Whatever changed, it changed whole: a generation's two keys differ in every part.
        if (now.current.name == now.previous.name || now.current.cipher == now.previous.cipher) ++torn;
        if (now.current.name == before.name && now.current.cipher != before.cipher) ++torn;
        before = now.current;
      }
    });
  }
  for (int i = 0; i < 2000; ++i) keys_.rotate();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  TicketKeys::View late{keys_};
  EXPECT_EQ(late.now().current.name, view_.now().current.name);
}

}  // namespace
}  // namespace belfry::edge
