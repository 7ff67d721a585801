#pragma once

// The mark that browsers show beside a page's title.

#include "http/message.hpp"

namespace belfry::web {

// Where the pages say that it is: in the folder that is reserved on every host of the site.
inline constexpr const char* kIconPath = "/.belfry/icon.svg";

http::Response icon();

}  // namespace belfry::web
