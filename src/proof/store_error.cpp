#include "proof/store_error.hpp"

namespace belfry::proof {

std::string_view to_string(StoreError error) {
  switch (error) {
    case StoreError::Unavailable:
      return "unavailable";
    case StoreError::Corrupt:
      return "corrupt";
    case StoreError::Refused:
      return "refused";
  }
  return {};
}

}  // namespace belfry::proof
