#pragma once

// Passwords are hashed and verified here alone: by bcrypt (crypto/bcrypt.hpp), on threads of their own, so that a flood
// of sign-ins cannot slow a page. How many are at it at once is bounded, each with its 32 KiB; who comes beyond that is
// told at once to come back (503 with Retry-After).
//
// A place among them is asked for first and held: whoever has one is not turned away later, so that an attempt is never
// spent on a password that is then not looked at.
//
// A verification costs the same whatever it is asked to verify: no hash at all, one of a lower cost, or a password that
// no hash is ever made of. OWASP Authentication Cheat Sheet, "Authentication and Error Messages": the time of an answer
// tells as much as its words.

#include "accounts/password_input.hpp"
#include "base/blocking_pool.hpp"
#include "base/random.hpp"
#include "crypto/key.hpp"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::accounts {

// What may be configured, inclusive. OWASP's Password Storage Cheat Sheet asks for 10 at least; each more takes twice
// the time, which is 250 ms of a core at 12.
inline constexpr unsigned kHashingLowestCost = 12;
inline constexpr unsigned kHashingHighestCost = 15;

// What to tell those who are turned away.
inline constexpr std::chrono::seconds kHashingRetryAfter{5};

// One for every two cores, the lesser half, and at least 1: the other half is for pages.
std::size_t hashing_threads();

struct PasswordHashingOptions {
  PasswordFormat format = PasswordFormat::Plain;
  unsigned cost = kHashingLowestCost;
  std::size_t threads = hashing_threads();
  // Who may wait beside those that are hashed, inclusive: at cost 12 the last of them for about four seconds.
  std::size_t queue = 16 * threads;
};

struct PasswordCheck {
  bool is_right = false;
  // To be stored in place of the hash that was verified, which is of a lower cost or of another format than today's.
  std::optional<std::string> renewed;
};

class PasswordHashing {
 public:
  // The right to one call after the other of hash() and verify(); moved into whoever holds it. Must not outlive the
  // hashing. Any thread.
  class Place {
   public:
    Place(Place&& other) noexcept : taken_{std::exchange(other.taken_, nullptr)} {}
    Place& operator=(Place&& other) noexcept {
      std::swap(taken_, other.taken_);
      return *this;
    }
    ~Place() {
      if (taken_ != nullptr) taken_->fetch_sub(1);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend PasswordHashing;
    explicit Place(std::atomic<std::size_t>* taken) : taken_{taken} {}
    std::atomic<std::size_t>* taken_;
  };

  // `key` is the one of password_input(); `random`, which is drawn from on the pool's threads, outlives this. Throws
  // std::invalid_argument for a cost that bcrypt does not have.
  PasswordHashing(PasswordHashingOptions options, crypto::Key256 key, base::Random& random);

  // Hashes of a higher cost than today's, from a time when it was configured so: verifying costs as much for everybody
  // from now on. All stored ones are to be shown at start, before anything is verified. Any thread.
  void equalize(std::span<const std::string> stored);

  // nullopt: as many have one as may.
  std::optional<Place> place();

  // Both on any thread; the caller goes on on its own. `place` is the caller's and alive until the answer: Full does
  // not come then.

  // What is to be stored, with the mark of its format. The policy has accepted the password: one that the format does
  // not take is a broken invariant and throws std::invalid_argument.
  boost::asio::awaitable<std::expected<std::string, base::BlockingError>> hash(const Place* place,
                                                                               std::string password);
  // `stored` is nullopt where nobody has that password: verified at the same cost, and wrong. So is what cannot be
  // read.
  boost::asio::awaitable<std::expected<PasswordCheck, base::BlockingError>> verify(const Place* place,
                                                                                   std::string password,
                                                                                   std::optional<std::string> stored);

  // The same as hash(), on the caller's thread and outside of the places: for what nobody waits for. Blocking, never on
  // a worker's thread.
  std::string hash_here(std::string_view password) { return hash_now(password); }

  // As base::BlockingPool::stop().
  void stop() { pool_.stop(); }

  PasswordFormat format() const { return options_.format; }
  unsigned cost() const { return options_.cost; }

 private:
  std::string hash_now(std::string_view password);
  PasswordCheck verify_now(std::string_view password, const std::optional<std::string>& stored);

  const PasswordHashingOptions options_;
  const crypto::Key256 key_;
  base::Random& random_;
  std::atomic<unsigned> equal_cost_;
  std::atomic<std::size_t> taken_ = 0;
  base::BlockingPool pool_;
};

}  // namespace belfry::accounts
