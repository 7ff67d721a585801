#pragma once

// The configuration file as a value: what each room is told, checked as a whole. There is no half-read configuration:
// either every key was understood and nothing contradicts anything, or there is a list of problems, each with its
// place.
//
// One TOML file; docs/configuration.md is its reference. What is read and how stands in one table
// (configuration_table.hpp), from which the reference is generated.

#include "accounts/options.hpp"
#include "base/address_range.hpp"
#include "edge/options.hpp"
#include "guard/options.hpp"
#include "net/smtp_options.hpp"
#include "upstream/options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

// In the configuration file, both from 1; {0, 0} speaks of the file as a whole.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // in characters, not bytes
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Problem {
  std::filesystem::path file;
  Place place;
  std::string message;
  std::string hint;  // what would put it right; may be empty

  // "file:line:column: message; hint", without a line break.
  std::string to_string() const;
  friend bool operator==(const Problem&, const Problem&) = default;
};

struct DrillOptions {
  // The one switch: off, no drill begins, and what was known grows old.
  bool enabled = true;
  // Between the starts of two runs of one drill.
  std::chrono::milliseconds interval = std::chrono::minutes{5};
  // Where visitors reach the site; port 0: the door's own. Empty: where its names lead.
  std::vector<base::Endpoint> addresses;
};

// Where mails are handed over. The password stays in its file until it is asked for (mail_setup.hpp).
struct MailOptions {
  net::MailServer server;
  std::string from;
  std::string user;                     // empty: nobody signs in
  std::filesystem::path password_file;  // empty exactly where `user` is
  std::filesystem::path authority;      // empty: the system's
};

struct Configuration {
  // Lower-case, at least one. Requests to these are the application's.
  std::vector<std::string> site_hosts;
  // Where Belfry's own pages are. Not among site_hosts where there is an upstream; equal to the only one where not.
  std::string belfry_host;
  // By which visitors reach it, for the links in e-mails; 0: not said (belfry_origin()).
  std::uint16_t belfry_port = 0;
  // None: Belfry serves its own pages alone.
  std::optional<upstream::UpstreamOptions> upstream;
  guard::AccessOptions access;
  accounts::AccountOptions accounts;

  edge::ListenOptions listen;
  // None: no certificate was named (`serve` needs one; the demo brings its own).
  std::optional<edge::TlsOptions> tls;

  guard::RateOptions rate;
  guard::SizeOptions size;
  guard::OriginOptions origin;
  guard::BlocklistOptions blocklist;
  guard::SealOptions seal;

  std::filesystem::path data_directory;
  DrillOptions drill;
  // None: no mail is sent, and links are handed on by hand.
  std::optional<MailOptions> mail;
  // Whose requests for /metrics are answered.
  std::vector<base::AddressRange> metrics_allow;

  // Where this was read from, for messages about what is found out later (an unreadable certificate): the file, and the
  // place of each value that was written, by "section.key", elements of an array by "section.key[0]".
  std::filesystem::path file;
  std::map<std::string, Place, std::less<>> places;
};

// The largest configuration file, inclusive.
inline constexpr std::size_t kConfigurationLimit = std::size_t{64} * 1024;
// Problems that are reported of one file; when there are more, one last entry says how many.
inline constexpr std::size_t kProblemLimit = 20;

// Pure: looks at no file. Relative paths in the text are taken from the folder of `file`, which is also what problems
// are reported under. Problems come in the order of their places.
std::expected<Configuration, std::vector<Problem>> parse_configuration(std::string_view text,
                                                                       const std::filesystem::path& file);

// Blocking. A file that cannot be read is a problem like any other.
std::expected<Configuration, std::vector<Problem>> load_configuration(const std::filesystem::path& file);

// The keys ("site.listen") that differ between the two and that a running process cannot take over. Empty: the new one
// can be put in force by a reload.
std::vector<std::string> needs_restart(const Configuration& old_one, const Configuration& new_one);

// What links in e-mails begin with: "https://belfry.example.com". Never of a request, whose Host header is its sender's
// to choose: a link to reset a password must not lead to where a stranger wanted it. docs/decisions/0020 says which
// port.
std::string belfry_origin(const Configuration& configuration);

// The text of docs/configuration.md, generated from the table.
std::string configuration_reference();

}  // namespace belfry::app
