// New connections, one after another, by as many threads as are asked for: TCP, a TLS 1.3 handshake, one request, its
// whole response, close_notify. h2load has kept connections alone, and `openssl s_time` reads no response.
//
//   handshakes PORT HOST PATH BYTES full|resumed THREADS SECONDS
//
// `full` offers no ticket; `resumed` offers the one that the connection before it brought, with a fresh key exchange
// (RFC 8446, section 2.2: "PSK with (EC)DHE"). A response other than 200 with so many bytes, a full handshake where a
// resumed one was due or the reverse, or anything broken off ends it all with exit code 1 and a line that says why;
// else it prints one line of JSON.
//
// Each thread comes from a loopback address of its own, 127.0.2.1 and on, as many clients would. Blocking sockets with
// a deadline; each thread owns its context, so that they do not meet at a lock.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kSuite = "TLS_AES_128_GCM_SHA256";
constexpr const char* kGroup = "X25519";
// RFC 7301, section 3.1: each name behind a byte with its length.
constexpr std::string_view kProtocols = "\x08http/1.1";
constexpr std::size_t kHeadLimit = std::size_t{64} * 1024;
constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

template <auto Function>
struct Free {
  void operator()(auto* pointer) const { Function(pointer); }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, Free<SSL_free>>;
using Ticket = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>;

struct Options {
  std::uint16_t port = 0;
  std::string host;
  std::string request;
  std::size_t bytes = 0;
  bool resumed = false;
  std::uint32_t threads = 0;
  double seconds = 0;
};

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_{descriptor} {
    if (descriptor_ < 0) throw std::runtime_error{std::string{"socket: "} + std::strerror(errno)};
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void fail(std::string_view what) {
  std::array<char, 256> why{};
  ERR_error_string_n(ERR_get_error(), why.data(), why.size());
  throw std::runtime_error{std::string{what} + ": " + why.data() + " (" + std::strerror(errno) + ")"};
}

sockaddr_in loopback(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(address);
  result.sin_port = htons(port);
  return result;
}

template <typename Value>
void set_option(int descriptor, int level, int name, const Value& value) {
  if (::setsockopt(descriptor, level, name, &value, static_cast<socklen_t>(sizeof value)) != 0) fail("setsockopt");
}

// One client: its address, its context, and the ticket that its last connection brought.
class Client {
 public:
  Client(const Options& options, std::uint32_t number)
      : options_{options}, source_{loopback((127U << 24U) + (2U << 8U) + 1U + number, 0)} {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    // The certificate's signature is verified (RFC 8446, section 4.4.3), its chain is not: that is the client's own
    // work.
    if (!context_ || SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context_.get(), kSuite) != 1 ||
        SSL_CTX_set1_groups_list(context_.get(), kGroup) != 1 ||
        SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(kProtocols.data()),
                                static_cast<unsigned>(kProtocols.size())) != 0) {
      fail("a client's context");
    }
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_app_data(context_.get(), this);
    SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* tls, SSL_SESSION* ticket) -> int {
      static_cast<Client*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)))->ticket_.reset(ticket);
      return 1;  // it is ours now
    });
  }

  // A connection from its SYN to its close_notify.
  void connect_once() {
    const Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    // The port is taken at connect(), so that one port serves towards many servers.
    set_option(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket.get(), SOL_SOCKET, SO_RCVTIMEO, kPatience);
    set_option(socket.get(), SOL_SOCKET, SO_SNDTIMEO, kPatience);
    const sockaddr_in to = loopback(INADDR_LOOPBACK, options_.port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&source_), sizeof source_) != 0 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
      fail("connect");
    }
    const Tls tls{SSL_new(context_.get())};
    if (!tls || SSL_set_fd(tls.get(), socket.get()) != 1 ||
        SSL_set_tlsext_host_name(tls.get(), options_.host.c_str()) != 1) {
      fail("SSL_new");
    }
    const Ticket offered = options_.resumed ? std::move(ticket_) : Ticket{};
    if (offered && SSL_set_session(tls.get(), offered.get()) != 1) fail("SSL_set_session");
    if (SSL_connect(tls.get()) != 1) fail("handshake");
    if ((SSL_session_reused(tls.get()) == 1) != (offered != nullptr)) {
      throw std::runtime_error{offered ? "a ticket was not taken" : "resumed without a ticket"};
    }
    ask(tls.get());
    if (negotiated_.empty()) {
      negotiated_ = std::string{R"("protocol": ")"} + SSL_get_version(tls.get()) + R"(", "cipher": ")" +
                    SSL_get_cipher_name(tls.get()) + R"(", "group": ")" +
                    OBJ_nid2sn(static_cast<int>(SSL_get_negotiated_group(tls.get()))) + '"';
    }
    if (options_.resumed && !ticket_) throw std::runtime_error{"the connection brought no ticket"};
    SSL_shutdown(tls.get());
  }

  const std::string& negotiated() const { return negotiated_; }

 private:
  void ask(SSL* tls) {
    if (SSL_write(tls, options_.request.data(), static_cast<int>(options_.request.size())) <= 0) fail("write");
    std::string head;
    std::size_t end = std::string::npos;
    while ((end = head.find("\r\n\r\n")) == std::string::npos) {
      if (head.size() > kHeadLimit) throw std::runtime_error{"a head without end"};
      head.append(buffer_.data(), read(tls));
    }
    if (!head.starts_with("HTTP/1.1 200")) throw std::runtime_error{"answered " + head.substr(0, 100)};
    std::string fields = head.substr(0, end + 2);
    std::ranges::transform(fields, fields.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (fields.find("\r\ncontent-length: " + std::to_string(options_.bytes) + "\r\n") == std::string::npos) {
      throw std::runtime_error{"another length: " + head.substr(0, end)};
    }
    std::size_t body = head.size() - end - 4;
    while (body < options_.bytes) body += read(tls);
    if (body != options_.bytes) throw std::runtime_error{"more than the body"};
  }

  std::size_t read(SSL* tls) {
    const int got = SSL_read(tls, buffer_.data(), static_cast<int>(buffer_.size()));
    if (got <= 0) fail("read");
    return static_cast<std::size_t>(got);
  }

  const Options& options_;
  sockaddr_in source_;
  Context context_;
  Ticket ticket_;
  std::string negotiated_;
  std::array<char, 16 * 1024> buffer_{};
};

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

