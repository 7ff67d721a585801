#pragma once

// The pages of people by what they are for; which path each is under is the door's to say (app/routes.hpp).

#include <cstdint>
#include <string_view>

namespace belfry::people {

enum class Desk : std::uint8_t {
  SignIn,
  SignOut,
  FirstAdministrator,
  Invitation,
  Reset,
  SignUp,
  ConfirmEmail,
  Enter,   // how a session leaves Belfry's host,
  Arrive,  // and comes to the application's: people/enter_flow.hpp
  Account,
  Security,
  People,
  PasswordStrength,  // what the script beside a new password asks
  PasswordSuggestion,
};

// These two name each other across the hosts.
inline constexpr std::string_view kEnterPath = "/enter";
inline constexpr std::string_view kArrivePath = "/.belfry/enter";

}  // namespace belfry::people
