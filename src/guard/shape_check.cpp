#include "guard/shape_check.hpp"

namespace belfry::guard {
namespace {

bool is_websocket_handshake(const http::RequestHead& request) {
  // RFC 6455, section 4.1: "The method of the request MUST be GET, and the HTTP version MUST be at least 1.1." A body
  // before the switch would be read by one side as a request and by the other as frames.
  return request.method == http::Method::Get && request.version == http::Version::Http11 &&
         request.body == http::BodyLength::none();
}

}  // namespace

Verdict ShapeCheck::check(const Subject& subject) const {
  const http::RequestHead& request = *subject.request;
  const RouteTraits& route = subject.route;
  if (!route.methods.contains(request.method)) return Refuse{Reason::MethodNotAllowed};
  if (request.upgrade != http::Upgrade::None && !is_websocket_handshake(request)) {
    return Refuse{Reason::MalformedUpgrade};
  }
  if (request.body.kind == http::BodyLength::Kind::Known && request.body.bytes > route.body_limit) {
    return Refuse{Reason::BodyTooLarge};
  }
  return Admit{};
}

}  // namespace belfry::guard
