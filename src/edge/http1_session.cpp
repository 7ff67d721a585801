#include "edge/http1_session.hpp"

#include "edge/http1_exchange.hpp"
#include "http/head_writer.hpp"

#include <string>

namespace belfry::edge {

namespace asio = boost::asio;

namespace {

// A head that fills the buffer is too large: there must be room for the byte that would show it.
constexpr http::HeadLimits kHeadLimits{.head = base::Buffer::kCapacity - 1};
// How much and how long a client that was turned away may still send before the connection is cut.
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;
constexpr std::chrono::seconds kLingerTime{2};

}  // namespace

Http1Session::Http1Session(std::unique_ptr<net::TlsStream> stream, http::Client client, Surroundings surroundings)
    : stream_{std::move(stream)}, client_{client}, surroundings_{surroundings}, parser_{kHeadLimits} {}

Http1Session::~Http1Session() = default;

void Http1Session::drain() {
  draining_ = true;
  if (idle_) stream_->socket().stop();
}

void Http1Session::stop() {
  stream_->socket().stop();
}

asio::awaitable<void> Http1Session::run() {
  for (;;) {
    const HeadOutcome outcome = co_await read_head();
    if (outcome == HeadOutcome::Refused) co_await linger();
    if (outcome != HeadOutcome::Complete) break;
    http::ParsedRequest parsed = parser_.take();
    if (!co_await serve(std::move(parsed))) break;
  }
  stream_->close();
}

asio::awaitable<Http1Session::HeadOutcome> Http1Session::read_head() {
  net::Socket& socket = stream_->socket();
  idle_ = input_.empty();
  if (idle_) {
    if (draining_) co_return HeadOutcome::Ended;
    socket.read_within(surroundings_.limits.idle);
  } else {
    socket.read_within(surroundings_.limits.head);
  }
  for (;;) {
    if (!input_.empty()) {
      const auto progress = parser_.feed(input_.view());
      if (!progress) {
        co_await refuse({http::status_of(progress.error()), http::to_string(progress.error()), client_});
        co_return HeadOutcome::Refused;
      }
      if (*progress == http::Progress::Complete) break;
      // The limit of the head is below the buffer's size, so there is always room for more.
      input_.compact();
    }
    const auto got = co_await stream_->read(&input_);
    if (!got || *got == 0) {
      if (!got && got.error() == net::NetError::DeadlineExceeded && !idle_) {
        // RFC 9110, section 15.5.9
        co_await refuse({408, "head_too_slow", client_});
        co_return HeadOutcome::Refused;
      }
      co_return HeadOutcome::Ended;
    }
    if (idle_) {
      idle_ = false;
      socket.read_within(surroundings_.limits.head);
    }
  }
  socket.no_read_deadline();
  input_.consume(parser_.head_size());
  input_.release_if_empty();
  co_return HeadOutcome::Complete;
}

asio::awaitable<void> Http1Session::refuse(EdgeRefusal refusal) {
  http::Response response = surroundings_.site.refuse(refusal);
  response.head.body = http::BodyLength::known(response.body.size());
  std::string text;
  http::append_response_head(response.head, {.close = true}, text);
  text += response.body;
  stream_->socket().write_within(surroundings_.limits.body_window);
  for (std::string_view left = text; !left.empty();) {
    base::Buffer piece = base::Buffer::copy_of(left);
    left.remove_prefix(piece.size());
    if (!co_await stream_->write(std::move(piece))) co_return;
  }
}

asio::awaitable<bool> Http1Session::serve(http::ParsedRequest parsed) {
  Http1Exchange exchange{*this, std::move(parsed)};
  co_await surroundings_.site.handle(&exchange);
  if (!exchange.complete()) {
    exchange.abort();
    co_return false;
  }
  if (exchange.closes() || draining_) {
    co_await linger();
    co_return false;
  }
  if (!co_await exchange.skip_body()) {
    co_await linger();
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> Http1Session::linger() {
  stream_->close();
  stream_->socket().read_within(kLingerTime);
  base::Buffer scrap;
  for (std::size_t dropped = 0; dropped < kLingerBytes;) {
    const auto got = co_await stream_->socket().read(&scrap);
    if (!got || *got == 0) break;
    dropped += *got;
    scrap.consume(scrap.size());
  }
}

}  // namespace belfry::edge
