#include "proof/tls_report.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// What a server says its report is: at most 16 addresses, or why it is none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto addresses = belfry::proof::parse_report({reinterpret_cast<const char*>(data), size});
  if (addresses && (addresses->empty() || addresses->size() > 16)) std::abort();
  if (!addresses && addresses.error().empty()) std::abort();
  return 0;
}
