#pragma once

// Accounts that drills make up, a canary each; what is told of everybody's passwords; and what a drill cannot wait for.
// proof says what it needs; app makes them in the store of the accounts. Blocking; on the drills' thread, while a drill
// is under way.

#include "base/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

// Never an administrator.
enum class CanaryRole : std::uint8_t { Member, Staff };

struct Canary {
  std::string email;
  std::string name;
  std::string password;
  std::vector<std::byte> totp_secret;  // empty: it has no second factor
  std::string reset_token;             // of a link by which it may choose another password; empty: it was sent none
  CanaryRole role = CanaryRole::Member;
};

// A domain that nobody can have; accounts knows a canary by it.
inline constexpr std::string_view kCanaryDomain = "drill.belfry.invalid";

enum class CanaryFactor : std::uint8_t { Absent, Enrolled };

// One that nobody else has, with a password that every policy takes.
Canary new_canary(base::Random& random, CanaryFactor factor, CanaryRole role = CanaryRole::Member);
std::string new_good_password(base::Random& random);

class CanaryAccounts {
 public:
  virtual ~CanaryAccounts() = default;

  // Notes it in the ledger, by which it is erased behind the drill, and makes it then. Its second factor was enrolled
  // long enough ago for a code of now to be good. An error is a line for the log.
  virtual std::expected<void, std::string> make(const Canary& canary) = 0;
  // As if so much time had passed for what locks the canary, and for nothing else.
  virtual std::expected<void, std::string> age_locks(const Canary& canary, std::chrono::milliseconds by) = 0;
  // What a form of this action carries that was given to this session (PageVisitor::session()) too long ago.
  virtual std::string stale_form_token(std::string_view session, std::string_view action) = 0;
  // As it is stored.
  virtual std::expected<std::string, std::string> password_hash(const Canary& canary) = 0;
  // Everybody's, as they are stored, but for canaries'.
  virtual std::expected<std::vector<std::string>, std::string> password_hashes() = 0;
};

}  // namespace belfry::proof