std::optional<Options> options_of(const std::vector<std::string_view>& words) {
  if (words.size() != 7 || (words[4] != "full" && words[4] != "resumed")) return std::nullopt;
  const auto port = number<std::uint16_t>(words[0]);
  const auto bytes = number<std::size_t>(words[3]);
  const auto threads = number<std::uint32_t>(words[5]);
  const auto seconds = number<double>(words[6]);
  if (!port || !bytes || !threads || *threads == 0 || *threads > 250 || !seconds) return std::nullopt;
  return Options{.port = *port,
                 .host = std::string{words[1]},
                 .request = "GET " + std::string{words[2]} + " HTTP/1.1\r\nHost: " + std::string{words[1]} + ":" +
                            std::string{words[0]} + "\r\n\r\n",
                 .bytes = *bytes,
                 .resumed = words[4] == "resumed",
                 .threads = *threads,
                 .seconds = *seconds};
}

}  // namespace

int main(int count, char** words) {
  const auto options = options_of({words + 1, words + count});
  if (!options) {
    std::fputs("usage: handshakes PORT HOST PATH BYTES full|resumed THREADS SECONDS\n", stderr);
    return 2;
  }
  // A server that closes while it is written to is an error like others.
  std::signal(SIGPIPE, SIG_IGN);
  std::atomic<std::uint64_t> connections{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::string problem;
  std::string negotiated;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{options->seconds});
  {
    std::vector<std::jthread> threads;
    threads.reserve(options->threads);
    for (std::uint32_t i = 0; i < options->threads; ++i) {
      threads.emplace_back([&, i] {
        try {
          Client client{*options, i};
          // With tickets, the first connection of each client is a full one: it is one of thousands.
          while (!failed && Clock::now() < end) {
            client.connect_once();
            ++connections;
          }
          const std::lock_guard lock{mutex};
          negotiated = client.negotiated();
        } catch (const std::exception& error) {
          const std::lock_guard lock{mutex};
          if (!failed.exchange(true)) problem = error.what();
        }
      });
    }
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  if (failed) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    return 1;
  }
  std::printf(R"({"connections": %llu, "seconds": %.6f, %s})"
              "\n",
              static_cast<unsigned long long>(connections.load()), took.count(), negotiated.c_str());
  return 0;
}
