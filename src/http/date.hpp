#pragma once

#include <chrono>
#include <string>

namespace belfry::http {

// IMF-fixdate of RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_date(std::chrono::sys_seconds time);

}  // namespace belfry::http
