#pragma once

// A call out over HTTP(S): what drills and watchers use. Blocking, so never on a worker's thread.

#include "http/fields.hpp"
#include "net/way.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace belfry::net {

enum class FetchError : std::uint8_t {
  BadRequest,       // the URL or a field cannot be sent
  ForbiddenTarget,  // the policy on where calls may go
  NameNotFound,
  ConnectFailed,
  TlsFailed,  // handshake or certificate
  DeadlineExceeded,
  TooLarge,   // the body was longer than asked for
  BrokenOff,  // the connection ended inside the response
};
std::string_view to_string(FetchError error);

// Which versions of HTTP are offered to the server.
enum class HttpVersion : std::uint8_t { Any, Http11 };

struct FetchRequest {
  std::string method = "GET";
  std::string url;  // http:// or https://; redirects are never followed
  http::Fields fields;
  std::string body;
  // The way to the site instead of what the URL's host resolves to; SNI, Host and certificate check stay the URL's. The
  // policy lets such an address through: whoever sets it names its own site.
  std::optional<Way> way;
  HttpVersion version = HttpVersion::Any;
  // The connection stays open behind the call, and the next call that says so may use it, where it goes to the same
  // place: for bursts, which handshakes would slow down. Without it, every call has a connection of its own.
  bool keep_connection = false;
  // Trust this CA file instead of the system's.
  std::optional<std::filesystem::path> ca_file;
  bool verify_certificate = true;
  std::chrono::milliseconds deadline{10'000};
  std::size_t body_limit = 1 << 20;  // inclusive
};

struct FetchResponse {
  std::uint16_t status = 0;
  http::Fields fields;  // a malformed field line of the peer is left out
  std::string body;
  std::string version;  // "HTTP/1.1", "HTTP/2"
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual std::expected<FetchResponse, FetchError> fetch(const FetchRequest& request) = 0;
};

}  // namespace belfry::net
