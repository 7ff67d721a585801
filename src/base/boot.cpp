#include "base/boot.hpp"

#include "base/file.hpp"

namespace belfry::base {

std::string boot_id(const std::filesystem::path& file) {
  // proc(5): a UUID and a line break.
  constexpr std::size_t kLimit = 64;
  std::string text = read_file(file, kLimit).value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace belfry::base
