#include "inspect/security_txt.hpp"

#include "inspect/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace belfry::inspect {

namespace {

constexpr std::string_view kSignedBegin = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignatureBegin = "-----BEGIN PGP SIGNATURE-----";

bool is_visible(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < 0x7f; });
}

// scheme ":" something (RFC 3986, section 3).
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (!is_visible(text) || colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  return http::is_letter(text.front()) && std::ranges::all_of(text.substr(0, colon), [](char byte) {
           return http::is_letter(byte) || http::is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
         });
}

bool has_scheme(std::string_view uri, std::string_view scheme) {
  return lowered(uri.substr(0, scheme.size())) == scheme;
}

// field-name = 1*( %d33-57 / %d59-126 ) (section 4).
bool is_name(std::string_view text) {
  return is_visible(text) && !text.contains(':');
}

class Reader {
 public:
  Reader(std::string_view url, base::WallTime now) : url_{url}, now_{now} {}

  SecurityTxt run(std::string_view text) {
    if (text.size() > kSecurityTxtBytes) {
      fault(0, "it is longer than 32 KiB");
      return std::move(file_);
    }
    if (text.contains('\0')) fault(0, "it holds NUL");
    while (!text.empty()) {
      if (++line_ > kSecurityTxtLines) {
        fault(0, "it has more than 1000 lines");
        return std::move(file_);
      }
      const std::size_t end = text.find('\n');
      std::string_view one = text.substr(0, end);
      if (one.ends_with('\r')) one.remove_suffix(1);
      take_line(one);
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
    finish();
    return std::move(file_);
  }

 private:
  enum class Part : std::uint8_t { Plain, SignedHead, SignedBody, Signature };

  void take_line(std::string_view one) {
    if (part_ == Part::Plain && line_ == 1 && one == kSignedBegin) {
      part_ = Part::SignedHead;
      file_.is_signed = true;
      return;
    }
    if (part_ == Part::Signature) return;
    if (part_ == Part::SignedHead) {
      // "Hash: SHA512", up to an empty line (RFC 9580, section 7.1).
      if (one.empty()) part_ = Part::SignedBody;
      return;
    }
    if (part_ == Part::SignedBody) {
      if (one == kSignatureBegin) {
        part_ = Part::Signature;
        return;
      }
      if (one.starts_with("- ")) one.remove_prefix(2);  // dash-escaped
    }
    take_field(one);
  }

  void take_field(std::string_view one) {
    if (http::trim_blanks(one).empty() || one.starts_with('#')) return;
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos || !is_name(one.substr(0, colon))) {
      return fault(line_, "neither a field, nor a comment, nor empty");
    }
    // "field = field-name ":" SP unstructured": the blank is part of it.
    std::string_view value = one.substr(colon + 1);
    if (!value.starts_with(' ')) return fault(line_, "no blank behind the colon");
    value = http::trim_blanks(value);
    if (value.empty()) return fault(line_, "a field without a value");
    take_value(lowered(one.substr(0, colon)), value);
  }

  void take_value(const std::string& name, std::string_view value) {
    if (name == "contact") {
      if (need_uri(value)) file_.contacts.emplace_back(value);
    } else if (name == "expires") {
      take_expires(value);
    } else if (name == "canonical") {
      if (need_uri(value)) file_.canonical.emplace_back(value);
    } else if (name == "preferred-languages") {
      // "This field MUST NOT appear more than once" (section 2.5.8).
      if (std::exchange(languages_, true)) fault(line_, "Preferred-Languages more than once");
    } else if (name == "encryption" || name == "acknowledgments" || name == "policy" || name == "hiring") {
      need_uri(value);
    } else if (name == "acknowledgements") {
      advise(line_, "the field is spelled Acknowledgments");
    }
  }

  // "If this field indicates a web URI, then it MUST begin with "https://"" (sections 2.5.1 to 2.5.9).
  bool need_uri(std::string_view value) {
    if (!is_uri(value)) {
      fault(line_, "not a URI (an e-mail address begins with mailto:)");
      return false;
    }
    if (has_scheme(value, "http:")) fault(line_, "a web address must begin with https://");
    return true;
  }

  void take_expires(std::string_view value) {
    // "This field MUST NOT appear more than once" (section 2.5.5).
    if (std::exchange(expires_seen_, true)) return fault(line_, "Expires more than once");
    file_.expires = parse_rfc3339(value);
    if (!file_.expires) return fault(line_, "Expires is no date of RFC 3339");
    if (*file_.expires <= now_) return fault(line_, "it has expired");
    if (*file_.expires > now_ + kSecurityTxtLongest) advise(line_, "Expires is more than a year ahead");
  }

  void finish() {
    // "This field MUST always be present" (sections 2.5.3 and 2.5.5).
    if (file_.contacts.empty()) fault(0, "no Contact that can be read");
    if (!expires_seen_) fault(0, "no Expires");
    if (part_ == Part::SignedHead || part_ == Part::SignedBody) fault(0, "the signature's end is missing");
    if (!file_.canonical.empty() && !is_among(file_.canonical, url_)) {
      // "the contents of the file SHOULD NOT be trusted" (section 2.5.2).
      fault(0, "Canonical does not name the address that it was fetched from");
    }
  }

  void fault(std::size_t line, std::string_view text) {
    file_.findings.push_back({SecurityTxtWeight::Fault, line, std::string{text}});
  }
  void advise(std::size_t line, std::string_view text) {
    file_.findings.push_back({SecurityTxtWeight::Advice, line, std::string{text}});
  }

  std::string url_;
  base::WallTime now_;
  SecurityTxt file_;
  Part part_ = Part::Plain;
  std::size_t line_ = 0;
  bool languages_ = false;
  bool expires_seen_ = false;
};

// Exactly `digits` of them at `at`.
std::optional<unsigned> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  unsigned value = 0;
  for (const char byte : text.substr(at, digits)) {
    if (!http::is_digit(byte)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(byte - '0');
  }
  return value;
}

// "Z", "+hh:mm" or "-hh:mm".
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes{0};
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = number_at(text, 1, 2);
  const auto minutes = number_at(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

bool SecurityTxt::valid() const {
  return std::ranges::none_of(
      findings, [](const SecurityTxtFinding& finding) { return finding.weight == SecurityTxtWeight::Fault; });
}

SecurityTxt read_security_txt(std::string_view text, std::string_view url, base::WallTime now) {
  return Reader{url, now}.run(text);
}

std::optional<base::WallTime> parse_rfc3339(std::string_view text) {
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  // A leap second is the second behind it.
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.')) {
    const std::size_t digits = rest.find_first_not_of("0123456789", 1);
    if (digits == 1 || digits == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(digits);
  }
  const auto offset = offset_of(rest);
  if (!offset) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second} - *offset;
}

}  // namespace belfry::inspect
