#pragma once

// The choice of a language by Accept-Language (RFC 9110, section 12.5.4).

#include <span>
#include <string_view>

namespace belfry::http {

// Which of `offered` (lower-case primary tags, not empty; the first is the default) the reader likes best. "fr-CA" is
// content with "fr"; "*" takes the first that was not named. Among equals the one named first. Malformed members are
// passed over; where none fits, the default. Reads the first 32 members.
std::string_view choose_language(std::string_view accept_language, std::span<const std::string_view> offered);

}  // namespace belfry::http
