#include "proof/canary_accounts.hpp"

#include "crypto/encode.hpp"
#include "crypto/totp.hpp"

#include <array>

namespace belfry::proof {

namespace {

std::string random_text(base::Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  return crypto::to_hex(bytes);
}

}  // namespace

std::string new_good_password(base::Random& random) {
  return "Quarry-7-" + random_text(random);
}

Canary new_canary(base::Random& random, CanaryFactor factor, CanaryRole role) {
  Canary canary{.email = "canary-" + random_text(random) + "@" + std::string{kCanaryDomain},
                .name = "Drill",
                .password = new_good_password(random),
                .totp_secret = {},
                .reset_token = {},
                .role = role};
  if (factor == CanaryFactor::Enrolled) canary.totp_secret = crypto::new_totp_secret(random);
  return canary;
}

}  // namespace belfry::proof
