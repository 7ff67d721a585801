#pragma once

// Servers to be looked at, on loopback: one that says what a test tells it to, and OpenSSL's. Only tests include this.

#include "base/child_process.hpp"
#include "base/file_descriptor.hpp"
#include "inspect/tls_bytes_test_support.hpp"
#include "net/way.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace belfry::inspect::testing_support {

struct Reply {
  std::string bytes;
  enum class End : std::uint8_t { Close, Reset, Hold };
  // Hold: until the other end goes away.
  End end = End::Close;
};

// Agrees to whatever comes first in a hello, weak or not.
inline Reply agree(std::string_view bytes) {
  if (bytes.starts_with("GET ")) return {.bytes = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"};
  if (bytes.starts_with('\x80')) {
    const std::string body =
        std::string{"\x04\x00\x01\x00\x02\x00\x00\x00\x03\x00\x00", 11} + "\x07" + std::string{"\x00\xc0", 2};
    return {.bytes = number(0x8000 | body.size(), 2) + body};
  }
  const ClientHelloParts hello = read_client_hello(bytes);
  const bool tls13 = hello.has(43);
  const std::string share = extension(51, number(29, 2) + with_length(std::string(32, 'k'), 2));
  return {.bytes = server_hello({.version = hello.version,
                                 .session = hello.session,
                                 .suite = hello.suites.front(),
                                 .compression = hello.compression.front(),
                                 .extensions = tls13 ? kChoosesTls13 + share : "",
                                 .has_extensions = tls13})};
}

// Takes one connection after the other, reads what comes first, and says what `answer` makes of it.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<Reply(std::string_view)> answer) : answer_{std::move(answer)} {
    listener_ = base::FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (!listener_ || ::bind(listener_.get(), raw, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), raw, &size) != 0) {
      throw std::runtime_error{"no port can be had"};
    }
    way_.endpoint = *base::Endpoint::parse("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    thread_ = std::thread{[this] { serve(); }};
  }
  ~ScriptedServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  const net::Way& way() const { return way_; }
  int connections() const { return connections_.load(); }

 private:
  void serve() {
    for (;;) {
      const base::FileDescriptor peer{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (!peer) return;
      ++connections_;
      std::array<char, 16384> piece;
      const ssize_t got = ::recv(peer.get(), piece.data(), piece.size(), 0);
      const Reply reply = answer_({piece.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
      if (!reply.bytes.empty()) ::send(peer.get(), reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
      if (reply.end == Reply::End::Reset) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      }
      while (reply.end == Reply::End::Hold && ::recv(peer.get(), piece.data(), piece.size(), 0) > 0) {
      }
    }
  }

  std::function<Reply(std::string_view)> answer_;
  base::FileDescriptor listener_;
  net::Way way_;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

// A folder with a CA, and certificates of its own making by the program `openssl`.
class CertificateFolder {
 public:
  CertificateFolder() {
    char name[] = "/tmp/belfry-tls-test-XXXXXX";
    folder_ = ::mkdtemp(name);
    make(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=test-ca -days 365 "
        "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign");
  }
  ~CertificateFolder() { std::filesystem::remove_all(folder_); }
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;

  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  std::filesystem::path ca() const { return file("ca.pem"); }

  // `name`.pem and `name`.key, signed by the CA for 30 days, with `key` as in "-newkey KEY".
  void issue(const std::string& name, const std::string& key, const std::string& alternatives) const {
    make("req -newkey " + key + " -nodes -keyout " + name + ".key -out " + name + ".csr -subj /CN=" + name +
         " -addext subjectAltName=" + alternatives);
    make("x509 -req -in " + name +
         ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -copy_extensions copy -out " + name + ".pem");
  }
  // Signed by itself.
  void issue_self_signed(const std::string& name, const std::string& key, const std::string& alternatives) const {
    make("req -x509 -newkey " + key + " -nodes -keyout " + name + ".key -out " + name + ".pem -subj /CN=" + name +
         " -days 30 -addext subjectAltName=" + alternatives);
  }

 private:
  void make(const std::string& arguments) const {
    const std::string command = "cd " + folder_.string() + " && openssl " + arguments + " >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) throw std::runtime_error{"openssl cannot do: " + arguments};
  }

  std::filesystem::path folder_;
};

// `openssl s_server`, which answers each request with a page.
class OpensslServer {
 public:
  OpensslServer(const CertificateFolder& folder, const std::string& certificate, std::vector<std::string> more)
      : process_{start(folder, certificate, std::move(more))} {
    const std::string& line = process_.first_line();
    way_.endpoint = *base::Endpoint::parse(std::string_view{line}.substr(line.find(' ') + 1));
  }

  const net::Way& way() const { return way_; }

 private:
  static base::ChildProcess start(const CertificateFolder& folder, const std::string& certificate,
                                  std::vector<std::string> more) {
    // It says more than ACCEPT, and writes a line for each connection, which somebody has to read.
    std::vector<std::string> command{
        "bash",
        "-c",
        "exec \"$@\" > >(grep -m1 --line-buffered ^ACCEPT; exec cat >/dev/null) 2>/dev/null </dev/null",
        "bash",
        "openssl",
        "s_server",
        "-accept",
        "127.0.0.1:0",
        "-www",
        "-cert",
        folder.file(certificate + ".pem").string(),
        "-key",
        folder.file(certificate + ".key").string()};
    command.insert(command.end(), more.begin(), more.end());
    auto process = base::ChildProcess::start(std::move(command), std::chrono::seconds{20});
    if (!process) throw std::runtime_error{process.error()};
    if (!process->first_line().starts_with("ACCEPT ")) throw std::runtime_error{process->first_line()};
    return std::move(*process);
  }

  base::ChildProcess process_;
  net::Way way_;
};

}  // namespace belfry::inspect::testing_support
