#pragma once

// Time-based one-time passwords (RFC 6238) as Google Authenticator and Authy expect them: HMAC-SHA-1, 6 digits, a step
// of 30 seconds. SHA-1 is what they all read; HMAC does not need its resistance to collisions (RFC 6238, section 1.2;
// NIST SP 800-131A, table 9).
//
// A code is good once: whoever keeps the secret keeps the newest step that was used beside it.

#include "base/clock.hpp"
#include "base/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::crypto {

// The number of 30 seconds since 1970-01-01T00:00:00Z.
using TotpStep = std::uint64_t;

// RFC 6238, section 5.2: "We RECOMMEND a default time-step size of 30 seconds".
inline constexpr std::chrono::seconds kTotpPeriod{30};
inline constexpr std::size_t kTotpDigits = 6;
// RFC 4226, section 4, R6: "This document RECOMMENDs a shared secret length of 160 bits."
inline constexpr std::size_t kTotpSecretBytes = 20;

// nullopt before 1970.
std::optional<TotpStep> totp_step(base::WallTime time);

std::vector<std::byte> new_totp_secret(base::Random& random);
std::string totp_code(std::span<const std::byte> secret, TotpStep step);

// The step that `code` is of: that of now, the one before or the one behind (RFC 6238, section 5.2), if it is newer
// than the newest that was used; section 5.2: "The verifier MUST NOT accept the second attempt of the OTP after the
// successful validation has been issued for the first OTP". Where two steps have the same code, the newer. Takes the
// same time whichever step it is of, and if it is of none.
std::optional<TotpStep> match_totp(std::span<const std::byte> secret, std::string_view code, base::WallTime now,
                                   std::optional<TotpStep> newest_used);

// What the QR code of an enrolment says (Key URI Format of Google Authenticator). Its label is issuer:account, so
// neither may hold a colon: std::invalid_argument.
std::string totp_uri(std::string_view issuer, std::string_view account, std::span<const std::byte> secret);

}  // namespace belfry::crypto
