#pragma once

// Bytes of TLS as a server writes them, and a ClientHello read back, by code that shares nothing with what is tested.
// Only tests include this.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inspect::testing_support {

inline std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int at = bytes - 1; at >= 0; --at) out += static_cast<char>(value >> (8 * at) & 0xff);
  return out;
}
inline std::string with_length(std::string_view content, int bytes) {
  return number(content.size(), bytes).append(content);
}
inline std::string record(int type, std::string_view content, int version = 0x0303) {
  return number(static_cast<std::size_t>(type), 1) + number(static_cast<std::size_t>(version), 2) +
         with_length(content, 2);
}
inline std::string alert(int description, int level = 2) {
  return record(21, number(static_cast<std::size_t>(level), 1) + number(static_cast<std::size_t>(description), 1));
}
inline std::string message(int type, std::string_view body) {
  return number(static_cast<std::size_t>(type), 1) + with_length(body, 3);
}
inline std::string extension(int type, std::string_view content) {
  return number(static_cast<std::size_t>(type), 2) + with_length(content, 2);
}
inline const std::string kChoosesTls13 = extension(43, number(0x0304, 2));

struct HelloParts {
  int version = 0x0303;
  std::string random = std::string(32, 'r');
  std::string session = std::string(32, 's');
  int suite = 0xc02f;
  int compression = 0;
  std::string extensions;
  bool has_extensions = true;
};
inline std::string hello_body(const HelloParts& parts) {
  std::string body = number(static_cast<std::size_t>(parts.version), 2) + parts.random + with_length(parts.session, 1) +
                     number(static_cast<std::size_t>(parts.suite), 2) +
                     number(static_cast<std::size_t>(parts.compression), 1);
  if (parts.has_extensions) body += with_length(parts.extensions, 2);
  return body;
}
inline std::string server_hello(const HelloParts& parts) {
  return record(22, message(2, hello_body(parts)));
}

// What stands in a ClientHello; std::out_of_range and std::runtime_error where it is none.
struct ClientHelloParts {
  int record_version = 0;
  int version = 0;
  std::string random;
  std::string session;
  std::vector<int> suites;
  std::string compression;
  std::vector<std::pair<int, std::string>> extensions;

  bool has(int type) const {
    for (const auto& [each, content] : extensions) {
      if (each == type) return true;
    }
    return false;
  }
  std::string content(int type) const {
    for (const auto& [each, text] : extensions) {
      if (each == type) return text;
    }
    return "";
  }
};
inline ClientHelloParts read_client_hello(std::string_view bytes) {
  std::size_t at = 0;
  const auto take = [&](std::size_t count) {
    if (bytes.size() - at < count) throw std::out_of_range{"a ClientHello ends too early"};
    at += count;
    return std::string{bytes.substr(at - count, count)};
  };
  const auto value = [&](int count) {
    std::size_t sum = 0;
    for (const char byte : take(static_cast<std::size_t>(count))) sum = sum << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<int>(sum);
  };
  const auto sized = [&](int count) { return take(static_cast<std::size_t>(value(count))); };
  ClientHelloParts parts;
  if (value(1) != 22) throw std::runtime_error{"no handshake"};
  parts.record_version = value(2);
  if (value(2) != static_cast<int>(bytes.size()) - 5) throw std::runtime_error{"a record's length"};
  if (value(1) != 1) throw std::runtime_error{"no ClientHello"};
  if (value(3) != static_cast<int>(bytes.size()) - 9) throw std::runtime_error{"a message's length"};
  parts.version = value(2);
  parts.random = take(32);
  parts.session = sized(1);
  const auto suites_size = static_cast<std::size_t>(value(2));
  const std::size_t suites_end = at + suites_size;
  while (at < suites_end) parts.suites.push_back(value(2));
  parts.compression = sized(1);
  if (at == bytes.size()) return parts;
  if (value(2) != static_cast<int>(bytes.size() - at)) throw std::runtime_error{"the extensions' length"};
  while (at < bytes.size()) {
    const int type = value(2);
    parts.extensions.emplace_back(type, sized(2));
  }
  return parts;
}

}  // namespace belfry::inspect::testing_support
