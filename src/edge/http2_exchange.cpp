#include "edge/http2_exchange.hpp"

#include "edge/http2_callbacks.hpp"
#include "http/chunked.hpp"
#include "http/h2_head.hpp"
#include "http/head_parser.hpp"

#include <algorithm>
#include <utility>

namespace belfry::edge {

namespace {

using http::Awaitable;
using http::More;
using http::StreamError;
using http::StreamResult;

// What a handler left unread of a body is read and dropped up to here.
constexpr std::uint64_t kSkipBytes = 65'536;
// What RFC 9113, section 6.5.2 counts for a field beside its text.
constexpr std::size_t kFieldOverhead = 32;
// A DATA frame with its head fits one Buffer, and so one TLS record.
constexpr std::size_t kFrameHead = 9;
constexpr std::size_t kDataLimit = base::Buffer::kCapacity - kFrameHead;

nghttp2_nv name_value(std::string_view name, std::string_view value) {
  // nghttp2 copies both; its type is not const for historical reasons.
  return {.name = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(name.data())),
          .value = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(value.data())),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

Http2Exchange::Http2Exchange(Http2Session& session, std::int32_t id)
    : session_{session},
      id_{id},
      arrived_{session.executor_},
      rate_{session.surroundings_.limits},
      drained_{session.executor_},
      read_deadline_{session.surroundings_.wheel,
                     [this] {
                       too_slow_ = true;
                       arrived_.set();
                     }},
      // Whoever does not read what it asked for is told so; the handler learns it from stream_closed().
      write_deadline_{session.surroundings_.wheel, [this] { abort(); }} {}

// --- the request

void Http2Exchange::take_field(std::string_view name, std::string_view value) {
  list_size_ += name.size() + value.size() + kFieldOverhead;
  if (refused_) return;
  if (list_size_ > Http2Session::kHeaderList) {
    refused_ = http::ParseError::HeadTooLarge;
    incoming_.release();
    return;
  }
  if (name.starts_with(':')) {
    // nghttp2 has made sure that each comes once, before the fields, and that there are no others.
    if (name == ":method") pseudo_.method = value;
    if (name == ":scheme") pseudo_.scheme = value;
    if (name == ":authority") pseudo_.authority = value;
    if (name == ":path") pseudo_.path = value;
    return;
  }
  if (auto valid = http::check_h2_field(name, value); !valid) {
    refused_ = valid.error();
    return;
  }
  incoming_.add(name, value);
}

void Http2Exchange::take_trailer(std::string_view name, std::string_view value) {
  list_size_ += name.size() + value.size() + kFieldOverhead;
  if (list_size_ > Http2Session::kHeaderList || !http::is_trailer_name(name) || !http::check_h2_field(name, value)) {
    return;
  }
  trailers_.add(name, value);
}

void Http2Exchange::finish_head(bool end_stream) {
  head_done_ = true;
  request_ended_ = end_stream;
  if (!refused_) {
    auto head = http::request_head_from_h2(pseudo_.method, pseudo_.scheme, pseudo_.authority, pseudo_.path,
                                           std::move(incoming_), end_stream);
    if (head) {
      request_ = std::move(*head);
      continue_due_ = request_.expects_continue;
    } else {
      refused_ = head.error();
    }
  }
  pseudo_ = {};
}

// RFC 9113, section 8.1.1: a request is malformed whose DATA is not as long as content-length says, and an intermediary
// "MUST NOT forward a malformed request". Over HTTP/1.1 the last announced byte is the end, so it has to wait until the
// client's own end shows that no more comes; nghttp2 resets the stream where more does.
bool Http2Exchange::holds_last_piece() const {
  return in_.size() == 1 && !request_ended_ && request_.body.kind == http::BodyLength::Kind::Known &&
         body_read_ + in_.front().size() == request_.body.bytes;
}

void Http2Exchange::take_data(std::string_view bytes) {
  while (!bytes.empty()) {
    if (in_.empty() || in_.back().room().empty()) in_.emplace_back();
    bytes.remove_prefix(in_.back().append(bytes));
  }
  arrived_.set();
}

Awaitable<StreamResult<base::Buffer>> Http2Exchange::read_body() {
  if (request_.body.kind == http::BodyLength::Kind::Known && request_.body.bytes > body_limit_) {
    co_return std::unexpected(StreamError::TooLarge);
  }
  if (std::exchange(continue_due_, false) && in_.empty() && !request_ended_ && !head_sent()) {
    submit_fields({.status = 100, .fields = {}, .body = {}}, NGHTTP2_FLAG_NONE, nullptr);
  }
  while (in_.empty() || holds_last_piece()) {
    const bool awaits_bytes = in_.empty();
    if (request_ended_) co_return base::Buffer{};
    if (closed_) co_return std::unexpected(StreamError::Closed);
    base::TimerWheel& wheel = session_.surroundings_.wheel;
    too_slow_ = false;
    read_deadline_.arm(rate_.begin_wait(wheel.now()));
    co_await arrived_.wait();
    read_deadline_.disarm();
    rate_.end_wait(wheel.now(), awaits_bytes && !in_.empty() ? in_.front().size() : 0);
    if (too_slow_ && (in_.empty() || holds_last_piece())) co_return std::unexpected(StreamError::DeadlineExceeded);
  }
  base::Buffer piece = std::move(in_.front());
  in_.erase(in_.begin());
  body_read_ += piece.size();
  // The client may send as much again.
  if (!closed_) {
    nghttp2_session_consume(session_.session_.get(), id_, piece.size());
    session_.wake_writer();
  }
  if (body_read_ > body_limit_) co_return std::unexpected(StreamError::TooLarge);
  co_return piece;
}

// --- the response

void Http2Exchange::submit_fields(const http::ResponseHead& head, std::uint8_t flags,
                                  const nghttp2_data_provider* source) {
  const std::string status = std::to_string(head.status);
  const std::string length =
      head.body.kind == http::BodyLength::Kind::Known ? std::to_string(head.body.bytes) : std::string{};
  std::vector<nghttp2_nv> fields;
  fields.reserve(head.fields.size() + 2);
  fields.push_back(name_value(":status", status));
  for (const http::Field field : head.fields) fields.push_back(name_value(field.name, field.value));
  if (!length.empty() && head.status >= 200 && head.status != 204)
    fields.push_back(name_value("content-length", length));
  if (head.status < 200) {
    nghttp2_submit_headers(session_.session_.get(), flags, id_, nullptr, fields.data(), fields.size(), nullptr);
  } else {
    nghttp2_submit_response(session_.session_.get(), id_, fields.data(), fields.size(), source);
  }
  session_.wake_writer();
}

Awaitable<StreamResult<void>> Http2Exchange::send_interim(http::ResponseHead head) {
  if (closed_) co_return std::unexpected(StreamError::Closed);
  if (head_sent() || (head.status == 100 && !std::exchange(continue_due_, false))) co_return StreamResult<void>{};
  head.body = {};
  submit_fields(head, NGHTTP2_FLAG_NONE, nullptr);
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<void>> Http2Exchange::send_head(http::ResponseHead head, base::Buffer first, More more) {
  if (closed_ || stage_ != Stage::Head) co_return std::unexpected(StreamError::Closed);
  stage_ = Stage::Body;
  swallow_body_ = !http::has_body(request_.method, head.status);
  if (!swallow_body_) {
    if (more == More::No && head.body.kind != http::BodyLength::Kind::Known) {
      head.body = http::BodyLength::known(first.size());
    }
    sent_.announce(head.body);
  }
  if (swallow_body_ || (more == More::No && first.empty())) {
    if (!swallow_body_ && !sent_.take(0, More::No)) co_return give_up();
    submit_fields(head, NGHTTP2_FLAG_END_STREAM, nullptr);
    if (more == More::No) stage_ = Stage::Complete;
    co_return StreamResult<void>{};
  }
  if (!first.empty()) {
    if (auto queued = queue(std::move(first), more); !queued) co_return queued;
  }
  const nghttp2_data_provider source = Http2Callbacks::body_source();
  submit_fields(head, NGHTTP2_FLAG_NONE, &source);
  co_return StreamResult<void>{};
}

StreamResult<void> Http2Exchange::queue(base::Buffer piece, More more) {
  if (!sent_.take(piece.size(), more)) return give_up();
  out_ = std::move(piece);
  last_piece_ = more == More::No;
  if (last_piece_) stage_ = Stage::Complete;
  if (!out_.empty()) write_deadline_.arm(session_.surroundings_.limits.body_window);
  return {};
}

Awaitable<StreamResult<void>> Http2Exchange::wait_for_room() {
  while (!out_.empty() && !closed_) co_await drained_.wait();
  if (closed_) co_return std::unexpected(StreamError::Closed);
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<void>> Http2Exchange::send_body(base::Buffer piece, More more) {
  if (closed_ || stage_ != Stage::Body) co_return std::unexpected(StreamError::Closed);
  if (swallow_body_) {
    if (more == More::No) stage_ = Stage::Complete;
    co_return StreamResult<void>{};
  }
  if (piece.empty() && more == More::Yes) co_return StreamResult<void>{};
  if (auto room = co_await wait_for_room(); !room) co_return room;
  if (auto queued = queue(std::move(piece), more); !queued) co_return queued;
  nghttp2_session_resume_data(session_.session_.get(), id_);
  session_.wake_writer();
  co_return StreamResult<void>{};
}

Awaitable<StreamResult<void>> Http2Exchange::send_trailers(http::Fields trailers) {
  response_trailers_ = std::move(trailers);
  co_return co_await send_body({}, More::No);
}

Awaitable<StreamResult<http::Tunnel*>> Http2Exchange::begin_tunnel(http::ResponseHead) {
  co_return std::unexpected(StreamError::Malformed);
}

ssize_t Http2Exchange::next_data(std::size_t limit, std::uint32_t* flags) {
  if (out_.empty() && !last_piece_) return NGHTTP2_ERR_DEFERRED;
  const std::size_t size = std::min({limit, out_.size(), kDataLimit});
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (size == out_.size() && last_piece_) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!response_trailers_.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      std::vector<nghttp2_nv> fields;
      for (const http::Field field : response_trailers_) fields.push_back(name_value(field.name, field.value));
      nghttp2_submit_trailer(session_.session_.get(), id_, fields.data(), fields.size());
    }
  }
  return static_cast<ssize_t>(size);
}

void Http2Exchange::data_sent(std::size_t bytes) {
  out_.consume(bytes);
  if (!out_.empty()) {
    write_deadline_.arm(session_.surroundings_.limits.body_window);
    return;
  }
  out_.release();
  write_deadline_.disarm();
  drained_.set();
}

// --- the end

Awaitable<void> Http2Exchange::skip_body() {
  // Nobody asked a client that waits for it to send the body.
  const std::uint64_t most = continue_due_ ? 0 : kSkipBytes;
  limit_body(body_read_ + most);
  while (most > 0 && !request_ended_ && !closed_) {
    const auto piece = co_await read_body();
    if (!piece) break;
  }
  unwanted_ = true;
  reset_if_unwanted();
}

void Http2Exchange::reset_if_unwanted() {
  if (!response_ended_ || !unwanted_ || request_ended_ || closed_) return;
  // "A server MAY request that the client abort transmission of a request without error by sending a RST_STREAM with an
  // error code of NO_ERROR after sending a complete response" (RFC 9113, section 8.1).
  nghttp2_submit_rst_stream(session_.session_.get(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_NO_ERROR);
  session_.wake_writer();
}

void Http2Exchange::stream_closed() {
  closed_ = true;
  read_deadline_.disarm();
  write_deadline_.disarm();
  out_.release();
  // What the handler will never take must not be missing from the connection's window.
  std::size_t unread = 0;
  for (const base::Buffer& piece : in_) unread += piece.size();
  if (!session_.ended_) nghttp2_session_consume_connection(session_.session_.get(), unread);
  in_.clear();
  arrived_.set();
  drained_.set();
  if (auto abandoned = std::exchange(abandoned_, nullptr)) abandoned();
}

std::unexpected<StreamError> Http2Exchange::give_up() {
  abort();
  return std::unexpected(StreamError::Malformed);
}

void Http2Exchange::abort() {
  if (closed_ || stage_ == Stage::Aborted) return;
  stage_ = Stage::Aborted;
  nghttp2_submit_rst_stream(session_.session_.get(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_INTERNAL_ERROR);
  session_.wake_writer();
}

void Http2Exchange::on_abandoned(std::move_only_function<void()> abandoned) {
  if (closed_ && abandoned) {
    abandoned();
    return;
  }
  abandoned_ = std::move(abandoned);
}

}  // namespace belfry::edge
