#include "accounts/secret.hpp"

#include "accounts/person.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace belfry::accounts {
namespace {

TEST(Token, Carries256BitsAndIsFoundByItsHash) {
  base::FakeRandom random;
  const std::string token = new_token(random);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(hash_of_token(token), SecretHash::of(token));
  EXPECT_NE(hash_of_token(new_token(random)), hash_of_token(token));
}

TEST(Token, RefusesWhatItNeverGives) {
  base::FakeRandom random;
  const std::string token = new_token(random);
  for (const std::string& text : {std::string{}, token + "A", token.substr(1), token + "=", " " + token, token + "\n",
                                  std::string(43, '!'), std::string(43, '\0')}) {
    EXPECT_EQ(hash_of_token(text), std::nullopt) << text;
  }
}

TEST(RecoveryCode, IsTenDifferentOnesThatCanBeReadAloud) {
  base::FakeRandom random;
  const auto codes = new_recovery_codes(random);
  EXPECT_EQ(std::set(codes.begin(), codes.end()).size(), kRecoveryCodes);
  for (const std::string& code : codes) {
    EXPECT_THAT(code, testing::MatchesRegex("[A-Z2-7]{4}(-[A-Z2-7]{4}){5}"));
  }
}

TEST(RecoveryCode, IsTakenAsPeopleTypeIt) {
  const auto hash = hash_of_recovery_code("ABCD-EFGH-2345-67AB-CDEF-GHIJ");
  ASSERT_TRUE(hash);
  for (const std::string_view typed : {"abcdefgh234567abcdefghij", " ABCD EFGH 2345 67AB CDEF GHIJ ",
                                       "Abcd-Efgh-2345-67ab-Cdef-Ghij", "ABCDEFGH-234567AB-CDEFGHIJ"}) {
    EXPECT_EQ(hash_of_recovery_code(typed), hash) << typed;
  }
  EXPECT_NE(hash_of_recovery_code("ABCD-EFGH-2345-67AB-CDEF-GHIK"), hash);
}

TEST(RecoveryCode, RefusesWhatIsNone) {
  for (const std::string& typed :
       {std::string{}, std::string{"ABCD"}, std::string{"ABCD-EFGH-2345-67AB-CDEF-GHI"},
        std::string{"ABCD-EFGH-2345-67AB-CDEF-GHIJK"}, std::string{"ABCD-EFGH-2345-67AB-CDEF-GHI1"},
        std::string{"ABCD_EFGH_2345_67AB_CDEF_GHIJ"}, std::string(10'000, 'A'), std::string(10'000, ' ')}) {
    EXPECT_EQ(hash_of_recovery_code(typed), std::nullopt) << typed;
  }
}

TEST(SecretHash, IsReadBackFromItsText) {
  const SecretHash hash = SecretHash::of("abc");
  EXPECT_EQ(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(SecretHash::parse(hash.to_string()), hash);
  for (const std::string& text : {std::string{}, hash.to_string().substr(2), hash.to_string() + "00",
                                  std::string(64, 'A'), std::string(64, 'g')}) {
    EXPECT_EQ(SecretHash::parse(text), std::nullopt) << text;
  }
}

TEST(PersonId, IsReadBackFromItsTextAndNothingElse) {
  base::FakeRandom random;
  const PersonId id = PersonId::random(random);
  EXPECT_EQ(id.to_string().size(), 32U);
  EXPECT_EQ(PersonId::parse(id.to_string()), id);
  EXPECT_NE(PersonId::random(random), id);
  for (const std::string& text : {std::string{}, id.to_string() + "00", id.to_string().substr(1), std::string(32, 'F'),
                                  std::string(32, '-'), "0x" + id.to_string().substr(2)}) {
    EXPECT_EQ(PersonId::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace belfry::accounts
