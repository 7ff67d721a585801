#include "proof/control_site.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace belfry::proof {

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nunprotected\n";

// What one caller may take of the site's time.
constexpr std::chrono::seconds kCallerDeadline{2};

// True once `descriptor` can be read; false at the deadline or when `stop` was rung.
bool wait_readable(int descriptor, int stop, const base::Clock& clock, base::SteadyTime until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock.steady_now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> watched{{{descriptor, POLLIN, 0}, {stop, POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (watched[1].revents != 0) return false;
    return true;
  }
}

void answer(int caller, int stop, const base::Clock& clock, base::SteadyTime until) {
  std::string head;
  std::array<char, 1024> piece{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    // A request of ours is a few hundred bytes; who sends more than this is not answered.
    if (head.size() > 8192 || !wait_readable(caller, stop, clock, until)) return;
    const ssize_t got = ::recv(caller, piece.data(), piece.size(), 0);
    if (got <= 0) return;
    head.append(piece.data(), static_cast<std::size_t>(got));
  }
  // Fits into an empty socket's buffer at once. A caller that went away meanwhile misses nothing.
  (void)::send(caller, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
}

}  // namespace

ControlSite::Descriptor::~Descriptor() {
  if (number >= 0) ::close(number);
}

ControlSite::ControlSite(const base::Clock& clock, std::chrono::milliseconds lifetime)
    : clock_{clock},
      listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)},
      stop_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_.number < 0 || stop_.number < 0 || ::bind(listener_.number, generic, size) != 0 ||
      ::listen(listener_.number, 8) != 0 || ::getsockname(listener_.number, generic, &size) != 0) {
    throw std::system_error{errno, std::generic_category(), "the control's socket"};
  }
  endpoint_ = {.address = base::IpAddress::v4(INADDR_LOOPBACK), .port = ntohs(address.sin_port)};
  thread_ = std::jthread{[this, until = clock.steady_now() + lifetime] { serve(until); }};
}

ControlSite::~ControlSite() {
  const std::uint64_t ring = 1;
  // An eventfd takes the first ring whatever else happens.
  (void)!::write(stop_.number, &ring, sizeof ring);
  thread_.join();
}

void ControlSite::serve(base::SteadyTime until) const {
  while (wait_readable(listener_.number, stop_.number, clock_, until)) {
    const Descriptor caller{::accept4(listener_.number, nullptr, nullptr, SOCK_CLOEXEC)};
    if (caller.number < 0) continue;
    answer(caller.number, stop_.number, clock_,
           std::min<base::SteadyTime>(until, clock_.steady_now() + kCallerDeadline));
  }
}

}  // namespace belfry::proof
