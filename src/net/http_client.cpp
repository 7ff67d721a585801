#include "net/http_client.hpp"

#include <utility>

namespace belfry::net {

std::string_view to_string(FetchError error) {
  switch (error) {
    case FetchError::BadRequest:
      return "bad_request";
    case FetchError::ForbiddenTarget:
      return "forbidden_target";
    case FetchError::NameNotFound:
      return "name_not_found";
    case FetchError::ConnectFailed:
      return "connect_failed";
    case FetchError::TlsFailed:
      return "tls_failed";
    case FetchError::DeadlineExceeded:
      return "deadline_exceeded";
    case FetchError::TooLarge:
      return "too_large";
    case FetchError::BrokenOff:
      return "broken_off";
  }
  std::unreachable();
}

}  // namespace belfry::net
