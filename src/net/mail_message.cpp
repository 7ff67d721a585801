#include "net/mail_message.hpp"

#include "base/ascii.hpp"
#include "crypto/encode.hpp"
#include "http/date.hpp"

#include <algorithm>
#include <chrono>
#include <span>

namespace belfry::net {

namespace {

using base::is_digit;
using base::is_letter;

bool is_control(char c) {
  return (c >= 0 && c < ' ') || c == 0x7f;
}

// RFC 5322, section 3.2.3.
bool is_atext(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~";
  return is_letter(c) || is_digit(c) || kOthers.contains(c);
}

bool is_dotted(std::string_view text, bool (*is_part)(char)) {
  return !text.empty() && text.front() != '.' && text.back() != '.' && !text.contains("..") &&
         std::ranges::all_of(text, [is_part](char c) { return c == '.' || is_part(c); });
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMailIdLimit &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

// RFC 5322, section 3.3; "GMT" of HTTP's form is an obsolete zone there.
std::string date_text(base::WallTime time) {
  std::string text = http::format_date(std::chrono::floor<std::chrono::seconds>(time));
  text.replace(text.rfind("GMT"), 3, "+0000");
  return text;
}

// Whether it arrives as it is: ASCII on a line of 78 (RFC 5322, section 2.1.1), with no end that is trimmed, and
// nothing in it that is read as an encoded word.
bool is_plain_subject(std::string_view subject) {
  constexpr std::size_t kPlain = 69;
  return subject.size() <= kPlain && subject.front() != ' ' && subject.back() != ' ' && !subject.contains("=?") &&
         std::ranges::all_of(subject, [](char c) { return c >= ' ' && c < 0x7f; });
}

// RFC 2047, section 2: an encoded word has up to 75 characters, and a line with one up to 76; section 5: none ends
// inside a character.
std::string subject_text(std::string_view subject) {
  if (is_plain_subject(subject)) return std::string{subject};
  constexpr std::size_t kBytesOfAWord = 39;
  std::string text;
  while (!subject.empty()) {
    std::size_t end = std::min(kBytesOfAWord, subject.size());
    while (end > 1 && end < subject.size() && (static_cast<unsigned char>(subject[end]) & 0xc0U) == 0x80) --end;
    const auto bytes = std::as_bytes(std::span{subject.substr(0, end)});
    text += (text.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + crypto::to_base64(bytes) + "?=";
    subject.remove_prefix(end);
  }
  return text;
}

// RFC 2045, section 6.7.
std::string quoted_printable(std::string_view text) {
  constexpr std::size_t kLine = 75;  // and the "=" of a line that goes on
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string quoted;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::size_t column = 0;
    for (std::size_t at = 0; at < end; ++at) {
      const char c = text[at];
      // "Octets with values of 9 and 32 [...] MUST NOT be so represented at the end of an encoded line."
      const bool blank = (c == ' ' || c == '\t') && at + 1 < end;
      const bool plain = blank || (c > ' ' && c < 0x7f && c != '=');
      const std::size_t size = plain ? 1 : 3;
      if (column + size > kLine) {
        quoted += "=\r\n";
        column = 0;
      }
      if (plain) {
        quoted += c;
      } else {
        const auto byte = static_cast<unsigned char>(c);
        quoted += {'=', kHex[byte >> 4U], kHex[byte & 0xfU]};
      }
      column += size;
    }
    quoted += "\r\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return quoted;
}

bool is_sendable(const Mail& mail, std::string_view from) {
  return is_mail_address(from) && is_mail_address(mail.to) && is_id(mail.id) && !mail.subject.empty() &&
         mail.subject.size() <= kMailSubjectLimit && std::ranges::none_of(mail.subject, is_control) &&
         mail.text.size() <= kMailTextLimit &&
         std::ranges::none_of(mail.text, [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || text.size() > kMailAddressLimit) return false;
  return is_dotted(text.substr(0, at), is_atext) &&
         is_dotted(text.substr(at + 1), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

std::optional<std::string> mail_message(const Mail& mail, std::string_view from) {
  if (!is_sendable(mail, from)) return std::nullopt;
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  add("Date", date_text(mail.written));
  add("From", from);
  add("To", mail.to);
  add("Message-ID", "<" + mail.id + std::string{from.substr(from.find('@'))} + ">");
  add("Subject", subject_text(mail.subject));
  // RFC 3834, section 5: no vacation notice answers it.
  add("Auto-Submitted", "auto-generated");
  add("MIME-Version", "1.0");
  add("Content-Type", "text/plain; charset=utf-8");
  add("Content-Transfer-Encoding", "quoted-printable");
  return text + "\r\n" + quoted_printable(mail.text);
}

}  // namespace belfry::net
