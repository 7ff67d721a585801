#include "web/script.hpp"

#include "crypto/digest.hpp"
#include "crypto/encode.hpp"

#include <embedded/password_script.hpp>

namespace belfry::web {

std::string script_url() {
  constexpr std::size_t kDigits = 16;
  return std::string{kScriptPath} +
         "?v=" + crypto::to_hex(crypto::sha384(embedded::password_script())).substr(0, kDigits);
}

std::string script_integrity() {
  return "sha384-" + crypto::to_base64(crypto::sha384(embedded::password_script()));
}

http::Response script() {
  http::Response response;
  response.head.fields.add("content-type", "text/javascript; charset=utf-8");
  response.head.fields.add("cache-control", "public, max-age=31536000, immutable");
  response.body = std::string{embedded::password_script()};
  return response;
}

}  // namespace belfry::web
