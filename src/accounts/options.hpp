#pragma once

// What accounts can be told. Filled from the configuration file by `app`.

#include "accounts/lockout.hpp"
#include "accounts/password_hashing.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/session.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace belfry::accounts {

// Who may open an account without being invited.
enum class SignUpMode : std::uint8_t {
  Off,         // nobody, and nothing is said of it
  Invitation,  // nobody: a page says whom to ask
  Approval,    // anybody may ask, and an administrator decides
  Open,        // whoever has a mailbox
};

// Whether strangers can ask for an account.
constexpr bool is_open(SignUpMode mode) {
  return mode == SignUpMode::Open || mode == SignUpMode::Approval;
}

struct AccountOptions {
  PasswordPolicyOptions passwords;
  // Passwords that nobody may choose (accounts/password_list.hpp).
  std::vector<std::filesystem::path> password_lists;
  unsigned bcrypt_cost = kHashingLowestCost;
  LockoutPolicy lockout;
  SessionLimits sessions;
  SignUpMode sign_up = SignUpMode::Invitation;
};

}  // namespace belfry::accounts
