#pragma once

// What the edge can be told. Filled from the configuration file by `app`.

#include "base/address_range.hpp"
#include "base/ip_address.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace belfry::edge {

struct ListenOptions {
  std::vector<base::Endpoint> endpoints;
  // Threads, each with a listener and an event loop of its own; 0: the cores that the process may use.
  std::uint32_t workers = 0;
  // Peers whose word about the client's address is taken: their PROXY protocol header, or their X-Forwarded-For.
  std::vector<base::AddressRange> trusted_proxies;
  // The trusted peers speak the PROXY protocol, and must.
  bool proxy_protocol = false;
  // Connections that one address (IPv6: one /64) may hold open at a time, inclusive.
  std::uint32_t connections_per_address = 256;
};

struct TlsOptions {
  std::filesystem::path certificate;  // PEM, the chain with the leaf first
  std::filesystem::path key;          // PEM
};

// Deadlines and limits that are the edge's own; not configurable until somebody needs it.
struct EdgeLimits {
  std::chrono::seconds proxy_header{5};
  std::chrono::seconds handshake{10};
  // From the first byte of a head to its last.
  std::chrono::seconds head{15};
  // Without a request: HTTP/1.1 between requests, HTTP/2 without streams.
  std::chrono::seconds idle{75};
  // A body (and a response that the client reads) must move at least this much in each such window.
  std::chrono::seconds body_window{30};
  std::uint64_t body_bytes_a_window = 4096;
  // Streams of HTTP/2 that one address (IPv6: one /64) may have open at a time on all its connections, inclusive: half
  // of what one worker has connections to the application for, so that nobody takes them all.
  std::uint32_t streams_per_address = 512;
};

}  // namespace belfry::edge
