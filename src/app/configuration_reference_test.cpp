#include "app/configuration.hpp"
#include "app/configuration_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace belfry::app {
namespace {

using ::testing::HasSubstr;

const std::string kRest =
    "site.host = \"app.example.com\"\nsite.upstream = \"http://127.0.0.1:3000\"\naccess.default = \"public\"\n";

Configuration accepted(const std::string& text) {
  auto configuration = parse_configuration(text, "/etc/belfry/belfry.toml");
  if (configuration) return std::move(*configuration);
  for (const Problem& problem : configuration.error()) ADD_FAILURE() << problem.to_string();
  return {};
}

// Every default that the reference shows, written down, changes nothing.
TEST(ConfigurationReference, ShowsTheDefaultsThatHold) {
  const Configuration silent = accepted(kRest);
  for (const Key& key : configuration_keys()) {
    const std::string value = key.show(default_configuration());
    if (value.empty() || key.path() == "access.default") continue;
    std::string text = key.path();
    text.append(" = ").append(value).append("\n").append(kRest);
    const Configuration written = accepted(text);
    EXPECT_EQ(key.show(written), key.show(silent)) << key.label();
    EXPECT_EQ(key.show(written), value) << key.label();
  }
}

TEST(ConfigurationReference, IsTheCommittedDocument) {
  std::ifstream file{BELFRY_SOURCE_DIR "/docs/configuration.md"};
  const std::string committed{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(committed, configuration_reference()) << "print it again: belfry check --reference > docs/configuration.md";
}

TEST(ConfigurationReference, DescribesEveryKeyOnce) {
  const std::string reference = configuration_reference();
  for (const SectionNote& section : configuration_sections()) {
    EXPECT_THAT(reference, HasSubstr("\n## [" + std::string{section.name} + "]\n"));
  }
  for (const Key& key : configuration_keys()) {
    EXPECT_FALSE(key.says.empty() || key.type.empty()) << key.label();
    const bool has_section =
        std::ranges::find(configuration_sections(), key.section, &SectionNote::name) != configuration_sections().end();
    EXPECT_TRUE(has_section) << key.label();
    EXPECT_EQ(std::ranges::count(configuration_keys(), key.path(), &Key::path), 1) << key.label();
  }
}

// The file at the head of the reference is one that works.
TEST(ConfigurationReference, BeginsWithAFileThatIsAccepted) {
  const std::string reference = configuration_reference();
  const auto begin = reference.find("```toml\n") + 8;
  const Configuration c = accepted(reference.substr(begin, reference.find("```\n", begin) - begin));
  EXPECT_TRUE(c.upstream && c.tls);
}

}  // namespace
}  // namespace belfry::app
