#include "edge/sent_body.hpp"

#include <gtest/gtest.h>

namespace belfry::edge {
namespace {

using http::BodyLength;
using http::More;

TEST(SentBody, KeepsToTheAnnouncedLength) {
  SentBody body;
  body.announce(BodyLength::known(10));
  EXPECT_TRUE(body.take(4, More::Yes));
  EXPECT_TRUE(body.take(6, More::No));
  EXPECT_EQ(body.bytes(), 10U);
}

TEST(SentBody, RefusesMoreThanAnnounced) {
  SentBody body;
  body.announce(BodyLength::known(10));
  EXPECT_FALSE(body.take(11, More::Yes));
}

TEST(SentBody, RefusesToEndBelowTheAnnouncedLength) {
  SentBody body;
  body.announce(BodyLength::known(10));
  EXPECT_TRUE(body.take(9, More::Yes));
  EXPECT_FALSE(body.take(0, More::No));
}

TEST(SentBody, TakesAnyLengthWhereNoneWasAnnounced) {
  SentBody body;
  body.announce(BodyLength::unknown());
  EXPECT_TRUE(body.take(1'000'000, More::Yes));
  EXPECT_TRUE(body.take(0, More::No));
}

}  // namespace
}  // namespace belfry::edge
