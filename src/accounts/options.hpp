#pragma once

// What accounts can be told. Filled from the configuration file by `app`.

#include "accounts/lockout.hpp"
#include "accounts/password_hashing.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/session.hpp"

#include <filesystem>
#include <vector>

namespace belfry::accounts {

struct AccountOptions {
  PasswordPolicyOptions passwords;
  // Passwords that nobody may choose (accounts/password_list.hpp).
  std::vector<std::filesystem::path> password_lists;
  unsigned bcrypt_cost = kHashingLowestCost;
  LockoutPolicy lockout;
  SessionLimits sessions;
};

}  // namespace belfry::accounts
