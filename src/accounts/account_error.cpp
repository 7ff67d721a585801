#include "accounts/account_error.hpp"

namespace belfry::accounts {

std::string_view to_string(AccountError error) {
  switch (error) {
    case AccountError::Unavailable:
      return "unavailable";
    case AccountError::Corrupt:
      return "corrupt";
    case AccountError::Refused:
      return "refused";
    case AccountError::NotFound:
      return "not found";
    case AccountError::EmailTaken:
      return "e-mail taken";
    case AccountError::AlreadyThere:
      return "already there";
    case AccountError::LastAdministrator:
      return "last administrator";
  }
  return {};
}

}  // namespace belfry::accounts
