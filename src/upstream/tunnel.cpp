#include "upstream/tunnel.hpp"

#include "upstream/run_beside.hpp"

#include <utility>

namespace belfry::upstream {

namespace asio = boost::asio;

namespace {

struct Pumps {
  Passage* passage;
  http::Tunnel* client;
  base::Buffer first;
  Outcome<void> outcome;
};

UpstreamError gone(http::StreamError error) {
  return {.failure = UpstreamFailure::ClientGone, .client = error};
}

asio::awaitable<void> pump_to_client(Pumps* pumps) {
  auto& socket = pumps->passage->lease.socket();
  base::Buffer piece = std::move(pumps->first);
  for (;;) {
    if (!piece.empty()) {
      auto written = co_await pumps->client->write(std::move(piece));
      if (!written) {
        pumps->outcome = std::unexpected(gone(written.error()));
        co_return;
      }
    }
    piece = base::Buffer{};
    socket.read_within(pumps->passage->idle);
    const auto count = co_await socket.read(&piece);
    if (!count) {
      pumps->outcome = std::unexpected(pumps->passage->failure_of(count.error()));
      co_return;
    }
    if (*count == 0) co_return;
  }
}

asio::awaitable<void> pump_to_application(Pumps* pumps) {
  auto& socket = pumps->passage->lease.socket();
  for (;;) {
    auto piece = co_await pumps->client->read();
    if (!piece) {
      pumps->passage->body_error = piece.error();
      socket.stop();
      co_return;
    }
    if (piece->empty()) {
      socket.shutdown_send();
      co_return;
    }
    socket.write_within(pumps->passage->idle);
    if (auto written = co_await socket.write(std::move(*piece)); !written) {
      pumps->passage->send_timed_out = written.error() == net::NetError::DeadlineExceeded;
      // What it still has to say is read to its end, unless it does not even take what it is told.
      if (pumps->passage->send_timed_out) socket.stop();
      co_return;
    }
    socket.read_within(pumps->passage->idle);  // silence counts in both directions
  }
}

}  // namespace

asio::awaitable<Outcome<void>> run_tunnel(Passage* passage, http::ResponseHead head, base::Buffer first) {
  auto client = co_await passage->exchange->begin_tunnel(std::move(head));
  if (!client) co_return std::unexpected(gone(client.error()));
  Pumps pumps{passage, *client, std::move(first), {}};
  co_await run_beside(pump_to_client(&pumps), pump_to_application(&pumps));
  co_return pumps.outcome;
}

}  // namespace belfry::upstream
