// Forms: what was read keeps its limits and is text, and written again as a browser would it reads the same.

#include "web/form.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace belfry::web {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char character : text) {
    const auto byte = static_cast<std::uint8_t>(character);
    out += '%';
    out += kDigits[byte / 16];
    out += kDigits[byte % 16];
  }
  return out;
}

// The fields that Belfry's own forms have.
constexpr std::string_view kNames[] = {"email", "password", "new_password", "code", "csrf_token", "name", "intent"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const FormLimits limits{};
  const auto form = Form::parse(body, limits);
  if (!form) {
    require(!to_string(form.error()).empty());
    return 0;
  }
  require(form->size() <= limits.fields && body.size() <= limits.body_bytes);
  std::string again;
  for (const std::string_view name : kNames) {
    const auto value = form->get(name);
    if (!value) continue;
    require(value->size() <= limits.value_bytes && value->find('\0') == std::string_view::npos);
    if (!again.empty()) again += '&';
    again.append(name).append("=").append(encoded(*value));
    // A second one of the same name, wherever it stands, is never taken for it.
    const auto repeated = Form::parse(std::string{body} + "&" + std::string{name} + "=x", limits);
    require(!repeated);
  }
  const auto read = Form::parse(again, {.body_bytes = 3 * limits.body_bytes});
  require(read.has_value());
  for (const std::string_view name : kNames) require(read->get(name) == form->get(name));
  return 0;
}

}  // namespace belfry::web
