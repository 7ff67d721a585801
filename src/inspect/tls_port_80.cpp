#include "inspect/tls_port_80.hpp"

#include "crypto/encode.hpp"
#include "http/byte_class.hpp"
#include "inspect/tls_offer.hpp"
#include "inspect/tls_recipes.hpp"
#include "net/client_connection.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace belfry::inspect {

namespace {

// Of a response's head, inclusive; its redirect stands in there or is not looked at.
constexpr std::size_t kHeadBytes = std::size_t{16} * 1024;
constexpr std::size_t kLocationBytes = 200;

bool is_redirect(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool same_letters(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, http::to_lower, http::to_lower);
}

// The first Location of a head, read no more strictly than it has to be for what it says about a redirect.
std::string location_of(std::string_view head) {
  constexpr std::string_view kName = "location:";
  std::string location;
  http::split(head.substr(0, head.find("\r\n\r\n")), '\n', [&](std::string_view line) {
    if (line.size() < kName.size() || !same_letters(line.substr(0, kName.size()), kName)) return true;
    line.remove_prefix(kName.size());
    while (!line.empty() && (line.back() == '\r' || http::is_blank(line.back()))) line.remove_suffix(1);
    location = http::trim_blanks(line).substr(0, kLocationBytes);
    return false;
  });
  std::ranges::replace_if(location, [](char byte) { return byte <= ' ' || byte > '~'; }, '?');
  return location;
}

void judge(std::string_view bytes, Port80* port) {
  const auto status = http_status(bytes);
  if (!status || *status == 0) {
    port->state = Port80State::Open;
    return;
  }
  port->status = status;
  port->location = is_redirect(*status) ? location_of(bytes) : "";
  constexpr std::string_view kSecure = "https://";
  const bool secure = same_letters(std::string_view{port->location}.substr(0, kSecure.size()), kSecure);
  port->state = secure ? Port80State::Redirects : Port80State::Plain;
}

}  // namespace

std::string_view to_string(Port80State state) {
  switch (state) {
    case Port80State::Closed:
      return "closed";
    case Port80State::Silent:
      return "silent";
    case Port80State::Unreachable:
      return "unreachable";
    case Port80State::Open:
      return "open";
    case Port80State::Redirects:
      return "redirects";
    case Port80State::Plain:
      return "plain";
  }
  std::unreachable();
}

Port80 look_at_port_80(const net::Way& way, std::string_view host, const base::Clock& clock, base::SteadyTime until) {
  Port80 port;
  auto connection = net::ClientConnection::open(way, clock, until);
  if (!connection) {
    switch (connection.error()) {
      case net::NetError::Refused:
      case net::NetError::Closed:
        port.state = Port80State::Closed;
        break;
      case net::NetError::DeadlineExceeded:
        port.state = Port80State::Silent;
        break;
      case net::NetError::OutOfResources:
      case net::NetError::TlsFailed:
        break;
    }
    return port;
  }
  // Whatever comes of sending and receiving from here on: somebody listens there.
  port.state = Port80State::Open;
  if (!connection->send(plaintext_request(host))) return port;
  std::string bytes;
  while (bytes.size() < kHeadBytes && bytes.find("\r\n\r\n") == std::string::npos) {
    const auto got = connection->receive();
    if (!got || got->empty()) break;
    bytes += *got;
  }
  judge(bytes, &port);
  port.first_bytes = crypto::to_hex(std::as_bytes(std::span{bytes}.first(std::min(bytes.size(), kFirstBytes))));
  return port;
}

Sentence describe(const Port80& port) {
  switch (port.state) {
    case Port80State::Closed:
      return {"Port 80 is closed.", "Le port 80 est fermé."};
    case Port80State::Silent:
      return {"Nothing answers on port 80.", "Rien ne répond sur le port 80."};
    case Port80State::Unreachable:
      return {"Port 80 could not be looked at.", "Le port 80 n’a pas pu être examiné."};
    case Port80State::Open:
      return {"Port 80 is open, but no HTTP came from it.", "Le port 80 est ouvert, mais sans HTTP."};
    case Port80State::Redirects:
      return {"Port 80 is open and redirects to https.", "Le port 80 est ouvert et redirige vers https."};
    case Port80State::Plain:
      return {"Port 80 is open and answers in plain HTTP.", "Le port 80 est ouvert et répond en HTTP clair."};
  }
  std::unreachable();
}

}  // namespace belfry::inspect
