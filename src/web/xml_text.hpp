#pragma once

// Text in an XML document that is put together by hand: the feed and the badge.

#include <string>
#include <string_view>

namespace belfry::web {

// For element content and for values in double or single quotes. A control character, which XML 1.0 (section 2.2) has
// no form for, becomes U+FFFD; `text` is UTF-8.
std::string xml_escaped(std::string_view text);

}  // namespace belfry::web
