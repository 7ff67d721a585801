#include "accounts/email_address.hpp"

#include "base/ascii.hpp"

#include <idn2.h>

#include <algorithm>
#include <optional>

namespace belfry::accounts {

namespace {

using base::is_digit;
using base::is_letter;

// RFC 5322, section 3.2.3: atext.
bool is_atext(char character) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~";
  return is_letter(character) || is_digit(character) || kOthers.find(character) != std::string_view::npos;
}

// RFC 5321, section 4.1.2: Dot-string. Its other form, the Quoted-string, "SHOULD NOT" be what a host receives mail by.
bool is_dot_string(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char character) { return character == '.' || is_atext(character); });
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

// RFC 5321, section 2.3.5: labels of letters, digits and hyphens. A last label of digits alone is no domain's, but an
// address's, which has brackets around it where it is meant (RFC 3696, section 2).
bool is_host_name(std::string_view name) {
  constexpr std::size_t kLabelLimit = 63;  // RFC 1035, section 2.3.4
  std::string_view label;
  while (true) {
    const std::size_t dot = name.find('.');
    label = name.substr(0, dot);
    if (label.empty() || label.size() > kLabelLimit || label.front() == '-' || label.back() == '-') return false;
    if (!std::ranges::all_of(label, [](char one) { return is_letter(one) || is_digit(one) || one == '-'; })) {
      return false;
    }
    if (dot == std::string_view::npos) return !std::ranges::all_of(label, is_digit);
    name.remove_prefix(dot + 1);
  }
}

bool may_stand_in_domain(char character) {
  const bool ascii = static_cast<unsigned char>(character) < 0x80;
  return !ascii || is_letter(character) || is_digit(character) || character == '-' || character == '.';
}

// RFC 5891, section 5, behind the mapping of UTS 46, in its non-transitional form as browsers have it.
std::optional<std::string> to_ascii(std::string_view domain) {
  char* ascii = nullptr;
  const std::string terminated{domain};
  const int result =
      idn2_to_ascii_8z(terminated.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
  if (result != IDN2_OK) return std::nullopt;
  std::string text = lower_case(ascii);
  idn2_free(ascii);
  return text;
}

}  // namespace

std::string_view to_string(EmailError error) {
  switch (error) {
    case EmailError::TooLong:
      return "too long";
    case EmailError::NoAt:
      return "no @";
    case EmailError::LocalPart:
      return "local part";
    case EmailError::Domain:
      return "domain";
  }
  return {};
}

std::expected<EmailAddress, EmailError> EmailAddress::parse(std::string_view text) {
  // Before anything is computed of it.
  if (text.size() > kLimit) return std::unexpected{EmailError::TooLong};
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return std::unexpected{EmailError::NoAt};
  const std::string_view local = text.substr(0, at);
  if (local.size() > kLocalPartLimit) return std::unexpected{EmailError::TooLong};
  if (!is_dot_string(local)) return std::unexpected{EmailError::LocalPart};
  // libidn2 drops a blank at the end, and a NUL would be one for it: what is ASCII is looked at before.
  const std::string_view written = text.substr(at + 1);
  if (written.empty() || !std::ranges::all_of(written, may_stand_in_domain)) return std::unexpected{EmailError::Domain};
  const std::optional<std::string> domain = to_ascii(written);
  if (!domain || !is_host_name(*domain)) return std::unexpected{EmailError::Domain};
  if (local.size() + 1 + domain->size() > kLimit) return std::unexpected{EmailError::TooLong};
  return EmailAddress{lower_case(local) + "@" + *domain, local.size()};
}

}  // namespace belfry::accounts
