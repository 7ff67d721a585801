#include "app/configuration_field.hpp"

#include <fmt/format.h>

#include <utility>

namespace belfry::app {
namespace {

Read<std::string> read_file_name(std::string_view text) {
  if (text.empty()) return std::unexpected(Refusal{"it is empty", {}});
  if (text.contains('\0')) return std::unexpected(Refusal{"it has a NUL character", {}});
  return std::string{text};
}

}  // namespace

std::optional<std::int64_t> Field::integer(std::int64_t least, std::int64_t most) const {
  if (value_.type != Value::Type::Integer) return refuse_type(value_, "an integer"), std::nullopt;
  if (value_.integer >= least && value_.integer <= most) return value_.integer;
  refuse_range(std::to_string(least), std::to_string(most), std::to_string(value_.integer));
  return std::nullopt;
}

std::optional<double> Field::number(double least, double most) const {
  double number = value_.number;
  if (value_.type == Value::Type::Integer) {
    number = static_cast<double>(value_.integer);
  } else if (value_.type != Value::Type::Number) {
    return refuse_type(value_, "a number"), std::nullopt;
  }
  // A NaN, which TOML has, is in no range.
  if (number >= least && number <= most) return number;
  refuse_range(fmt::format("{}", least), fmt::format("{}", most), fmt::format("{}", number));
  return std::nullopt;
}

std::optional<bool> Field::boolean() const {
  if (value_.type != Value::Type::Boolean) return refuse_type(value_, "true or false"), std::nullopt;
  return value_.boolean;
}

std::optional<std::chrono::milliseconds> Field::duration(std::chrono::milliseconds least,
                                                         std::chrono::milliseconds most) const {
  if (value_.type != Value::Type::Text) {
    return refuse_type(value_, R"(a string with a unit, like "500ms", "5s" or "1m")"), std::nullopt;
  }
  const auto duration = take(value_, read_duration);
  if (!duration || (*duration >= least && *duration <= most)) return duration;
  refuse_range(show_duration(least), show_duration(most), show_duration(*duration));
  return std::nullopt;
}

std::optional<std::uint64_t> Field::bytes(std::uint64_t least, std::uint64_t most) const {
  std::optional<std::uint64_t> bytes;
  if (value_.type == Value::Type::Text) {
    bytes = take(value_, read_bytes);
  } else if (value_.type == Value::Type::Integer && value_.integer >= 0) {
    bytes = static_cast<std::uint64_t>(value_.integer);
  } else if (value_.type == Value::Type::Integer) {
    refuse_range(show_bytes(least), show_bytes(most), std::to_string(value_.integer));
  } else {
    refuse_type(value_, R"(an integer of bytes or a string with a unit, like "2 GiB")");
  }
  if (!bytes || (*bytes >= least && *bytes <= most)) return bytes;
  refuse_range(show_bytes(least), show_bytes(most), show_bytes(*bytes));
  return std::nullopt;
}

std::optional<std::filesystem::path> Field::path() const {
  const auto name = one(read_file_name);
  if (!name) return std::nullopt;
  return (configuration_.file.parent_path() / *name).lexically_normal();
}

std::optional<std::vector<std::filesystem::path>> Field::paths() const {
  const auto names = many(read_file_name);
  if (!names) return std::nullopt;
  std::vector<std::filesystem::path> paths;
  for (const std::string& name : *names) {
    paths.push_back((configuration_.file.parent_path() / name).lexically_normal());
  }
  return paths;
}

void Field::refuse(Place place, std::string_view what, std::string hint) const {
  problems_.push_back({configuration_.file, place, fmt::format("{} {}", key_.label(), what), std::move(hint)});
}

std::optional<std::vector<const Value*>> Field::strings(Arity arity) const {
  std::vector<const Value*> strings;
  if (value_.type == Value::Type::Text && arity == Arity::OneOrMany) {
    strings.push_back(&value_);
    return strings;
  }
  const std::string_view expected = arity == Arity::Many ? "an array of strings" : "a string or an array of strings";
  if (value_.type != Value::Type::Array) return refuse_type(value_, expected), std::nullopt;
  bool all_good = true;
  for (const Value& element : value_.elements) {
    strings.push_back(&element);
    if (element.type == Value::Type::Text) continue;
    refuse(element.place, fmt::format("must be {}; this element is {}", expected, to_string(element.type)));
    all_good = false;
  }
  if (!all_good) return std::nullopt;
  return strings;
}

void Field::refuse_type(const Value& element, std::string_view expected) const {
  refuse(element.place, fmt::format("must be {}, not {}", expected, to_string(element.type)));
}

void Field::refuse_range(const std::string& least, const std::string& most, const std::string& found) const {
  refuse(value_.place, fmt::format("must be from {} to {}, not {}", least, most, found));
}

void Field::refuse_twin(const Value& element, Place first) const {
  refuse(element.place,
         fmt::format("has {} twice: first at line {}, column {}", quote(element.text), first.line, first.column));
}

}  // namespace belfry::app
