#pragma once

// The header or trailer fields of one message, in the order they came. Names are kept in lower case (they are
// case-insensitive, RFC 9110, section 5.1, and HTTP/2 knows no other form); values are kept byte for byte.
//
// All text lies in one string and the entries point into it, so that a message costs two allocations and a reused
// Fields none. Views that it gives are valid until the next change.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {

// What was found valid, by is_field_name and is_field_value: only those that look at every byte make one.
struct Field {
  std::string_view name;
  std::string_view value;

 private:
  friend class Fields;
  friend class FieldScanner;
  Field() = default;
  Field(std::string_view valid_name, std::string_view valid_value) : name{valid_name}, value{valid_value} {}
};

class Fields {
 public:
  class Iterator;

  // Adds behind what is there, also where the name is there already. The name is lowered. Both must be valid
  // (is_field_name, is_field_value): others are a broken invariant and throw std::invalid_argument, so that no value of
  // ours can carry a line break into a message.
  void add(std::string_view name, std::string_view value);
  // One that another Fields or a FieldScanner gave.
  void add(Field field) { append(field.name, field.value); }
  // Removes every field of that name, then adds this one.
  void set(std::string_view name, std::string_view value);
  // Returns how many were removed.
  std::size_t remove(std::string_view lower_name);
  template <class Predicate>  // bool(Field)
  std::size_t remove_if(Predicate predicate) {
    return std::erase_if(entries_, [&](const Entry& entry) { return predicate(at(entry)); });
  }

  // The first value of that name. `lower_name` in lower case, here and below.
  std::optional<std::string_view> get(std::string_view lower_name) const;
  bool contains(std::string_view lower_name) const { return get(lower_name).has_value(); }
  std::size_t count(std::string_view lower_name) const;

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  Field operator[](std::size_t index) const { return at(entries_[index]); }
  Iterator begin() const;
  Iterator end() const;

  // Keeps the memory.
  void clear() {
    text_.clear();
    entries_.clear();
  }
  // Gives the memory back too.
  void release() { *this = Fields{}; }
  // Grows the memory ahead.
  void reserve(std::size_t fields, std::size_t text) {
    entries_.reserve(fields);
    text_.reserve(text);
  }

 private:
  struct Entry {
    std::uint32_t name_at;
    std::uint32_t name_size;
    std::uint32_t value_size;  // the value follows its name
  };
  Field at(const Entry& entry) const {
    const char* const name = text_.data() + entry.name_at;
    return Field{{name, entry.name_size}, {name + entry.name_size, entry.value_size}};
  }
  void append(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<Entry> entries_;
};

class Fields::Iterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = Field;
  Iterator() = default;
  Iterator(const Fields* fields, std::size_t index) : fields_{fields}, index_{index} {}
  Field operator*() const { return (*fields_)[index_]; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++index_;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  const Fields* fields_ = nullptr;
  std::size_t index_ = 0;
};

inline Fields::Iterator Fields::begin() const {
  return {this, 0};
}
inline Fields::Iterator Fields::end() const {
  return {this, size()};
}

// token of RFC 9110, section 5.6.2; not empty.
bool is_field_name(std::string_view name);
// field-value of RFC 9110, section 5.5: visible ASCII, obs-text, and SP or HTAB inside, none of it at either end.
bool is_field_value(std::string_view value);
// ASCII letters compared without case.
bool equals_ignoring_case(std::string_view a, std::string_view b);
// True if a comma-separated list field (all its lines) holds that token, without case: "Connection: keep-alive,
// Upgrade".
bool list_contains(const Fields& fields, std::string_view lower_name, std::string_view token);

}  // namespace belfry::http
