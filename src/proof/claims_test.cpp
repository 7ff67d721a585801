#include "proof/claims.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace belfry::proof {
namespace {

// The table of the claims, in its order. A row is never dropped or renamed: others keep its history by this id.
constexpr std::array<std::string_view, 29> kIds{
    "availability.target",  "availability.monitored",
    "availability.alerted", "availability.status_page",
    "availability.in_app",  "transit.encrypted",
    "transit.report",       "transit.hsts",
    "hosting.provider",     "data.at_rest",
    "data.durable",         "data.separate",
    "password.policy",      "password.hashed",
    "account.lockout",      "account.second_factor",
    "request.blocklist",    "request.rate",
    "request.traced",       "output.escaped",
    "request.origin",       "request.csrf_token",
    "response.csp",         "programme.open",
    "programme.answered",   "organisation.credentials",
    "organisation.devices", "organisation.admins",
    "quality.reviewed",
};

TEST(Claims, AreAllOfTheTableInItsOrder) {
  std::vector<std::string_view> ids;
  for (const Claim& claim : claims()) ids.push_back(claim.id);
  EXPECT_TRUE(std::ranges::equal(ids, kIds));
  EXPECT_EQ(std::set<std::string_view>(ids.begin(), ids.end()).size(), kIds.size());
}

TEST(Claims, AreFoundByTheirId) {
  for (const std::string_view id : kIds) {
    ASSERT_NE(find_claim(id), nullptr) << id;
    EXPECT_EQ(find_claim(id)->id, id);
  }
  EXPECT_EQ(find_claim("transit"), nullptr);
  EXPECT_EQ(find_claim(""), nullptr);
}

TEST(Claims, HaveTheirOwnWordsInBothLanguages) {
  std::set<std::string_view> seen;
  for (const Claim& claim : claims()) {
    for (const Wording& words : {claim.title, claim.sentence}) {
      EXPECT_FALSE(words.en.empty()) << claim.id;
      EXPECT_FALSE(words.fr.empty()) << claim.id;
      EXPECT_NE(words.en, words.fr) << claim.id;
      EXPECT_TRUE(seen.insert(words.en).second) << words.en;
      EXPECT_TRUE(seen.insert(words.fr).second) << words.fr;
    }
    EXPECT_TRUE(claim.sentence.en.ends_with('.')) << claim.id;
    EXPECT_TRUE(claim.sentence.fr.ends_with('.')) << claim.id;
  }
}

TEST(Claims, SayTheSameWhateverTheSiteChoseButThatOfThePasswords) {
  for (const Claim& claim : claims()) {
    EXPECT_EQ(&sentence_of(claim, {}), &claim.sentence);
    const Wording& other = sentence_of(claim, {.nist_passwords = true});
    EXPECT_EQ(other.en == claim.sentence.en, claim.id != "password.policy") << claim.id;
    EXPECT_EQ(other.fr == claim.sentence.fr, claim.id != "password.policy") << claim.id;
  }
}

TEST(Claims, OfOneGroupLieTogetherAndTheGroupsHaveTitles) {
  std::vector<Group> groups;
  for (const Claim& claim : claims()) {
    if (groups.empty() || groups.back() != claim.group) groups.push_back(claim.group);
  }
  EXPECT_EQ(groups.size(), kGroupCount);
  EXPECT_TRUE(std::ranges::is_sorted(groups));
  for (const Group group : groups) {
    EXPECT_FALSE(title_of(group).en.empty());
    EXPECT_NE(title_of(group).en, title_of(group).fr);
  }
}

TEST(Claims, SayHowTheyAreCheckedExactlyWhereTheyHaveACheck) {
  for (const Claim& claim : claims()) {
    EXPECT_EQ(claim.parts.empty(), claim.check.en.empty()) << claim.id;
    EXPECT_EQ(claim.parts.empty(), claim.check.fr.empty()) << claim.id;
    std::set<std::string_view> parts;
    for (const Part& part : claim.parts) {
      EXPECT_TRUE(parts.insert(part.id).second) << claim.id << " " << part.id;
      EXPECT_FALSE(part.name.en.empty() || part.name.fr.empty()) << claim.id << " " << part.id;
    }
  }
}

TEST(Claims, HaveAnAgeLimitBetweenTheirChecksPaceAndAYear) {
  for (const Claim& claim : claims()) {
    EXPECT_GE(claim.age_limit, std::chrono::hours{1}) << claim.id;
    EXPECT_LE(claim.age_limit, std::chrono::days{366}) << claim.id;
    // Only what a person attests may stand for as long as that.
    if (claim.basis != Basis::Declared) {
      EXPECT_LE(claim.age_limit, std::chrono::days{7}) << claim.id;
    }
  }
}

TEST(Claims, HavePartsOnTermsOfTheirOwnThatCountNoLongerThanTheyThemselves) {
  for (const Claim& claim : claims()) {
    for (const Part& part : claim.parts) {
      if (!part.own_terms) continue;
      EXPECT_NE(part.own_terms->basis, claim.basis) << claim.id << " " << part.id;
      EXPECT_GE(part.own_terms->age_limit, std::chrono::hours{1}) << claim.id << " " << part.id;
      EXPECT_LE(part.own_terms->age_limit, std::min<std::chrono::seconds>(claim.age_limit, std::chrono::days{7}));
    }
  }
}

TEST(Claims, SayOfAPartWithoutACheckWhatIsMissing) {
  const Claim& claim = *find_claim("organisation.credentials");
  EXPECT_EQ(std::ranges::count_if(claim.parts, is_built), 2);
  for (const Claim& each : claims()) {
    for (const Part& part : each.parts) EXPECT_EQ(is_built(part), part.not_built.fr.empty()) << each.id;
    // A claim none of whose parts has a check has no parts in the table.
    EXPECT_TRUE(each.parts.empty() || std::ranges::any_of(each.parts, is_built)) << each.id;
  }
}

// Marks that French sets off with a space that must not break, and what was typed instead.
TEST(Claims, FollowFrenchTypography) {
  for (const Claim& claim : claims()) {
    for (const std::string_view text : {claim.title.fr, claim.sentence.fr, claim.check.fr}) {
      for (const std::string_view wrong : {"'", "\"", " :", " ;", " !", " ?", " %", "« ", " »", "...", "  "}) {
        EXPECT_EQ(text.find(wrong), std::string_view::npos) << claim.id << " has '" << wrong << "': " << text;
      }
      for (std::size_t at = text.find_first_of(":;?!%"); at != std::string_view::npos;
           at = text.find_first_of(":;?!%", at + 1)) {
        const std::string_view before = text.substr(0, at);
        EXPECT_TRUE(before.ends_with("\u00a0") || before.ends_with("\u202f")) << claim.id << ": " << text;
      }
    }
  }
}

}  // namespace
}  // namespace belfry::proof
