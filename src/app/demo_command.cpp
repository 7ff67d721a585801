#include "app/demo_command.hpp"

#include "app/application.hpp"
#include "app/sample_application.hpp"
#include "base/file.hpp"
#include "edge/local_authority.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <expected>
#include <optional>
#include <ostream>
#include <string>

namespace belfry::app {

namespace {

constexpr std::string_view kSite = "app.localhost";
constexpr std::string_view kBelfry = "belfry.localhost";
constexpr std::string_view kBlocklist = "blocklist.txt";
// Addresses that nobody has (RFC 5737, RFC 3849), in a list of the usual form.
constexpr std::string_view kListed =
    "# A sample. FireHOL and Spamhaus publish such lists of known attackers.\n"
    "198.51.100.0/24\n"
    "2001:db8:bad::/48\n";

std::filesystem::path default_directory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return std::filesystem::path{data} / "belfry-demo";
  }
  // Nobody but root can look into its home, and a browser should not run as root.
  if (::geteuid() == 0) return "/var/lib/belfry-demo";
  const char* home = std::getenv("HOME");
  return std::filesystem::path{home != nullptr && *home != '\0' ? home : "/tmp"} / ".local/share/belfry-demo";
}

// The demo's folder: others may look into it, for the authority's certificate, but into nothing that lies in it
// besides. One that is there already stays as it is.
std::expected<void, std::error_code> make_open_directory(const std::filesystem::path& directory) {
  if (auto made = base::make_private_directory(directory.parent_path()); !made) return made;
  std::error_code error;
  if (!std::filesystem::create_directory(directory, error)) {
    if (error) return std::unexpected(error);
    return base::make_private_directory(directory);
  }
  using enum std::filesystem::perms;
  constexpr std::filesystem::perms open = owner_all | group_read | group_exec | others_read | others_exec;
  std::filesystem::permissions(directory, open, error);
  if (error) return std::unexpected(error);
  return {};
}

// A copy of the authority's certificate beside the folder of its key, which is its owner's alone.
std::expected<std::filesystem::path, std::string> publish(const edge::LocalAuthority& authority,
                                                          const std::filesystem::path& directory) {
  constexpr std::size_t limit = std::size_t{64} * 1024;
  std::filesystem::path copy = directory / "authority.pem";
  const auto text = base::read_file(authority.certificate_file(), limit);
  if (!text) return std::unexpected("cannot read the authority's certificate: " + text.error().message());
  if (auto written = base::write_file(copy, *text, base::FileMode::Readable); !written) {
    return std::unexpected("cannot write " + copy.string() + ": " + written.error().message());
  }
  return copy;
}

// What an operator would write, and may start from.
std::string configuration_text(std::uint16_t port, std::uint16_t application, const edge::TlsOptions& tls,
                               const std::filesystem::path& directory) {
  return fmt::format(
      "# Written by `belfry demo` at each start.\n"
      "[site]\n"
      "host = \"{}\"\n"
      "upstream = \"http://127.0.0.1:{}\"\n"
      "listen = [\"127.0.0.1:{}\", \"[::1]:{}\"]\n\n"
      "[belfry]\n"
      "host = \"{}\"\n\n"
      "[tls]\n"
      "certificate = \"{}\"\n"
      "key = \"{}\"\n\n"
      "[data]\n"
      "directory = \"{}\"\n\n"
      "[blocklist]\n"
      "files = [\"{}\"]\n",
      kSite, application, port, port, kBelfry, tls.certificate.string(), tls.key.string(),
      (directory / "data").string(), (directory / kBlocklist).string());
}

struct Addresses {
  std::string site;
  std::string belfry;
  std::string authority;
  std::string application;
  std::string administrator;  // the first one's link; empty: there is one
};

