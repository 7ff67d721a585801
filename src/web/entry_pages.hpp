#pragma once

// The other ways in: /reset, first to ask for a link and then to follow it, and /sign-up.

#include "http/message.hpp"
#include "web/password_words.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <string>

namespace belfry::web {

// Field: email. Intent: ask. Whether there is such an account is not told: Message::ResetMailSent follows in any case.
struct ResetRequestPageInput {
  PeoplePageInput page;
  FieldInput email;  // problem: Email alone
};

http::Response reset_request_page(const ResetRequestPageInput& input);

// Field: new_password. Intent: set.
struct ResetPasswordPageInput {
  PeoplePageInput page;
  std::string token;  // of the link, carried as `token`
  std::string email;  // whose link it is, for the browser's store of passwords
  NewPasswordInput new_password;
};

http::Response reset_password_page(const ResetPasswordPageInput& input);

enum class SignUp : std::uint8_t { Open, ByApproval };

// Field: email. Intent: sign_up. Message::SignUpMailSent follows, known address or not; where accounts come by
// invitation alone, Message::ByInvitation stands at /sign-up instead of this page. Behind the link in the mail:
// welcome_page().
struct SignUpRequestPageInput {
  PeoplePageInput page;
  SignUp sign_up = SignUp::ByApproval;
  FieldInput email;  // problem: Email alone
};

http::Response sign_up_request_page(const SignUpRequestPageInput& input);

// Where no mail could show whose the address is, and an administrator decides: Message::ApprovalAsked follows. Fields:
// name, email, new_password. Intent: sign_up.
struct SignUpPageInput {
  PeoplePageInput page;
  FieldInput name;
  FieldInput email;  // problem: Email alone
  NewPasswordInput new_password;
};

http::Response sign_up_page(const SignUpPageInput& input);

}  // namespace belfry::web
