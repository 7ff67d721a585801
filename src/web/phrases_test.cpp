#include "web/phrases.hpp"

#include "web/reader_checks.hpp"
#include "web/refusal_words.hpp"

#include <gtest/gtest.h>

#include <set>

namespace belfry::web {
namespace {

void expect_french_typography(std::string_view text) {
  for (const std::string_view wrong : {"'", "\"", " :", " ;", " !", " ?", " %", "« ", " »", "..."}) {
    EXPECT_EQ(text.find(wrong), std::string_view::npos) << "'" << wrong << "' in " << text;
  }
  for (std::size_t at = text.find_first_of(":;?!%"); at != std::string_view::npos;
       at = text.find_first_of(":;?!%", at + 1)) {
    const std::string_view before = text.substr(0, at);
    EXPECT_TRUE(before.ends_with("\u00a0") || before.ends_with("\u202f")) << text;
  }
}

TEST(Phrases, FollowFrenchTypography) {
  for (const NamedPhrase& phrase : kPhrases) expect_french_typography(phrase.wording.fr);
  for (const NamedPhrase& phrase : kPeoplePhrases) expect_french_typography(phrase.wording.fr);
}

// Those of one table are compared by the compiler; the pairs of both would be more than clang counts to.
TEST(Phrases, HaveOneNameEach) {
  std::set<std::string_view> names;
  for (const NamedPhrase& phrase : kPhrases) EXPECT_TRUE(names.insert(phrase.name).second) << phrase.name;
  for (const NamedPhrase& phrase : kPeoplePhrases) EXPECT_TRUE(names.insert(phrase.name).second) << phrase.name;
}

TEST(ReaderChecks, FollowFrenchTypography) {
  for (const proof::Claim& claim : proof::claims()) {
    const auto check = reader_check(claim, {.site = "app.example.com", .belfry = "belfry.app.example.com"});
    if (check) expect_french_typography(check->outcome.fr);
  }
}

TEST(Phrases, AreFoundByName) {
  EXPECT_EQ(find_phrase("state.holds")->en, "Holds");
  EXPECT_EQ(find_phrase("state.holds")->fr, "Tient");
  EXPECT_EQ(find_phrase("no.such.phrase"), nullptr);
}

constexpr std::uint16_t kStatuses[] = {400, 403, 404, 405, 408, 413, 417, 421, 429, 431, 501, 502, 503, 504};

TEST(RefusalWords, AreThereForEachStatusThatTheDoorGives) {
  for (const std::uint16_t status : kStatuses) {
    const RefusalWords& words = refusal_words(status, "some_reason");
    EXPECT_EQ(words.status, status);
    for (const Wording& wording : {words.heading, words.what, words.way_out}) {
      EXPECT_FALSE(wording.en.empty()) << status;
      EXPECT_FALSE(wording.fr.empty()) << status;
      EXPECT_NE(wording.en, wording.fr) << status;
      expect_french_typography(wording.fr);
    }
  }
}

TEST(RefusalWords, AreThoseOfTheReasonWhereItHasSome) {
  for (const std::string_view reason : {"blocked_address", "foreign_origin", "ambiguous_origin", "missing_origin"}) {
    EXPECT_EQ(refusal_words(403, reason).reason, reason);
    expect_french_typography(refusal_words(403, reason).what.fr);
    expect_french_typography(refusal_words(403, reason).way_out.fr);
  }
  EXPECT_EQ(refusal_words(403, "something_else").reason, "");
}

TEST(RefusalWords, FallBackToTheClassOfTheStatus) {
  EXPECT_EQ(refusal_words(418, "").heading.en, "This request was refused");
  EXPECT_EQ(refusal_words(500, "internal").heading.en, "Something went wrong here");
  EXPECT_EQ(refusal_words(599, "").heading.en, "Something went wrong here");
}

}  // namespace
}  // namespace belfry::web
