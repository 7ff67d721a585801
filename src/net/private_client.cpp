#include "net/private_client.hpp"

#include "http/head_parser.hpp"
#include "net/client_connection.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <string_view>

namespace belfry::net {

namespace {

struct SessionFree {
  void operator()(SSL* session) const { SSL_free(session); }
};
using Session = std::unique_ptr<SSL, SessionFree>;

struct Address {
  std::string authority;  // with the port, as Host says it
  std::string host;
  std::string target;
};

// Of "https://host[:port]/path"; the host is a name.
std::optional<Address> address_of(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  Address address{.authority = std::string{url.substr(0, slash)}, .host = {}, .target = std::string{url.substr(slash)}};
  address.host = address.authority.substr(0, address.authority.find(':'));
  if (address.target.empty()) address.target = "/";
  if (address.host.empty()) return std::nullopt;
  return address;
}

std::string text_of(const FetchRequest& request, const Address& address) {
  std::string text = request.method + ' ' + address.target + " HTTP/1.1\r\nhost: " + address.authority + "\r\n";
  for (const http::Field field : request.fields) {
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (!request.fields.contains("connection")) text += "connection: close\r\n";
  if (!request.body.empty()) text += "content-length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

bool make_blocking(int socket, std::chrono::milliseconds within) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(within);
  const timeval patience{.tv_sec = seconds.count(), .tv_usec = std::chrono::microseconds{within - seconds}.count()};
  const int flags = ::fcntl(socket, F_GETFL);
  return flags >= 0 && ::fcntl(socket, F_SETFL, flags & ~O_NONBLOCK) == 0 &&
         ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
         ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0;
}

// A blocking read that had to wait too long looks to OpenSSL like one that would block.
FetchError error_of(const SSL* session, int result, FetchError otherwise) {
  const int error = SSL_get_error(session, result);
  ERR_clear_error();
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? FetchError::DeadlineExceeded : otherwise;
}

std::expected<FetchResponse, FetchError> read_response(SSL* session, const FetchRequest& request) {
  http::ResponseParser parser{request.method == "HEAD" ? http::Method::Head : http::Method::Get};
  std::string bytes;
  std::optional<http::ParsedResponse> parsed;
  std::size_t whole = 0;
  while (!parsed || bytes.size() < whole) {
    std::array<char, 16384> piece;
    const int got = SSL_read(session, piece.data(), static_cast<int>(piece.size()));
    if (got <= 0) return std::unexpected{error_of(session, got, FetchError::BrokenOff)};
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (parsed) continue;
    const auto progress = parser.feed(bytes);
    if (!progress) return std::unexpected{FetchError::BrokenOff};
    if (*progress != http::Progress::Complete) continue;
    const std::size_t head = parser.head_size();
    parsed = parser.take();
    if (parsed->chunked || parsed->head.body.kind == http::BodyLength::Kind::Unknown)
      return std::unexpected{FetchError::BrokenOff};
    const bool has_body =
        http::has_body(request.method == "HEAD" ? http::Method::Head : http::Method::Get, parsed->head.status);
    const std::uint64_t body = has_body ? parsed->head.body.bytes : 0;
    if (body > request.body_limit) return std::unexpected{FetchError::TooLarge};
    bytes.erase(0, head);
    whole = static_cast<std::size_t>(body);
  }
  FetchResponse response;
  response.status = parsed->head.status;
  response.fields = std::move(parsed->head.fields);
  response.body = bytes.substr(0, whole);
  response.version = "HTTP/1.1";
  return response;
}

}  // namespace

void PrivateClient::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

PrivateClient::PrivateClient() : context_{SSL_CTX_new(TLS_client_method())} {
  if (!context_) throw std::bad_alloc{};
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
}

std::expected<FetchResponse, FetchError> PrivateClient::fetch(const FetchRequest& request) const {
  const auto address = address_of(request.url);
  if (!address || !request.way) return std::unexpected{FetchError::BadRequest};
  const auto socket = connect_private_socket(*request.way);
  if (!socket || !make_blocking(socket->get(), request.deadline)) return std::unexpected{FetchError::ConnectFailed};

  const Session session{SSL_new(context_.get())};
  if (!session || SSL_set_fd(session.get(), socket->get()) != 1 ||
      SSL_set_tlsext_host_name(session.get(), address->host.c_str()) != 1) {
    throw std::bad_alloc{};
  }
  if (const int shaken = SSL_connect(session.get()); shaken != 1) {
    return std::unexpected{error_of(session.get(), shaken, FetchError::TlsFailed)};
  }
  const std::string text = text_of(request, *address);
  if (const int sent = SSL_write(session.get(), text.data(), static_cast<int>(text.size())); sent <= 0) {
    return std::unexpected{error_of(session.get(), sent, FetchError::BrokenOff)};
  }
  return read_response(session.get(), request);
}

}  // namespace belfry::net
