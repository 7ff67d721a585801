#include "web/language.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

struct Choice {
  std::string_view query;
  std::string_view accept_language;
  Language chosen;
};

TEST(Language, IsChosenByTheAddressThenByTheBrowserThenEnglish) {
  constexpr Choice kChoices[] = {
      {"", "", Language::En},
      {"", "fr", Language::Fr},
      {"", "fr-CA,fr;q=0.9,en;q=0.8", Language::Fr},
      {"", "de, en;q=0.5, fr;q=0.4", Language::En},
      {"", "de", Language::En},
      {"lang=fr", "en", Language::Fr},
      {"lang=en", "fr", Language::En},
      {"a=b&lang=fr&c=d", "", Language::Fr},
      {"&&lang=fr", "", Language::Fr},
      // What cannot be read is passed over.
      {"lang=de", "fr", Language::Fr},
      {"lang=", "fr", Language::Fr},
      {"lang=FR", "", Language::En},
      {"language=fr", "", Language::En},
      {"xlang=fr", "", Language::En},
      {"lang=de&lang=fr", "", Language::Fr},
      {"&", "", Language::En},
  };
  for (const Choice& choice : kChoices) {
    EXPECT_EQ(choose_language(choice.query, choice.accept_language), choice.chosen)
        << choice.query << " | " << choice.accept_language;
  }
}

TEST(Language, HasATag) {
  EXPECT_EQ(tag_of(Language::En), "en");
  EXPECT_EQ(tag_of(Language::Fr), "fr");
}

}  // namespace
}  // namespace belfry::web
