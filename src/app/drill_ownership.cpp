#include "app/drill_ownership.hpp"

#include "base/file.hpp"
#include "crypto/encode.hpp"
#include "http/byte_class.hpp"
#include "net/outbound_policy.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace belfry::app {

namespace {

constexpr std::chrono::seconds kDeadline{10};

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

// How the certificate and the file were found at one address.
enum class AtAddress : std::uint8_t { File, CertificateAlone, Nothing };
struct Looked {
  AtAddress found = AtAddress::Nothing;
  std::string why;
};

Looked look(net::HttpClient& client, const OwnershipQuestion& question, const base::Endpoint& endpoint) {
  net::FetchRequest request = drill_request(question.url, inspect::kOwnershipPath, endpoint, question.ca_file);
  request.verify_certificate = true;
  request.deadline = kDeadline;
  request.body_limit = inspect::kOwnershipFileBytes;
  const auto response = client.fetch(request);
  if (!response) {
    // A longer file came over a connection whose certificate was good.
    if (response.error() == net::FetchError::TooLarge) return {AtAddress::CertificateAlone, "the file is too long"};
    return {AtAddress::Nothing, std::string{to_string(response.error())}};
  }
  if (response->status != 200) {
    return {AtAddress::CertificateAlone, "the file is answered with status " + std::to_string(response->status)};
  }
  if (!inspect::holds_token(response->body, question.token)) {
    return {AtAddress::CertificateAlone, "the file does not hold the token"};
  }
  return {AtAddress::File, {}};
}

}  // namespace

std::string_view to_string(OwnershipProof proof) {
  switch (proof) {
    case OwnershipProof::Loopback:
      return "loopback";
    case OwnershipProof::File:
      return "file";
    case OwnershipProof::Record:
      return "record";
  }
  return {};
}

net::FetchRequest drill_request(const DrillUrl& url, std::string_view path, const base::Endpoint& endpoint,
                                const std::optional<std::filesystem::path>& ca_file) {
  net::FetchRequest request;
  request.url = url.at(path);
  request.way = net::Way{.endpoint = endpoint, .socket = {}, .source = {}};
  request.ca_file = ca_file;
  request.verify_certificate = ca_file || !inspect::is_loopback_host(url.host);
  request.deadline = kDeadline;
  request.fields.add("user-agent", "belfry-drill");
  return request;
}

ConfirmedSite OwnershipCheck::loopback(const OwnershipQuestion& question) {
  ConfirmedSite site;
  const auto literal = base::IpAddress::parse(without_brackets(question.url.host));
  std::vector<base::IpAddress> addresses;
  if (literal) {
    addresses = {*literal};
  } else {
    constexpr std::uint32_t kLoopback4 = 0x7f000001;
    base::IpAddress::V6Bytes loopback6{};
    loopback6.back() = 1;
    addresses = {base::IpAddress::v4(kLoopback4), base::IpAddress::v6(loopback6)};
  }
  for (const base::IpAddress& address : addresses) {
    const base::Endpoint endpoint{address, question.url.port};
    const auto response =
        addresses.size() == 1
            ? std::expected<net::FetchResponse, net::FetchError>{}
            : client_.fetch(drill_request(question.url, question.url.path, endpoint, question.ca_file));
    if (!response && response.error() == net::FetchError::ConnectFailed) continue;
    site.endpoints.push_back(endpoint);
  }
  // Nobody listens: the checks will say so.
  if (site.endpoints.empty()) site.endpoints.push_back({addresses.front(), question.url.port});
  return site;
}

