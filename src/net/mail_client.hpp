#pragma once

// An e-mail on its way out: what the program tells people. Blocking, so never on a worker's thread.

#include "base/clock.hpp"

#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>

namespace belfry::net {

// To one person, in plain text. What it may hold is said at mail_message() (mail_message.hpp).
struct Mail {
  std::string to;
  std::string subject;  // UTF-8, one line
  std::string text;     // UTF-8, lines ended by "\n"
  // The left half of its Message-ID. The same at each try: a server that took the mail and could not say so knows it.
  std::string id;
  base::WallTime written;
  friend bool operator==(const Mail&, const Mail&) = default;
};

enum class MailError : std::uint8_t {
  Unsendable,  // its address, subject or text may not stand in a mail
  NameNotFound,
  ConnectFailed,
  TlsFailed,  // handshake or certificate, or a server without STARTTLS
  DeadlineExceeded,
  SignInRefused,  // user or password
  RefusedForNow,  // a reply of 4xx
  Refused,        // a reply of 5xx
  BrokenOff,      // the connection ended, or what came is not SMTP
  Stopped,        // by the caller
};
// Words in snake_case, for a log and a counter.
std::string_view to_string(MailError error);

// Whether the same mail may pass at a later time. RFC 5321, section 4.2.1: behind a reply of 5xx, "The SMTP client
// SHOULD NOT repeat the exact request".
bool may_pass_later(MailError error);

struct MailFailure {
  MailError error;
  std::uint16_t reply = 0;  // the server's last reply, for the log; 0: none
  friend bool operator==(const MailFailure&, const MailFailure&) = default;
};

class MailClient {
 public:
  virtual ~MailClient() = default;
  // Returns once the server has taken the mail, with the failure where it did not, or soon after `stopping` was asked
  // for.
  virtual std::expected<void, MailFailure> send(const Mail& mail, const std::stop_token& stopping) = 0;
};

}  // namespace belfry::net
