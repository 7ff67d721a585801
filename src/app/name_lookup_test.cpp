#include "app/name_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace belfry::app {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::Optional;

constexpr milliseconds kLong{60'000};

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value_or(base::IpAddress{});
}

TEST(NameLookup, AnswersAnAddressWithoutTheResolver) {
  std::atomic<int> asked = 0;
  NameLookup lookup{[&](const std::string&) {
    ++asked;
    return NameLookup::Addresses{};
  }};
  for (const char* const literal : {"192.0.2.1", "::1", "2001:db8::7"}) {
    lookup.ask(literal);
    EXPECT_THAT(lookup.answer(milliseconds{0}), Optional(ElementsAre(address(literal))));
  }
  EXPECT_EQ(asked, 0);
}

TEST(NameLookup, WaitsForNoResolverThatHangs) {
  std::binary_semaphore go{0};
  NameLookup lookup{[&](const std::string&) {
    go.acquire();
    return NameLookup::Addresses{address("192.0.2.1")};
  }};
  lookup.ask("app.example.com");
  EXPECT_FALSE(lookup.answer(milliseconds{0}));
  lookup.ask("app.example.com");
  EXPECT_FALSE(lookup.answer(milliseconds{0}));
  go.release();
  EXPECT_THAT(lookup.answer(kLong), Optional(ElementsAre(address("192.0.2.1"))));
  EXPECT_FALSE(lookup.answer(milliseconds{0}));  // once
}

TEST(NameLookup, DropsTheAnswerToWhatWasDisplaced) {
  std::counting_semaphore<2> go{0};
  std::binary_semaphore began{0};
  NameLookup lookup{[&](const std::string& name) {
    if (name == "old") began.release();
    go.acquire();
    return NameLookup::Addresses{address(name == "old" ? "192.0.2.1" : "192.0.2.2")};
  }};
  lookup.ask("old");
  began.acquire();
  lookup.ask("new");
  go.release(2);
  EXPECT_THAT(lookup.answer(kLong), Optional(ElementsAre(address("192.0.2.2"))));

  lookup.ask("old");
  began.acquire();
  lookup.ask("192.0.2.3");
  EXPECT_THAT(lookup.answer(kLong), Optional(ElementsAre(address("192.0.2.3"))));
  go.release();
  EXPECT_FALSE(lookup.answer(milliseconds{0}));
}

TEST(NameLookup, KnowsThatNobodyCouldTell) {
  std::atomic<bool> works = false;
  NameLookup lookup{[&](const std::string&) -> std::optional<NameLookup::Addresses> {
    if (!works) return std::nullopt;
    return NameLookup::Addresses{address("192.0.2.1")};
  }};
  lookup.ask("app.example.com");
  EXPECT_FALSE(lookup.answer(kLong));
  works = true;
  lookup.ask("app.example.com");
  EXPECT_THAT(lookup.answer(kLong), Optional(ElementsAre(address("192.0.2.1"))));
}

TEST(NameLookup, AnswersAnUnknownNameWithNothing) {
  NameLookup lookup{[](const std::string&) { return NameLookup::Addresses{}; }};
  EXPECT_FALSE(lookup.answer(milliseconds{0}));  // nothing was asked
  lookup.ask("nowhere.invalid");
  EXPECT_THAT(lookup.answer(kLong), Optional(ElementsAre()));
}

}  // namespace
}  // namespace belfry::app
