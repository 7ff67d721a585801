#include "accounts/password_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <ostream>

namespace belfry::accounts {

void PrintTo(PasswordRule rule, std::ostream* out) {
  static constexpr const char* kNames[] = {"TooShort",   "TooLong", "NotText", "ContainsNul",
                                           "FewClasses", "Common",  "OwnName", "ListUnreadable"};
  *out << kNames[static_cast<std::size_t>(rule)];
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum PasswordRule;

struct Example {
  std::string password;
  std::vector<PasswordRule> broken;
};

const PasswordOwner kOwner{.name = "Alice Martin", .email = "alice.martin@tours.example"};

std::vector<PasswordRule> broken_rules(PasswordPolicyOptions options, std::string_view password,
                                       SecondFactor second_factor = SecondFactor::Absent) {
  return PasswordPolicy{options}.broken_rules(password, kOwner, second_factor);
}

TEST(PasswordPolicy, StandardSaysWhichRulesAreBroken) {
  const std::string euros72 = [] {
    std::string text{"Aa1"};
    for (int i = 0; i < 23; ++i) text += "\u20ac";
    return text;
  }();
  for (const auto& [password, broken] : {
           // Accepted.
           Example{"Zq7!vK", {}},
           Example{"zq7!vk", {}},
           Example{"ZQ7!VK", {}},
           Example{"Zq7vKx", {}},
           Example{"Zq vKx", {}},
           Example{"\u00c9t\u00e9!zq", {}},
           Example{"\u0416\u0443\u043a42\u0449", {}},
           Example{"\u5c0f\u9f99Zq\u674e\u5c0f", {}},
           Example{euros72, {}},
           // The floor.
           Example{"", {TooShort, FewClasses}},
           Example{"abc12", {TooShort, FewClasses, Common}},
           Example{"Zq7!v", {TooShort}},
           Example{"\u00c9t\u00e9!1", {TooShort}},
           // Classes.
           Example{"zqxvkw", {FewClasses}},
           Example{"zqx7vkw", {FewClasses}},
           Example{"ZQXVKW!", {FewClasses}},
           Example{"718402953", {FewClasses}},
           Example{"\u20ac\u20acab\u20acd\u20ac", {FewClasses}},
           // bcrypt's door.
           Example{euros72 + "x", {TooLong}},
           Example{"Aa1" + std::string(70, '.'), {TooLong}},
           Example{std::string{"Zq7!\0vK", 7}, {ContainsNul}},
           Example{"Zq7!vK\xff", {NotText}},
           Example{"Zq7!\xc0\x80vK", {NotText}},
           Example{"Zq7!v\xed\xa0\x80", {NotText}},
           // Common.
           Example{"aaaaaa", {FewClasses, Common}},
           Example{"123456", {FewClasses, Common}},
           Example{"password", {FewClasses, Common}},
           Example{"P@ssw0rd", {Common}},
           Example{"Password1!", {Common}},
           Example{"Summer2024!", {Common}},
           Example{"Ab1!Ab1!", {Common}},
           // The owner's own.
           Example{"AliceMartin1", {OwnName}},
           Example{"4l1c3-M4rt1n!", {OwnName}},
           Example{"Alice.Martin@Tours.Example", {OwnName}},
           Example{"alice.martin@tours.exampl3", {OwnName}},
           Example{"Tours+Alice7", {OwnName}},
           Example{"Martin8$", {Common, OwnName}},
           Example{"Alice and 7 lanterns", {}},
       }) {
    EXPECT_EQ(broken_rules({}, password), broken) << password;
    EXPECT_EQ(broken_rules({}, password, SecondFactor::Present), broken) << password;
  }
}

TEST(PasswordPolicy, NistWantsLengthAndNoClasses) {
  const PasswordPolicyOptions nist{.preset = PasswordPreset::Nist};
  std::string long_phrase;
  for (int i = 0; i < 60; ++i) long_phrase += "lantern orbit " + std::to_string(i * 7919);
  for (const auto& [password, broken] : {
           Example{"zqxvkwmpltrdbg", {TooShort}},
           Example{"zqxvkwmpltrdbgh", {}},
           Example{"pale lantern orbit", {}},
           Example{std::string{"\u00e9\u20ac\U0001f514"} + "zqxvkwmpltrd", {}},
           Example{long_phrase.substr(0, 73), {}},
           Example{long_phrase.substr(0, 1024), {}},
           Example{long_phrase.substr(0, 1025), {TooLong}},
           Example{std::string(8'000'000, 'x'), {TooLong}},
           // Counted as it is hashed: fourteen characters once composed.
           Example{"e\u0301zqxvkwmpltrdb", {TooShort}},
           Example{"aaaaaaaaaaaaaaaa", {Common}},
           Example{"abcdefghijklmnop", {Common}},
           Example{"passwordpassword", {Common}},
           Example{"alicemartin12345", {OwnName}},
           Example{std::string{"zqxvkwmpl\0trdbgh", 16}, {ContainsNul}},
           Example{"zqxvkwmpltrdbgh\x80", {NotText}},
       }) {
    EXPECT_EQ(broken_rules(nist, password), broken) << password.substr(0, 100);
  }
  EXPECT_THAT(broken_rules(nist, "zqxvkwmp", SecondFactor::Present), IsEmpty());
  EXPECT_THAT(broken_rules(nist, "zqxvkwm", SecondFactor::Present), ElementsAre(TooShort));
  EXPECT_THAT(broken_rules(nist, "password", SecondFactor::Present), ElementsAre(Common));
}

TEST(PasswordPolicy, NoConfigurationGoesBelowTheFloor) {
  for (const std::size_t configured : {0UZ, 1UZ, 5UZ, 6UZ}) {
    const PasswordPolicy policy{{.preset = PasswordPreset::Standard, .minimum_characters = configured}};
    EXPECT_EQ(policy.minimum_characters(SecondFactor::Absent), 6U);
    EXPECT_EQ(policy.minimum_characters(SecondFactor::Present), 6U);
    EXPECT_THAT(policy.broken_rules("Zq7!v", {}, SecondFactor::Present), ElementsAre(TooShort));
  }
  const PasswordPolicy stricter{{.preset = PasswordPreset::Standard, .minimum_characters = 10}};
  EXPECT_THAT(stricter.broken_rules("Zq7!vKm2x", {}, SecondFactor::Absent), ElementsAre(TooShort));
  EXPECT_THAT(stricter.broken_rules("Zq7!vKm2xW", {}, SecondFactor::Absent), IsEmpty());
  const PasswordPolicy nist{{.preset = PasswordPreset::Nist, .minimum_characters = 10}};
  EXPECT_EQ(nist.minimum_characters(SecondFactor::Absent), 15U);
  EXPECT_EQ(nist.minimum_characters(SecondFactor::Present), 10U);
}

TEST(PasswordPolicy, AsksTheOperatorsListsAndRefusesWhereTheyCannotAnswer) {
  const auto path = std::filesystem::path{testing::TempDir()} / ("policy_list." + std::to_string(::getpid()));
  // SHA-1 of "Zq7!vK" and a greater digest.
  std::ofstream{path} << "2D6EBFAEF0C2F44CEF0CDD5E53D9E1A1D4BA2E0D:3\nF000000000000000000000000000000000000000:1\n";
  const auto digests = PasswordList::open(path);
  ASSERT_TRUE(digests);
  const auto plain_path = path.string() + ".plain";
  std::ofstream{plain_path} << "brand Name 7\n";
  const auto plain = PasswordList::open(plain_path);
  ASSERT_TRUE(plain);

  const PasswordPolicy policy{{}, {*digests, *plain}};
  EXPECT_THAT(policy.broken_rules("Brand name 7", {}, SecondFactor::Absent), ElementsAre(Common));
  EXPECT_THAT(policy.broken_rules("Brand name 8", {}, SecondFactor::Absent), IsEmpty());

  std::filesystem::resize_file(path, 10);
  EXPECT_THAT(policy.broken_rules("Brand name 8", {}, SecondFactor::Absent), ElementsAre(ListUnreadable));
  // What another list has is refused for that.
  EXPECT_THAT(policy.broken_rules("Brand name 7", {}, SecondFactor::Absent), ElementsAre(Common));
  EXPECT_THAT(policy.broken_rules("abc", {}, SecondFactor::Absent), ElementsAre(TooShort, FewClasses, Common));
  std::filesystem::remove(path);
  std::filesystem::remove(plain_path);
}

}  // namespace
}  // namespace belfry::accounts
