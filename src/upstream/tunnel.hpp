#pragma once

// A WebSocket after its handshake: bytes both ways, until one end or the silence ends it.

#include "base/buffer.hpp"
#include "http/message.hpp"
#include "upstream/passage.hpp"

#include <boost/asio/awaitable.hpp>

namespace belfry::upstream {

// Answers the exchange with `head` (101) and carries the bytes, `first` ahead: what the application sent behind its
// 101. A client that ends its direction is told to the application by FIN and can go on reading; once the application
// has ended its own, nothing can come any more, and the tunnel ends. An end by either side is a success, `idle` without
// a byte in either direction is not.
boost::asio::awaitable<Outcome<void>> run_tunnel(Passage* passage, http::ResponseHead head, base::Buffer first);

}  // namespace belfry::upstream
