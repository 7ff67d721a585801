#pragma once

// A mail server on loopback that keeps what it is sent, or answers as a test wants it to. Only tests include this.

#include "net/certificate_test_support.hpp"
#include "net/native_address.hpp"
#include "net/smtp_options.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace belfry::net {

struct SinkMail {
  std::string from;  // with what stands behind the address
  std::string to;
  std::string message;  // without the dots of the protocol
  bool over_tls = false;
};

struct SinkManner {
  // With one, STARTTLS is offered.
  const TestCertificate* certificate = nullptr;
  bool tls_at_once = false;
  // Instead of the usual reply to a verb; "CONNECT" is the greeting, "." the reply to a whole message. An empty one is
  // none: from then on the server is silent.
  std::map<std::string, std::string> replies;
};

// One connection at a time.
class SmtpSink {
 public:
  explicit SmtpSink(SinkManner manner = {}) : manner_{std::move(manner)} {
    if (manner_.certificate != nullptr) {
      context_.reset(SSL_CTX_new(TLS_server_method()));
      SSL_CTX_use_cert_and_key(context_.get(), manner_.certificate->certificate.get(), manner_.certificate->key.get(),
                               nullptr, 1);
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    NativeAddress any = to_native({*base::IpAddress::parse("127.0.0.1"), 0});
    if (listener_ < 0 || ::bind(listener_, any.get(), any.size) != 0 || ::listen(listener_, 16) != 0) std::abort();
    any.size = sizeof any.storage;
    ::getsockname(listener_, any.get(), &any.size);
    port_ = from_native(any)->port;
    thread_ = std::thread{[this] { run(); }};
  }
  ~SmtpSink() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  SmtpOptions options(MailSecurity security = MailSecurity::PlainOnLoopback) const {
    return {.server = {"127.0.0.1", port_, security}, .from = "belfry@example.com", .greeting = "belfry.example.com"};
  }
  std::vector<SinkMail> mails() const {
    const std::scoped_lock lock{mutex_};
    return mails_;
  }
  // Every line but those of messages.
  std::vector<std::string> commands() const {
    const std::scoped_lock lock{mutex_};
    return commands_;
  }
  int connections() const { return connections_; }

 private:
  struct Connection {
    int descriptor;
    SslHandle tls;
    std::string unread;
  };

  bool readable(int descriptor) const {
    while (!stopping_) {
      pollfd wait{descriptor, POLLIN, 0};
      if (::poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }
  void run() {
    // OpenSSL's socket BIO writes without MSG_NOSIGNAL. On this thread alone: the client's own writes must raise none.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (readable(listener_)) {
      Connection connection{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), {}, {}};
      if (connection.descriptor < 0) continue;
      ++connections_;
      serve(connection);
      connection.tls.reset();
      ::close(connection.descriptor);
    }
  }
  bool begin_tls(Connection& connection) {
    connection.tls.reset(SSL_new(context_.get()));
    SSL_set_fd(connection.tls.get(), connection.descriptor);
    return readable(connection.descriptor) && SSL_accept(connection.tls.get()) == 1;
  }
  bool receive(Connection& connection) {
    if (!(connection.tls && SSL_pending(connection.tls.get()) > 0) && !readable(connection.descriptor)) return false;
    std::vector<char> bytes(4096);
    const auto got = connection.tls ? SSL_read(connection.tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                                    : static_cast<int>(::recv(connection.descriptor, bytes.data(), bytes.size(), 0));
    if (got <= 0) return false;
    connection.unread.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }
  std::optional<std::string> line(Connection& connection) {
    std::size_t end = 0;
    while ((end = connection.unread.find("\r\n")) == std::string::npos) {
      if (!receive(connection)) return std::nullopt;
    }
    std::string line = connection.unread.substr(0, end);
    connection.unread.erase(0, end + 2);
    return line;
  }
  // False where the server falls silent: it waits until the client is gone.
  bool reply(Connection& connection, const std::string& verb, std::string usual) {
    if (const auto other = manner_.replies.find(verb); other != manner_.replies.end()) usual = other->second;
    if (usual.empty()) {
      while (receive(connection)) {
      }
      return false;
    }
    usual += "\r\n";
    if (connection.tls) return SSL_write(connection.tls.get(), usual.data(), static_cast<int>(usual.size())) > 0;
    return ::send(connection.descriptor, usual.data(), usual.size(), MSG_NOSIGNAL) > 0;
  }
  std::optional<std::string> heard(Connection& connection) {
    auto command = line(connection);
    const std::scoped_lock lock{mutex_};
    if (command) commands_.push_back(*command);
    return command;
  }
  std::optional<std::string> message(Connection& connection) {
    std::string text;
    while (auto next = line(connection)) {
      if (*next == ".") return text;
      // RFC 5321, section 4.5.2.
      text += (next->starts_with('.') ? next->substr(1) : *next) + "\r\n";
    }
    return std::nullopt;
  }
  void serve(Connection& connection) {
    if (manner_.tls_at_once && !begin_tls(connection)) return;
    if (!reply(connection, "CONNECT", "220 sink.example ESMTP")) return;
    SinkMail mail;
    while (const auto command = heard(connection)) {
      const std::string verb = command->substr(0, command->find(' '));
      const std::size_t value = std::min(command->find(':'), command->size() - 1) + 1;
      std::string usual = "250 yes";
      if (verb == "EHLO") {
        usual = context_ && !connection.tls ? "250-sink.example\r\n250-STARTTLS\r\n250 AUTH PLAIN"
                                            : "250-sink.example\r\n250 AUTH PLAIN";
      } else if (verb == "STARTTLS") {
        const bool refuses = manner_.replies.contains(verb);
        if (!reply(connection, verb, "220 go on") || (!refuses && !begin_tls(connection))) return;
        continue;
      } else if (verb == "AUTH") {
        // RFC 4954, section 4: an empty challenge, where the command brought no response.
        if (!reply(connection, "challenge", "334 ") || !heard(connection)) return;
        usual = "235 you are";
      } else if (verb == "MAIL") {
        mail = {.from = command->substr(value), .over_tls = connection.tls != nullptr};
      } else if (verb == "RCPT") {
        mail.to = command->substr(value);
      } else if (verb == "DATA") {
        const bool refuses = manner_.replies.contains(verb);
        if (!reply(connection, verb, "354 go on")) return;
        if (refuses) continue;
        auto text = message(connection);
        if (!text) return;
        mail.message = std::move(*text);
        {
          const std::scoped_lock lock{mutex_};
          mails_.push_back(mail);
        }
        if (!reply(connection, ".", "250 taken")) return;
        continue;
      } else if (verb == "QUIT") {
        usual = "221 goodbye";
      }
      if (!reply(connection, verb, usual) || verb == "QUIT") return;
    }
  }

  const SinkManner manner_;
  SslContextHandle context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<SinkMail> mails_;        // guarded by mutex_
  std::vector<std::string> commands_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace belfry::net