std::expected<ConfirmedSite, std::string> OwnershipCheck::confirm(const OwnershipQuestion& question) {
  const bool loopback_host = inspect::is_loopback_host(question.url.host);
  if (loopback_host && question.connect_to && !question.connect_to->address.is_loopback()) {
    return std::unexpected{"a loopback name is looked for on this machine alone"};
  }
  if (loopback_host && question.connect_to) return ConfirmedSite{OwnershipProof::Loopback, {*question.connect_to}, {}};
  if (loopback_host) return loopback(question);

  std::vector<base::Endpoint> endpoints;
  std::string why;
  ConfirmedSite site;
  const auto leave_out = [&](const std::string& address, const std::string& reason) {
    site.left_out.push_back(address + ": " + reason);
    why += address + ": " + reason + "\n";
  };
  if (question.connect_to) {
    endpoints = {*question.connect_to};
  } else {
    const std::string name{without_brackets(question.url.host)};
    for (const base::IpAddress& address : resolve_(name)) {
      const base::Endpoint endpoint{address, question.url.port};
      if (endpoints.size() == kDrilledAddresses || std::ranges::find(endpoints, endpoint) != endpoints.end()) continue;
      if (net::OutboundPolicy{}.permits(address)) {
        endpoints.push_back(endpoint);
      } else {
        leave_out(address.to_string(),
                  "not an address of the public internet; name it with --connect-to if it is yours");
      }
    }
    if (endpoints.empty() && why.empty()) why = "the name has no address that could be found\n";
  }

  std::optional<bool> recorded;
  const auto has_record = [&] {
    if (question.connect_to) return false;
    if (!recorded) {
      const auto records = records_.find(std::string{inspect::kOwnershipLabel} + question.url.host);
      recorded = records && std::ranges::find(*records, question.token) != records->end();
      if (!records) why += "the TXT record: " + std::string{to_string(records.error())} + "\n";
      if (records && !*recorded) why += "the TXT record does not hold the token\n";
    }
    return *recorded;
  };
  bool by_record = false;
  for (const base::Endpoint& endpoint : endpoints) {
    const Looked looked = look(client_, question, endpoint);
    const bool confirmed_by_record = looked.found == AtAddress::CertificateAlone && has_record();
    if (looked.found == AtAddress::File || confirmed_by_record) {
      by_record = by_record || confirmed_by_record;
      site.endpoints.push_back(endpoint);
    } else {
      leave_out(endpoint.address.to_string(), looked.why);
    }
  }
  if (site.endpoints.empty()) return std::unexpected{why};
  site.proof = by_record ? OwnershipProof::Record : OwnershipProof::File;
  return site;
}

std::string ownership_instructions(const DrillUrl& url, const std::string& token) {
  std::string text =
      "A site is drilled only for its owner. To show that this one is yours, put this line\n\n"
      "  " +
      token +
      "\n\n"
      "into the file " +
      url.at(inspect::kOwnershipPath) +
      "\n"
      "or into a TXT record " +
      std::string{inspect::kOwnershipLabel} + url.host +
      "\n\n"
      "and run the command again with --yes-mine. The certificate must be valid for the name either way.\n"
      "The line is the same each time for you and this host, and of no use to anybody else.\n";
  return text;
}

std::expected<inspect::OwnershipSecret, std::string> open_secret(const std::filesystem::path& file,
                                                                 base::Random& random) {
  constexpr std::size_t kFileBytes = 256;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    inspect::OwnershipSecret secret{};
    random.fill(secret);
    if (file.has_parent_path()) {
      if (auto made = base::make_private_directory(file.parent_path()); !made) {
        return std::unexpected{"cannot make " + file.parent_path().string() + ": " + made.error().message()};
      }
    }
    if (auto written = base::write_file(file, crypto::to_hex(secret) + "\n", base::FileMode::OwnerOnly); !written) {
      return std::unexpected{"cannot write " + file.string() + ": " + written.error().message()};
    }
    return secret;
  }
  const auto text = base::read_file(file, kFileBytes);
  if (!text) return std::unexpected{"cannot read " + file.string() + ": " + text.error().message()};
  std::string_view digits = *text;
  while (digits.ends_with('\n') || digits.ends_with('\r')) digits.remove_suffix(1);
  const auto bytes = crypto::from_hex(digits);
  inspect::OwnershipSecret secret{};
  if (!bytes || bytes->size() != secret.size()) {
    return std::unexpected{file.string() + " does not hold 64 digits of lower-case hex"};
  }
  std::ranges::copy(*bytes, secret.begin());
  return secret;
}

std::filesystem::path default_secret_file() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  // "All paths set in these environment variables must be absolute. [...] consider the path invalid and ignore it."
  if (state != nullptr && *state == '/') return std::filesystem::path{state} / "belfry" / "drill-secret";
  const char* const home = std::getenv("HOME");
  const std::filesystem::path base = home != nullptr && *home == '/' ? home : "/var/lib";
  return base / ".local/state/belfry/drill-secret";
}

}  // namespace belfry::app
