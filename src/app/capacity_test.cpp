#include "app/capacity.hpp"

#include "upstream/pool.hpp"

#include <gtest/gtest.h>

namespace belfry::app {
namespace {

constexpr std::size_t kPool = upstream::PoolOptions{}.connections;

TEST(Capacity, LeavesDescriptorsForThePoolsAndForFiles) {
  for (const std::size_t workers : {1U, 2U, 8U}) {
    const std::size_t each =
        connections_per_listener({.descriptors = 20'000, .workers = workers, .listeners = workers});
    EXPECT_LE(each * workers + workers * kPool, 20'000 - 100) << workers;
    EXPECT_GT(each * workers + workers * kPool, 20'000 - 200) << workers;
  }
}

TEST(Capacity, OfFewDescriptorsHalfIsForTheWayToTheApplication) {
  EXPECT_EQ(connections_per_listener({.descriptors = 1024, .workers = 2, .listeners = 2}), (1024 - 128) / 2 / 2);
}

TEST(Capacity, IsSharedByTheListeners) {
  const std::size_t one = connections_per_listener({.descriptors = 50'000, .workers = 2, .listeners = 2});
  EXPECT_EQ(connections_per_listener({.descriptors = 50'000, .workers = 2, .listeners = 4}), one / 2);
}

TEST(Capacity, HasALeastAndAMost) {
  EXPECT_EQ(connections_per_listener({.descriptors = 20, .workers = 64, .listeners = 64}), 16);
  EXPECT_EQ(connections_per_listener({.descriptors = std::size_t{1} << 30, .workers = 1, .listeners = 1}), 100'000);
  // A twin listens on its private socket alone.
  EXPECT_GT(connections_per_listener({.descriptors = 1024, .workers = 1, .listeners = 0}), 16);
}

}  // namespace
}  // namespace belfry::app
