#pragma once

// A link that lets whoever has it do one thing, once, within the hour: what is known of it without its token.

#include "accounts/email_address.hpp"
#include "accounts/person.hpp"
#include "accounts/secret.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::accounts {

// The step that a link is for; it is good at no other.
enum class LinkStep : std::uint8_t {
  FirstAdministrator,
  Invitation,
  SignUp,
  PasswordReset,
  EmailFrom,  // a change of e-mail, confirmed at the address of before
  EmailTo,    // and at the new one
};
std::string_view to_string(LinkStep step);

// Exclusive: at its end it is over. OWASP, Forgot Password Cheat Sheet: such tokens "expire after an appropriate
// period".
inline constexpr std::chrono::milliseconds kLinkLifetime = std::chrono::hours{1};

// Sign-ups that wait for their mailbox, of all together; inclusive: one more and the oldest is over. Anybody may sign
// up, so that without a bound the disk could be filled; each takes less than 1 KiB. Who is pushed out asks anew.
inline constexpr std::size_t kOpenSignUps = 10'000;

struct Link {
  SecretHash token;
  LinkStep step;
  // Whose; of an invitation, who invites; none yet for the first administrator's and a sign-up.
  std::optional<PersonId> person;
  std::optional<EmailAddress> email;  // who is invited or signed up, or the new address
  Role role = Role::Member;           // of who is invited
  base::WallTime issued;
  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace belfry::accounts
