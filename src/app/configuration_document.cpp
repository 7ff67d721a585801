#include "app/configuration_document.hpp"

#include "app/configuration_text.hpp"
#include "app/configuration_values.hpp"

#include <algorithm>
#include <optional>

// The values that the configuration knows are an array deep. Together with the limit on dots this bounds the depth of
// the tree, which toml++ walks and destroys recursively.
#define TOML_MAX_NESTED_VALUES 8
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// With NDEBUG toml++ tells the compiler that its assertions hold, and "[.a]" breaks one of them: the branch that would
// refuse it may then be left out. Here they promise nothing.
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSUME
#define TOML_ASSUME(expression) static_cast<void>(0)
#include <toml++/toml.h>

namespace belfry::app {
namespace {

Place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

Value scalar(const toml::node& node) {
  Value value;
  value.place = place_of(node.source());
  if (const auto* text = node.as_string()) {
    value.type = Value::Type::Text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.type = Value::Type::Integer;
    value.integer = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    value.type = Value::Type::Number;
    value.number = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.type = Value::Type::Boolean;
    value.boolean = boolean->get();
  } else if (node.is_array()) {
    value.type = Value::Type::Array;
  } else if (node.is_table()) {
    value.type = Value::Type::Table;
  } else {
    value.type = Value::Type::Time;
  }
  return value;
}

Value value_of(const toml::node& node) {
  Value value = scalar(node);
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) value.elements.push_back(scalar(element));
  }
  return value;
}

Section section_of(const toml::key& key, const toml::node& node) {
  Section section{std::string{key.str()}, place_of(key.source()), scalar(node).type, {}};
  if (const auto* table = node.as_table()) {
    for (const auto& [name, value] : *table) {
      section.entries.push_back({std::string{name.str()}, place_of(name.source()), value_of(value)});
    }
  }
  return section;
}

// toml++ says "Error while parsing X: why"; the reason alone reads better behind file, line and
// column. It quotes the file, control characters included.
std::string reason_of(std::string_view description) {
  constexpr std::string_view prefix = "Error while parsing ";
  if (description.starts_with(prefix)) description.remove_prefix(prefix.size());
  return "not valid TOML: " + printable(description);
}

std::string hint_for(std::string_view description) {
  if (description.contains("could not determine value type")) return "strings are written in quotes: \"like this\"";
  if (description.contains("redefine")) return "each section and each key stands once in the file";
  return {};
}

}  // namespace

std::string_view to_string(Value::Type type) {
  switch (type) {
    case Value::Type::Text:
      return "a string";
    case Value::Type::Integer:
      return "an integer";
    case Value::Type::Number:
      return "a number with a fraction";
    case Value::Type::Boolean:
      return "true or false";
    case Value::Type::Array:
      return "an array";
    case Value::Type::Table:
      return "a table";
    case Value::Type::Time:
      return "a date or time";
  }
  return "something else";
}

std::expected<std::vector<Section>, Problem> read_document(std::string_view text, const std::filesystem::path& file) {
  if (auto refused = check_text(text)) {
    refused->file = file;
    return std::unexpected(std::move(*refused));
  }
  const toml::parse_result result = toml::parse(text, std::string_view{});
  if (!result) {
    const toml::parse_error& error = result.error();
    return std::unexpected(
        Problem{file, place_of(error.source()), reason_of(error.description()), hint_for(error.description())});
  }
  std::vector<Section> sections;
  for (const auto& [key, node] : result.table()) sections.push_back(section_of(key, node));
  return sections;
}

}  // namespace belfry::app
