#include "accounts/password_strength.hpp"

#include "accounts/guessable.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

namespace belfry::accounts {
namespace {

TEST(PasswordStrength, ScoresExamples) {
  struct Example {
    std::string_view password;
    int least;
    int most;
  };
  for (const auto& [password, least, most] : {
           Example{"", 0, 0},
           Example{"a", 0, 0},
           Example{"password", 0, 0},
           Example{"PASSWORD", 0, 0},
           Example{"P@ssw0rd", 0, 0},
           Example{"drowssap", 0, 0},
           Example{"123456", 0, 0},
           Example{"aaaaaaaaaaaaaaaaaaaa", 0, 0},
           Example{"abcdefghijkl", 0, 0},
           Example{"zyxwvuts", 0, 0},
           Example{"98765432", 0, 0},
           Example{"qwertyuiop", 0, 0},
           Example{"azertyuiop", 0, 0},
           Example{"1qaz2wsx3edc", 0, 1},
           Example{"passwordpasswordpassword", 0, 0},
           Example{"Password1", 0, 1},
           Example{"Password2024!", 0, 1},
           Example{"Summer2024!", 1, 1},
           Example{"Tr0ub4dour&3", 1, 2},
           Example{"abc12", 0, 1},
           Example{"aB3$xY", 2, 2},
           Example{"kq7Vz!mw", 3, 3},
           Example{"correct horse battery staple", 4, 4},
           Example{"sneeze-lantern-orbit", 3, 4},
           Example{"hG7$kq2!VmZp", 4, 4},
           Example{"\u043f\u0440\u044b\u0436\u043e\u043a", 3, 3},
       }) {
    const PasswordStrength strength = estimate_strength(password);
    EXPECT_GE(int{strength.score}, least) << password << " 10^" << strength.guesses_log10;
    EXPECT_LE(int{strength.score}, most) << password << " 10^" << strength.guesses_log10;
  }
}

double guesses(std::string_view password) {
  return estimate_strength(password).guesses_log10;
}

TEST(PasswordStrength, GrowsWithEachCharacterThatCompletesNoPattern) {
  const std::string_view text = "x7Kq!vZ2#mWd9&Tj";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_LT(guesses(text.substr(0, size)), guesses(text.substr(0, size + 1))) << text.substr(0, size + 1);
  }
}

TEST(PasswordStrength, NeverFallsWhenAPatternGoesOn) {
  std::string repeated;
  std::string counted;
  for (int i = 0; i < 40; ++i) {
    const double before = guesses(repeated);
    repeated += 'w';
    EXPECT_LE(before, guesses(repeated)) << repeated;
  }
  for (const std::string_view longer : {"lantern", "lantern7", "lantern7!", "lantern7!orbit", "lantern7!orbitQ"}) {
    const double before = guesses(counted);
    counted = longer;
    EXPECT_LT(before, guesses(counted)) << counted;
  }
}

TEST(PasswordStrength, GivesLittleForADisguise) {
  for (const auto& [plain, disguised] :
       {std::pair{"sunshine", "Sunshine"}, std::pair{"sunshine", "SUNSHINE"}, std::pair{"sunshine", "5un5hine"},
        std::pair{"sunshine", "enihsnus"}, std::pair{"sunshine", "sunshinesunshine"}}) {
    EXPECT_LT(guesses(plain), guesses(disguised)) << disguised;
    EXPECT_LT(guesses(disguised), guesses(plain) + 1) << disguised;
  }
}

TEST(PasswordStrength, KnowsTheOwnersNames) {
  const auto names = name_parts("Guillemette Xanthopoulos", "gx.1987@example.com");
  EXPECT_GE(estimate_strength("GuillemetteXanthopoulos").score, 3);
  EXPECT_EQ(estimate_strength("GuillemetteXanthopoulos", names).score, 0);
}

TEST(PasswordStrength, LooksAtNoMoreThanItsLimit) {
  EXPECT_NEAR(guesses(std::string(100'000, 'a')), 1 + std::log10(128), 0.01);
  const std::string wide(4'000, '\xff');
  EXPECT_EQ(estimate_strength(wide).score, 0);
  std::string euros;
  for (int i = 0; i < 500; ++i) euros += "\u20ac";
  EXPECT_GT(guesses(euros), 0);
}

}  // namespace
}  // namespace belfry::accounts
