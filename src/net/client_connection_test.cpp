#include "net/client_connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

namespace belfry::net {
namespace {

using namespace std::chrono_literals;

// A Unix socket that takes one connection, reads until the peer is silent for good, and answers with "answer".
class PrivateListener {
 public:
  PrivateListener() {
    char name[] = "/tmp/belfry-connection-XXXXXX";
    folder_ = ::mkdtemp(name);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().native().copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = base::FileDescriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!listener_) throw std::runtime_error{"no socket can be had"};
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
  }
  ~PrivateListener() { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "socket"; }

  std::string serve(std::size_t expected) const {
    const base::FileDescriptor peer{::accept(listener_.get(), nullptr, nullptr)};
    if (!peer) return "nobody came";
    std::string got;
    char piece[256];
    while (got.size() < expected) {
      const ssize_t count = ::recv(peer.get(), piece, sizeof piece, 0);
      if (count <= 0) break;
      got.append(piece, static_cast<std::size_t>(count));
    }
    EXPECT_EQ(::send(peer.get(), "answer", 6, MSG_NOSIGNAL), 6);
    return got;
  }

 private:
  std::filesystem::path folder_;
  base::FileDescriptor listener_;
};

class ClientConnectionByPrivateSocket : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ClientConnectionByPrivateSocket, SaysWhoComesAndThenWhatIsSaid) {
  const auto [source, header] = GetParam();
  const PrivateListener listener;
  const base::SystemClock clock;
  const std::string expected = std::string{header} + "hello";
  std::string got;
  std::thread server{[&] { got = listener.serve(expected.size()); }};
  auto connection = ClientConnection::open({.socket = listener.path(), .source = base::IpAddress::parse(source)}, clock,
                                           clock.steady_now() + 5s);
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->send("hello"));
  EXPECT_EQ(connection->receive(), "answer");
  EXPECT_EQ(connection->receive(), "") << "the end of the stream";
  server.join();
  EXPECT_EQ(got, expected);
}

INSTANTIATE_TEST_SUITE_P(Families, ClientConnectionByPrivateSocket,
                         testing::Values(std::pair{"192.0.2.7", "PROXY TCP4 192.0.2.7 127.0.0.1 1024 443\r\n"},
                                         std::pair{"2001:db8::7", "PROXY TCP6 2001:db8::7 ::1 1024 443\r\n"}));

TEST(ClientConnection, TellsThatNobodyListens) {
  const base::SystemClock clock;
  const auto gone = ClientConnection::open({.socket = "/nowhere/socket"}, clock, clock.steady_now() + 5s);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error(), NetError::Refused);
  const auto closed =
      ClientConnection::open({.endpoint = *base::Endpoint::parse("127.0.0.1:1")}, clock, clock.steady_now() + 5s);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error(), NetError::Refused);
}

TEST(ClientConnection, EndsAtItsDeadline) {
  const PrivateListener silent;
  const base::SystemClock clock;
  auto connection = ClientConnection::open({.socket = silent.path()}, clock, clock.steady_now() + 50ms);
  ASSERT_TRUE(connection);
  const auto got = connection->receive();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error(), NetError::DeadlineExceeded);
}

}  // namespace
}  // namespace belfry::net
