// Whatever stands in a security.txt: read within bounds, and valid only with a contact and a date ahead.

#include "inspect/security_txt.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace belfry::inspect {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const base::WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 26}};
  const auto file = read_security_txt(text, "https://a.test/.well-known/security.txt", now);
  if (file.valid() && (file.contacts.empty() || !file.expires || *file.expires <= now)) std::abort();
  for (const auto& finding : file.findings) {
    if (finding.text.empty() || finding.line > kSecurityTxtLines) std::abort();
  }
  return 0;
}

}  // namespace belfry::inspect
