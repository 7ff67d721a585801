#pragma once

// What the guards can be told. Filled from the configuration file by `app`.

#include "base/address_range.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace belfry::guard {

struct RateOptions {
  // Pages a second that one address (IPv6: one /64) may ask for in the long run, and how many at once. Counted for the
  // whole process. A person with many tabs stays an order of magnitude below.
  double rate = 50;
  std::uint32_t burst = 300;
};

struct SizeOptions {
  // Largest request body, inclusive.
  std::uint64_t body = 2ULL << 30;
};

struct OriginOptions {
  // Paths (with everything below them) where a foreign origin is let through: webhooks that carry a proof of their own.
  std::vector<std::string> except;
};

struct BlocklistOptions {
  std::vector<std::filesystem::path> files;
  // Never refused for their address, whatever the files say.
  std::vector<base::AddressRange> allow;
};

// Who may see the application.
enum class Access : std::uint8_t {
  SignedIn,
  Public,
  Deny,  // nobody
};

struct AccessOptions {
  // Where no path says otherwise.
  Access preset = Access::SignedIn;
  // Paths with everything below them; of two that cover a path, the longer counts.
  std::vector<std::string> public_paths;
  std::vector<std::string> signed_in_paths;
};

// What the owner of the site may choose; the safe choice is the default.
struct SealOptions {
  // Both bind other hosts than ours (RFC 6797, section 6.1.2; hstspreload.org), so they are the owner's to say.
  bool hsts_include_subdomains = false;
  bool hsts_preload = false;
  // Adds HttpOnly to the application's cookies. Off: many front ends read their CSRF cookie.
  bool cookies_http_only = false;
};

}  // namespace belfry::guard
