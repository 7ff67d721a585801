#pragma once

// `belfry drill URL`: the drills of a site from outside, of any site that is its caller's; and the verification of a
// Belfry site's public history. docs/drill.md says what each row means.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace belfry::app {

struct DrillArguments {
  std::string url;
  bool yes_mine = false;
  // The file of the caller's secret; empty: the user's state directory.
  std::filesystem::path secret;
  // Trust this authority instead of the system's; empty: the system's.
  std::filesystem::path ca;
  // "ADDRESS:PORT", where the host is found whatever its name resolves to; empty: by its name.
  std::string connect_to;
  // Of plain HTTP; 0: 80 where the site is on 443, else none.
  std::uint16_t plain_port = 0;
  std::string form;                      // a path; empty: no form is tried
  std::vector<std::string> form_fields;  // "name=value"
  std::size_t rate = 0;                  // requests of the burst; 0: none
  std::string rate_path;                 // empty: the page
  bool strict = false;                   // what is unknown counts as broken
  bool json = false;

  // Instead of the drills: the public history of a Belfry site. Heads that were kept as "NUMBER:HASH".
  bool verify_history = false;
  std::vector<std::string> heads;
};

// 0: nothing is broken, and the site was reached. 1: a row is broken (strict: or unknown), the site was not reached, or
// it is not confirmed as the caller's; the history does not verify. 2: the arguments are wrong. The report goes to
// `out`, what keeps it from being made to `err`. Blocking.
int drill_command(const DrillArguments& arguments, std::ostream& out, std::ostream& err);

}  // namespace belfry::app
