#include "accounts/canary.hpp"

namespace belfry::accounts {

bool is_canary(const EmailAddress& email) {
  return email.domain() == kCanaryDomain;
}

}  // namespace belfry::accounts
