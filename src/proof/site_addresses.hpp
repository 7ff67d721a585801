#pragma once

// Where visitors reach the site: every address that a drill of what travels on the way must look at.

#include "net/way.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace belfry::proof {

struct SiteAddress {
  net::Way way;
  // A name of the site that leads there.
  std::string name;

  // "192.0.2.1:443", or "private socket" where the door listens to proxies alone.
  std::string shown() const;
};

enum class AddressSource : std::uint8_t {
  Configured,   // [drill] addresses
  Names,        // the site's names, looked up from this machine
  ThisMachine,  // the names are localhost's (RFC 6761, section 6.3)
  OwnListener,  // the names lead nowhere from here: the door's own listener instead
};

struct SiteAddresses {
  // At least one, no two alike: an address is there once for each name that leads to it, as another may answer there by
  // another name.
  std::vector<SiteAddress> addresses;
  AddressSource source = AddressSource::OwnListener;
  // Names that lead nowhere from here, and names that were not looked up in time.
  std::vector<std::string> nowhere;
  std::vector<std::string> unanswered;
  // How many more there would be.
  std::size_t left_out = 0;
};

}  // namespace belfry::proof
