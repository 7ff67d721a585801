#pragma once

// A connection out as plain bytes, blocking, by whichever way: for checks that say what no honest library would (a
// hand-made ClientHello, plaintext where TLS is due). Never on a worker's thread.

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "net/net_error.hpp"
#include "net/way.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::net {

// Connects to the Unix socket of `way` and sends the PROXY protocol's header (version 1). At most a second for a
// listener whose queue is full.
NetResult<base::FileDescriptor> connect_private_socket(const Way& way);

class ClientConnection {
 public:
  // Connects, or fails with Refused, DeadlineExceeded or OutOfResources. Everything that is done with the connection
  // ends at `until`. The clock outlives it.
  static NetResult<ClientConnection> open(const Way& way, const base::Clock& clock, base::SteadyTime until);

  // All of it.
  NetResult<void> send(std::string_view bytes);
  // What is there next, `most` bytes at most; empty at the end of the stream. A reset is Closed.
  NetResult<std::string> receive(std::size_t most = std::size_t{16} * 1024);

 private:
  ClientConnection(base::FileDescriptor socket, const base::Clock& clock, base::SteadyTime until)
      : socket_{std::move(socket)}, clock_{&clock}, until_{until} {}

  base::FileDescriptor socket_;
  const base::Clock* clock_;
  base::SteadyTime until_;
};

}  // namespace belfry::net
