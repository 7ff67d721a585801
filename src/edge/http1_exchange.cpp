#include "edge/http1_exchange.hpp"

#include "http/head_writer.hpp"

#include <poll.h>

namespace belfry::edge {

namespace {

using http::Awaitable;
using http::More;
using http::StreamError;
using http::StreamResult;

// What a handler left unread of a body is read and dropped up to here, so that the connection can go on.
constexpr std::uint64_t kSkipBytes = 65'536;
// What most response heads fit in: one allocation for each of those.
constexpr std::size_t kUsualHead = 1024;
// How often a client that waits for its answer is looked after.
constexpr std::chrono::seconds kLookEvery{1};
// Around a piece of a chunked body at most: its size line (16 hex digits), its end, and the last chunk.
constexpr std::size_t kChunkFraming = 18 + http::kChunkEnd.size() + http::kLastChunk.size();

StreamError stream_error(net::NetError error) {
  return error == net::NetError::DeadlineExceeded ? StreamError::DeadlineExceeded : StreamError::Closed;
}

}  // namespace

Http1Exchange::Http1Exchange(Http1Session& session, http::ParsedRequest parsed)
    : session_{session},
      request_{std::move(parsed.head)},
      close_{parsed.close},
      accepts_trailers_{parsed.accepts_trailers},
      body_ended_{request_.body.kind == http::BodyLength::Kind::None ||
                  (request_.body.kind == http::BodyLength::Kind::Known && request_.body.bytes == 0)},
      continue_due_{request_.expects_continue},
      rate_{session.surroundings_.limits},
      look_{session.surroundings_.wheel, [this] { look_for_client(); }} {}

// --- the request's body

Awaitable<StreamResult<void>> Http1Exchange::fill_input() {
  net::Socket& socket = session_.stream_->socket();
  base::TimerWheel& wheel = session_.surroundings_.wheel;
  socket.read_within(rate_.begin_wait(wheel.now()));
  const auto got = co_await session_.stream_->read(&session_.input_);
  socket.no_read_deadline();
  if (!got) co_return std::unexpected(stream_error(got.error()));
  if (*got == 0) co_return std::unexpected(StreamError::Closed);
  rate_.end_wait(wheel.now(), *got);
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<base::Buffer>> Http1Exchange::read_body() {
  if (body_broken_) co_return std::unexpected(StreamError::Malformed);
  if (body_ended_) co_return base::Buffer{};
  if (request_.body.kind == http::BodyLength::Kind::Known && request_.body.bytes > body_limit_) {
    co_return std::unexpected(StreamError::TooLarge);
  }
  if (continue_due_) {
    continue_due_ = false;
    // "A server MAY omit sending a 100 response if it has already received some or all of the content" (RFC 9110,
    // section 10.1.1).
    if (session_.input_.empty() && !head_sent()) {
      if (auto sent = co_await send_text("HTTP/1.1 100 Continue\r\n\r\n"); !sent) {
        co_return std::unexpected(sent.error());
      }
    }
  }
  if (request_.body.kind == http::BodyLength::Kind::Unknown) co_return co_await read_chunked();

  if (session_.input_.empty()) {
    if (auto filled = co_await fill_input(); !filled) co_return std::unexpected(filled.error());
  }
  const std::uint64_t left = request_.body.bytes - body_read_;
  base::Buffer piece =
      session_.input_.split_front(static_cast<std::size_t>(std::min<std::uint64_t>(left, session_.input_.size())));
  body_read_ += piece.size();
  body_ended_ = body_read_ == request_.body.bytes;
  co_return piece;
}

Awaitable<StreamResult<base::Buffer>> Http1Exchange::read_chunked() {
  base::Buffer piece;
  for (;;) {
    if (!session_.input_.empty()) {
      const auto progress = chunks_.decode(session_.input_.view(), piece);
      if (!progress) {
        body_broken_ = true;
        co_return std::unexpected(StreamError::Malformed);
      }
      session_.input_.consume(progress->consumed);
      if (progress->ended) {
        body_ended_ = true;
        trailers_ = chunks_.take_trailers();
      }
      body_read_ += piece.size();
      if (body_read_ > body_limit_) co_return std::unexpected(StreamError::TooLarge);
      if (body_ended_ || !piece.empty()) break;
      session_.input_.compact();
    }
    if (auto filled = co_await fill_input(); !filled) co_return std::unexpected(filled.error());
  }
  session_.input_.release_if_empty();
  // The last bytes and the end may come together: the end is then told by the next call.
  co_return piece;
}

bool Http1Exchange::leaves_too_much() const {
  return request_.body.kind == http::BodyLength::Kind::Known && request_.body.bytes - body_read_ > kSkipBytes;
}

Awaitable<bool> Http1Exchange::skip_body() {
  // Nobody asked the client to go on: whether it sends the body or not is not known (RFC 9110, section 10.1.1).
  if (!body_ended_ && continue_due_) co_return false;
  if (leaves_too_much()) co_return false;
  body_limit_ = body_read_ + kSkipBytes;
  while (!body_ended_) {
    // In two steps: GCC 12 lays the frame of this coroutine out wrongly where the condition itself suspends.
    const auto piece = co_await read_body();
    if (!piece) co_return false;
  }
  co_return true;
}

// --- the response

Awaitable<StreamResult<void>> Http1Exchange::send_piece(base::Buffer piece) {
  if (session_.stream_->try_write(&piece) == net::Attempt::Done) co_return StreamResult<void>{};
  session_.stream_->socket().write_within(session_.surroundings_.limits.body_window);
  const auto sent = co_await session_.stream_->write(std::move(piece));
  session_.stream_->socket().no_write_deadline();
  if (!sent) co_return std::unexpected(stream_error(sent.error()));
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<void>> Http1Exchange::send_text(std::string text) {
  for (std::string_view left = text; !left.empty();) {
    base::Buffer piece = base::Buffer::copy_of(left);
    left.remove_prefix(piece.size());
    if (auto sent = co_await send_piece(std::move(piece)); !sent) co_return sent;
  }
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<void>> Http1Exchange::send_interim(http::ResponseHead head) {
  // "A server MUST NOT send a 1xx response to an HTTP/1.0 client" (RFC 9110, section 15.2).
  if (request_.version == http::Version::Http10 || head_sent()) co_return StreamResult<void>{};
  if (head.status == 100) {
    if (!continue_due_) co_return StreamResult<void>{};
    continue_due_ = false;
  }
  std::string text;
  http::append_response_head(head, {}, text);
  co_return co_await send_text(std::move(text));
}

Awaitable<StreamResult<void>> Http1Exchange::send_head(http::ResponseHead head, base::Buffer first, More more) {
  if (stage_ != Stage::Head) co_return std::unexpected(StreamError::Closed);
  const bool to_head = request_.method == http::Method::Head;
  swallow_body_ = !http::has_body(request_.method, head.status);
  if (!swallow_body_ && more == More::No && head.body.kind != http::BodyLength::Kind::Known) {
    head.body = http::BodyLength::known(first.size());
  }
  if (!swallow_body_) sent_.announce(head.body);
  if (!swallow_body_ && head.body.kind == http::BodyLength::Kind::Unknown) {
    chunked_ = request_.version != http::Version::Http10;
    if (!chunked_) close_ = true;
  }
  // What is not read of the body by the end of the response may never be sent: the connection is of no more use.
  if (continue_due_ && !body_ended_) close_ = true;
  // Where the next request would begin nobody can tell, or it is too far. RFC 9112, section 9.6: a sender "SHOULD send
  // a Connection header field containing the "close" connection option when it intends to close a connection".
  if (body_broken_ || (more == More::No && leaves_too_much())) close_ = true;
  if (session_.draining_) close_ = true;

  std::string text;
  text.reserve(kUsualHead);
  http::append_response_head(head, {.chunked = chunked_, .close = close_, .to_head = to_head}, text);
  stage_ = Stage::Body;

  if (swallow_body_) {
    if (more == More::No) stage_ = Stage::Complete;
    co_return co_await send_text(std::move(text));
  }
  if (!first.empty() && text.size() + first.size() + kChunkFraming <= base::Buffer::kCapacity) {
    // Head and body in one record where they fit: one write to the kernel, one packet to the client.
    if (!sent_.take(first.size(), more)) co_return give_up();
    if (chunked_) http::append_chunk_header(first.size(), text);
    base::Buffer record = base::Buffer::copy_of(text);
    record.append(first.view());
    if (chunked_) record.append(http::kChunkEnd);
    if (chunked_ && more == More::No) record.append(http::kLastChunk);
    if (more == More::No) stage_ = Stage::Complete;
    co_return co_await send_piece(std::move(record));
  }
  if (auto sent = co_await send_text(std::move(text)); !sent) co_return sent;
  if (first.empty() && more == More::Yes) co_return StreamResult<void>{};
  co_return co_await send_body(std::move(first), more);
}

Awaitable<StreamResult<void>> Http1Exchange::send_body(base::Buffer piece, More more) {
  if (stage_ != Stage::Body) co_return std::unexpected(StreamError::Closed);
  if (swallow_body_) {
    if (more == More::No) stage_ = Stage::Complete;
    co_return StreamResult<void>{};
  }
  if (!sent_.take(piece.size(), more)) co_return give_up();
  if (more == More::No) stage_ = Stage::Complete;
  if (chunked_) co_return co_await send_framed(std::move(piece), more);
  if (piece.empty()) co_return StreamResult<void>{};
  co_return co_await send_piece(std::move(piece));
}

Awaitable<StreamResult<void>> Http1Exchange::send_framed(base::Buffer piece, More more) {
  std::string frame;
  if (!piece.empty()) http::append_chunk_header(piece.size(), frame);
  base::Buffer record = base::Buffer::copy_of(frame);
  // As much of the piece as fits goes with its size line; what is left, with the end of the chunk.
  piece.consume(record.append(piece.view()));
  std::string tail;
  if (!frame.empty()) tail += http::kChunkEnd;
  if (more == More::No) tail += http::kLastChunk;
  if (piece.empty() && record.room().size() >= tail.size()) {
    record.append(tail);
    tail.clear();
  }
  if (!record.empty()) {
    if (auto sent = co_await send_piece(std::move(record)); !sent) co_return sent;
  }
  if (tail.empty()) co_return StreamResult<void>{};
  piece.compact();
  if (piece.room().size() >= tail.size()) {
    piece.append(tail);
    co_return co_await send_piece(std::move(piece));
  }
  if (auto sent = co_await send_piece(std::move(piece)); !sent) co_return sent;
  co_return co_await send_text(std::move(tail));
}

Awaitable<StreamResult<void>> Http1Exchange::send_trailers(http::Fields trailers) {
  if (stage_ != Stage::Body) co_return std::unexpected(StreamError::Closed);
  if (!chunked_ || !accepts_trailers_ || trailers.empty()) co_return co_await send_body({}, More::No);
  stage_ = Stage::Complete;
  std::string text;
  http::append_last_chunk(trailers, text);
  co_return co_await send_text(std::move(text));
}

// --- leaving HTTP

Awaitable<StreamResult<http::Tunnel*>> Http1Exchange::begin_tunnel(http::ResponseHead head) {
  if (stage_ != Stage::Head) co_return std::unexpected(StreamError::Closed);
  head.status = 101;
  stage_ = Stage::Tunnel;
  close_ = true;
  std::string text;
  http::append_response_head(head, {}, text);
  if (auto sent = co_await send_text(std::move(text)); !sent) co_return std::unexpected(sent.error());
  co_return static_cast<http::Tunnel*>(this);
}

Awaitable<StreamResult<base::Buffer>> Http1Exchange::read() {
  if (session_.input_.empty()) {
    const auto got = co_await session_.stream_->read(&session_.input_);
    if (!got) co_return std::unexpected(stream_error(got.error()));
  }
  co_return std::move(session_.input_);
}

Awaitable<StreamResult<void>> Http1Exchange::write(base::Buffer piece) {
  return send_piece(std::move(piece));
}

std::unexpected<StreamError> Http1Exchange::give_up() {
  abort();
  return std::unexpected(StreamError::Malformed);
}

void Http1Exchange::abort() {
  if (stage_ == Stage::Aborted) return;
  stage_ = Stage::Aborted;
  close_ = true;
  // Without a TLS close_notify, so that the client can tell a broken response from a whole one.
  session_.stream_->socket().stop();
  // Whoever waits for others is told with the next tick, not here: it may be its caller that gives up.
  if (abandoned_) look_.arm(base::TimerWheel::kTick);
}

void Http1Exchange::on_abandoned(std::move_only_function<void()> abandoned) {
  abandoned_ = std::move(abandoned);
  if (abandoned_) {
    look_.arm(kLookEvery);
  } else {
    look_.disarm();
  }
}

void Http1Exchange::look_for_client() {
  pollfd state{.fd = session_.stream_->socket().descriptor(), .events = POLLRDHUP, .revents = 0};
  const bool gone = session_.stream_->socket().stopped() ||
                    (::poll(&state, 1, 0) == 1 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0);
  if (!gone) {
    look_.arm(kLookEvery);
    return;
  }
  close_ = true;
  if (auto abandoned = std::exchange(abandoned_, nullptr)) abandoned();
}

}  // namespace belfry::edge
