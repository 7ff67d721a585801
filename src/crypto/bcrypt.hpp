#pragma once

// Password hashes by bcrypt, as libxcrypt computes them ("$2b$", Provos and Mazières, USENIX 1999). A hash carries its
// salt and its cost. One takes about 250 ms of a core at cost 12: never on a worker's thread.
//
// bcrypt reads 72 bytes of a password and stops at a NUL: what lies behind would be no part of it. Whoever sets or
// tries a password asks bcrypt_takes() first; one that is not taken throws std::invalid_argument everywhere else.

#include "base/random.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::crypto {

// In bytes, inclusive.
inline constexpr std::size_t kBcryptPasswordLimit = 72;

// The logarithm of the number of rounds; libxcrypt takes 4 to 31 (crypt(5)). OWASP's Password Storage Cheat Sheet asks
// for 10 at least.
inline constexpr unsigned kBcryptLowestCost = 4;
inline constexpr unsigned kBcryptHighestCost = 31;

// At most 72 bytes, none of them NUL.
bool bcrypt_takes(std::string_view password);

// "$2b$" with a new 128-bit salt: 60 characters.
std::string bcrypt_hash(std::string_view password, unsigned cost, base::Random& random);

// The hash may be "$2y$" too, which htpasswd and PHP write for the same function. False for any other text; "$2a$" and
// "$2x$" are not taken, as they stand for faulty versions of it (crypt(5)). The hashes are compared in constant time.
bool bcrypt_verify(std::string_view password, std::string_view hash);

// To know whether a hash is to be made anew with a higher cost. nullopt for what bcrypt_verify() does not take.
std::optional<unsigned> bcrypt_cost(std::string_view hash);

}  // namespace belfry::crypto
