#pragma once

// Small, complete responses of Belfry's own.

#include "http/message.hpp"
#include "web/language.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::web {

// With content-type and cache-control: what these pages say is of this moment, and is asked for again each time.
http::Response own_response(std::uint16_t status, std::string_view content_type, std::string body);

// own_response() in HTML, with content-language.
http::Response html_response(std::uint16_t status, Language language, std::string body);

}  // namespace belfry::web
