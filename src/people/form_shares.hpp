#pragma once

// How many forms of one address (IPv6: one /64) are answered at a time. Behind a form may be a password to be hashed,
// and the places for that are few for all together: without a share, whoever keeps sending would leave none to others,
// and nobody could sign in. Any thread.

#include "base/address_hash.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace belfry::people {

// Inclusive. Half of the places on the smallest machine (accounts/password_hashing.hpp), so that others find some; more
// than the people of an office send in the same quarter of a second.
inline constexpr std::size_t kFormsPerAddress = 8;

class FormShares {
 public:
  // Given back when it is destroyed; not after the FormShares.
  class [[nodiscard]] Share {
   public:
    Share(Share&& other) noexcept : shares_{std::exchange(other.shares_, nullptr)}, key_{other.key_} {}
    Share& operator=(Share&&) = delete;
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() {
      if (shares_ != nullptr) shares_->give_back(key_);
    }

   private:
    friend FormShares;
    Share(FormShares& shares, std::uint64_t key) : shares_{&shares}, key_{key} {}
    FormShares* shares_;
    std::uint64_t key_;
  };

  explicit FormShares(base::Random& random) : hash_{random} {}

  // nullopt: that address has as many as it may.
  std::optional<Share> take(const base::IpAddress& address);

 private:
  void give_back(std::uint64_t key);

  const base::AddressHash hash_;
  std::mutex mutex_;
  // Of those who have any: no more than there are requests under way.
  std::unordered_map<std::uint64_t, std::size_t> taken_;
};

}  // namespace belfry::people
