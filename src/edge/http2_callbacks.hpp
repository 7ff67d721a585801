#pragma once

// What nghttp2 calls while it reads and writes, each a few lines that hand on to the session or the exchange. A
// stream's user data is its Http2Exchange; a session's is its Http2Session.

#include "edge/http2_session.hpp"

#include <nghttp2/nghttp2.h>

namespace belfry::edge {

struct Http2Callbacks {
  // A server session with all options and callbacks set. Throws std::bad_alloc.
  static nghttp2_session* create(Http2Session* session);
  // Reads the body of whichever stream it is submitted for.
  static nghttp2_data_provider body_source();

 private:
  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t flags, void* user);
  static int invalid_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                            std::uint8_t flags, void* user);
  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int data_chunk(nghttp2_session*, std::uint8_t flags, std::int32_t id, const std::uint8_t* data,
                        std::size_t size, void* user);
  static int frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head, std::size_t size,
                       nghttp2_data_source*, void* user);
  static int stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user);
  static ssize_t read_source(nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t limit, std::uint32_t* flags,
                             nghttp2_data_source*, void* user);
};

}  // namespace belfry::edge
