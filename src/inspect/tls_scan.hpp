#pragma once

// Finds out all of TlsFacts about one address, one connection after the other, so that no limit of concurrent
// connections at a door stands in the way.

#include "base/clock.hpp"
#include "inspect/tls_facts.hpp"
#include "net/way.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace belfry::inspect {

struct TlsScanRequest {
  net::Way way;
  std::string server_name;
  // Trust these instead of the system's.
  std::optional<std::filesystem::path> ca_file;
  // Where plain HTTP would be; none: not looked at.
  std::optional<net::Way> port_80;
  // The offers alone (about 20 connections), or everything.
  enum class Depth : std::uint8_t { OffersOnly, Everything };
  Depth depth = Depth::Everything;

  std::chrono::milliseconds connection_deadline{5'000};
  // Of the whole scan; what was not reached by then is Unknown.
  std::chrono::milliseconds deadline{60'000};
  // Connections, inclusive. Belfry's own door takes about 50; one that agrees to everything has about 60 suites in each
  // of four versions.
  unsigned connection_limit = 250;
  // Between two connections.
  std::chrono::milliseconds pause{20};
  // Waits for that long; false: end early. Without it no pause is made.
  std::function<bool(std::chrono::milliseconds)> wait{};
};

// Blocking. Never on a worker's thread.
TlsFacts scan_tls(const TlsScanRequest& request, const base::Clock& clock);

}  // namespace belfry::inspect
