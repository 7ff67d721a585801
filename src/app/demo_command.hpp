#pragma once

// `belfry demo`: the whole of it on this machine, with nothing to configure: a certificate authority for *.localhost,
// a sample application that nobody hardened, and the door before it.

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace belfry::app {

struct DemoArguments {
  std::uint16_t port = 443;  // 0: any
  // Holds the authority, the configuration and all data; kept from start to start. Empty: the user's data directory.
  std::filesystem::path data;
  // One line of JSON instead of text: {"app_url", "belfry_url", "status_url", "ca", "admin_link", "upstream"}; null for
  // what there is not.
  bool json = false;
};

// As serve_command(); the addresses go to `out` once the door is open.
int demo_command(const DemoArguments& arguments, std::ostream& out, std::ostream& err);

}  // namespace belfry::app
