// However the text is cut, the list says the same; and what it holds can be asked.

#include "guard/blocklist_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using belfry::guard::AddressSet;
using belfry::guard::BlocklistParser;

struct Outcome {
  bool complete = false;
  std::size_t line = 0;
  std::size_t ranges = 0;
  AddressSet set;
};

Outcome parse(std::string_view text, std::size_t piece) {
  AddressSet::Builder builder;
  BlocklistParser parser{builder};
  Outcome outcome;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (const auto fed = parser.feed(text.substr(at, piece)); !fed) {
      outcome.line = fed.error().line;
      return outcome;
    }
  }
  const auto finished = parser.finish();
  outcome.complete = finished.has_value();
  outcome.line = finished ? 0 : finished.error().line;
  outcome.ranges = builder.size();
  outcome.set = builder.build();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Outcome whole = parse(text, std::max<std::size_t>(text.size(), 1));
  const Outcome cut = parse(text, piece);
  if (whole.complete != cut.complete || whole.line != cut.line || whole.ranges != cut.ranges) std::abort();
  if (whole.set.size() != cut.set.size() || whole.set.size() > whole.ranges) std::abort();
  for (const char* asked : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "2001:db8::1", "ffff::ffff"}) {
    const auto address = belfry::base::IpAddress::parse(asked).value();
    if (whole.set.contains(address) != cut.set.contains(address)) std::abort();
    if (whole.ranges == 0 && whole.set.contains(address)) std::abort();
  }
  return 0;
}
