#include "crypto/bcrypt.hpp"

#include "crypto/digest.hpp"
#include "crypto/openssl_check.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace belfry::crypto {

namespace {

// "$2b$12$", 22 characters of salt, 31 of hash.
constexpr std::size_t kSettingSize = 7;
constexpr std::size_t kHashSize = 60;
constexpr std::size_t kSaltBytes = 16;
constexpr std::string_view kAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// What crypt_rn() works in (32 KiB), and the password with the NUL that it needs; wiped behind it.
struct Workplace {
  crypt_data data{};
  std::array<char, kBcryptPasswordLimit + 1> password{};

  explicit Workplace(std::string_view text) { std::ranges::copy(text, password.begin()); }
  ~Workplace() { OPENSSL_cleanse(this, sizeof *this); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
};

// `setting`: what begins a hash, or all of one.
std::string run(std::string_view password, const std::string& setting) {
  if (!bcrypt_takes(password)) throw std::invalid_argument{"a password that bcrypt does not take"};
  const auto workplace = std::make_unique<Workplace>(password);
  const char* const result =
      ::crypt_rn(workplace->password.data(), setting.c_str(), &workplace->data, sizeof workplace->data);
  std::string hash{result != nullptr ? result : ""};
  must(hash.size() == kHashSize, "crypt_rn");
  return hash;
}

}  // namespace

bool bcrypt_takes(std::string_view password) {
  return password.size() <= kBcryptPasswordLimit && password.find('\0') == std::string_view::npos;
}

std::string bcrypt_hash(std::string_view password, unsigned cost, base::Random& random) {
  if (cost < kBcryptLowestCost || cost > kBcryptHighestCost) throw std::invalid_argument{"bcrypt_hash: cost"};
  std::array<std::byte, kSaltBytes> salt;
  random.fill(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting;
  must(::crypt_gensalt_rn("$2b$", cost, reinterpret_cast<const char*>(salt.data()), static_cast<int>(salt.size()),
                          setting.data(), static_cast<int>(setting.size())) != nullptr,
       "crypt_gensalt_rn");
  return run(password, setting.data());
}

bool bcrypt_verify(std::string_view password, std::string_view hash) {
  // crypt takes the beginning of the text for the method, and other methods for others: only ours reaches it.
  if (!bcrypt_cost(hash)) return false;
  std::string expected{hash};
  // libxcrypt answers with the prefix that it was asked with.
  return equal_in_constant_time(run(password, expected), expected);
}

std::optional<unsigned> bcrypt_cost(std::string_view hash) {
  if (hash.size() != kHashSize || !(hash.starts_with("$2b$") || hash.starts_with("$2y$"))) return std::nullopt;
  if (!is_digit(hash[4]) || !is_digit(hash[5]) || hash[6] != '$') return std::nullopt;
  if (hash.find_first_not_of(kAlphabet, kSettingSize) != std::string_view::npos) return std::nullopt;
  const auto cost = static_cast<unsigned>((hash[4] - '0') * 10 + (hash[5] - '0'));
  if (cost < kBcryptLowestCost || cost > kBcryptHighestCost) return std::nullopt;
  return cost;
}

}  // namespace belfry::crypto
