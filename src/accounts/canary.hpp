#pragma once

// A canary: a person whom a drill makes up to try on the running door what must not work on anybody, and erases behind
// it. It signs in like all others, but is nowhere among people, and what it may is little: it is a member, or of the
// staff where a drill tries what staff must prove, and never an administrator.
//
// It is known by its e-mail alone, in a domain that nobody can have. RFC 6761, section 6.4: "Users MAY assume that
// queries for "invalid" names will always return NXDOMAIN responses", so that no mail to one reaches anybody either.
// The store keeps a mark beside it, to find canaries without opening everybody's e-mail.

#include "accounts/email_address.hpp"

#include <string_view>

namespace belfry::accounts {

inline constexpr std::string_view kCanaryDomain = "drill.belfry.invalid";

// In that domain itself and no other below or above it.
bool is_canary(const EmailAddress& email);

}  // namespace belfry::accounts
