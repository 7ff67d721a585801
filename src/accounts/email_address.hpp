#pragma once

// An e-mail address in its one canonical form: what people are found by, and what a count of attempts is kept under.
// Two spellings of one mailbox must not be two counts, and two mailboxes must not be one account. So letters are lower
// case and the domain is in its ASCII form (RFC 5891), but dots and "+" in the local part stay as they are: only some
// providers ignore them.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::accounts {

enum class EmailError : std::uint8_t {
  TooLong,
  NoAt,
  LocalPart,  // empty, or more than RFC 5322's dot-atom: quotes, blanks, controls, letters beyond ASCII
  Domain,     // no host name, an address in its place, or nothing that IDNA takes
};
std::string_view to_string(EmailError error);

class EmailAddress {
 public:
  // RFC 5321, section 4.5.3.1.1 and .2; a path of 256 octets holds the brackets around the address too (.3). Inclusive.
  static constexpr std::size_t kLocalPartLimit = 64;
  static constexpr std::size_t kLimit = 254;

  // Takes no blanks around the address: whoever reads a form removes them.
  static std::expected<EmailAddress, EmailError> parse(std::string_view text);

  // Visible ASCII alone: safe in a header, an SMTP command and a label.
  const std::string& text() const { return text_; }
  std::string_view local_part() const { return std::string_view{text_}.substr(0, at_); }
  std::string_view domain() const { return std::string_view{text_}.substr(at_ + 1); }

  friend auto operator<=>(const EmailAddress&, const EmailAddress&) = default;

 private:
  EmailAddress(std::string text, std::size_t at) : text_{std::move(text)}, at_{at} {}

  std::string text_;
  std::size_t at_;
};

}  // namespace belfry::accounts
