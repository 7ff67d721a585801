#include "http/fields.hpp"

#include "http/byte_class.hpp"

#include <algorithm>
#include <stdexcept>

namespace belfry::http {

namespace {

// In place.
void lower(char* text, std::size_t size) {
  std::size_t at = 0;
  for (; size - at >= base::ByteWord::kSize; at += base::ByteWord::kSize) {
    base::ByteWord::load(text + at).lowered().store(text + at);
  }
  for (; at < size; ++at) text[at] = to_lower(text[at]);
}

void require_valid(std::string_view name, std::string_view value) {
  if (!is_field_name(name)) throw std::invalid_argument{"not a field name"};
  if (!is_field_value(value)) throw std::invalid_argument{"not a field value"};
}

}  // namespace

void Fields::add(std::string_view name, std::string_view value) {
  require_valid(name, value);
  append(name, value);
}

void Fields::append(std::string_view name, std::string_view value) {
  if (name.size() + value.size() > UINT32_MAX - text_.size()) throw std::invalid_argument{"fields above 4 GiB"};
  // Views into our own text must stay good while it grows: add(x, fields[0].value) is a natural thing to write.
  const Entry entry{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())};
  const std::size_t size = text_.size();
  std::string grown;
  std::string* text = &text_;
  if (text_.capacity() - size < name.size() + value.size()) {
    grown.reserve(std::max(2 * text_.capacity(), size + name.size() + value.size()));
    grown = text_;
    text = &grown;
  }
  text->append(name).append(value);
  lower(text->data() + entry.name_at, name.size());
  if (text == &grown) text_ = std::move(grown);
  entries_.push_back(entry);
}

void Fields::set(std::string_view name, std::string_view value) {
  // Before anything is removed: what throws changes nothing.
  require_valid(name, value);
  std::erase_if(entries_, [&](const Entry& entry) { return equals_ignoring_case(at(entry).name, name); });
  append(name, value);
}

std::size_t Fields::remove(std::string_view lower_name) {
  return remove_if([&](const Field& field) { return field.name == lower_name; });
}

std::optional<std::string_view> Fields::get(std::string_view lower_name) const {
  for (const Entry& entry : entries_) {
    if (entry.name_size != lower_name.size()) continue;
    const Field field = at(entry);
    if (field.name == lower_name) return field.value;
  }
  return std::nullopt;
}

std::size_t Fields::count(std::string_view lower_name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const Entry& entry) { return at(entry).name == lower_name; }));
}

bool is_field_name(std::string_view name) {
  return !name.empty() && all_in(kTokenBytes, name);
}

bool is_field_value(std::string_view value) {
  if (value.empty()) return true;
  return !is_blank(value.front()) && !is_blank(value.back()) && skip_value(value, 0) == value.size();
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool list_contains(const Fields& fields, std::string_view lower_name, std::string_view token) {
  for (const Field& field : fields) {
    if (field.name != lower_name) continue;
    bool found = false;
    split(field.value, ',', [&](std::string_view member) {
      found = equals_ignoring_case(member, token);
      return !found;
    });
    if (found) return true;
  }
  return false;
}

}  // namespace belfry::http
