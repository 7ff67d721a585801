#include "inspect/ownership.hpp"

#include "base/ip_address.hpp"
#include "crypto/digest.hpp"
#include "crypto/encode.hpp"
#include "inspect/text.hpp"

namespace belfry::inspect {

std::string ownership_token(std::span<const std::byte> secret, std::string_view host) {
  constexpr std::size_t kBytes = 16;
  crypto::HmacSha256 mac{secret};
  const crypto::Sha256Digest digest = mac.sign("belfry-drill-1\n" + std::string{host} + "\n");
  return "belfry-drill-" + crypto::to_hex(std::span{digest}.first<kBytes>());
}

bool holds_token(std::string_view text, std::string_view token) {
  if (text.size() > kOwnershipFileBytes || token.empty()) return false;
  bool found = false;
  http::split(text, '\n', [&](std::string_view line) {
    found = trim_web(line) == token;
    return !found;
  });
  return found;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = base::IpAddress::parse(host);
  return address && address->is_loopback();
}

}  // namespace belfry::inspect
