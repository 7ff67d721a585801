#include "people/notice_limit.hpp"

#include "people/outbox_test_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::people {
namespace {

using namespace std::chrono_literals;

TEST(NoticeLimit, RefusesTheSixthOfAKindWithinTheHour) {
  base::FakeClock clock;
  NoticeLimit limit{clock};
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(limit.admits(recipient(), NoticeKind::Locked));
    clock.advance(10min);
  }
  EXPECT_FALSE(limit.admits(recipient(), NoticeKind::Locked));
  EXPECT_TRUE(limit.admits(recipient(), NoticeKind::NewDevice)) << "another kind";
  EXPECT_TRUE(limit.admits(recipient("bob@example.org"), NoticeKind::Locked)) << "another mailbox";
  clock.advance(10min - 1ms);
  EXPECT_FALSE(limit.admits(recipient(), NoticeKind::Locked));
  clock.advance(1ms);
  EXPECT_TRUE(limit.admits(recipient(), NoticeKind::Locked));
}

TEST(NoticeLimit, SettingTheWallClockBringsNoMore) {
  base::FakeClock clock;
  NoticeLimit limit{clock};
  for (int i = 0; i < 5; ++i) limit.admits(recipient(), NoticeKind::Password);
  clock.step_wall(24h);
  EXPECT_FALSE(limit.admits(recipient(), NoticeKind::Password));
}

TEST(NoticeLimit, FullTableForgetsTheOldestAlone) {
  base::FakeClock clock;
  NoticeLimit limit{clock};
  const auto fill = [&](const std::string& name) {
    for (std::uint32_t i = 0; i < NoticeLimit::kNotices; ++i) {
      EXPECT_TRUE(limit.admits(recipient(name + "@example.org"), NoticeKind::Locked));
    }
  };
  fill("first");
  fill("second");
  for (std::size_t i = 2; i < NoticeLimit::kEntries; ++i) {
    EXPECT_TRUE(limit.admits(recipient("n" + std::to_string(i) + "@example.org"), NoticeKind::Locked));
  }
  EXPECT_FALSE(limit.admits(recipient("first@example.org"), NoticeKind::Locked));
  EXPECT_TRUE(limit.admits(recipient("one.more@example.org"), NoticeKind::Locked));
  EXPECT_FALSE(limit.admits(recipient("second@example.org"), NoticeKind::Locked));
  EXPECT_TRUE(limit.admits(recipient("first@example.org"), NoticeKind::Locked));
}

}  // namespace
}  // namespace belfry::people
