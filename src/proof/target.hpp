#pragma once

// A site that a drill attacks, the running door or its twin: the names that it answers to, and the way there. The same
// attack is made on both, so a drill is written against a Target and does not know which of the two it has.

#include "net/http_client.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::proof {

struct Target {
  std::string site_host;     // the application's; without an application the same as belfry_host
  std::string belfry_host;   // Belfry's own pages
  std::uint16_t port = 443;  // as URLs name it
  net::Way way;
  // The authority that the certificate is checked against; none: the certificate is not checked (it has claims of its
  // own, and what is tried here is the door's answer).
  std::optional<std::filesystem::path> ca_file;

  // "https://host" or "https://host:port"
  std::string origin_of(std::string_view host) const;
  // GET host's `path` by the target's way.
  net::FetchRequest request(std::string_view host, std::string_view path) const;
  // The same site as another client sees it.
  Target seen_from(const base::IpAddress& source) const;
};

}  // namespace belfry::proof
