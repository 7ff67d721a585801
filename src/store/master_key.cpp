#include "store/master_key.hpp"

#include "base/file.hpp"
#include "crypto/encode.hpp"

#include <string.h>
#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace belfry::store {

namespace {

constexpr std::string_view kHeader = "belfry-master-key-1";
// A header and two keys, with room for blanks of nobody's.
constexpr std::size_t kFileLimit = 256;

// Text that holds a key, wiped when it dies.
struct SecretText {
  std::string text;

  explicit SecretText(std::string content) : text{std::move(content)} {}
  ~SecretText() { ::explicit_bzero(text.data(), text.size()); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
};

std::string to_hex(crypto::KeyNumber number) {
  std::array<std::byte, 4> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(number >> (8 * (3 - i)));
  return crypto::to_hex(bytes);
}

std::optional<crypto::KeyNumber> number_from_hex(std::string_view text) {
  const auto bytes = crypto::from_hex(text);
  if (!bytes || bytes->size() != sizeof(crypto::KeyNumber)) return std::nullopt;
  crypto::KeyNumber number = 0;
  for (const std::byte byte : *bytes) number = (number << 8) | std::to_integer<crypto::KeyNumber>(byte);
  return number;
}

struct Line {
  crypto::KeyNumber number;
  crypto::Key256 key;
};

// "1f2e3d4c", a blank, and the key in base64url.
std::optional<Line> parse_line(std::string_view line) {
  constexpr std::size_t kNumberSize = 8;
  if (line.size() <= kNumberSize || line[kNumberSize] != ' ') return std::nullopt;
  const auto number = number_from_hex(line.substr(0, kNumberSize));
  auto bytes = crypto::from_base64url(line.substr(kNumberSize + 1));
  if (!number || !bytes) return std::nullopt;
  auto key = crypto::Key256::from(*bytes);
  ::explicit_bzero(bytes->data(), bytes->size());
  if (!key) return std::nullopt;
  return Line{*number, std::move(*key)};
}

// Drawn, not counted: a key of another file is then known by its number, and not mistaken for this one.
crypto::KeyNumber random_number(base::Random& random) {
  return static_cast<crypto::KeyNumber>(random.next_u64());
}

std::expected<void, std::string> write(const std::filesystem::path& file, const std::string& content) {
  const auto written = base::write_file(file, content, base::FileMode::OwnerOnly);
  if (!written)
    return std::unexpected{"cannot write the master key " + file.string() + ": " + written.error().message()};
  return {};
}

}  // namespace

std::expected<MasterKey, std::string> MasterKey::parse(std::string_view text) {
  const std::unexpected<std::string> not_one{"this is no master key of Belfry, or it was cut"};
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (lines.size() < 2 || lines.size() > 3 || lines[0] != kHeader) return not_one;
  auto current = parse_line(lines[1]);
  if (!current) return not_one;
  crypto::KeyRing keys{current->number, std::move(current->key)};
  if (lines.size() == 3) {
    auto earlier = parse_line(lines[2]);
    if (!earlier || earlier->number == keys.current()) return not_one;
    keys.add_earlier(earlier->number, std::move(earlier->key));
  }
  return MasterKey{std::move(keys)};
}

std::expected<MasterKey, std::string> MasterKey::read(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return std::unexpected{"others may read or write the master key " + file.string() + ": chmod 600 it"};
  }
  auto content = base::read_file(file, kFileLimit);
  if (!content) {
    return std::unexpected{"cannot read the master key " + file.string() + ": " + content.error().message()};
  }
  const SecretText secret{std::move(*content)};
  return parse(secret.text);
}

std::expected<MasterKey, std::string> MasterKey::make(const std::filesystem::path& file, base::Random& random) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, error))) {
    return std::unexpected{"there is a master key already: " + file.string()};
  }
  MasterKey made{crypto::KeyRing{random_number(random), crypto::Key256::random(random)}};
  const SecretText content{made.text()};
  if (const auto written = write(file, content.text); !written) return std::unexpected{written.error()};
  return made;
}

std::string MasterKey::text() const {
  std::string text{kHeader};
  const auto add = [&](crypto::KeyNumber number, const crypto::Key256& key) {
    const SecretText encoded{crypto::to_base64url(key.bytes())};
    text += "\n" + to_hex(number) + " ";
    text += encoded.text;
  };
  add(keys_.current(), *keys_.find(keys_.current()));
  for (const auto& [number, key] : keys_.all()) {
    if (number != keys_.current()) add(number, key);
  }
  return text + "\n";
}

std::expected<void, std::string> MasterKey::begin_rotation(const std::filesystem::path& file, base::Random& random) {
  if (is_rotating()) return {};
  crypto::KeyNumber number = random_number(random);
  while (keys_.find(number) != nullptr) number = random_number(random);
  const crypto::KeyNumber before = keys_.current();
  keys_.make_current(number, crypto::Key256::random(random));
  const SecretText content{text()};
  auto written = write(file, content.text);
  if (!written) {
    // Nothing may be wrapped by a key that is on no disk.
    crypto::KeyRing old{before, keys_.find(before)->copy()};
    keys_ = std::move(old);
  }
  return written;
}

std::expected<void, std::string> MasterKey::finish_rotation(const std::filesystem::path& file) {
  if (!is_rotating()) return {};
  MasterKey finished{crypto::KeyRing{keys_.current(), keys_.find(keys_.current())->copy()}};
  const SecretText content{finished.text()};
  auto written = write(file, content.text);
  if (written) keys_.drop_earlier();
  return written;
}

}  // namespace belfry::store
