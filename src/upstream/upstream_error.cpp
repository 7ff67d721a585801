#include "upstream/upstream_error.hpp"

namespace belfry::upstream {

std::string_view to_string(UpstreamFailure failure) {
  switch (failure) {
    case UpstreamFailure::Unreachable:
      return "upstream_unreachable";
    case UpstreamFailure::Overloaded:
      return "upstream_overloaded";
    case UpstreamFailure::ConnectTimeout:
      return "upstream_connect_timeout";
    case UpstreamFailure::NoResponse:
      return "upstream_no_response";
    case UpstreamFailure::FirstByteTimeout:
      return "upstream_first_byte_timeout";
    case UpstreamFailure::InvalidResponse:
      return "upstream_invalid_response";
    case UpstreamFailure::ClientBody:
      return "client_body";
    case UpstreamFailure::BrokenOff:
      return "upstream_broken_off";
    case UpstreamFailure::ClientGone:
      return "client_gone";
  }
  return "";
}

}  // namespace belfry::upstream