void print(const Addresses& addresses, bool as_json, std::ostream& out) {
  if (as_json) {
    boost::json::value administrator;
    if (!addresses.administrator.empty()) administrator = addresses.administrator;
    const boost::json::object line{{"app_url", addresses.site},   {"belfry_url", addresses.belfry},
                                   {"status_url", nullptr},       {"ca", addresses.authority},
                                   {"admin_link", administrator}, {"upstream", addresses.application}};
    out << boost::json::serialize(line) << '\n' << std::flush;
    return;
  }
  const std::string first =
      addresses.administrator.empty()
          ? std::string{}
          : "  Set up the first account, once and within the hour:\n    " + addresses.administrator + "\n\n";
  out << fmt::format(
             "\n"
             "  The guestbook, behind the door     {0}\n"
             "  The security page of that site     {1}/security\n"
             "  The guestbook itself, unprotected  {2}\n"
             "\n"
             "{4}"
             "Your browser will not know the certificate. It is signed by an authority of this machine alone, which "
             "can\n"
             "vouch for *.localhost and nothing else:\n"
             "  {3}\n"
             "  curl:     curl --cacert {3} {1}/security.json\n"
             "  Firefox:  Settings, Privacy & Security, View Certificates, Authorities, Import\n"
             "  Chrome:   Settings, Privacy and security, Security, Manage certificates, Import\n"
             "  Debian:   cp {3} /usr/local/share/ca-certificates/belfry-demo.crt && update-ca-certificates\n"
             "\n"
             "Ctrl-C ends it.\n",
             addresses.site, addresses.belfry, addresses.application, addresses.authority, first)
      << '\n'
      << std::flush;
}

int fail(std::ostream& err, const std::string& why) {
  err << "belfry demo: " << why << '\n';
  return 1;
}

}  // namespace

int demo_command(const DemoArguments& arguments, std::ostream& out, std::ostream& err) {
  std::filesystem::path directory =
      std::filesystem::absolute(arguments.data.empty() ? default_directory() : arguments.data).lexically_normal();
  if (!directory.has_filename()) directory = directory.parent_path();
  if (auto made = make_open_directory(directory); !made) {
    return fail(err, "cannot make " + directory.string() + ": " + made.error().message() + "; choose with --data");
  }
  const base::SystemClock clock;
  auto authority = edge::LocalAuthority::open(directory / "tls", clock);
  if (!authority) return fail(err, authority.error());
  const auto leaf = authority->ensure_leaf({std::string{kSite}, std::string{kBelfry}, "status.localhost", "localhost"});
  if (!leaf) return fail(err, leaf.error());
  const auto certificate = publish(*authority, directory);
  if (!certificate) return fail(err, certificate.error());
  auto sample = SampleApplication::start(directory);
  if (!sample) return fail(err, sample.error());

  const std::filesystem::path listed = directory / kBlocklist;
  if (auto written = base::write_file(listed, kListed, base::FileMode::OwnerOnly); !written) {
    return fail(err, "cannot write " + listed.string() + ": " + written.error().message());
  }
  const std::filesystem::path file = directory / "belfry.toml";
  const std::string text = configuration_text(arguments.port, sample->port(), *leaf, directory);
  if (auto written = base::write_file(file, text, base::FileMode::OwnerOnly); !written) {
    return fail(err, "cannot write " + file.string() + ": " + written.error().message());
  }
  auto configuration = parse_configuration(text, file);
  if (!configuration) return fail(err, configuration.error().front().to_string());
  auto application = Application::create(std::move(*configuration));
  if (!application) return fail(err, application.error());

  const std::uint16_t port = (*application)->endpoints().front().port;
  const std::string suffix = port == 443 ? "" : fmt::format(":{}", port);
  const auto offered = (*application)->first_administrator_link();
  if (!offered) return fail(err, offered.error());
  const std::optional<std::string>& link = *offered;
  const std::string belfry = fmt::format("https://{}{}", kBelfry, suffix);
  print({.site = fmt::format("https://{}{}", kSite, suffix),
         .belfry = belfry,
         .authority = certificate->string(),
         .application = fmt::format("http://127.0.0.1:{}", sample->port()),
         .administrator = link ? belfry + *link : std::string{}},
        arguments.json, out);
  (*application)->run();
  return 0;
}

}  // namespace belfry::app
