#pragma once

// Calls into OpenSSL that cannot fail with the arguments that we give: where one does, memory is exhausted or the
// library is broken, and nothing secret may be computed with what it left behind.

#include <stdexcept>
#include <string>

namespace belfry::crypto {

inline void must(bool succeeded, const char* call) {
  if (!succeeded) throw std::runtime_error{std::string{call} + " failed"};
}

}  // namespace belfry::crypto
