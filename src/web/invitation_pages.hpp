#pragma once

// What a link to a new account leads through, at /invitation, at /sign-up and, for the very first account, at
// /first-administrator: a name and a password, the second factor, the recovery codes. The last two are the same at
// /account/security.

#include "http/message.hpp"
#include "web/password_words.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace belfry::web {

enum class Welcome : std::uint8_t {
  Invitation,
  FirstAdministrator,
  SignUp,
  SignUpByApproval,  // an administrator decides at the end
};

// Fields: email (asked of the first administrator alone), name, new_password. Intent: welcome.
struct WelcomePageInput {
  PeoplePageInput page;
  Welcome welcome = Welcome::Invitation;
  std::string token;  // of the link, carried as `token`
  FieldInput email;
  FieldInput name;
  NewPasswordInput new_password;
};

http::Response welcome_page(const WelcomePageInput& input);

// Where the page stands.
enum class Journey : std::uint8_t {
  Invitation,  // the second and the third of three steps
  Account,     // by itself, from /account/security
};

// Required: nothing else opens before the second factor is set, so there is no way around it.
enum class Enrolment : std::uint8_t { Required, Optional };

// Field: code. Intents: enrol; skip, where it is optional.
struct EnrolmentPageInput {
  PeoplePageInput page;
  Journey journey = Journey::Invitation;
  Enrolment enrolment = Enrolment::Required;
  std::string flow;     // carried as `flow`
  std::string email;    // whose second factor it is
  std::string otpauth;  // the address that the QR code holds ("otpauth://totp/…"); none is drawn where it is too long
  std::string secret;   // in base32; shown in groups of four
  FieldProblem code = FieldProblem::None;
};

http::Response enrolment_page(const EnrolmentPageInput& input);

// No form: a link leads on.
struct RecoveryCodesPageInput {
  PeoplePageInput page;
  Journey journey = Journey::Invitation;
  std::string email;
  std::vector<std::string> codes;
  std::string next_url = "/";  // of return_target()
};

http::Response recovery_codes_page(const RecoveryCodesPageInput& input);

}  // namespace belfry::web
