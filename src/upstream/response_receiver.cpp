#include "upstream/response_receiver.hpp"

#include <algorithm>
#include <utility>

namespace belfry::upstream {

namespace asio = boost::asio;

namespace {

UpstreamError invalid() {
  return {.failure = UpstreamFailure::InvalidResponse};
}

// The response can't be given to the client any more, whatever the reason was.
UpstreamError gone(http::StreamError error) {
  return {.failure = UpstreamFailure::ClientGone, .client = error};
}

}  // namespace

ResponseReceiver::ResponseReceiver(Passage* passage, bool asks_for_tunnel)
    : passage_{passage}, asks_for_tunnel_{asks_for_tunnel}, parser_{passage->exchange->request().method} {}

asio::awaitable<Outcome<void>> ResponseReceiver::read_head() {
  int interim = 0;
  for (;;) {
    while (!buffer_.empty()) {
      passage_->response_seen = true;
      const auto progress = parser_.feed(buffer_.view());
      if (!progress) co_return std::unexpected(invalid());
      if (*progress == http::Progress::NeedMore) break;
      const std::size_t head_size = parser_.head_size();
      parsed_ = parser_.take();
      buffer_.consume(head_size);
      const std::uint16_t status = parsed_.head.status;
      if (status == 101) {
        // RFC 9110, section 15.2.2: the server "MUST generate an Upgrade header field" of what it changes to, and
        // section 7.8: "MUST NOT switch to a protocol that was not indicated by the client".
        if (!asks_for_tunnel_ || !parsed_.upgrade_websocket) co_return std::unexpected(invalid());
      }
      if (status == 101 || status >= 200) {
        passage_->head_received = true;
        choose_framing();
        co_return Outcome<void>{};
      }
      if (++interim > kInterimLimit) co_return std::unexpected(invalid());
      if (auto passed = co_await pass_interim(std::move(parsed_.head)); !passed) co_return passed;
    }
    if (!buffer_.empty()) {
      buffer_.compact();
      if (buffer_.room().empty()) co_return std::unexpected(invalid());  // larger than any head may be
    }
    const auto count = co_await passage_->lease.socket().read(&buffer_);
    if (!count) co_return std::unexpected(passage_->failure_of(count.error()));
    if (*count == 0) co_return std::unexpected(passage_->failure_of(net::NetError::Closed));
  }
}

asio::awaitable<Outcome<void>> ResponseReceiver::pass_interim(http::ResponseHead head) {
  // 100 is the exchange's own: it has answered the client's expectation already, and ours had none (RFC 9110, section
  // 15.2: "A proxy MUST forward 1xx responses unless the proxy itself requested the generation of the 1xx response").
  // Of the others the known ones go on.
  if (head.status != 102 && head.status != 103) co_return Outcome<void>{};
  auto sent = co_await passage_->exchange->send_interim(std::move(head));
  if (!sent) co_return std::unexpected(gone(sent.error()));
  co_return Outcome<void>{};
}

void ResponseReceiver::choose_framing() {
  const auto& body = parsed_.head.body;
  if (!http::has_body(passage_->exchange->request().method, parsed_.head.status)) {
    framing_ = Framing::None;
  } else if (parsed_.chunked) {
    framing_ = Framing::Chunked;
  } else if (body.kind == http::BodyLength::Kind::Unknown) {
    framing_ = Framing::UntilClose;
  } else {
    framing_ = Framing::Counted;
    remaining_ = body.bytes;
  }
}

// What of the body is in `buffer_`. Bytes behind its end stay there.
Outcome<base::Buffer> ResponseReceiver::take_piece() {
  switch (framing_) {
    case Framing::None:
      ended_ = true;
      return base::Buffer{};
    case Framing::Counted: {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), remaining_));
      remaining_ -= count;
      ended_ = remaining_ == 0;
      return buffer_.split_front(count);
    }
    case Framing::Chunked: {
      base::Buffer piece;
      const auto progress = decoder_.decode(buffer_.view(), piece);
      if (!progress) return std::unexpected(invalid());
      buffer_.consume(progress->consumed);
      ended_ = progress->ended;
      return piece;
    }
    case Framing::UntilClose:
      return std::move(buffer_);
  }
  return std::unexpected(invalid());
}

asio::awaitable<Outcome<base::Buffer>> ResponseReceiver::next_piece() {
  for (;;) {
    // Set anew each time: what the client's slowness took is not the application's.
    passage_->lease.socket().read_within(passage_->idle);
    const auto count = co_await passage_->lease.socket().read(&buffer_);
    if (!count) co_return std::unexpected(passage_->failure_of(count.error()));
    if (*count == 0) {
      ended_ = framing_ == Framing::UntilClose;
      if (!ended_) co_return std::unexpected(passage_->failure_of(net::NetError::Closed));
      co_return base::Buffer{};
    }
    auto piece = take_piece();
    if (!piece || ended_ || !piece->empty()) co_return piece;
  }
}

asio::awaitable<Outcome<void>> ResponseReceiver::relay_body() {
  auto& exchange = *passage_->exchange;
  auto first = take_piece();
  if (!first) co_return std::unexpected(first.error());
  if (ended_) release_connection();
  http::Fields trailers = ended_ && framing_ == Framing::Chunked ? decoder_.take_trailers() : http::Fields{};
  const auto more = ended_ && trailers.empty() ? http::More::No : http::More::Yes;
  auto sent = co_await exchange.send_head(std::move(parsed_.head), std::move(*first), more);
  if (sent && ended_ && !trailers.empty()) sent = co_await exchange.send_trailers(std::move(trailers));
  if (!sent) co_return std::unexpected(gone(sent.error()));

  while (!ended_) {
    auto piece = co_await next_piece();
    if (!piece) co_return std::unexpected(piece.error());
    if (ended_) {
      release_connection();
      co_return co_await send_last(std::move(*piece));
    }
    sent = co_await exchange.send_body(std::move(*piece), http::More::Yes);
    if (!sent) co_return std::unexpected(gone(sent.error()));
  }
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> ResponseReceiver::send_last(base::Buffer piece) {
  auto& exchange = *passage_->exchange;
  http::Fields trailers = framing_ == Framing::Chunked ? decoder_.take_trailers() : http::Fields{};
  http::StreamResult<void> sent;
  if (trailers.empty()) {
    sent = co_await exchange.send_body(std::move(piece), http::More::No);
  } else {
    if (!piece.empty()) sent = co_await exchange.send_body(std::move(piece), http::More::Yes);
    if (sent) sent = co_await exchange.send_trailers(std::move(trailers));
  }
  if (!sent) co_return std::unexpected(gone(sent.error()));
  co_return Outcome<void>{};
}

void ResponseReceiver::release_connection() {
  auto& lease = passage_->lease;
  if (!passage_->request_sent) {
    // Answered before it was all asked (RFC 9112, section 9.3: then the connection can't go on). Somebody may be
    // writing there still, so it is closed when both have ended.
    passage_->stop_waiting();
    return;
  }
  const bool surplus = !buffer_.empty();  // bytes behind the end would be the next request's answer
  if (parsed_.close || framing_ == Framing::UntilClose || surplus) {
    lease.close();
  } else {
    lease.give_back();
  }
}

asio::awaitable<void> ResponseReceiver::receive(Outcome<void>* outcome) {
  *outcome = co_await read_head();
  if (*outcome) *outcome = co_await relay_body();
}

}  // namespace belfry::upstream
