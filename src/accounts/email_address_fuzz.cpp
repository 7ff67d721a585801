#include "accounts/email_address.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// What somebody types as their e-mail: refused, or within its limits, visible ASCII, and the same when it is read
// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using belfry::accounts::EmailAddress;
  const auto address = EmailAddress::parse({reinterpret_cast<const char*>(data), size});
  if (!address) return 0;
  const std::string_view text = address->text();
  if (text.size() > EmailAddress::kLimit || address->local_part().size() > EmailAddress::kLocalPartLimit) std::abort();
  if (!std::ranges::all_of(text, [](char one) { return one > ' ' && one < '\x7f' && !(one >= 'A' && one <= 'Z'); })) {
    std::abort();
  }
  const auto again = EmailAddress::parse(text);
  if (!again || *again != *address) std::abort();
  return 0;
}
