#pragma once

// A TOML file as sections of keys with their places: the only shape that the configuration has. toml++ stays behind
// this header; what the values mean is none of its business.

#include "app/configuration.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

struct Value {
  enum class Type : std::uint8_t { Text, Integer, Number, Boolean, Array, Table, Time };

  Type type = Type::Table;
  Place place;
  std::string text;
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
  // Of an Array; elements that are arrays or tables themselves are empty: no key takes such.
  std::vector<Value> elements;
};
// With its article: "a string", "an integer".
std::string_view to_string(Value::Type type);

struct Entry {
  std::string name;
  Place place;
  Value value;
};

// What stands at the top of the file: a table with its entries, or something that has no business there.
struct Section {
  std::string name;
  Place place;
  Value::Type type = Value::Type::Table;
  std::vector<Entry> entries;
};

// The only problem that can be told is the first: what follows a broken line is guesswork.
std::expected<std::vector<Section>, Problem> read_document(std::string_view text, const std::filesystem::path& file);

}  // namespace belfry::app
