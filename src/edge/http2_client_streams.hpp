#pragma once

// On which of its streams a client may still send (RFC 9113, section 5.1), beside nghttp2: without the priorities of
// RFC 7540 it keeps no closed stream, and then passes over whatever comes for one in silence.
//
// A client is held to what it said itself, with END_STREAM or RST_STREAM. What the server ended does not count: "an
// endpoint that sends a RST_STREAM frame on a stream that is in the 'open' or 'half-closed (local)' state could receive
// any type of frame", which the client sent before it knew.
//
// Remembers kRemembered streams that their client has not ended; of older ones nothing is said.

#include "edge/http2_frames.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace belfry::edge {

class Http2ClientStreams {
 public:
  // Streams that may be open at once, and as many that were reset and whose client does not know it yet.
  static constexpr std::size_t kRemembered = 200;

  // The connection error that this frame is; NGHTTP2_NO_ERROR where it is none, or nghttp2 sees it. To be called for
  // each frame in order.
  [[nodiscard]] std::uint32_t take(const Http2Frame& frame) {
    switch (frame.type) {
      case NGHTTP2_PRIORITY:
        // Section 6.3: "If a PRIORITY frame is received with a stream identifier of 0x00, the recipient MUST respond
        // with a connection error". RFC 7540, section 5.3.1: "A stream cannot depend on itself"; the stream may be
        // idle, so that no RST_STREAM could say so.
        return frame.stream == 0 || frame.stream == frame.depends_on ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_NO_ERROR;
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA:
        return take_message(frame);
      case NGHTTP2_RST_STREAM:
        end(frame.stream);
        return NGHTTP2_NO_ERROR;
      default:
        return NGHTTP2_NO_ERROR;
    }
  }

 private:
  std::uint32_t take_message(const Http2Frame& frame) {
    const bool ends = (frame.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    // A client opens odd ones; 0, its even ones and DATA on an idle stream are nghttp2's to refuse.
    if (frame.stream % 2 == 0) return NGHTTP2_NO_ERROR;
    if (frame.stream > newest_) {
      if (frame.type == NGHTTP2_HEADERS) open(frame.stream, ends);
      return NGHTTP2_NO_ERROR;
    }
    if (frame.stream <= forgotten_) return NGHTTP2_NO_ERROR;
    if (is_open(frame.stream)) {
      if (ends) end(frame.stream);
      return NGHTTP2_NO_ERROR;
    }
    // Section 5.1.1: "The identifier of a newly established stream MUST be numerically greater than all streams that
    // the initiating endpoint has opened"; those that were passed over last are told from those that were closed.
    const bool unexpected = frame.type == NGHTTP2_HEADERS && frame.stream > before_newest_ && frame.stream < newest_;
    return unexpected ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_STREAM_CLOSED;
  }

  void open(std::uint32_t stream, bool ended) {
    before_newest_ = newest_;
    newest_ = stream;
    if (ended) return;
    if (count_ == kRemembered) {
      forgotten_ = open_.front();
      end(forgotten_);
    }
    open_[count_++] = stream;
  }
  void end(std::uint32_t stream) {
    const auto last = open_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::lower_bound(open_.begin(), last, stream);
    if (found == last || *found != stream) return;
    std::copy(found + 1, last, found);
    --count_;
  }
  bool is_open(std::uint32_t stream) const {
    return std::binary_search(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(count_), stream);
  }

  std::uint32_t newest_ = 0;         // that the client opened
  std::uint32_t before_newest_ = 0;  // the one before it
  std::uint32_t forgotten_ = 0;      // up to here nothing is said
  std::size_t count_ = 0;
  std::array<std::uint32_t, kRemembered> open_{};  // in order, `count_` of them
};

}  // namespace belfry::edge
