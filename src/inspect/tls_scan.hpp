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
  // What is asked for once, by HEAD, where only an answer brings out a ticket.
  std::string path{"/"};
  // Where plain HTTP would be; none: not looked at.
  std::optional<net::Way> port_80;
  // The offers alone, or everything. An offer takes one connection, and one that ends without an answer three more,
  // which show that the door still answers. So the offers alone take 18 at a door that answers each, 66 at one that
  // closes on each weak one, and kMostForOffers at the very most.
  enum class Depth : std::uint8_t { OffersOnly, Everything };
  Depth depth = Depth::Everything;

  std::chrono::milliseconds connection_deadline{5'000};
  // Of the whole scan; what was not reached by then is Unknown.
  std::chrono::milliseconds deadline{60'000};
  // Connections, inclusive, all but one without a request and one after the other, so that neither a limit of requests
  // nor one of open connections is touched. Belfry's own door takes about 50; one that agrees to everything has about
  // 60 suites in each of four versions.
  unsigned connection_limit = 250;
  // Between two connections.
  std::chrono::milliseconds pause{20};
  // Where a good offer is not accepted any more, before all is tried once more: the window of most limits of
  // connections is a second.
  std::chrono::milliseconds recovery{1'000};
  // Waits for that long; false: end early. Without it neither pause is made, and nothing is tried once more.
  std::function<bool(std::chrono::milliseconds)> wait{};
};

// How often in one scan it is waited for a door that stopped answering, inclusive.
inline constexpr unsigned kRecoveries = 4;
// 2 good offers, 16 weak ones with 3 each for the proof, and what is tried once more.
inline constexpr unsigned kMostForOffers = 2 + 16 * 4 + kRecoveries * 3;

// Blocking. Never on a worker's thread.
TlsFacts scan_tls(const TlsScanRequest& request, const base::Clock& clock);

}  // namespace belfry::inspect
