#pragma once

// A new session in place of the one before, wherever what is proven in it changes: a token that was known before a
// sign-in is worth nothing behind it.

#include "accounts/account_store.hpp"
#include "accounts/session_cache.hpp"
#include "base/random.hpp"

#include <memory>
#include <optional>
#include <string>

namespace belfry::accounts {

// A browser, as it asks to be let in.
struct Visitor {
  SecretHash browser;                        // of the cookie that it had before it signed in
  std::optional<SecretHash> device;          // of its device cookie
  std::shared_ptr<const SignedInAs> before;  // who uses the session that it has already
  std::string host;                          // whose session it is to be
  std::string description;                   // its User-Agent; cut to kDeviceTextLimit
  std::string address;
};

// Opens sessions, and replaces them where what is proven in them changes. Blocking, on the database pool.
class SessionOpener {
 public:
  // All outlive this.
  SessionOpener(AccountStore& store, SessionCache& sessions, base::Random& random)
      : store_{store}, sessions_{sessions}, random_{random} {}

  struct Opened {
    std::string token;
    Session session;
  };
  // `replaced`, whosever it is, is ended by it, with those that were handed over from it. `parent`: what it is handed
  // over from; NotFound where that has ended.
  Answer<Opened> open(const PersonId& person, Proven proven, const Visitor& visitor,
                      const std::shared_ptr<const SignedInAs>& replaced, const std::optional<SecretHash>& parent);
  // In place of all that the person has. Where it fails behind that, they are signed out.
  Answer<Opened> renew(const PersonId& person, Proven proven, const Visitor& visitor);
  // One that nobody is to have after all. Where this fails too, it ends by itself: nobody has its token.
  void close(const Session& session);

 private:
  AccountStore& store_;
  SessionCache& sessions_;
  base::Random& random_;
};

}  // namespace belfry::accounts
