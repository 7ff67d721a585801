// Whatever the file says: either problems that can be printed, each inside the file, or a configuration that keeps its
// promises and that, written out again key by key, reads the same.

#include "app/configuration.hpp"
#include "app/configuration_table.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using belfry::app::Configuration;
using belfry::app::configuration_keys;
using belfry::app::Key;
using belfry::app::Problem;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_problems(const std::vector<Problem>& problems, std::string_view text) {
  require(!problems.empty() && problems.size() <= belfry::app::kProblemLimit + 1);
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n')) + 1;
  for (const Problem& problem : problems) {
    require(!problem.message.empty());
    require(problem.place.line <= lines);
    const std::string printed = problem.to_string();
    require(std::ranges::none_of(printed, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
  }
}

// Sections apart from one another as the table has them; what is not set stays out.
std::string written_out(const Configuration& configuration) {
  std::string text;
  for (const Key& key : configuration_keys()) {
    if (key.section == "upstream_timeout" && !configuration.upstream) continue;
    const std::string value = key.show(configuration);
    if (!value.empty()) text += key.path() + " = " + value + "\n";
  }
  return text;
}

void check_configuration(const Configuration& configuration) {
  require(!configuration.site_hosts.empty() && !configuration.belfry_host.empty());
  require(!configuration.listen.endpoints.empty() && configuration.listen.workers <= 256);
  const bool shared =
      std::ranges::find(configuration.site_hosts, configuration.belfry_host) != configuration.site_hosts.end();
  require(shared == !configuration.upstream.has_value());
  if (configuration.tls) require(!configuration.tls->certificate.empty() && !configuration.tls->key.empty());
  const auto again = belfry::app::parse_configuration(written_out(configuration), "fuzz.toml");
  require(again.has_value());
  for (const Key& key : configuration_keys()) require(key.show(configuration) == key.show(*again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto configuration = belfry::app::parse_configuration(text, "fuzz.toml");
  if (configuration) {
    check_configuration(*configuration);
  } else {
    check_problems(configuration.error(), text);
  }
  return 0;
}
