#include "app/twin_tls_agreeing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Whatever a client begins with is answered shortly or not at all.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = belfry::twin::agree_to({reinterpret_cast<const char*>(data), size});
  if (answer && (answer->empty() || answer->size() >= 300)) std::abort();
  return 0;
}
