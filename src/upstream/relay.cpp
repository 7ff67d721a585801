#include "upstream/relay.hpp"

#include "http/head_writer.hpp"
#include "upstream/passage.hpp"
#include "upstream/request_sender.hpp"
#include "upstream/response_receiver.hpp"
#include "upstream/run_beside.hpp"
#include "upstream/tunnel.hpp"

#include <utility>

namespace belfry::upstream {

namespace asio = boost::asio;

namespace {

UpstreamFailure failure_of(PoolError error) {
  switch (error) {
    case PoolError::Unreachable:
      return UpstreamFailure::Unreachable;
    case PoolError::ConnectTimeout:
      return UpstreamFailure::ConnectTimeout;
    case PoolError::Overloaded:
      return UpstreamFailure::Overloaded;
  }
  return UpstreamFailure::Unreachable;
}

// Only what a WebSocket handshake is (RFC 6455, section 4.1); with a body, the bytes behind the head would not be what
// the tunnel begins with.
http::Upgrade upgrade_of(const http::RequestHead& request) {
  const bool handshake = request.upgrade == http::Upgrade::WebSocket && request.method == http::Method::Get &&
                         request.body.kind != http::BodyLength::Kind::Unknown && request.body.bytes == 0;
  return handshake ? http::Upgrade::WebSocket : http::Upgrade::None;
}

asio::awaitable<Outcome<void>> dial_connection(Pool* pool, Passage* passage, std::chrono::milliseconds connect) {
  auto dialled = co_await pool->dial(connect);
  if (passage->abandoned) {
    if (dialled) dialled->give_back();  // nothing was said on it
    co_return std::unexpected(Passage::client_failure(http::StreamError::Closed));
  }
  if (!dialled) co_return std::unexpected(UpstreamError{.failure = failure_of(dialled.error())});
  passage->lease = std::move(*dialled);
  co_return Outcome<void>{};
}

// One request and its response on the connection of the lease.
asio::awaitable<Outcome<void>> exchange_messages(Passage* passage, RequestSender* sender, http::Upgrade upgrade) {
  auto& socket = passage->lease.socket();
  socket.no_read_deadline();
  if (auto begun = co_await sender->begin(); !begun) co_return std::unexpected(passage->failure_of(begun.error()));

  ResponseReceiver receiver{passage, upgrade == http::Upgrade::WebSocket};
  if (!passage->request_sent) {
    Outcome<void> outcome;
    co_await run_beside(receiver.receive(&outcome), sender->send_rest());
    co_return outcome;
  }
  socket.read_within(passage->first_byte);
  if (auto head = co_await receiver.read_head(); !head) co_return head;
  if (receiver.is_tunnel()) co_return co_await run_tunnel(passage, receiver.take_head(), receiver.take_rest());
  co_return co_await receiver.relay_body();
}

// A kept connection may have been closed while our request was on its way: then, and only then, it is sent again.
bool may_repeat(const Passage& passage, const UpstreamError& error, bool repeatable) {
  return repeatable && error.failure == UpstreamFailure::NoResponse && !passage.response_seen && passage.lease.reused();
}

asio::awaitable<Outcome<void>> pass_on(Pool* pool, Passage* passage, http::Upgrade upgrade,
                                       std::chrono::milliseconds connect) {
  const http::RequestHead& request = passage->exchange->request();
  RequestSender sender{passage};
  const bool repeatable = http::is_idempotent(request.method) && !sender.has_body();
  Reuse reuse = Reuse::Idle;

  // A client that waits for 100 (Continue) is told to go on only when somebody is there to take its body. The others
  // have sent theirs: it is waited for here, so that no connection stands open meanwhile.
  if (!request.expects_continue && sender.has_body()) {
    if (auto read = co_await sender.read_first_piece(); !read) co_return read;
  }
  bool awaited = false;
  for (;;) {
    passage->lease = pool->take_idle(reuse);
    if (!passage->lease) {
      if (auto dialled = co_await dial_connection(pool, passage, connect); !dialled) co_return dialled;
    }
    if (request.expects_continue && !std::exchange(awaited, true)) {
      if (auto read = co_await sender.read_first_piece(); !read) co_return read;
      // Closed while the client was awaited, or spoken on: an application that tires of a silent connection says 408
      // first. Nothing was asked, and of such data RFC 9112, section 9.2 says that the client "MUST NOT consider that
      // data to be a valid response".
      if (passage->lease.socket().is_stale()) {
        passage->lease.close();
        continue;
      }
    }
    auto outcome = co_await exchange_messages(passage, &sender, upgrade);
    if (outcome || !may_repeat(*passage, outcome.error(), repeatable)) co_return outcome;
    passage->lease.close();
    passage->request_sent = false;
    reuse = Reuse::Never;
  }
}

}  // namespace

std::string Relay::write_head(const http::Exchange& exchange, const ForwardContext& context, http::Upgrade upgrade) {
  const ForwardingFacts facts{.client = exchange.client().endpoint.address,
                              .request_id = context.request_id,
                              .forwarded = context.forwarded,
                              .identity = context.identity ? &*context.identity : nullptr};
  make_upstream_request(exchange.request(), facts, outgoing_);
  outgoing_.upgrade = upgrade;
  std::string text;
  text.reserve(1024);
  http::append_request_head(outgoing_, {}, text);
  return text;
}

asio::awaitable<std::expected<void, UpstreamError>> Relay::forward(http::Exchange* exchange, ForwardContext context) {
  const http::Upgrade upgrade = upgrade_of(exchange->request());
  Passage passage{exchange};
  passage.first_byte = options_.first_byte;
  passage.idle = options_.idle;
  passage.head_text = write_head(*exchange, context, upgrade);

  auto outcome = co_await pass_on(pool_, &passage, upgrade, options_.connect);
  if (!outcome && outcome.error().answerable() && exchange->head_sent()) {
    exchange->abort();
    outcome.error().failure = UpstreamFailure::BrokenOff;
  }
  co_return outcome;
}

}  // namespace belfry::upstream
