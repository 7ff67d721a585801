#pragma once

// Tokens that say a form was made for this browser, by this process, for this action and lately. OWASP Cross-Site
// Request Forgery Prevention Cheat Sheet, "Employing HMAC CSRF Tokens": HMAC over what binds it and a random value,
// without anything kept on the server.
//
//   8 bytes    milliseconds since one lifetime before the key was made, big-endian
//   16 bytes   random, so that no two responses hold the same secret text (BREACH)
//   32 bytes   HMAC-SHA-256 of both, the binding and the action
//
// in base64url: 75 characters. The key lives and dies with the process: forms of before a restart are stale. Time is
// the steady clock's. Any thread.

#include "accounts/secret.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "crypto/key.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace belfry::accounts {

enum class CsrfError : std::uint8_t {
  Missing,
  Malformed,  // nothing that issue() gives
  Foreign,    // of another key, session or action, or changed: it cannot be told which
  Stale,
};
std::string_view to_string(CsrfError error);

// What a token is bound to: a session, or the random cookie that a browser has before it signs in. A token of before is
// none of the session's.
class CsrfBinding {
 public:
  static CsrfBinding to_session(const SecretHash& token) { return {'s', token}; }
  static CsrfBinding to_browser(const SecretHash& cookie) { return {'b', cookie}; }

 private:
  friend class CsrfTokens;
  CsrfBinding(char kind, const SecretHash& secret) : kind_{kind}, secret_{secret} {}
  char kind_;
  SecretHash secret_;
};

// How long a form may stay open, exclusive. Longer than an idle session lasts by default (accounts/session.hpp).
inline constexpr std::chrono::milliseconds kCsrfLifetime = std::chrono::hours{2};

class CsrfTokens {
 public:
  // Makes a key. `random`, which any thread may draw from, and `clock` outlive this.
  CsrfTokens(base::Random& random, const base::Clock& clock, std::chrono::milliseconds lifetime = kCsrfLifetime);

  // `action`: what the form does, by a name of our own; none is the beginning of another.
  std::string issue(const CsrfBinding& binding, std::string_view action) const;
  // One as it was issued a lifetime ago, which check() finds Stale and nothing else: what a drill cannot wait for.
  std::string issue_stale(const CsrfBinding& binding, std::string_view action) const;
  std::expected<void, CsrfError> check(std::string_view token, const CsrfBinding& binding,
                                       std::string_view action) const;

 private:
  std::string issue_at(base::SteadyTime time, const CsrfBinding& binding, std::string_view action) const;
  crypto::Sha256Digest sign(std::string_view head, const CsrfBinding& binding, std::string_view action) const;

  base::Random& random_;
  const base::Clock& clock_;
  const std::chrono::milliseconds lifetime_;
  const crypto::Key256 key_;
  const base::SteadyTime began_;  // what times are counted from: so that a stale one has a time, too
};

}  // namespace belfry::accounts
