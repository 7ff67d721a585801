#pragma once

// Which passwords may be set. Two presets: `Standard` is the rule that Belfry claims by default; `Nist` is NIST SP
// 800-63B-4's, which wants length instead of classes of characters. The words for each broken rule are the web room's.
//
// Asked wherever a password is set (sign-up, invitation, change, reset, the API), never at sign-in: a stricter rule of
// today must not lock out who chose a password yesterday.

#include "accounts/password_list.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

enum class PasswordPreset : std::uint8_t {
  Standard,  // "standard"
  Nist,      // "nist-800-63b-4"
};

enum class SecondFactor : std::uint8_t { Absent, Present };

enum class PasswordRule : std::uint8_t {
  TooShort,        // characters
  TooLong,         // bytes
  NotText,         // no UTF-8
  ContainsNul,     // where bcrypt would stop reading
  FewClasses,      // of lower case, upper case, digits, others
  Common,          // in a dictionary or the operator's list, with little around it, or one pattern over and over
  OwnName,         // the person's name or e-mail address, with little around it
  ListUnreadable,  // an operator's list could not be asked: nobody's fault, and refused all the same
};

struct PasswordPolicyOptions {
  PasswordPreset preset = PasswordPreset::Standard;
  // More characters than the preset asks for; less has no effect.
  std::size_t minimum_characters = 0;
};

// What a password is compared with; both may be empty.
struct PasswordOwner {
  std::string name;
  std::string email;
};

class PasswordPolicy;
// Who says which rules a password breaks: the rules themselves, but in a drill's control (app/measures.hpp).
using PasswordJudge = std::vector<PasswordRule> (*)(const PasswordPolicy& policy, std::string_view password,
                                                    const PasswordOwner& owner, SecondFactor second_factor);
std::vector<PasswordRule> judge_by_rules(const PasswordPolicy& policy, std::string_view password,
                                         const PasswordOwner& owner, SecondFactor second_factor);

class PasswordPolicy {
 public:
  // Characters are Unicode code points. No configuration goes below.
  static constexpr std::size_t kFloor = 6;
  // SP 800-63B-4, section 3.1.1.2: "SHALL require passwords that are used as a single-factor authentication mechanism
  // to be a minimum of 15 characters in length", and of eight as a part of multi-factor authentication.
  static constexpr std::size_t kNistMinimum = 15;
  static constexpr std::size_t kNistMinimumWithSecondFactor = 8;
  static constexpr std::size_t kClasses = 3;
  // bcrypt ignores what comes after (OWASP Password Storage Cheat Sheet, "Input Limits of bcrypt"). Inclusive.
  static constexpr std::size_t kStandardByteLimit = 72;
  // SP 800-63B-4 wants 64 characters at least to be permitted: they have 256 bytes at most. Inclusive.
  static constexpr std::size_t kNistByteLimit = 1024;
  // What has to be left of a password without the owner's names, where they are in it.
  static constexpr std::size_t kLeftWithoutNames = 8;

  explicit PasswordPolicy(PasswordPolicyOptions options,
                          std::vector<std::shared_ptr<const PasswordList>> operator_lists = {},
                          PasswordJudge judge = &judge_by_rules);

  // The broken rules in the order of their declaration; none where the password may be set. Any thread; blocking where
  // the operator has lists.
  std::vector<PasswordRule> broken_rules(std::string_view password, const PasswordOwner& owner,
                                         SecondFactor second_factor) const {
    return judge_(*this, password, owner, second_factor);
  }

  PasswordPreset preset() const { return options_.preset; }
  std::size_t minimum_characters(SecondFactor second_factor) const;
  std::size_t byte_limit() const;

 private:
  friend std::vector<PasswordRule> judge_by_rules(const PasswordPolicy& policy, std::string_view password,
                                                  const PasswordOwner& owner, SecondFactor second_factor);
  std::vector<PasswordRule> rules_against(std::string_view password, const PasswordOwner& owner,
                                          SecondFactor second_factor) const;

  PasswordPolicyOptions options_;
  std::vector<std::shared_ptr<const PasswordList>> operator_lists_;
  PasswordJudge judge_;
};

}  // namespace belfry::accounts
