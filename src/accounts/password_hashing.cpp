#include "accounts/password_hashing.hpp"

#include "base/cores.hpp"
#include "crypto/bcrypt.hpp"

#include <algorithm>
#include <stdexcept>

namespace belfry::accounts {

namespace {

// A hash in bcrypt's form that costs as much as any other; what it says does not count.
std::string decoy(unsigned cost) {
  const std::string salt_and_hash(53, '.');
  return "$2b$" + std::string{static_cast<char>('0' + cost / 10), static_cast<char>('0' + cost % 10), '$'} +
         salt_and_hash;
}

}  // namespace

std::size_t hashing_threads() {
  return std::max<std::size_t>(base::usable_cores() / 2, 1);
}

PasswordHashing::PasswordHashing(PasswordHashingOptions options, crypto::Key256 key, base::Random& random)
    : options_{options},
      key_{std::move(key)},
      random_{random},
      equal_cost_{options.cost},
      pool_{options.threads, options.queue} {
  if (options.cost < crypto::kBcryptLowestCost || options.cost > crypto::kBcryptHighestCost) {
    throw std::invalid_argument{"PasswordHashing: cost"};
  }
}

void PasswordHashing::equalize(std::span<const std::string> stored) {
  for (const std::string& one : stored) {
    const auto hash = MarkedHash::parse(one);
    const unsigned cost = hash ? crypto::bcrypt_cost(hash->bcrypt).value_or(0) : 0;
    unsigned equal = equal_cost_.load();
    while (cost > equal && !equal_cost_.compare_exchange_weak(equal, cost)) {
    }
  }
}

std::optional<PasswordHashing::Place> PasswordHashing::place() {
  const std::size_t places = std::max<std::size_t>(options_.threads, 1) + options_.queue;
  std::size_t taken = taken_.load();
  do {
    if (taken >= places) return std::nullopt;
  } while (!taken_.compare_exchange_weak(taken, taken + 1));
  return Place{&taken_};
}

boost::asio::awaitable<std::expected<std::string, base::BlockingError>> PasswordHashing::hash(const Place* place,
                                                                                              std::string password) {
  if (place == nullptr || place->taken_ != &taken_) throw std::invalid_argument{"PasswordHashing: no place"};
  auto work = [this, password = std::move(password)] { return hash_now(password); };
  auto hashed = co_await pool_.run(std::move(work));
  co_return hashed;
}

boost::asio::awaitable<std::expected<PasswordCheck, base::BlockingError>> PasswordHashing::verify(
    const Place* place, std::string password, std::optional<std::string> stored) {
  if (place == nullptr || place->taken_ != &taken_) throw std::invalid_argument{"PasswordHashing: no place"};
  auto work = [this, password = std::move(password), stored = std::move(stored)] {
    return verify_now(password, stored);
  };
  auto verified = co_await pool_.run(std::move(work));
  co_return verified;
}

std::string PasswordHashing::hash_now(std::string_view password) {
  const auto input = password_input(options_.format, password, key_.bytes());
  if (!input) throw std::invalid_argument{"PasswordHashing: a password that the format does not take"};
  const MarkedHash hash{.format = options_.format, .bcrypt = crypto::bcrypt_hash(*input, options_.cost, random_)};
  return hash.to_string();
}

PasswordCheck PasswordHashing::verify_now(std::string_view password, const std::optional<std::string>& stored) {
  const unsigned equal = equal_cost_.load();
  const auto marked = stored ? MarkedHash::parse(*stored) : std::nullopt;
  const auto cost = marked ? crypto::bcrypt_cost(marked->bcrypt) : std::nullopt;
  const auto input = password_input(cost ? marked->format : options_.format, password, key_.bytes());

  PasswordCheck check;
  // A password that is not taken is hashed as another, for the time alone.
  const bool matches = crypto::bcrypt_verify(input.value_or(std::string{}), cost ? marked->bcrypt : decoy(equal));
  check.is_right = matches && cost.has_value() && input.has_value();
  // 2^c rounds were done of 2^e: those of c, c + 1, ... e - 1 are the rest.
  for (unsigned more = cost.value_or(equal); more < equal; ++more) crypto::bcrypt_verify({}, decoy(more));
  if (!check.is_right) return check;

  // The other way, a password that only the pre-hash takes would become one that nothing takes.
  const bool is_of_earlier_format =
      marked->format == PasswordFormat::Plain && options_.format == PasswordFormat::HmacSha384;
  if ((*cost < options_.cost || is_of_earlier_format) && password_input(options_.format, password, key_.bytes())) {
    check.renewed = hash_now(password);
  }
  return check;
}

}  // namespace belfry::accounts
