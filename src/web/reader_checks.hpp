#pragma once

// How a reader checks a claim from outside: for each claim whose check is built, one command for a shell with curl or
// openssl, ready to be pasted, and what must come of it. The names and the port in it are the site's own.

#include "proof/claims.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::web {

// The door as the reader came to it.
struct DoorFromOutside {
  std::string site;    // a host name
  std::string belfry;  // the same as `site` where there is no application
  std::uint16_t port = 443;
  // How much one address may ask for at once.
  std::uint32_t burst = 0;
};

struct ReaderCheck {
  std::string command;  // one line
  proof::Wording outcome;
};

// "https://host:port", without the port where it is 443.
std::string origin_of(const std::string& host, std::uint16_t port);

// nullopt: nobody can check it from outside with what everybody has, or a name holds something that a shell would read
// otherwise (no name of a configuration does).
std::optional<ReaderCheck> reader_check(const proof::Claim& claim, const DoorFromOutside& door);

}  // namespace belfry::web
