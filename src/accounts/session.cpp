#include "accounts/session.hpp"

namespace belfry::accounts {

std::string_view to_string(Proven proven) {
  switch (proven) {
    case Proven::Password:
      return "password";
    case Proven::SecondFactor:
      return "second factor";
  }
  return {};
}

}  // namespace belfry::accounts
