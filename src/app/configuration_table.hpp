#pragma once

// The table of all keys: how each is read, shown and described. The parser walks it, the reference is printed from it,
// and a reload compares by it. A key is added here, in one place, and nowhere else.

#include "app/configuration.hpp"
#include "app/configuration_document.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

class Field;

// Whether a running process takes a new value over.
enum class Change : std::uint8_t { Reload, Restart };

struct Key {
  std::string_view section;
  std::string_view name;
  std::string_view type;
  // What holds where the key is not written, in words; empty: what show() says of the defaults.
  std::string_view preset;
  // Not empty: the key must be written, and this is the hint where it is not.
  std::string_view required;
  Change change;
  std::string_view says;
  // Takes the value over, or reports why not.
  void (*apply)(Field& field);
  // The value in force, as it would be written; empty where there is none.
  std::string (*show)(const Configuration& configuration);

  // "[site] host"
  std::string label() const;
  // "site.host"
  std::string path() const;
};

struct SectionNote {
  std::string_view name;
  std::string_view says;
};

// In the order of the reference. A key's apply() may rely on those before it.
std::span<const Key> configuration_keys();
std::span<const SectionNote> configuration_sections();

// Every default that is a constant. What is derived from other keys is empty.
Configuration default_configuration();

// Takes one written value into the configuration, or adds to the problems.
void apply_key(const Key& key, const Value& value, Configuration& configuration, std::vector<Problem>& problems);

}  // namespace belfry::app
