// The rules for single fields: cookies, languages, forwarding, and the pseudo fields of HTTP/2. The first line of the
// input is the field's value; what follows may be further values.

#include "http/accept_language.hpp"
#include "http/byte_class.hpp"
#include "http/cookies.hpp"
#include "http/forwarded.hpp"
#include "http/h2_head.hpp"
#include "http/head_writer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Fields all_as(std::string_view name, const std::vector<std::string_view>& values) {
  Fields fields;
  for (const std::string_view value : values) {
    if (is_field_value(value)) fields.add(name, value);
  }
  return fields;
}

void check_cookies(const std::vector<std::string_view>& values) {
  Fields fields = all_as("cookie", values);
  const std::size_t before = cookies_of(fields).size();
  const std::size_t removed = remove_cookie(fields, "__Host-belfry");
  require(before <= cookies_of(fields).size() + removed);
  for (const Cookie& cookie : cookies_of(fields)) require(!equals_ignoring_case(cookie.name, "__Host-belfry"));
  require(only_cookie(fields, "__Host-belfry").empty());
  require(remove_cookie(fields, "__Host-belfry") == 0);
}

void check_set_cookie(std::string_view value) {
  if (!is_field_value(value)) return;
  const std::string sealed = seal_set_cookie(value, HttpOnly::Always);
  require(is_field_value(sealed) && sealed.starts_with(value));
  require(set_cookie_name(sealed) == set_cookie_name(value));
  require(seal_set_cookie(sealed, HttpOnly::Always) == sealed);
}

void check_language(std::string_view value) {
  static constexpr std::array<std::string_view, 2> offered{"en", "fr"};
  const std::string_view chosen = choose_language(value, offered);
  require(chosen == "en" || chosen == "fr");
}

void check_forwarded(const std::vector<std::string_view>& values) {
  const Fields fields = all_as("x-forwarded-for", values);
  const base::IpAddress peer = base::IpAddress::v4(0x0a000001);
  require(client_behind_proxies(fields, peer, [](const base::IpAddress&) { return false; }) == peer);
  const auto client = client_behind_proxies(fields, peer, [](const base::IpAddress&) { return true; });
  if (!client) return;
  const std::string element = format_forwarded(*client, "example.com:1", "https");
  require(is_field_value(element));
  Fields again;
  again.add("x-forwarded-for", client->to_string());
  require(client_behind_proxies(again, peer, [&](const base::IpAddress& address) { return address == peer; }) ==
          *client);
}

void check_h2(const std::vector<std::string_view>& values) {
  if (values.size() < 4) return;
  Fields fields;
  for (std::size_t i = 4; i + 1 < values.size(); i += 2) {
    if (check_h2_field(values[i], values[i + 1])) fields.add(values[i], values[i + 1]);
  }
  const auto head = request_head_from_h2(values[0], values[1], values[2], values[3], std::move(fields), false);
  if (!head) return;
  require(!head->host.empty() && head->fields.count("cookie") <= 1);
  std::string text;
  append_request_head(*head, {}, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> values;
  split(text, '\n', [&](std::string_view value) {
    values.push_back(value);
    return values.size() < 64;
  });
  check_cookies(values);
  check_set_cookie(values.front());
  check_language(values.front());
  check_forwarded(values);
  check_h2(values);
  return 0;
}

}  // namespace belfry::http
