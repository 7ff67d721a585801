#include "accounts/account_store.hpp"

namespace belfry::accounts {

std::string_view to_string(Counter counter) {
  switch (counter) {
    case Counter::Strangers:
      return "strangers";
    case Counter::Device:
      return "device";
    case Counter::Codes:
      return "codes";
    case Counter::Nobody:
      return "nobody";
  }
  return {};
}

}  // namespace belfry::accounts
