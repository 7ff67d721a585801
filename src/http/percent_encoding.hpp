#pragma once

// Text as a value of a query or of a form that is sent (RFC 3986, section 2.1).

#include <string>
#include <string_view>

namespace belfry::http {

// What is neither a letter, a digit nor one of the other unreserved characters (section 2.3) is percent-encoded.
std::string percent_encode(std::string_view text);

}  // namespace belfry::http
