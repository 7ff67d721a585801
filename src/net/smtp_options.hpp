#pragma once

// Where mails are handed over, and as whom.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace belfry::net {

// RFC 8314, section 3: mail is submitted over TLS, at once or behind STARTTLS; neither falls back to plaintext. What
// does not leave the machine needs none.
enum class MailSecurity : std::uint8_t {
  Tls,
  StartTls,
  PlainOnLoopback,  // to no other address than a loopback one, whatever the name resolves to
};

struct MailServer {
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 0;
  MailSecurity security = MailSecurity::Tls;
  friend bool operator==(const MailServer&, const MailServer&) = default;
};

struct MailLogin {
  std::string user;
  std::string password;
};

struct SmtpOptions {
  MailServer server;
  std::string from;      // as is_mail_address() has it (mail_message.hpp)
  std::string greeting;  // the host name that we give as our own, in lower case
  std::optional<MailLogin> login;
  // Trust this file of authorities instead of the system's.
  std::optional<std::filesystem::path> authority;
  std::chrono::milliseconds connect_deadline{10'000};  // for the name, the connection and TLS
  std::chrono::milliseconds deadline{60'000};          // for all of it until the server has taken the mail
};

}  // namespace belfry::net
