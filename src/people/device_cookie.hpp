#pragma once

// What a browser is known as by the accounts that signed in on it before, so that strangers' wrong passwords do not
// lock them out there (OWASP, "Slow Down Online Guessing Attacks with Device Cookies": the cookie is of one account). A
// computer that a family or an office shares has one cookie for several accounts:
//
//   <tag>.<token>~<tag>.<token>    newest first
//
// The tag tells whose entry it is to whoever knows the e-mail, and to nobody else; no database is asked for that, and
// none believes it: the token proves something of its own person alone (accounts/account_store.hpp).

#include "accounts/email_address.hpp"
#include "accounts/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::people {

class DeviceCookie {
 public:
  // Accounts that one browser is known by; inclusive. The one that signed in longest ago is forgotten for a fifth.
  static constexpr std::size_t kEntries = 4;
  // The first 32 bits in hex of the SHA-256 of the token and the e-mail: that two entries share one is no harm, the
  // second is a device that is not known.
  static constexpr std::size_t kTagLength = 8;
  static constexpr std::size_t kTokenLength = 43;  // of accounts::new_token()
  // In bytes; inclusive. A longer value is none.
  static constexpr std::size_t kLimit = kEntries * (kTagLength + 1 + kTokenLength) + (kEntries - 1);

  // Whatever a client says. Entries that are malformed are left out.
  static DeviceCookie parse(std::string_view value);

  // What this browser is known as to that account.
  std::optional<accounts::SecretHash> of(const accounts::EmailAddress& email) const;

  // The value with this one first, in place of what the account had.
  std::string with(const accounts::EmailAddress& email, std::string_view token) const;
  // The value without that account; empty where nothing is left.
  std::string without(const accounts::EmailAddress& email) const;

 private:
  struct Entry {
    std::string tag;
    std::string token;
  };
  std::vector<Entry> entries_;
};

}  // namespace belfry::people
