#include "accounts/common_passwords.hpp"

#include "accounts/password_text.hpp"

#include <embedded/common_passwords.hpp>

namespace belfry::accounts {

std::optional<std::uint32_t> common_password_rank(std::string_view word) {
  if (word.empty() || word.size() > kCommonPasswordLimit) return std::nullopt;
  // Lines in the order of their words: the word, a capital letter, a line feed. What is left between `low` and `high`
  // are whole lines.
  const std::string_view lines = embedded::common_passwords();
  std::size_t low = 0;
  std::size_t high = lines.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const std::size_t before = lines.substr(low, middle - low).rfind('\n');
    const std::size_t start = before == std::string_view::npos ? low : low + before + 1;
    const std::size_t end = lines.find('\n', middle);
    const std::string_view line = lines.substr(start, end - start);
    const int order = line.substr(0, line.size() - 1).compare(word);
    if (order == 0) return std::uint32_t{2} << (line.back() - 'A');
    if (order < 0) {
      low = end + 1;
    } else {
      high = start;
    }
  }
  return std::nullopt;
}

bool is_common_password(std::string_view password) {
  return common_password_rank(bare(password)).has_value();
}

}  // namespace belfry::accounts
