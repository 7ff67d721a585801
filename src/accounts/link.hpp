#pragma once

// A link that lets whoever has it do one thing, once, within the hour: what is known of it without its token.

#include "accounts/email_address.hpp"
#include "accounts/person.hpp"
#include "accounts/secret.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::accounts {

// The step that a link is for; it is good at no other.
enum class LinkStep : std::uint8_t {
  FirstAdministrator,
  Invitation,
  PasswordReset,
  EmailFrom,  // a change of e-mail, confirmed at the address of before
  EmailTo,    // and at the new one
};
std::string_view to_string(LinkStep step);

// Exclusive: at its end it is over. OWASP, Forgot Password Cheat Sheet: such tokens "expire after an appropriate
// period".
inline constexpr std::chrono::milliseconds kLinkLifetime = std::chrono::hours{1};

struct Link {
  SecretHash token;
  LinkStep step;
  std::optional<PersonId> person;     // whose; none yet for the first administrator's and an invitation
  std::optional<EmailAddress> email;  // who is invited, or the new address
  Role role = Role::Member;           // of who is invited
  base::WallTime issued;
  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace belfry::accounts
