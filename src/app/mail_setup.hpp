#pragma once

// From what the configuration says of mail to what the client is made of: the files that it names are looked at here,
// once, at the start.

#include "app/configuration.hpp"
#include "net/smtp_options.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace belfry::app {

struct MailFault {
  std::string_view key;  // "mail.password_file"
  std::string message;
  std::string hint;  // may be empty
};

// In bytes, inclusive, without the line's end.
inline constexpr std::size_t kMailPasswordLimit = 1024;

// Blocking. Refuses a password's file that its owner's group or others may read or write, that is empty, or that has
// more than one line; and an authority's file that cannot be read. `belfry_host` is what we greet with.
std::expected<net::SmtpOptions, MailFault> make_smtp_options(const MailOptions& mail, std::string_view belfry_host);

}  // namespace belfry::app
