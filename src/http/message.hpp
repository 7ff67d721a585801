#pragma once

// The values that a request and a response are, in whichever version of HTTP they travel. They own their text.

#include "http/fields.hpp"
#include "http/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::http {

// Methods that Belfry itself tells apart; every other token is Other and is forwarded by its name. CONNECT and TRACE
// never get this far: the parser refuses them.
enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options, Other };

Method method_of(std::string_view name);  // case-sensitive, RFC 9110, section 9.1
bool is_safe(Method method);              // RFC 9110, section 9.2.1; Other is not
bool is_idempotent(Method method);        // RFC 9110, section 9.2.2; Other is not

enum class Version : std::uint8_t { Http10, Http11, Http2 };
std::string_view to_string(Version version);  // "HTTP/1.0", "HTTP/1.1", "HTTP/2"

// How the end of a body is known, beside the body itself.
struct BodyLength {
  enum class Kind : std::uint8_t { None, Known, Unknown };
  Kind kind = Kind::None;
  std::uint64_t bytes = 0;  // for Known

  static BodyLength none() { return {}; }
  static BodyLength known(std::uint64_t bytes) { return {Kind::Known, bytes}; }
  static BodyLength unknown() { return {Kind::Unknown, 0}; }
  friend bool operator==(const BodyLength&, const BodyLength&) = default;
};

// What a protocol switch asks for (RFC 9110, section 7.8). Only WebSocket is passed on.
enum class Upgrade : std::uint8_t { None, WebSocket };

struct RequestHead {
  Method method = Method::Get;
  std::string method_name = "GET";
  Target target;
  // The host asked for: lower case, IPv6 in brackets, no port, no trailing dot; from Host or :authority.
  std::string host;
  std::optional<std::uint16_t> port;
  Version version = Version::Http11;
  // Neither `host` nor the framing fields (content-length, transfer-encoding) are among them: those are `host` and
  // `body`. Nor are connection-level fields of HTTP/1.1 (connection, keep-alive, proxy-connection, te, trailer, upgrade
  // and whatever Connection named): `upgrade` says what of them matters here.
  Fields fields;
  BodyLength body;
  Upgrade upgrade = Upgrade::None;
  bool expects_continue = false;
};

struct ResponseHead {
  std::uint16_t status = 200;
  // As in RequestHead: no framing and no connection-level fields. For the answer to HEAD and for 304, where a
  // content-length describes the body that is not sent, `body` carries it too.
  Fields fields;
  BodyLength body;
};

// Whether a page of Belfry's own loads its script: what its policy allows follows from it (guard/seal.hpp).
enum class PageScript : std::uint8_t { None, Own };

// A small, complete response.
struct Response {
  ResponseHead head;
  std::string body;
  PageScript script = PageScript::None;
};

// "OK" for 200; "" for a status without a registered phrase.
std::string_view reason_phrase(std::uint16_t status);

}  // namespace belfry::http
