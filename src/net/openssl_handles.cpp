#include "net/openssl_handles.hpp"

#include <openssl/err.h>

namespace belfry::net {

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  if (const char* reason = ERR_reason_error_string(code)) return reason;
  return "error " + std::to_string(code);
}

}  // namespace belfry::net
