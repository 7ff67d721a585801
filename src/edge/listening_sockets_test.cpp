#include "edge/listening_sockets.hpp"

#include "net/native_address.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace belfry::edge {
namespace {

const base::IpAddress kLoopback = base::IpAddress::v4(0x7f000001);

TEST(ListeningSockets, ShareOnePortAmongTheWorkers) {
  const auto listening = listen_on({kLoopback, 0}, 3);
  ASSERT_TRUE(listening);
  EXPECT_NE(listening->endpoint.port, 0);
  ASSERT_EQ(listening->sockets.size(), 3U);
  for (const auto& socket : listening->sockets) {
    net::NativeAddress bound;
    ASSERT_EQ(::getsockname(socket.get(), bound.get(), &bound.size), 0);
    EXPECT_EQ(net::from_native(bound), listening->endpoint);
  }
}

TEST(ListeningSockets, RefuseAPortThatAnotherListenerHas) {
  const auto first = listen_on({kLoopback, 0}, 1);
  ASSERT_TRUE(first);
  const auto second = listen_on(first->endpoint, 1);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another program listens there"), std::string::npos);
  EXPECT_FALSE(second.error().no_such_family());
}

TEST(ListeningSockets, SayThatAnAddressIsNotThisMachines) {
  const auto listening = listen_on({*base::IpAddress::parse("192.0.2.1"), 0}, 1);  // RFC 5737: nobody's
  ASSERT_FALSE(listening);
  EXPECT_NE(listening.error().message.find("no such address"), std::string::npos);
}

}  // namespace
}  // namespace belfry::edge
