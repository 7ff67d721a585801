#pragma once

// The sockets that connections come in by: for each address one for each worker, bound with SO_REUSEPORT, so that the
// kernel spreads connections over the workers and each accepts without the others.

#include "base/file_descriptor.hpp"
#include "base/ip_address.hpp"

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace belfry::edge {

struct ListeningSockets {
  base::Endpoint endpoint;                    // as bound: with the port that the kernel chose where 0 was asked for
  std::vector<base::FileDescriptor> sockets;  // one for each worker
};

struct ListenError {
  base::Endpoint endpoint;
  int error = 0;        // errno
  std::string message;  // for the operator, with the way out
  // The machine has no such address family: fit to be passed over.
  bool no_such_family() const;
};

// An IPv6 socket takes IPv6 alone; 0.0.0.0 is a listener of its own.
std::expected<ListeningSockets, ListenError> listen_on(base::Endpoint endpoint, std::size_t workers);

// A Unix socket at `path` that its owner's processes alone can reach; one that an earlier run left is replaced. The
// error is a sentence for the operator.
std::expected<base::FileDescriptor, std::string> listen_privately(const std::filesystem::path& path);

}  // namespace belfry::edge
