#pragma once

// People as values.

#include "accounts/email_address.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::accounts {

// 128 random bits. Made before anything of the person is kept, as what is sealed is bound to it; says nothing about
// them, and is given to nobody else after them.
class PersonId {
 public:
  static PersonId random(base::Random& random);
  // 32 lower-case hex digits, nothing else.
  static std::optional<PersonId> parse(std::string_view text);
  std::string to_string() const;

  friend auto operator<=>(const PersonId&, const PersonId&) = default;

 private:
  PersonId() = default;
  std::array<std::byte, 16> bytes_{};
};

enum class Role : std::uint8_t {
  Administrator,
  Staff,
  Member,
};
// By how much they may, the most first.
inline constexpr std::array kRoles{Role::Administrator, Role::Staff, Role::Member};
std::string_view to_string(Role role);
std::optional<Role> role_of(std::string_view text);
// Who holds other people's data reaches nothing before a second factor is set.
constexpr bool requires_second_factor(Role role) {
  return role != Role::Member;
}

enum class PersonState : std::uint8_t {
  Awaiting,  // signed up, not approved yet
  Active,
  Locked,  // by an administrator, until one unlocks; not what a row of wrong passwords does
};
std::string_view to_string(PersonState state);

// In bytes, inclusive; a name has 1 at least, and no NUL.
inline constexpr std::size_t kNameLimit = 200;
bool is_name(std::string_view text);

struct Person {
  PersonId id;
  EmailAddress email;
  std::string name;
  Role role = Role::Member;
  PersonState state = PersonState::Active;
  bool has_second_factor = false;
  base::WallTime created;
  friend bool operator==(const Person&, const Person&) = default;
};

}  // namespace belfry::accounts
