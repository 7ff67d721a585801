#include "proof/target.hpp"

namespace belfry::proof {

std::string Target::origin_of(std::string_view host) const {
  std::string origin = "https://" + std::string{host};
  if (port != 443) origin += ":" + std::to_string(port);
  return origin;
}

net::FetchRequest Target::request(std::string_view host, std::string_view path) const {
  net::FetchRequest request;
  request.url = origin_of(host) + std::string{path};
  request.way = way;
  request.ca_file = ca_file;
  request.verify_certificate = ca_file.has_value();
  return request;
}

Target Target::seen_from(const base::IpAddress& source) const {
  Target target = *this;
  target.way.source = source;
  return target;
}

}  // namespace belfry::proof
