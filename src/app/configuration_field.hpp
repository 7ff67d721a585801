#pragma once

// One written value on its way into the configuration: checks type and range, and words what is wrong in one manner for
// all keys.

#include "app/configuration_table.hpp"
#include "app/configuration_values.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

enum class Arity : std::uint8_t { Many, OneOrMany };

class Field {
 public:
  Field(const Key& key, const Value& value, Configuration& configuration, std::vector<Problem>& problems)
      : key_{key}, value_{value}, configuration_{configuration}, problems_{problems} {}

  Configuration& configuration() const { return configuration_; }
  const Value& value() const { return value_; }

  // Bounds are inclusive. nullopt: a problem was reported.
  std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  std::optional<double> number(double least, double most) const;
  std::optional<bool> boolean() const;
  std::optional<std::chrono::milliseconds> duration(std::chrono::milliseconds least,
                                                    std::chrono::milliseconds most) const;
  // An integer of bytes, or a string with a unit.
  std::optional<std::uint64_t> bytes(std::uint64_t least, std::uint64_t most) const;
  // A path, taken from the folder of the configuration file.
  std::optional<std::filesystem::path> path() const;
  std::optional<std::vector<std::filesystem::path>> paths() const;

  template <typename T>
  std::optional<T> one(Read<T> (*read)(std::string_view)) const {
    if (value_.type != Value::Type::Text) return refuse_type(value_, "a string"), std::nullopt;
    return take(value_, read);
  }

  // The strings of an array, each read and none twice. nullopt where any was refused.
  template <typename T>
  std::optional<std::vector<T>> many(Read<T> (*read)(std::string_view), Arity arity = Arity::Many) const {
    std::vector<T> taken;
    std::vector<Place> taken_at;
    bool all_good = true;
    const auto elements = strings(arity);
    if (!elements) return std::nullopt;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const Value& element = *(*elements)[i];
      const auto value = take(element, read);
      all_good = all_good && value.has_value();
      if (!value) continue;
      if (const auto twin = std::ranges::find(taken, *value); twin != taken.end()) {
        refuse_twin(element, taken_at[static_cast<std::size_t>(twin - taken.begin())]);
        all_good = false;
        continue;
      }
      taken.push_back(*value);
      taken_at.push_back(element.place);
      configuration_.places.emplace(key_.path() + "[" + std::to_string(i) + "]", element.place);
    }
    if (!all_good) return std::nullopt;
    return taken;
  }

  // "[site] host WHAT"
  void refuse(Place place, std::string_view what, std::string hint = {}) const;

 private:
  template <typename T>
  std::optional<T> take(const Value& element, Read<T> (*read)(std::string_view)) const {
    auto value = read(element.text);
    if (value) return std::move(*value);
    refuse(element.place, "cannot be " + quote(element.text) + ": " + value.error().why, value.error().hint);
    return std::nullopt;
  }

  std::optional<std::vector<const Value*>> strings(Arity arity) const;
  void refuse_type(const Value& element, std::string_view expected) const;
  void refuse_range(const std::string& least, const std::string& most, const std::string& found) const;
  void refuse_twin(const Value& element, Place first) const;

  const Key& key_;
  const Value& value_;
  Configuration& configuration_;
  std::vector<Problem>& problems_;
};

}  // namespace belfry::app
