#pragma once

// One request and its response, as whoever answers it sees them: a head that is complete, a body that is read piece by
// piece, a response that is written piece by piece. Both directions are back-pressured: a read returns when something
// is there, a write when it was taken. The edge implements it once for each version of HTTP; guards and pages decorate
// it or answer it and know no socket.
//
// Thread: the connection's. An Exchange outlives the handler that it was given to. At most one read and one write are
// under way at a time (they may be at the same time). Buffers are handed over by value.

#include "base/buffer.hpp"
#include "base/ip_address.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <string_view>

namespace belfry::http {

enum class StreamError : std::uint8_t {
  Closed,            // the peer went away, or cancelled the stream
  DeadlineExceeded,  // it was too slow
  Malformed,         // what it sent is not HTTP: bad chunk, body longer or shorter than announced
  TooLarge,          // above the body limit
};
std::string_view to_string(StreamError error);

template <class T>
using StreamResult = std::expected<T, StreamError>;
template <class T>
using Awaitable = boost::asio::awaitable<T>;

// Whether a piece is the last of its message.
enum class More : bool { No, Yes };

// Raw bytes both ways after a 101 response; the connection ends with it.
class Tunnel {
 public:
  virtual ~Tunnel() = default;
  // An empty Buffer is the peer's end of stream.
  virtual Awaitable<StreamResult<base::Buffer>> read() = 0;
  virtual Awaitable<StreamResult<void>> write(base::Buffer piece) = 0;
};

// Who is at the other end.
struct Client {
  // Behind a trusted proxy: the address that it reported; else the connection's own.
  base::Endpoint endpoint;
  std::string_view tls_version;  // "TLSv1.3"; static text
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& request() const = 0;
  virtual const Client& client() const = 0;

  // Largest body that will be read, inclusive; read_body() answers TooLarge beyond it. Set before the first read.
  virtual void limit_body(std::uint64_t bytes) = 0;
  // The next piece of the request's body; an empty Buffer is its end. Where the client waits for it, the first call
  // sends 100 (Continue).
  virtual Awaitable<StreamResult<base::Buffer>> read_body() = 0;
  // Fields behind a chunked body; complete once read_body() gave the end.
  virtual const Fields& request_trailers() const = 0;

  // 100 (for a client that waits for it), 102, 103; 101 is begin_tunnel(). Silently dropped where the client's version
  // knows none (HTTP/1.0).
  virtual Awaitable<StreamResult<void>> send_interim(ResponseHead head) = 0;
  // Once. `first` is the beginning of the body and travels in the same record; More::No: the response ends with it.
  // For HEAD, 204 and 304 pieces of body are swallowed.
  virtual Awaitable<StreamResult<void>> send_head(ResponseHead head, base::Buffer first, More more) = 0;
  virtual Awaitable<StreamResult<void>> send_body(base::Buffer piece, More more) = 0;
  // Ends a body of unknown length with trailer fields (dropped where the client did not say that it reads them).
  virtual Awaitable<StreamResult<void>> send_trailers(Fields trailers) = 0;
  // Answers an upgrade with `head` (101) and hands over the raw connection. The Tunnel is the exchange's own.
  virtual Awaitable<StreamResult<Tunnel*>> begin_tunnel(ResponseHead head) = 0;

  virtual bool head_sent() const = 0;
  // Bytes of body that went out so far.
  virtual std::uint64_t body_bytes_sent() const = 0;

  // `abandoned` is called at most once, on this thread, if the client goes away while the handler runs, so that it
  // stops waiting for others. An empty function takes it back.
  virtual void on_abandoned(std::move_only_function<void()> abandoned) = 0;
  // Gives the response up: HTTP/1.1 closes the connection, HTTP/2 resets the stream. For a body that broke off.
  virtual void abort() = 0;
};

// Sends a small, complete response; the body above one Buffer goes in pieces.
Awaitable<StreamResult<void>> respond(Exchange* exchange, Response response);

}  // namespace belfry::http
