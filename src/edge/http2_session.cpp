#include "edge/http2_session.hpp"

#include "edge/http2_callbacks.hpp"
#include "edge/http2_exchange.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <utility>

namespace belfry::edge {

namespace asio = boost::asio;

namespace {

// A stream that its client reset may still have a handler that winds up: so many again, and the writer.
constexpr std::size_t kTasks = 2 * Http2Session::kStreams + 1;
// Frames that wait for a client that does not read (answers to what it sends): beyond these it is cut off.
constexpr std::size_t kQueuedFrames = 1000;
// From here on the writer has its turn before more is read: one Buffer of small frames may call for as many answers.
constexpr std::size_t kQueuedFramesAtOnce = 100;
constexpr std::chrono::seconds kLingerTime{2};
static_assert(Http2ClientStreams::kRemembered >= std::size_t{2} * Http2Session::kStreams);

}  // namespace

Http2Session::Http2Session(const asio::any_io_executor& executor, std::unique_ptr<net::TlsStream> stream,
                           http::Client client, Surroundings surroundings)
    : executor_{executor},
      stream_{std::move(stream)},
      client_{client},
      surroundings_{surroundings},
      session_{Http2Callbacks::create(this)},
      tasks_{executor, kTasks},
      wake_{executor},
      deadline_{surroundings.wheel, [this] { terminate(NGHTTP2_NO_ERROR); }},
      budget_{surroundings.wheel.now()} {}

Http2Session::~Http2Session() = default;

void Http2Session::drain() {
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_.get()),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  wake_writer();
}

void Http2Session::stop() {
  ended_ = true;
  stream_->socket().stop();
  wake_writer();
}

void Http2Session::terminate(std::uint32_t error) {
  // Once: whoever goes on sending must not put off the end.
  if (std::exchange(terminating_, true)) return;
  nghttp2_session_terminate_session(session_.get(), error);
  // A client that reads nothing more does not get to hear it.
  stream_->socket().read_within(kLingerTime);
  wake_writer();
}

