#include "accounts/person.hpp"

#include "crypto/encode.hpp"

#include <algorithm>

namespace belfry::accounts {

PersonId PersonId::random(base::Random& random) {
  PersonId id;
  random.fill(id.bytes_);
  return id;
}

std::optional<PersonId> PersonId::parse(std::string_view text) {
  const auto bytes = crypto::from_hex(text);
  PersonId id;
  if (!bytes || bytes->size() != id.bytes_.size()) return std::nullopt;
  std::ranges::copy(*bytes, id.bytes_.begin());
  return id;
}

std::string PersonId::to_string() const {
  return crypto::to_hex(bytes_);
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::Administrator:
      return "administrator";
    case Role::Staff:
      return "staff";
    case Role::Member:
      return "member";
  }
  return {};
}

std::optional<Role> role_of(std::string_view text) {
  const auto role = std::ranges::find(kRoles, text, [](Role each) { return to_string(each); });
  return role == kRoles.end() ? std::nullopt : std::optional{*role};
}

std::string_view to_string(PersonState state) {
  switch (state) {
    case PersonState::Awaiting:
      return "awaiting";
    case PersonState::Active:
      return "active";
    case PersonState::Locked:
      return "locked";
  }
  return {};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameLimit && text.find('\0') == std::string_view::npos;
}

}  // namespace belfry::accounts
