#include "upstream/request_sender.hpp"

#include "http/chunked.hpp"
#include "upstream/forwarding_headers.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace belfry::upstream {

namespace asio = boost::asio;

namespace {

// Room that a chunk's framing takes at the most: four hex digits (a Buffer's bytes) and two line ends.
constexpr std::size_t kChunkFraming = 8;
static_assert(base::Buffer::kCapacity <= 0xffff);

}  // namespace

RequestSender::RequestSender(Passage* passage)
    : passage_{passage},
      has_body_{passage->exchange->request().body.kind == http::BodyLength::Kind::Unknown ||
                passage->exchange->request().body.bytes > 0},
      chunked_{passage->exchange->request().body.kind == http::BodyLength::Kind::Unknown},
      remaining_{passage->exchange->request().body.bytes},
      body_read_{!has_body_} {}

asio::awaitable<Outcome<void>> RequestSender::read_first_piece() {
  if (has_body_ && piece_.empty() && !body_read_) co_return co_await read_piece();
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> RequestSender::read_piece() {
  auto piece = co_await passage_->exchange->read_body();
  if (!piece) co_return std::unexpected(Passage::client_failure(piece.error()));
  piece_ = std::move(*piece);
  if (chunked_) {
    body_read_ = piece_.empty();
    co_return Outcome<void>{};
  }
  // The exchange holds a body to its announced length; the count is kept here too, because one byte more or less on
  // this connection would be read as part of another request.
  if (piece_.empty() || piece_.size() > remaining_) {
    co_return std::unexpected(Passage::client_failure(http::StreamError::Malformed));
  }
  remaining_ -= piece_.size();
  body_read_ = remaining_ == 0;
  co_return Outcome<void>{};
}

// Moves as much of the piece into `out` as fits; false where `out` must be written before more can go in.
bool RequestSender::fill(base::Buffer& out) {
  if (piece_.empty()) return true;
  if (!chunked_) {
    if (out.empty()) {
      out = std::move(piece_);
    } else {
      piece_.consume(out.append(piece_.view()));
    }
    piece_.release_if_empty();
    return piece_.empty();
  }
  const std::size_t room = out.room().size();
  if (room <= kChunkFraming) return false;
  const std::size_t size = std::min(piece_.size(), room - kChunkFraming);
  std::string header;
  http::append_chunk_header(size, header);
  out.append(header);
  out.append(piece_.view().substr(0, size));
  out.append(http::kChunkEnd);
  piece_.consume(size);
  piece_.release_if_empty();
  return piece_.empty();
}

net::Awaitable<void> RequestSender::flush(base::Buffer out) {
  auto& socket = passage_->lease.socket();
  net::NetResult<void> written;
  if (socket.try_write(&out) != net::Attempt::Done) {
    socket.write_within(passage_->idle);
    written = co_await socket.write(std::move(out));
    socket.no_write_deadline();
  }
  if (!written) {
    passage_->send_timed_out = written.error() == net::NetError::DeadlineExceeded;
    co_return written;
  }
  // While the response is under way, its deadline is for silence in both directions.
  if (passage_->head_received) socket.read_within(passage_->idle);
  co_return written;
}

net::Awaitable<void> RequestSender::begin() {
  std::string_view text{passage_->head_text};
  base::Buffer out;
  for (;;) {
    text.remove_prefix(out.append(text));
    if (text.empty() && fill(out)) break;
    if (auto written = co_await flush(std::exchange(out, {})); !written) co_return written;
  }
  const bool complete = body_read_ && !chunked_;
  auto written = co_await flush(std::move(out));
  if (written) passage_->request_sent = complete;
  co_return written;
}

asio::awaitable<void> RequestSender::send_rest() {
  while (!body_read_) {
    if (auto read = co_await read_piece(); !read) {
      passage_->body_error = read.error().client;
      passage_->stop_waiting();
      co_return;
    }
    while (!piece_.empty()) {
      base::Buffer out;
      fill(out);
      if (auto written = co_await flush(std::move(out)); !written) co_return give_up(written.error());
    }
  }
  if (chunked_) {
    http::Fields trailers = passage_->exchange->request_trailers();
    withhold_trailers(trailers);
    std::string end;
    http::append_last_chunk(trailers, end);
    for (std::string_view text{end}; !text.empty();) {
      base::Buffer out;
      text.remove_prefix(out.append(text));
      if (auto written = co_await flush(std::move(out)); !written) co_return give_up(written.error());
    }
  }
  passage_->request_sent = true;
  if (!passage_->head_received) passage_->lease.socket().read_within(passage_->first_byte);
}

// The application takes no more of the request. What it said before it closed is read all the same (413 and the like),
// and that read ends with the connection; where it does not even take what it is sent, nobody is there to answer.
void RequestSender::give_up(net::NetError error) {
  if (error == net::NetError::DeadlineExceeded) passage_->stop_waiting();
}

}  // namespace belfry::upstream
