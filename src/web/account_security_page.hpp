#pragma once

// /account/security: password, second factor, recovery codes, sessions.

#include "accounts/password_policy.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "web/password_words.hpp"
#include "web/people_page.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace belfry::web {

enum class SecurityNotice : std::uint8_t { None, PasswordChanged, FactorOn, FactorOff, SessionEnded, SessionsEnded };

enum class SessionPlace : std::uint8_t { Here, Elsewhere };

struct SessionRow {
  std::string id;  // by which it is revoked, posted as `session`; never the token of the cookie
  SessionPlace place = SessionPlace::Elsewhere;
  std::string device;   // as device_name() tells; empty: unknown
  std::string address;  // it was last used from there
  base::WallTime since;
  base::WallTime used;
};

// Intents and fields: password (password, new_password); set_up (password); turn_off (password, code); renew_codes
// (password, code); end_session (session); end_others; sign_out, which is posted to /sign-out.
struct AccountSecurityPageInput {
  PeoplePageInput page;
  Visitor visitor;
  SecurityNotice notice = SecurityNotice::None;
  FieldProblem current_password = FieldProblem::None;
  NewPasswordInput new_password;
  // Since when the second factor is on; nullopt: it is off.
  std::optional<base::WallTime> factor_since;
  bool factor_required = false;  // by the visitor's role: it cannot be turned off, and nothing opens before it is on
  FieldProblem set_up_password = FieldProblem::None;
  CredentialProblems turn_off;
  CredentialProblems renew_codes;
  std::size_t codes_left = 0;
  std::vector<SessionRow> sessions;  // in the order in which they are shown
};

http::Response account_security_page(const AccountSecurityPageInput& input);

}  // namespace belfry::web
