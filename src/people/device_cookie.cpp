#include "people/device_cookie.hpp"

#include <algorithm>

namespace belfry::people {

namespace {

// Both are of letters that a cookie may have (RFC 6265, section 4.1.1), and that are in no token.
constexpr char kBehindTag = '.';
constexpr char kBetween = '~';

std::string tag_of(std::string_view token, const accounts::EmailAddress& email) {
  std::string text{token};
  text.append("\n").append(email.text());
  return accounts::SecretHash::of(text).to_string().substr(0, DeviceCookie::kTagLength);
}

void append(std::string& value, std::string_view tag, std::string_view token) {
  if (!value.empty()) value += kBetween;
  value.append(tag).append(1, kBehindTag).append(token);
}

}  // namespace

DeviceCookie DeviceCookie::parse(std::string_view value) {
  DeviceCookie cookie;
  if (value.size() > kLimit) return cookie;
  while (!value.empty()) {
    const std::string_view entry = value.substr(0, value.find(kBetween));
    value.remove_prefix(std::min(value.size(), entry.size() + 1));
    if (entry.size() != kTagLength + 1 + kTokenLength || entry[kTagLength] != kBehindTag) continue;
    const std::string_view token = entry.substr(kTagLength + 1);
    if (!accounts::hash_of_token(token)) continue;
    cookie.entries_.push_back({.tag = std::string{entry.substr(0, kTagLength)}, .token = std::string{token}});
  }
  return cookie;
}

std::optional<accounts::SecretHash> DeviceCookie::of(const accounts::EmailAddress& email) const {
  for (const Entry& entry : entries_) {
    if (entry.tag == tag_of(entry.token, email)) return accounts::hash_of_token(entry.token);
  }
  return std::nullopt;
}

std::string DeviceCookie::with(const accounts::EmailAddress& email, std::string_view token) const {
  std::string value;
  append(value, tag_of(token, email), token);
  std::size_t count = 1;
  for (const Entry& entry : entries_) {
    if (count == kEntries) break;
    if (entry.tag == tag_of(entry.token, email)) continue;
    append(value, entry.tag, entry.token);
    ++count;
  }
  return value;
}

std::string DeviceCookie::without(const accounts::EmailAddress& email) const {
  std::string value;
  for (const Entry& entry : entries_) {
    if (entry.tag != tag_of(entry.token, email)) append(value, entry.tag, entry.token);
  }
  return value;
}

}  // namespace belfry::people
