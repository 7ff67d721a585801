#include "crypto/bcrypt.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace belfry::crypto {
namespace {

TEST(Bcrypt, VerifiesWhatHtpasswdWrote) {
  // htpasswd -nbBC 5, and 12 for the last, of Debian's apache2-utils 2.4.
  const std::string longest(72, 'x');
  struct Vector {
    std::string_view password;
    std::string_view hash;
  };
  for (const auto& [password, hash] :
       {Vector{"correct horse battery staple", "$2y$05$fC7KEelZQDPnT8rWdd515edCZAjfQKOeeuaG2RbK8byQ4zEeL6cWi"},
        Vector{"", "$2y$05$TizNHNVjfVSVKldHXBGrou7ar963C7nSkM1Cvs/5hCvcwNmHtdA.e"},
        Vector{"pàsswörd€", "$2y$05$ddfDDYSQjLe3IbNVusA/eeJy5wXcwc.yZ5QSWrslmH8ksd3ELQPGK"},
        Vector{longest, "$2y$05$bW2ZlqJhANkWFHhnHE8UReIQ3X9nXnasBEm1QBgYMzWwvjAbBTwI."},
        Vector{"Tr0ub4dor&3", "$2y$12$X6GMGl0fCbyVQaJyGLf9fOZnZ45mMtWm5wptb/2JifhOMoJiwieZS"}}) {
    EXPECT_TRUE(bcrypt_verify(password, hash)) << password;
    EXPECT_FALSE(bcrypt_verify("another", hash)) << password;
  }
}

TEST(Bcrypt, VerifiesItsOwnHashAndNoOtherPassword) {
  base::FakeRandom random;
  const std::string hash = bcrypt_hash("Tr0ub4dor&3", kBcryptLowestCost, random);
  EXPECT_EQ(hash.size(), 60U);
  EXPECT_TRUE(hash.starts_with("$2b$04$"));
  EXPECT_TRUE(bcrypt_verify("Tr0ub4dor&3", hash));
  for (const std::string_view other : {"", "Tr0ub4dor&", "Tr0ub4dor&33", "tr0ub4dor&3", " Tr0ub4dor&3"}) {
    EXPECT_FALSE(bcrypt_verify(other, hash)) << other;
  }
}

TEST(Bcrypt, TellsTheLastOf72BytesApart) {
  base::FakeRandom random;
  const std::string hash = bcrypt_hash(std::string(71, 'x') + "1", kBcryptLowestCost, random);
  EXPECT_TRUE(bcrypt_verify(std::string(71, 'x') + "1", hash));
  EXPECT_FALSE(bcrypt_verify(std::string(71, 'x') + "2", hash));
}

TEST(Bcrypt, SaltsEachHashAnew) {
  base::FakeRandom random;
  std::set<std::string> salts;
  for (int i = 0; i < 20; ++i) salts.insert(bcrypt_hash("same", kBcryptLowestCost, random).substr(7, 22));
  EXPECT_EQ(salts.size(), 20U);
}

TEST(Bcrypt, RefusesWhatItWouldNotReadWhole) {
  base::FakeRandom random;
  const std::string hash = bcrypt_hash("x", kBcryptLowestCost, random);
  for (const std::string& password : {std::string(73, 'x'), std::string("x\0", 2), std::string("\0", 1)}) {
    EXPECT_FALSE(bcrypt_takes(password));
    EXPECT_THROW(bcrypt_hash(password, kBcryptLowestCost, random), std::invalid_argument);
    EXPECT_THROW(bcrypt_verify(password, hash), std::invalid_argument);
  }
  EXPECT_TRUE(bcrypt_takes(std::string(72, 'x')));
  EXPECT_TRUE(bcrypt_takes(""));
}

TEST(Bcrypt, RefusesACostThatThereIsNot) {
  base::FakeRandom random;
  EXPECT_THROW(bcrypt_hash("x", 3, random), std::invalid_argument);
  EXPECT_THROW(bcrypt_hash("x", 32, random), std::invalid_argument);
}

TEST(Bcrypt, KnowsTheCostOfAHash) {
  base::FakeRandom random;
  EXPECT_EQ(bcrypt_cost(bcrypt_hash("x", 5, random)), 5U);
  EXPECT_EQ(bcrypt_cost("$2y$12$X6GMGl0fCbyVQaJyGLf9fOZnZ45mMtWm5wptb/2JifhOMoJiwieZS"), 12U);
}

TEST(Bcrypt, TakesNoOtherTextForAHash) {
  const std::string tail = "$X6GMGl0fCbyVQaJyGLf9fOZnZ45mMtWm5wptb/2JifhOMoJiwieZS";
  for (const std::string& text : {std::string{}, std::string{"*0"}, std::string{"*1"}, std::string{"Tr0ub4dor&3"},
                                  "$2a$12" + tail, "$2x$12" + tail, "$2$12" + tail, "$2b$03" + tail, "$2b$32" + tail,
                                  "$2b$1:" + tail, "$2b$ 4" + tail, "$2b$12" + tail + ".", "$2b$12" + tail + "\n",
                                  "$2b$12" + tail.substr(0, 53), "$2b$12" + tail.substr(0, 53) + ":",
                                  std::string{"$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"}, std::string{"xyVRyMFUuXCdo"}}) {
    EXPECT_EQ(bcrypt_cost(text), std::nullopt) << text;
    EXPECT_FALSE(bcrypt_verify("Tr0ub4dor&3", text)) << text;
  }
}

}  // namespace
}  // namespace belfry::crypto
