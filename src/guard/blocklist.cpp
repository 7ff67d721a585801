#include "guard/blocklist.hpp"

#include "guard/blocklist_parser.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace belfry::guard {
namespace {

AddressSet set_of(const std::vector<base::AddressRange>& ranges) {
  AddressSet::Builder builder;
  for (const auto& range : ranges) builder.add(range);
  return builder.build();
}

std::optional<BlocklistError> read_file(const std::filesystem::path& path, AddressSet::Builder& ranges) {
  std::error_code error;
  // A directory or a pipe opens too, and would read as an empty list or never end.
  if (!std::filesystem::is_regular_file(path, error)) {
    return BlocklistError{path, 0, error ? error.message() : "not a regular file"};
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) return BlocklistError{path, 0, "cannot be opened"};

  BlocklistParser parser{ranges};
  const auto piece = std::make_unique<std::array<char, 65536>>();
  std::uint64_t total = 0;
  const auto at_line = [&](BlocklistLineError problem) {
    return BlocklistError{path, problem.line, std::move(problem.problem)};
  };
  while (file) {
    file.read(piece->data(), static_cast<std::streamsize>(piece->size()));
    const auto count = static_cast<std::size_t>(file.gcount());
    total += count;
    if (total > Blocklist::kFileLimit) return BlocklistError{path, 0, "larger than 512 MiB"};
    if (auto fed = parser.feed({piece->data(), count}); !fed) return at_line(std::move(fed.error()));
    if (ranges.size() > Blocklist::kRangeLimit) return BlocklistError{path, 0, "more than 8,000,000 ranges in all"};
  }
  if (!file.eof()) return BlocklistError{path, 0, "broke off while it was read"};
  if (auto finished = parser.finish(); !finished) return at_line(std::move(finished.error()));
  return std::nullopt;
}

}  // namespace

std::string BlocklistError::to_string() const {
  return file.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": " + problem;
}

Blocklist::Blocklist(AddressSet blocked, const std::vector<base::AddressRange>& allowed)
    : blocked_{std::move(blocked)}, allowed_{set_of(allowed)} {}

std::vector<base::IpAddress> Blocklist::examples(std::uint64_t seed) const {
  // An allowed range may cover many listed ones: some more are tried.
  constexpr std::uint64_t kTries = 16;
  std::vector<base::IpAddress> found;
  for (std::uint64_t attempt = 0; attempt < kTries && found.empty(); ++attempt) {
    found = blocked_.examples(seed + attempt);
    std::erase_if(found, [this](const base::IpAddress& address) { return !blocks(address); });
  }
  return found;
}

std::expected<std::shared_ptr<const Blocklist>, BlocklistError> Blocklist::load(const BlocklistOptions& options) {
  AddressSet::Builder ranges;
  for (const auto& path : options.files) {
    if (auto error = read_file(path, ranges)) return std::unexpected{std::move(*error)};
  }
  return std::make_shared<const Blocklist>(ranges.build(), options.allow);
}

}  // namespace belfry::guard
