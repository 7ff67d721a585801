#include "proof/control_site.hpp"

#include "base/clock.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace belfry::proof {
namespace {

// What came back until the site closed; none where nobody listens.
std::optional<std::string> talk(const base::Endpoint& endpoint, std::string_view text) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::system_error{errno, std::generic_category()};
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  address.sin_addr.s_addr = htonl(endpoint.address.v4_value());
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return std::nullopt;
  }
  EXPECT_EQ(::send(socket, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string answer;
  std::array<char, 512> piece{};
  for (ssize_t got = 0; (got = ::recv(socket, piece.data(), piece.size(), 0)) > 0;) {
    answer.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

TEST(ControlSite, AnswersWithoutAnyProtection) {
  const base::SystemClock clock;
  const ControlSite site{clock};
  EXPECT_TRUE(site.endpoint().address.is_loopback());
  EXPECT_EQ(site.url(), "http://127.0.0.1:" + std::to_string(site.endpoint().port) + "/");
  for (int request = 0; request < 3; ++request) {
    const std::string answer = talk(site.endpoint(), "GET / HTTP/1.1\r\nHost: control\r\n\r\n").value_or("");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nunprotected\n")) << answer;
    EXPECT_EQ(answer.find("Strict-Transport-Security"), std::string::npos);
  }
}

TEST(ControlSite, IsGoneWithItsObject) {
  const base::SystemClock clock;
  base::Endpoint endpoint;
  {
    const ControlSite site{clock};
    endpoint = site.endpoint();
  }
  EXPECT_EQ(talk(endpoint, "GET / HTTP/1.1\r\n\r\n"), std::nullopt);
}

TEST(ControlSite, EndsWhileACallerIsSilent) {
  const base::SystemClock clock;
  const int caller = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(caller, 0);
  {
    const ControlSite site{clock};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(site.endpoint().port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ::close(caller);
}

TEST(ControlSite, DoesNotAnswerAHeadWithoutEnd) {
  const base::SystemClock clock;
  const ControlSite site{clock};
  EXPECT_EQ(talk(site.endpoint(), std::string(9000, 'x')), "");
}

}  // namespace
}  // namespace belfry::proof
