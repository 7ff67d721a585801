// Where a wish leads: to a path of this host or to a known host, and, asked for again, to the same place.

#include "web/return_target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::web {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kFirst = "https://app.example.com/";
constexpr std::string_view kSecond = "https://belfry.example.com:8443/";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<http::Authority> kHosts{{"app.example.com", {}}, {"belfry.example.com", 8443}};
  const std::string_view wish{reinterpret_cast<const char*>(data), size};
  const std::string target = return_target(wish, kHosts);
  std::string_view path = target;
  for (const std::string_view host : {kFirst, kSecond}) {
    if (path.starts_with(host)) path.remove_prefix(host.size() - 1);
  }
  require(path.starts_with('/') && !path.substr(0, path.find('?')).contains("//"));
  for (const char byte : target) require(byte > ' ' && byte < 0x7f && byte != '\\' && byte != '#');
  require(return_target(target, kHosts) == target);
  require(path != target || return_target(wish, {}) == target);
  return 0;
}

}  // namespace belfry::web
