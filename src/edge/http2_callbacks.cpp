#include "edge/http2_callbacks.hpp"

#include "edge/http2_exchange.hpp"
#include "edge/http2_memory.hpp"

#include <new>

namespace belfry::edge {

namespace {

Http2Exchange* exchange_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<Http2Exchange*>(nghttp2_session_get_stream_user_data(session, id));
}

constexpr std::size_t kFrameHead = 9;

std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

nghttp2_session* Http2Callbacks::create(Http2Session* session) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* option = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0) throw std::bad_alloc{};

  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_chunk);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_sent);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, send_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_close);

  // Windows are given back as handlers take what came.
  nghttp2_option_set_no_auto_window_update(option, 1);
  // Closed streams would be kept for the priority tree of RFC 7540, which we said that we do not use.
  nghttp2_option_set_no_closed_streams(option, 1);
  // Answers to pings and settings that a client may leave unread, and settings in one frame.
  nghttp2_option_set_max_outbound_ack(option, 100);
  nghttp2_option_set_max_settings(option, 32);
  nghttp2_option_set_max_deflate_dynamic_table_size(option, 4096);

  nghttp2_session* made = nullptr;
  const int result = nghttp2_session_server_new3(&made, callbacks, session, option, http2_memory());
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_option_del(option);
  if (result != 0) throw std::bad_alloc{};
  return made;
}

nghttp2_data_provider Http2Callbacks::body_source() {
  return {.source = {}, .read_callback = read_source};
}

int Http2Callbacks::begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  auto* self = static_cast<Http2Session*>(user);
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    self->begin_stream(frame->hd.stream_id);
    if (exchange_of(session, frame->hd.stream_id) == nullptr) {
      self->pay_for_our_reset(NGHTTP2_REFUSED_STREAM);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
  }
  return 0;
}

int Http2Callbacks::header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                           std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                           void*) {
  Http2Exchange* exchange = exchange_of(session, frame->hd.stream_id);
  if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (exchange->head_done_) {
    exchange->take_trailer(text(name, name_size), text(value, value_size));
  } else {
    exchange->take_field(text(name, name_size), text(value, value_size));
  }
  // A list that is a little too large is answered with 431; one that goes on and on ends the connection.
  return exchange->list_size_ > Http2Session::kHeaderListAbuse ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int Http2Callbacks::invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                                   const std::uint8_t*, std::size_t, std::uint8_t, void*) {
  // "An intermediary [...] MUST NOT forward a malformed request" (RFC 9113, section 8.1.1): a reset, where nghttp2 by
  // itself would leave the field out.
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int Http2Callbacks::frame_received(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  auto* self = static_cast<Http2Session*>(user);
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  Http2Exchange* exchange = exchange_of(session, frame->hd.stream_id);
  if (exchange == nullptr) return 0;
  const bool end_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame->hd.type == NGHTTP2_HEADERS && !exchange->head_done_) {
    self->head_complete(*exchange, end_stream);
  } else if (end_stream) {
    exchange->request_ended_ = true;
    exchange->arrived_.set();
  }
  return 0;
}

int Http2Callbacks::data_chunk(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                               std::size_t size, void*) {
  Http2Exchange* exchange = exchange_of(session, id);
  if (exchange == nullptr) {
    nghttp2_session_consume_connection(session, size);
  } else {
    exchange->take_data(text(data, size));
  }
  return 0;
}

int Http2Callbacks::frame_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  auto* self = static_cast<Http2Session*>(user);
  // Each DATA frame calls for up to two window updates, the stream's and the connection's.
  if (frame->hd.type == NGHTTP2_DATA) self->budget_.earn(2 * Http2Budget::kFrame);
  if (frame->hd.type == NGHTTP2_RST_STREAM) self->pay_for_our_reset(frame->rst_stream.error_code);
  if (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) return 0;
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  self->budget_.earn(Http2Budget::kReset / 2);
  if (Http2Exchange* exchange = exchange_of(session, frame->hd.stream_id)) {
    exchange->response_ended_ = true;
    exchange->reset_if_unwanted();
  }
  return 0;
}

int Http2Callbacks::send_data(nghttp2_session* session, nghttp2_frame* frame, const std::uint8_t* head,
                              std::size_t size, nghttp2_data_source*, void* user) {
  auto* self = static_cast<Http2Session*>(user);
  Http2Exchange* exchange = exchange_of(session, frame->hd.stream_id);
  if (exchange == nullptr || exchange->out_.size() < size) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (self->out_.room().size() < kFrameHead + size) return NGHTTP2_ERR_WOULDBLOCK;
  self->out_.append(text(head, kFrameHead));
  self->out_.append(exchange->out_.view().substr(0, size));
  exchange->data_sent(size);
  return 0;
}

int Http2Callbacks::stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
  auto* self = static_cast<Http2Session*>(user);
  Http2Exchange* exchange = exchange_of(session, id);
  if (exchange == nullptr) return 0;
  nghttp2_session_set_stream_user_data(session, id, nullptr);
  exchange->stream_closed();
  self->forget_if_over(*exchange);
  return 0;
}

ssize_t Http2Callbacks::read_source(nghttp2_session* session, std::int32_t id, std::uint8_t*, std::size_t limit,
                                    std::uint32_t* flags, nghttp2_data_source*, void*) {
  Http2Exchange* exchange = exchange_of(session, id);
  if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  return exchange->next_data(limit, flags);
}

}  // namespace belfry::edge
