#include "guard/blocklist_parser.hpp"

#include <algorithm>

namespace belfry::guard {
namespace {

constexpr std::size_t kQuoteLimit = 64;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The line may hold anything; what is said of it goes to a log.
std::string quoted(std::string_view text) {
  std::string out{"\""};
  for (const char c : text.substr(0, kQuoteLimit)) out += c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?';
  return out + (text.size() > kQuoteLimit ? "\"…" : "\"");
}

BlocklistLineError too_long(std::size_t line) {
  return {line, "longer than 4096 bytes"};
}

}  // namespace

std::expected<void, BlocklistLineError> BlocklistParser::feed(std::string_view text) {
  for (;;) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (rest_.empty()) {
      if (auto read = read_line(piece); !read) return read;
      continue;
    }
    if (rest_.size() + piece.size() > kLineLimit + 1) return std::unexpected{too_long(line_ + 1)};
    rest_ += piece;
    auto read = read_line(rest_);
    rest_.clear();
    if (!read) return read;
  }
  // One more than the limit, for the CR of a CRLF.
  if (rest_.size() + text.size() > kLineLimit + 1) {
    return std::unexpected{too_long(line_ + 1)};
  }
  rest_ += text;
  return {};
}

std::expected<void, BlocklistLineError> BlocklistParser::finish() {
  if (rest_.empty()) return {};
  auto read = read_line(rest_);
  rest_.clear();
  return read;
}

std::expected<void, BlocklistLineError> BlocklistParser::read_line(std::string_view line) {
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > kLineLimit) return std::unexpected{too_long(line_)};
  const std::string_view entry = trim(line.substr(0, line.find_first_of("#;")));
  if (entry.empty()) return {};
  const auto range = base::AddressRange::parse(entry);
  if (!range) {
    return std::unexpected{
        BlocklistLineError{line_, quoted(entry) + " is neither an address nor a CIDR without host bits"}};
  }
  ranges_.add(*range);
  return {};
}

}  // namespace belfry::guard
