// Targets and authorities: canonical is a fixed point, and holds nothing that two programs would read differently.

#include "http/authority.hpp"
#include "http/path_prefix.hpp"
#include "http/target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_target(std::string_view text) {
  const auto target = Target::parse(text);
  if (!target) return;
  const auto again = Target::parse(target->text());
  require(again && again->text() == target->text() && again->path() == target->path());
  require(target->text().size() <= text.size());

  const std::string_view path = target->path();
  require(path.starts_with('/') || path == "*");
  require(!path.contains("//") && !path.contains('\\') && !path.contains('?') && !path.contains('#'));
  require(!(std::string{path} + "/").contains("/../") && !(std::string{path} + "/").contains("/./"));
  for (const std::string_view encoded : {"%2F", "%5C", "%2E", "%00", "%3B", "%3F", "%23", "%2f", "%41"}) {
    require(!path.contains(encoded));
  }
  for (const char byte : target->text()) require(byte > 0x20 && byte < 0x7f);

  // The query is what it was.
  const std::size_t mark = text.find('?');
  require(target->has_query() == (mark != std::string_view::npos));
  if (target->has_query()) require(target->query() == text.substr(mark + 1));

  // A path lies below itself, and a rule that restricts covers all that one that admits does.
  require(path_has_prefix(path, path) && path_has_exact_prefix(path, path) && path_has_prefix(path, "/"));
  if (path_has_exact_prefix(path, "/a")) require(path_has_prefix(path, "/A"));
}

void check_authority(std::string_view text) {
  const auto authority = Authority::parse(text);
  if (!authority) return;
  require(Authority::parse(authority->to_string()) == authority);
  for (const char byte : authority->host) require(byte > 0x20 && byte < 0x7f && byte != '@' && byte != '/');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_target(text);
  check_authority(text);
  return 0;
}

}  // namespace belfry::http
