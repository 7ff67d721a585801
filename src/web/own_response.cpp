#include "web/own_response.hpp"

#include <utility>

namespace belfry::web {

http::Response own_response(std::uint16_t status, std::string_view content_type, std::string body) {
  http::Response response;
  response.head.status = status;
  response.head.fields.add("content-type", content_type);
  response.head.fields.add("cache-control", "no-store");
  response.head.body = http::BodyLength::known(body.size());
  response.body = std::move(body);
  return response;
}

http::Response html_response(std::uint16_t status, Language language, std::string body) {
  http::Response response = own_response(status, "text/html; charset=utf-8", std::move(body));
  response.head.fields.add("content-language", tag_of(language));
  return response;
}

}  // namespace belfry::web