void Http2Session::spend(double cost) {
  if (!budget_.spend(cost, surroundings_.wheel.now())) terminate(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::pay_for(const Http2Frame& frame) {
  switch (frame.type) {
    case NGHTTP2_HEADERS:
      break;  // a request: the guards' to count
    case NGHTTP2_DATA:
      if (frame.empty && (frame.flags & NGHTTP2_FLAG_END_STREAM) == 0) spend(Http2Budget::kFrame);
      break;
    case NGHTTP2_RST_STREAM:
      spend(Http2Budget::kReset);
      break;
    default:
      spend(Http2Budget::kFrame);
  }
}

void Http2Session::update_deadline() {
  if (head_under_way_) {
    deadline_.arm(surroundings_.limits.head);
  } else if (streams_.empty()) {
    deadline_.arm(surroundings_.limits.idle);
  } else {
    deadline_.disarm();
  }
}

asio::awaitable<void> Http2Session::run() {
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(kStreamWindow)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kHeaderList},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  update_deadline();
  if (tasks_.spawn(write_loop())) {
    wake_writer();
    co_await read_loop();
  }

  // The handlers learn that nobody waits for them, and are waited for; a writer that was not taken from is not.
  ended_ = true;
  if (!closing_) stream_->socket().stop();
  deadline_.disarm();
  wake_writer();
  for (auto& [id, exchange] : streams_) {
    nghttp2_session_set_stream_user_data(session_.get(), id, nullptr);
    if (!exchange->closed_) exchange->stream_closed();
  }
  co_await tasks_.join();
  streams_.clear();
}

asio::awaitable<void> Http2Session::read_loop() {
  base::Buffer input;
  while (!ended_) {
    const auto got = co_await stream_->read(&input);
    if (!got || *got == 0) co_return;
    if (terminating_) {
      input.consume(input.size());
      continue;
    }
    const auto bytes = input.view();
    const ssize_t read =
        nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    std::uint32_t wrong = NGHTTP2_NO_ERROR;
    frames_.read(bytes, [this, &wrong](const Http2Frame& frame) {
      pay_for(frame);
      const std::uint32_t error = client_streams_.take(frame);
      if (wrong == NGHTTP2_NO_ERROR) wrong = error;
    });
    input.consume(input.size());
    if (read < 0) {
      // What nghttp2 calls a connection error it has answered itself; the rest is no HTTP/2, or a flood.
      const bool flood = read == NGHTTP2_ERR_FLOODED || read == NGHTTP2_ERR_CALLBACK_FAILURE;
      terminate(flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
    } else if (wrong != NGHTTP2_NO_ERROR) {
      // Unless nghttp2 has found an error of the connection before: the first GOAWAY is the one that goes out.
      terminate(wrong);
    }
    const std::size_t queued = nghttp2_session_get_outbound_queue_size(session_.get());
    if (queued > kQueuedFrames) stop();
    if (nghttp2_session_want_write(session_.get()) != 0 || nghttp2_session_want_read(session_.get()) == 0) {
      wake_writer();
    }
    if (queued > kQueuedFramesAtOnce) co_await asio::post(executor_, asio::use_awaitable);
  }
}

void Http2Session::fill() {
  for (;;) {
    unsent_.remove_prefix(out_.append(unsent_));
    if (!unsent_.empty()) return;
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &data);
    // 0: nothing to send, or a DATA frame that does not fit any more.
    if (size <= 0) return;
    unsent_ = {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
}

asio::awaitable<void> Http2Session::write_loop() {
  while (!ended_ && !closing_) {
    co_await wake_.wait();
    for (;;) {
      if (ended_) co_return;
      fill();
      if (out_.empty()) break;
      const auto attempt = stream_->try_write(&out_);
      if (attempt == net::Attempt::Blocked) {
        stream_->socket().write_within(surroundings_.limits.body_window);
        const auto ready = co_await stream_->socket().wait_writable();
        stream_->socket().no_write_deadline();
        if (ready) continue;
      }
      if (attempt != net::Attempt::Done) {
        stop();
        co_return;
      }
    }
    out_.release();
    if (nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0) close();
  }
}

void Http2Session::close() {
  terminating_ = true;
  closing_ = true;
  stream_->close();
  stream_->socket().read_within(kLingerTime);
}

void Http2Session::begin_stream(std::int32_t id) {
  // Beyond the streams that may be open there are only those whose handlers still wind up.
  if (streams_.size() >= 2UL * kStreams) return;
  const auto [place, added] = streams_.emplace(id, std::make_unique<Http2Exchange>(*this, id));
  nghttp2_session_set_stream_user_data(session_.get(), id, place->second.get());
  head_under_way_ = true;
  update_deadline();
}

void Http2Session::head_complete(Http2Exchange& exchange, bool end_stream) {
  head_under_way_ = false;
  update_deadline();
  exchange.finish_head(end_stream);
  auto place = surroundings_.streams.acquire(client_.endpoint.address, surroundings_.streams_per_address);
  if (place) exchange.place_ = std::move(*place);
  // Before it starts: a handler that need not wait has returned by the time that it was started.
  exchange.handling_ = true;
  if (!place || !tasks_.spawn(serve(&exchange))) {
    exchange.handling_ = false;
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, exchange.id_, NGHTTP2_REFUSED_STREAM);
  }
}

asio::awaitable<void> Http2Session::serve(Http2Exchange* exchange) {
  if (exchange->refused_) {
    const EdgeRefusal refusal{http::status_of(*exchange->refused_), http::to_string(*exchange->refused_), client_};
    co_await http::respond(exchange, surroundings_.site.refuse(refusal));
  } else {
    co_await surroundings_.site.handle(exchange);
  }
  if (exchange->stage_ == Http2Exchange::Stage::Complete) {
    co_await exchange->skip_body();
  } else {
    exchange->abort();
  }
  exchange->handling_ = false;
  if (!ended_) forget_if_over(*exchange);
}

void Http2Session::forget_if_over(Http2Exchange& exchange) {
  if (exchange.handling_ || !exchange.closed_) return;
  if (!exchange.head_done_) head_under_way_ = false;
  streams_.erase(exchange.id_);
  update_deadline();
}

}  // namespace belfry::edge
