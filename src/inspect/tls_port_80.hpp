#pragma once

// What is behind a site's port for plain HTTP: the promise is that there is nothing.

#include "base/clock.hpp"
#include "inspect/sentence.hpp"
#include "net/way.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::inspect {

enum class Port80State : std::uint8_t {
  Closed,       // the connection was refused
  Silent,       // nothing came until the deadline: filtered, or out of reach
  Unreachable,  // no connection for want of something on this side
  Open,         // a connection was made, but no HTTP came
  Redirects,    // HTTP with 301, 302, 303, 307 or 308 to an https:// URL
  Plain,        // any other HTTP
};
std::string_view to_string(Port80State state);  // "closed", "redirects"

struct Port80 {
  Port80State state = Port80State::Unreachable;
  std::optional<std::uint16_t> status;
  std::string location;     // of a redirect; printable ASCII, 200 bytes at most
  std::string first_bytes;  // lower-case hex
};

// One connection by `way`, whose endpoint names the port; a request for "/" with this Host.
Port80 look_at_port_80(const net::Way& way, std::string_view host, const base::Clock& clock, base::SteadyTime until);

Sentence describe(const Port80& port);

}  // namespace belfry::inspect
