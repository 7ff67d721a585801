#include "web/icon.hpp"

#include <embedded/icon.hpp>

#include <string>

namespace belfry::web {

http::Response icon() {
  http::Response response;
  response.head.fields.add("content-type", "image/svg+xml");
  response.head.fields.add("cache-control", "public, max-age=86400");
  response.body = std::string{embedded::icon()};
  return response;
}

}  // namespace belfry::web
