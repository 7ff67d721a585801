#pragma once

// A session of the application's own host for somebody who signed in on Belfry's: the two share no cookie. The
// application's host gives the browser a random cookie and sends it over with the cookie's hash; Belfry's host sends it
// back with a code for that hash, which is good for a session there once, within a minute, from the browser that has
// the cookie. A code that somebody else's link carries is worth nothing in another browser, so nobody can be signed in
// as another without knowing. The session is the child of the one that the code was issued in, and ends with it.

#include "accounts/credential_check.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/session_opener.hpp"
#include "accounts/short_lived.hpp"
#include "base/random.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace belfry::accounts {

// Exclusive. RFC 6749, section 4.1.2, for codes of the kind: "A maximum authorization code lifetime of 10 minutes is
// RECOMMENDED"; no person stands between issue and use here.
inline constexpr std::chrono::seconds kHandOverLifetime{60};
// Codes at a time, of all and of a person; inclusive.
inline constexpr std::size_t kHandOvers = 10'000;
inline constexpr std::size_t kHandOversPerPerson = 20;

struct HandedOver {
  std::string session_token;
  Session session;
};

class HandOver {
 public:
  // All outlive this.
  HandOver(AccountStore& store, base::BlockingPool& database, SessionCache& sessions, const base::Clock& clock,
           base::Random& random);

  // A code for `host`; `asked_by`: the hash of the cookie that the browser has there. Any thread, not blocking.
  std::string issue(const SignedInAs& who, std::string host, const SecretHash& asked_by);

  // With the browser's cookie of that host as `visitor.browser`. Over for a code that is used, over, another host's or
  // another browser's, and where the session that it was issued in has ended. Whatever comes of it, the code is used:
  // RFC 6749, section 4.1.2: "The client MUST NOT use the authorization code more than once." Any thread.
  boost::asio::awaitable<Checked<HandedOver>> redeem(std::string code, Visitor visitor);

  std::uint64_t pushed_out() const { return codes_.pushed_out(); }

 private:
  struct Grant {
    PersonId person;
    Proven proven;
    SecretHash session;  // that it was issued in
    std::string host;
    SecretHash asked_by;
  };

  // Blocking.
  Checked<HandedOver> redeem_now(std::string_view code, const Visitor& visitor);

  base::BlockingPool& database_;
  SessionCache& sessions_;
  SessionOpener opener_;
  base::Random& random_;
  ShortLived<Grant> codes_;
};

}  // namespace belfry::accounts
