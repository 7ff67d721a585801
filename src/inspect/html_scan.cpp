#include "inspect/html_scan.hpp"

#include "inspect/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace belfry::inspect {

namespace {

using namespace std::string_view_literals;

// Inside these nothing is markup until their own end tag (HTML, section 13.2.5.2 and following). noscript is markup
// where scripts are off; a page's own policy cannot stand there for the others.
constexpr std::array kRawText = {"script"sv, "style"sv,  "textarea"sv, "title"sv,
                                 "xmp"sv,    "iframe"sv, "noembed"sv,  "noframes"sv};

struct NamedReference {
  std::string_view name;
  char byte;
};
// Those that can hide the parts of a URL.
constexpr std::array kReferences = {NamedReference{"amp;", '&'},   NamedReference{"quot;", '"'},
                                    NamedReference{"apos;", '\''}, NamedReference{"lt;", '<'},
                                    NamedReference{"gt;", '>'},    NamedReference{"colon;", ':'},
                                    NamedReference{"sol;", '/'},   NamedReference{"period;", '.'},
                                    NamedReference{"Tab;", '\t'},  NamedReference{"NewLine;", '\n'}};

// The byte that "&..." at the start of `text` stands for, and how long it is; 0 where it is none, or beyond ASCII.
std::pair<char, std::size_t> reference_at(std::string_view text) {
  for (const auto& [name, byte] : kReferences) {
    if (text.substr(1).starts_with(name)) return {byte, name.size() + 1};
  }
  if (!text.starts_with("&#")) return {'\0', 0};
  const bool hex = text.size() > 2 && http::to_lower(text[2]) == 'x';
  const std::size_t start = hex ? 3 : 2;
  std::uint32_t code = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + std::min(start, text.size()), end, code, hex ? 16 : 10);
  if (error != std::errc{} || code == 0 || code >= 0x80) return {'\0', 0};
  std::size_t size = static_cast<std::size_t>(stop - text.data());
  if (stop != end && *stop == ';') ++size;
  return {static_cast<char>(code), size};
}

std::string resolved(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto [byte, size] = text[at] == '&' ? reference_at(text.substr(at, 16)) : std::pair{'\0', std::size_t{0}};
    result += size == 0 ? text[at] : byte;
    at += std::max<std::size_t>(size, 1);
  }
  return result;
}

struct Attribute {
  std::string name;
  std::string value;
};

class Scanner {
 public:
  explicit Scanner(std::string_view html) : html_{html} {}

  HtmlScan run() {
    while (at_ < html_.size()) {
      const std::size_t open = html_.find('<', at_);
      if (open == std::string_view::npos) break;
      at_ = open + 1;
      if (rest().starts_with("!--")) {
        skip_behind("-->");
      } else if (!rest().empty() && http::is_letter(rest().front())) {
        if (!take_tag()) break;
      } else if (!rest().empty() && (rest().front() == '!' || rest().front() == '?' || rest().front() == '/')) {
        skip_behind(">");
      }
    }
    return std::move(scan_);
  }

 private:
  std::string_view rest() const { return html_.substr(at_); }

  void skip_behind(std::string_view mark) {
    const std::size_t found = html_.find(mark, at_);
    at_ = found == std::string_view::npos ? html_.size() : found + mark.size();
  }

  void skip_blanks() {
    while (at_ < html_.size() && (is_web_blank(html_[at_]) || html_[at_] == '/')) ++at_;
  }

  std::string_view take_until(std::string_view ends) {
    const std::size_t start = at_;
    while (at_ < html_.size() && !is_web_blank(html_[at_]) && ends.find(html_[at_]) == std::string_view::npos) ++at_;
    return html_.substr(start, at_ - start);
  }

  std::string take_value() {
    std::string_view value;
    if (at_ < html_.size() && (html_[at_] == '"' || html_[at_] == '\'')) {
      const char quote = html_[at_++];
      const std::size_t end = std::min(html_.find(quote, at_), html_.size());
      value = html_.substr(at_, end - at_);
      at_ = std::min(end + 1, html_.size());
    } else {
      value = take_until(">");
    }
    return resolved(value.substr(0, kScannedAttribute));
  }

