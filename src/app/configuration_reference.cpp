#include "app/configuration.hpp"
#include "app/configuration_table.hpp"

#include <fmt/format.h>

namespace belfry::app {
namespace {

constexpr std::string_view kOpening = R"(# The configuration file

<!-- Printed by `belfry check --reference` from the table that reads the file (src/app/configuration_table.cpp).
     Change the table, then print this file again; a test holds the two together. -->

One [TOML](https://toml.io/en/v1.0.0) file. Everything safe is on by default, so the smallest one with an application
behind the door is:

```toml
[site]
host = "app.example.com"
upstream = "http://127.0.0.1:3000"   # leave out to serve Belfry's own pages alone

[tls]
certificate = "/etc/belfry/certificate.pem"
key = "/etc/belfry/key.pem"
```

- `belfry check --config F` says what is wrong with a file, each problem with line and column. An unknown key, a value of
  the wrong type or out of its range, and keys that contradict each other are refused: there is no half-read
  configuration.
- On SIGHUP the file is read again and takes effect without dropping a connection. Where it is wrong, the old
  configuration stays in force and the log says why. A key that needs a restart keeps its value until then; the log names
  it.
- Paths are taken from the folder of the configuration file. Durations and sizes are strings with a unit. Ranges are
  addresses (`"192.0.2.1"`) or CIDRs (`"192.0.2.0/24"`, `"2001:db8::/32"`).
)";

std::string default_of(const Key& key) {
  if (!key.required.empty()) return "none: it must be written";
  if (!key.preset.empty()) return std::string{key.preset};
  return fmt::format("`{}`", key.show(default_configuration()));
}

}  // namespace

std::string configuration_reference() {
  std::string text{kOpening};
  for (const SectionNote& section : configuration_sections()) {
    text += fmt::format("\n## [{}]\n\n{}\n", section.name, section.says);
    for (const Key& key : configuration_keys()) {
      if (key.section != section.name) continue;
      text +=
          fmt::format("\n### `{}`\n\n{}\n\n- Type: {}\n- Default: {}\n", key.name, key.says, key.type, default_of(key));
      if (key.change == Change::Restart) text += "- A change needs a restart.\n";
    }
  }
  return text;
}

}  // namespace belfry::app
