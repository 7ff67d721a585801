// Whatever a page holds: walked to its end within bounds.

#include "inspect/html_scan.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace belfry::inspect {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const HtmlScan scan = scan_html(text);
  if (scan.scripts.size() + scan.policies.size() > kScannedTags) std::abort();
  for (const ScriptTag& script : scan.scripts) {
    if (!script.src) continue;
    if (script.src->size() > kScannedAttribute || script.src->size() > size) std::abort();
    (void)script_origin(*script.src, "a.test");
  }
  return 0;
}

}  // namespace belfry::inspect