  // False where no more tags are looked at.
  bool take_tag() {
    const std::string name = lowered(take_until("/>"));
    const bool wanted = name == "script" || name == "meta";
    std::vector<Attribute> attributes;
    while (true) {
      skip_blanks();
      if (at_ >= html_.size()) return false;  // a tag that does not end is none
      if (html_[at_] == '>') break;
      const std::size_t before = at_;
      std::string attribute = lowered(take_until("=/>"));
      while (at_ < html_.size() && is_web_blank(html_[at_])) ++at_;
      std::string value;
      if (at_ < html_.size() && html_[at_] == '=') {
        ++at_;
        while (at_ < html_.size() && is_web_blank(html_[at_])) ++at_;
        value = take_value();
      }
      if (at_ == before) ++at_;
      if (wanted && attributes.size() < kAttributes) attributes.push_back({std::move(attribute), std::move(value)});
    }
    ++at_;
    if (wanted && !keep(name, attributes)) return false;
    if (is_among(kRawText, name)) skip_raw_text(name);
    return true;
  }

  static const std::string* value_of(const std::vector<Attribute>& attributes, std::string_view name) {
    const auto found = std::ranges::find(attributes, name, &Attribute::name);
    return found == attributes.end() ? nullptr : &found->value;
  }

  bool keep(std::string_view name, const std::vector<Attribute>& attributes) {
    if (++tags_ > kScannedTags) {
      scan_.complete = false;
      return false;
    }
    if (name == "script") {
      ScriptTag script;
      if (const std::string* src = value_of(attributes, "src")) script.src = std::string{trim_web(*src)};
      const std::string* const integrity = value_of(attributes, "integrity");
      script.integrity = integrity != nullptr && !trim_web(*integrity).empty();
      scan_.scripts.push_back(std::move(script));
      return true;
    }
    const std::string* const content = value_of(attributes, "content");
    if (content == nullptr) return true;
    const std::string* const equivalent = value_of(attributes, "http-equiv");
    if (equivalent != nullptr && lowered(trim_web(*equivalent)) == "content-security-policy") {
      scan_.policies.push_back(*content);
    }
    const std::string* const meta_name = value_of(attributes, "name");
    if (meta_name != nullptr && lowered(trim_web(*meta_name)) == "referrer") scan_.referrers.push_back(*content);
    return true;
  }

  void skip_raw_text(std::string_view name) {
    while (at_ < html_.size()) {
      skip_behind("</");
      if (at_ + name.size() <= html_.size() && lowered(html_.substr(at_, name.size())) == name) {
        skip_behind(">");
        return;
      }
    }
  }

  static constexpr std::size_t kAttributes = 64;

  std::string_view html_;
  std::size_t at_ = 0;
  std::size_t tags_ = 0;
  HtmlScan scan_;
};

// The host of "//host:port/path" behind its slashes.
std::string host_of(std::string_view behind_slashes) {
  std::string_view authority = behind_slashes.substr(0, behind_slashes.find_first_of("/?#\\"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const std::size_t colon = authority.starts_with('[') ? authority.find(':', authority.find(']')) : authority.find(':');
  return lowered(authority.substr(0, colon));
}

bool is_scheme(std::string_view lower) {
  return !lower.empty() && http::is_letter(lower.front()) && std::ranges::all_of(lower, [](char byte) {
    return http::is_letter(byte) || http::is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
  });
}

// `lower` lies below `upper`, which has two labels or more.
bool lies_below(std::string_view lower, std::string_view upper) {
  return upper.contains('.') && lower.size() > upper.size() && lower.ends_with(upper) &&
         lower[lower.size() - upper.size() - 1] == '.';
}

}  // namespace

HtmlScan scan_html(std::string_view html) {
  return Scanner{html}.run();
}

ScriptOrigin script_origin(std::string_view src, std::string_view page_host) {
  // "Remove all ASCII tab or newline from input" (URL Standard, section 4.4); a backslash is a slash to it.
  std::string url;
  for (const char byte : trim_web(src)) {
    if (byte != '\t' && byte != '\n' && byte != '\r') url += byte == '\\' ? '/' : byte;
  }
  if (url.starts_with("//")) return ScriptOrigin::ForeignPlain;
  const std::size_t colon = url.find(':');
  const std::string scheme = colon == std::string::npos ? std::string{} : lowered(url.substr(0, colon));
  if (!is_scheme(scheme)) return ScriptOrigin::Own;
  // Neither is fetched from anywhere else.
  if (scheme == "data" || scheme == "blob") return ScriptOrigin::Own;
  std::string_view behind = std::string_view{url}.substr(colon + 1);
  while (behind.starts_with('/')) behind.remove_prefix(1);
  const std::string host = host_of(behind);
  if (scheme != "https") return ScriptOrigin::ForeignPlain;
  if (host == page_host || lies_below(host, page_host) || lies_below(page_host, host)) return ScriptOrigin::Own;
  return ScriptOrigin::ForeignSecure;
}

}  // namespace belfry::inspect
