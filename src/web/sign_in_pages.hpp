#pragma once

// /sign-in, in its two steps. What failed is told in the same words whoever it was: a wrong password, an unknown
// address and a locked account look alike.

#include "http/message.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <string>

namespace belfry::web {

enum class SignInNotice : std::uint8_t { None, SessionEnded, SignedOut, PasswordSet };

enum class SignInOutcome : std::uint8_t { Asked, Refused };

enum class SignUpLink : std::uint8_t { Absent, Offered };

// Fields: email, password. Intent: sign_in.
struct SignInPageInput {
  PeoplePageInput page;
  std::string email;      // as it was sent, to be shown again
  std::string return_to;  // carried as `return_to`; judged when it is followed, by return_target()
  SignInNotice notice = SignInNotice::None;
  SignInOutcome outcome = SignInOutcome::Asked;  // Refused is 403
  SignUpLink sign_up = SignUpLink::Absent;
};

http::Response sign_in_page(const SignInPageInput& input);

// Two forms with the field code. Intents: code, for the six digits of the second factor; recovery, for a recovery code.
// What stands in `page.query` goes along to where the sign-in is begun anew.
struct SignInCodePageInput {
  PeoplePageInput page;
  // What is known between the two steps, carried as `flow`, so that each tab signs in by itself.
  std::string flow;
  std::string return_to;
  // Code or RecoveryCode: that one was tried and does not count, which is 403.
  FieldProblem problem = FieldProblem::None;
};

http::Response sign_in_code_page(const SignInCodePageInput& input);

}  // namespace belfry::web
