#pragma once

// Walks over the frames of what a client sends (RFC 9113, section 4.1), beside nghttp2, which passes over unknown ones
// and those of closed streams without a word. Looks at heads alone, so that each frame can be paid for. Whether they
// make sense is nghttp2's to say.

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::edge {

struct Http2Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  // Without payload, or a DATA frame of padding alone.
  bool empty = false;
};

class Http2Frames {
 public:
  // Calls `on_frame(Http2Frame)` for each frame whose head is complete with these bytes, which follow those of the call
  // before; a padded DATA frame waits for the byte that tells its padding.
  template <class OnFrame>
  void read(std::string_view bytes, OnFrame on_frame) {
    while (!bytes.empty()) {
      const std::size_t skipped = std::min(bytes.size(), skip_);
      skip_ -= skipped;
      bytes.remove_prefix(skipped);
      if (bytes.empty()) return;
      const auto byte = static_cast<std::uint8_t>(bytes.front());
      bytes.remove_prefix(1);
      if (take(byte)) on_frame(frame_);
    }
  }

 private:
  static constexpr std::size_t kHead = 9;

  // One byte of a head, or the padding's length behind it; true where the frame is now known.
  bool take(std::uint8_t byte) {
    if (at_ == kHead) {
      frame_.empty = byte + 1U >= length_;
      begin_next(length_ - 1);
      return true;
    }
    if (at_ < 3) length_ = length_ << 8 | byte;
    if (at_ == 3) frame_.type = byte;
    if (at_ == 4) frame_.flags = byte;
    if (++at_ < kHead) return false;
    const bool padded = frame_.type == NGHTTP2_DATA && (frame_.flags & NGHTTP2_FLAG_PADDED) != 0;
    if (padded && length_ > 0) return false;
    frame_.empty = length_ == 0;
    begin_next(length_);
    return true;
  }
  void begin_next(std::size_t payload) {
    skip_ = payload;
    at_ = 0;
    length_ = 0;
  }

  std::size_t skip_ = NGHTTP2_CLIENT_MAGIC_LEN;  // the connection preface (section 3.4) comes first
  std::size_t at_ = 0;                           // bytes of the head that were taken
  std::size_t length_ = 0;
  Http2Frame frame_;
};

}  // namespace belfry::edge
