#pragma once

// A person who is signed in on a device.

#include "accounts/person.hpp"
#include "accounts/running_time.hpp"
#include "accounts/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::accounts {

// What the person proved in it. A session is replaced by another where this changes.
enum class Proven : std::uint8_t {
  Password,
  SecondFactor,  // and the password
};
std::string_view to_string(Proven proven);

struct Session {
  SecretHash token;  // names it; the token itself is on the device alone
  PersonId person;
  // The session of Belfry's own host that it was handed over from (accounts/hand_over.hpp), with which it ends. One
  // that only lay idle for too long ends nothing: this may still be in use, and its parent be there no more.
  std::optional<SecretHash> parent;
  Proven proven = Proven::Password;
  std::string host;     // of whose cookie it is
  std::string device;   // what the browser says it is, for the person to recognize
  std::string address;  // where it was opened from
  Moment created;       // of one that was handed over, its parent's: nothing was proven since
  Moment used;
  friend bool operator==(const Session&, const Session&) = default;
};

// NIST SP 800-63B-4, section 2.2.3 (AAL2): SHOULD be no more than 24 hours and 1 hour; how long a company's people stay
// signed in is its own to say.
struct SessionLimits {
  std::chrono::milliseconds idle = std::chrono::hours{1};
  std::chrono::milliseconds absolute = std::chrono::hours{24};
};

// Of a person, inclusive: one more ends the one that was unused for longest.
inline constexpr std::size_t kSessionsPerPerson = 50;

// In bytes, inclusive.
inline constexpr std::size_t kDeviceTextLimit = 300;

inline bool is_over(const Session& session, const SessionLimits& limits, const Moment& now) {
  return has_passed(session.created, limits.absolute, now) || has_passed(session.used, limits.idle, now);
}

}  // namespace belfry::accounts
