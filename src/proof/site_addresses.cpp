#include "proof/site_addresses.hpp"

namespace belfry::proof {

std::string SiteAddress::shown() const {
  return way.socket.empty() ? way.endpoint.to_string() : "private socket";
}

}  // namespace belfry::proof
