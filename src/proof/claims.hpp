#pragma once

// The claims: the promises that the security page makes, one row each, and nothing is promised that has no row here.
// The order is that of the page. A row is never dropped; what cannot be shown yet stays in the table and is `unknown`.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace belfry::proof {

// The same text for readers of either language. Static, UTF-8, plain text (not HTML).
struct Wording {
  std::string_view en;
  std::string_view fr;
};

enum class Group : std::uint8_t {
  Availability,
  Transit,
  Data,
  Accounts,
  Requests,
  Pages,
  Programme,
  Organisation,
  Quality,
};
inline constexpr std::size_t kGroupCount = 9;
Wording title_of(Group group);

// What a claim speaks of.
enum class Scope : std::uint8_t {
  Belfry,       // what this program itself holds and shows
  Application,  // the whole site, with the application behind the door
};
std::string_view to_string(Scope scope);  // "belfry", "application"

// How we know.
enum class Basis : std::uint8_t {
  Enforced,  // code in this program makes it so
  Drilled,   // an attack was just tried and refused for the expected reason, and its control succeeded
  Measured,  // a figure computed from observations, with its denominator
  Declared,  // a named role attested it, with a dated document
};
std::string_view to_string(Basis basis);  // "enforced", "drilled", "measured", "declared"

// What a row whose parts all hold says of a part. A part that qualifies the others says what was found of it: a row
// must not hide in its details what it does not cover.
enum class InSummary : std::uint8_t { Name, Finding };

// How a part is known where its claim as a whole is known otherwise, and how long its evidence counts then: no longer
// than the claim's.
struct PartTerms {
  Basis basis;
  std::chrono::seconds age_limit;
};

// What a check reports on one by one.
struct Part {
  std::string_view id;
  Wording name;
  InSummary in_summary = InSummary::Name;
  std::optional<PartTerms> own_terms{};
  // What is missing where no check of it is built yet: such a part is `unknown` whatever evidence turns up for it, and
  // no check reports on it. Empty where one is.
  Wording not_built{};
};
constexpr bool is_built(const Part& part) {
  return part.not_built.en.empty();
}

struct Claim {
  std::string_view id;  // "transit.hsts"; fixed for ever
  Group group;
  Scope scope;
  Basis basis;
  // Evidence that is older than this (inclusive: exactly this old still counts) says nothing any more.
  std::chrono::seconds age_limit;
  Wording title;
  Wording sentence;  // of a site that promises what most do (sentence_of())
  // How it is checked, and the parts that the check reports on: the claim holds only while every one of them does. Both
  // are empty where no check is built yet; such a claim is `unknown` whatever evidence turns up for it.
  Wording check;
  std::span<const Part> parts;
  // Of a figure: the least that it must have been computed from, in percent of what there is, inclusive. Below it the
  // claim is `unknown`, whatever the figure says. A claim that can do with less than all of it says so in its row.
  std::uint32_t minimum_coverage = 100;
};

// What a site may choose to promise instead.
struct Presets {
  bool nist_passwords = false;  // length instead of classes of characters, NIST SP 800-63B-4
};
// What the claim says on a site with these.
const Wording& sentence_of(const Claim& claim, const Presets& presets);

inline constexpr std::size_t kClaimCount = 29;

// In the order of the page; the rows of one group lie together.
const std::array<Claim, kClaimCount>& claims();

// nullptr for an id that is not in the table.
const Claim* find_claim(std::string_view id);

}  // namespace belfry::proof
