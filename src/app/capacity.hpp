#pragma once

// How many connections there are places for, with the descriptors that the process may have.

#include <cstddef>

namespace belfry::app {

struct Descriptors {
  std::size_t descriptors = 0;  // that the process may have open
  std::size_t workers = 0;
  std::size_t listeners = 0;  // of all workers together
};

// Clients' connections that one listener may have open at a time, inclusive. Each takes one descriptor; besides them
// there are the pools' connections to the application, and files. Never below 16: with too few descriptors for those
// too, accepting pauses until one is free.
std::size_t connections_per_listener(Descriptors has);

}  // namespace belfry::app
