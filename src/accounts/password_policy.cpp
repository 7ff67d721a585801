#include "accounts/password_policy.hpp"

#include "accounts/guessable.hpp"
#include "accounts/password_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace belfry::accounts {
namespace {

enum CharacterClass : std::size_t { Lower, Upper, Digit, Other, kCharacterClasses };

CharacterClass class_of(char32_t point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(point))) {
    case UTF8PROC_CATEGORY_LL:
      return Lower;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
      return Upper;
    case UTF8PROC_CATEGORY_ND:
      return Digit;
    default:
      return Other;
  }
}

std::size_t classes_of(const std::u32string& points) {
  std::array<bool, kCharacterClasses> seen{};
  for (const char32_t point : points) seen[class_of(point)] = true;
  return static_cast<std::size_t>(std::ranges::count(seen, true));
}

}  // namespace

PasswordPolicy::PasswordPolicy(PasswordPolicyOptions options,
                               std::vector<std::shared_ptr<const PasswordList>> operator_lists, PasswordJudge judge)
    : options_{options}, operator_lists_{std::move(operator_lists)}, judge_{judge} {}

std::vector<PasswordRule> judge_by_rules(const PasswordPolicy& policy, std::string_view password,
                                         const PasswordOwner& owner, SecondFactor second_factor) {
  return policy.rules_against(password, owner, second_factor);
}

std::size_t PasswordPolicy::minimum_characters(SecondFactor second_factor) const {
  std::size_t preset_minimum = kFloor;
  if (options_.preset == PasswordPreset::Nist) {
    preset_minimum = second_factor == SecondFactor::Present ? kNistMinimumWithSecondFactor : kNistMinimum;
  }
  // More than some would leave no password that is short enough: the caller's configuration bounds it.
  return std::max(preset_minimum, options_.minimum_characters);
}

std::size_t PasswordPolicy::byte_limit() const {
  return options_.preset == PasswordPreset::Nist ? kNistByteLimit : kStandardByteLimit;
}

std::vector<PasswordRule> PasswordPolicy::rules_against(std::string_view password, const PasswordOwner& owner,
                                                        SecondFactor second_factor) const {
  // Whatever else is wrong with it, so long an input gets no more work.
  if (password.size() > kNistByteLimit) return {PasswordRule::TooLong};

  std::vector<PasswordRule> broken;
  // What is hashed is counted: password_input.hpp.
  const std::optional<std::string> hashed =
      options_.preset == PasswordPreset::Nist ? nfc(password) : std::string{password};
  const auto points = hashed ? code_points(*hashed) : std::nullopt;
  if (points && points->size() < minimum_characters(second_factor)) broken.push_back(PasswordRule::TooShort);
  if (password.size() > byte_limit()) broken.push_back(PasswordRule::TooLong);
  if (!points) broken.push_back(PasswordRule::NotText);
  if (password.contains('\0')) broken.push_back(PasswordRule::ContainsNul);
  if (!points) return broken;

  if (options_.preset == PasswordPreset::Standard && classes_of(*points) < kClasses) {
    broken.push_back(PasswordRule::FewClasses);
  }
  bool common = is_one_pattern(password) || is_disguised_common_password(password);
  bool unreadable = false;
  for (const auto& list : operator_lists_) {
    if (common) break;
    const auto listed = list->contains(password);
    common = listed.value_or(false);
    unreadable = unreadable || !listed;
  }
  if (common) broken.push_back(PasswordRule::Common);
  if (const auto left = characters_beside(password, name_parts(owner.name, owner.email));
      left && *left < kLeftWithoutNames) {
    broken.push_back(PasswordRule::OwnName);
  }
  if (unreadable && !common) broken.push_back(PasswordRule::ListUnreadable);
  return broken;
}

}  // namespace belfry::accounts
