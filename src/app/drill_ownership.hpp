#pragma once

// Whether a site is its caller's to drill. Loopback is, without more. Any other site is confirmed address by address:
// an address is drilled only where, by that very address and over TLS with a certificate that is valid for the host,
// the token of inspect/ownership.hpp was served; or where such a certificate was shown and the token stands in DNS. The
// certificate is what keeps a name that points at somebody else's machine from being enough.
//
// Nothing but that is sent to a site that is not confirmed, to a foreign name's private address not even that.
// docs/decisions/0012-whose-site-is-drilled.md has the reasons.

#include "app/drill_target.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"
#include "inspect/ownership.hpp"
#include "net/http_client.hpp"
#include "net/txt_lookup.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace belfry::app {

// Addresses of a name that are looked at, inclusive.
inline constexpr std::size_t kDrilledAddresses = 16;

enum class OwnershipProof : std::uint8_t { Loopback, File, Record };
std::string_view to_string(OwnershipProof proof);  // "loopback", "file", "record"

struct ConfirmedSite {
  OwnershipProof proof = OwnershipProof::Loopback;
  // Those that may be drilled; never empty.
  std::vector<base::Endpoint> endpoints;
  // The others of the name, each with why: "192.0.2.1: no complete answer".
  std::vector<std::string> left_out;
};

struct OwnershipQuestion {
  DrillUrl url;
  // Where the host is to be found, whatever its name resolves to. Its proof is the file alone: a TXT record speaks of
  // the name, and this address is not the name's.
  std::optional<base::Endpoint> connect_to;
  std::optional<std::filesystem::path> ca_file;
  std::string token;
};

class OwnershipCheck {
 public:
  // Blocking; empty where the name has no address, or none that can be had in time.
  using Resolve = std::function<std::vector<base::IpAddress>(const std::string& host)>;

  // All outlive this.
  OwnershipCheck(net::HttpClient& client, net::TxtLookup& records, Resolve resolve)
      : client_{client}, records_{records}, resolve_{std::move(resolve)} {}

  // What is missing as sentences, one a line, where it is not confirmed.
  std::expected<ConfirmedSite, std::string> confirm(const OwnershipQuestion& question);

 private:
  ConfirmedSite loopback(const OwnershipQuestion& question);

  net::HttpClient& client_;
  net::TxtLookup& records_;
  Resolve resolve_;
};

// How every request of a drill goes out: by this endpoint, with a certificate that is valid unless the site is loopback
// and no authority was named.
net::FetchRequest drill_request(const DrillUrl& url, std::string_view path, const base::Endpoint& endpoint,
                                const std::optional<std::filesystem::path>& ca_file);

// What to put where.
std::string ownership_instructions(const DrillUrl& url, const std::string& token);

// The caller's secret: 64 digits of hex in a file that is its owner's alone, made from `random` where it is missing.
std::expected<inspect::OwnershipSecret, std::string> open_secret(const std::filesystem::path& file,
                                                                 base::Random& random);
// drill-secret in belfry's folder of the user's state directory (XDG Base Directory Specification).
std::filesystem::path default_secret_file();

}  // namespace belfry::app
