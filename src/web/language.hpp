#pragma once

// The languages of Belfry's pages, and how a reader's is chosen: by the address (?lang=fr), else by what the browser
// asks for, else English. Nothing is remembered, so no cookie is needed.

#include "proof/claims.hpp"
#include "proof/evidence.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::web {

enum class Language : std::uint8_t { En, Fr };

std::string_view tag_of(Language language);  // "en", "fr": BCP 47, for lang= and Content-Language

// `query` is the target's, without '?'; `accept_language` is the field's value, empty where there is none. Anything
// that cannot be read is passed over.
Language choose_language(std::string_view query, std::string_view accept_language);

constexpr std::string_view pick(const proof::Wording& wording, Language language) {
  return language == Language::Fr ? wording.fr : wording.en;
}
inline std::string_view pick(const proof::Finding& finding, Language language) {
  return language == Language::Fr ? finding.fr : finding.en;
}

}  // namespace belfry::web
