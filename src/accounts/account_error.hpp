#pragma once

// What may come of asking the account store for something.

#include <cstdint>
#include <string_view>

namespace belfry::accounts {

enum class AccountError : std::uint8_t {
  Unavailable,        // disk full, locked for too long, input or output failed
  Corrupt,            // what is there cannot be read, or does not open under the keys: somebody changed it
  Refused,            // text with a NUL, or beyond its limit; an e-mail or a role that is not for such a person
  NotFound,           // no such person, session or link; a link that was used, is over, or is for another step
  EmailTaken,         // by somebody who is there already
  AlreadyThere,       // a first administrator
  LastAdministrator,  // who would be gone, locked or without the role: nobody could let anybody in again
};
std::string_view to_string(AccountError error);

}  // namespace belfry::accounts
