// Whatever a name server sends: an answer within its bounds, or none.

#include "net/txt_lookup.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using belfry::net::parse_txt_answer;
  const auto records = parse_txt_answer({reinterpret_cast<const std::byte*>(data), size});
  if (!records) return 0;
  if (records->empty() || records->size() > belfry::net::kTxtRecords) std::abort();
  for (const std::string& record : *records) {
    if (record.size() > belfry::net::kTxtBytes) std::abort();
  }
  return 0;
}
