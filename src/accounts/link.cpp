#include "accounts/link.hpp"

namespace belfry::accounts {

std::string_view to_string(LinkStep step) {
  switch (step) {
    case LinkStep::FirstAdministrator:
      return "first administrator";
    case LinkStep::Invitation:
      return "invitation";
    case LinkStep::SignUp:
      return "sign-up";
    case LinkStep::PasswordReset:
      return "password reset";
    case LinkStep::EmailFrom:
      return "e-mail from";
    case LinkStep::EmailTo:
      return "e-mail to";
  }
  return {};
}

}  // namespace belfry::accounts
