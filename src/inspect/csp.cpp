#include "inspect/csp.hpp"

#include "inspect/text.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace belfry::inspect {

namespace {

using namespace std::string_view_literals;

// CSP Level 3, sections 6.1 to 6.5, and those of earlier levels and of other specifications.
constexpr std::array kFetchDirectives = {
    "child-src"sv,       "connect-src"sv, "default-src"sv,    "font-src"sv,       "frame-src"sv,  "img-src"sv,
    "manifest-src"sv,    "media-src"sv,   "object-src"sv,     "prefetch-src"sv,   "script-src"sv, "script-src-attr"sv,
    "script-src-elem"sv, "style-src"sv,   "style-src-attr"sv, "style-src-elem"sv, "worker-src"sv,
};
constexpr std::array kOtherDirectives = {
    "base-uri"sv,
    "plugin-types"sv,
    "sandbox"sv,
    "disown-opener"sv,
    "form-action"sv,
    "frame-ancestors"sv,
    "navigate-to"sv,
    "report-to"sv,
    "report-uri"sv,
    "block-all-mixed-content"sv,
    "upgrade-insecure-requests"sv,
    "reflected-xss"sv,
    "referrer"sv,
    "require-sri-for"sv,
    "trusted-types"sv,
    "require-trusted-types-for"sv,
    "webrtc"sv,
};
constexpr std::array kKeywords = {
    "'self'"sv,
    "'none'"sv,
    "'unsafe-inline'"sv,
    "'unsafe-eval'"sv,
    "'wasm-unsafe-eval'"sv,
    "'strict-dynamic'"sv,
    "'unsafe-hashes'"sv,
    "'report-sample'"sv,
    "'inline-speculation-rules'"sv,
};
constexpr std::array kHashes = {"'sha256-"sv, "'sha384-"sv, "'sha512-"sv};

// Of one directive, where it is not written itself (CSP Level 3, section 6.8.3).
std::span<const std::string_view> fallbacks(std::string_view name) {
  static constexpr std::array kScript = {"script-src"sv, "default-src"sv};
  static constexpr std::array kStyle = {"style-src"sv, "default-src"sv};
  static constexpr std::array kFrame = {"child-src"sv, "default-src"sv};
  static constexpr std::array kWorker = {"child-src"sv, "script-src"sv, "default-src"sv};
  static constexpr std::array kDefault = {"default-src"sv};
  if (name == "script-src-elem" || name == "script-src-attr") return kScript;
  if (name == "style-src-elem" || name == "style-src-attr") return kStyle;
  if (name == "frame-src") return kFrame;
  if (name == "worker-src") return kWorker;
  if (is_among(kFetchDirectives, name)) return kDefault;
  return {};
}

std::string normal_value(std::string_view value) {
  std::string lower = lowered(value);
  return is_csp_keyword(lower) || is_csp_scheme(lower) ? lower : std::string{value};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

// False beyond the bounds.
bool take_directive(std::string_view text, CspPolicy& policy) {
  CspDirective directive;
  bool within = true;
  each_word(text, [&](std::string_view word) {
    if (directive.name.empty()) {
      directive.name = lowered(word);
    } else if (directive.values.size() < kCspValues) {
      directive.values.push_back(normal_value(word));
    } else {
      within = false;
    }
  });
  if (directive.name.empty() || !is_ascii(text)) return within;
  if (policy.directives.size() + policy.repeated.size() == kCspDirectives) return false;
  if (policy.find(directive.name) != nullptr) {
    policy.repeated.push_back(std::move(directive.name));
  } else {
    policy.directives.push_back(std::move(directive));
  }
  return within;
}

}  // namespace

const CspDirective* CspPolicy::find(std::string_view name) const {
  const auto found = std::ranges::find(directives, name, &CspDirective::name);
  return found == directives.end() ? nullptr : &*found;
}

const CspDirective* CspPolicy::governing(std::string_view name) const {
  if (const CspDirective* own = find(name)) return own;
  for (const std::string_view other : fallbacks(name)) {
    if (const CspDirective* fallback = find(other)) return fallback;
  }
  return nullptr;
}

std::optional<std::vector<CspPolicy>> parse_csp(std::string_view value) {
  if (value.size() > kCspBytes) return std::nullopt;
  std::vector<CspPolicy> policies;
  bool within = true;
  http::split(value, ',', [&](std::string_view text) {
    CspPolicy policy;
    http::split(text, ';', [&](std::string_view directive) {
      within = take_directive(directive, policy);
      return within;
    });
    if (!policy.directives.empty()) {
      within = within && policies.size() < kCspPolicies;
      if (within) policies.push_back(std::move(policy));
    }
    return within;
  });
  if (!within) return std::nullopt;
  return policies;
}

bool is_csp_directive(std::string_view lower_name) {
  return is_among(kFetchDirectives, lower_name) || is_among(kOtherDirectives, lower_name);
}

bool is_csp_keyword(std::string_view lower_value) {
  return is_among(kKeywords, lower_value);
}

bool is_csp_scheme(std::string_view value) {
  if (value.size() < 2 || value.back() != ':' || !http::is_letter(value.front())) return false;
  value.remove_suffix(1);
  return std::ranges::all_of(value, [](char byte) {
    return http::is_letter(byte) || http::is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
  });
}

bool is_csp_nonce(std::string_view value) {
  constexpr std::string_view kPrefix = "'nonce-";
  return value.size() > kPrefix.size() + 1 && value.ends_with('\'') &&
         lowered(value.substr(0, kPrefix.size())) == kPrefix;
}

bool is_csp_hash(std::string_view value) {
  return value.size() > kHashes.front().size() + 1 && value.ends_with('\'') &&
         is_among(kHashes, lowered(value.substr(0, kHashes.front().size())));
}

std::vector<std::string> heeded_script_sources(const CspDirective& directive) {
  const auto& values = directive.values;
  const bool named = std::ranges::any_of(values, [](const auto& v) { return is_csp_nonce(v) || is_csp_hash(v); });
  const bool dynamic = is_among(values, "'strict-dynamic'");
  std::vector<std::string> heeded;
  for (const std::string& value : values) {
    if (value == "'unsafe-inline'" && (named || dynamic)) continue;
    if (dynamic && (value == "'self'" || !value.starts_with('\''))) continue;
    heeded.push_back(value);
  }
  return heeded;
}

}  // namespace belfry::inspect
