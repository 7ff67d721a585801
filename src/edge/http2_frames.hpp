#pragma once

// Walks over the frames of what a client sends (RFC 9113, section 4.1), beside nghttp2, which passes over unknown ones
// and those of closed streams without a word. Looks at heads, and at the few bytes behind them that say what a head
// does not, so that each frame can be paid for and held against what its stream allows (Http2ClientStreams). Whether
// they make sense otherwise is nghttp2's to say.

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::edge {

struct Http2Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  // Without the reserved bit.
  std::uint32_t stream = 0;
  // Of a PRIORITY frame: the stream that its stream is to depend on.
  std::uint32_t depends_on = 0;
  // Without payload, or a DATA frame of padding alone.
  bool empty = false;
};

class Http2Frames {
 public:
  // Calls `on_frame(Http2Frame)` for each frame that is known with these bytes, which follow those of the call before:
  // once its head is complete, a padded DATA frame with the byte that tells its padding, PRIORITY with its dependency.
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
  static constexpr std::size_t kDependency = 4;
  static constexpr std::uint32_t kStreamBits = 0x7fff'ffff;

  // One byte of a head, or of what is wanted behind it; true where the frame is now known.
  bool take(std::uint8_t byte) {
    if (at_ < 3) {
      length_ = length_ << 8 | byte;
    } else if (at_ == 3) {
      frame_.type = byte;
    } else if (at_ == 4) {
      frame_.flags = byte;
    } else {
      word_ = word_ << 8 | byte;
    }
    if (++at_ == kHead) {
      frame_.stream = word_ & kStreamBits;
      word_ = 0;
    }
    if (at_ < kHead || at_ < kHead + wanted()) return false;
    frame_.depends_on = is_priority() ? word_ & kStreamBits : 0;
    frame_.empty = is_padded_data() ? word_ + 1 >= length_ : length_ == 0;
    begin_next(length_ - wanted());
    return true;
  }

  bool is_priority() const { return frame_.type == NGHTTP2_PRIORITY && length_ >= kDependency; }
  bool is_padded_data() const {
    return frame_.type == NGHTTP2_DATA && (frame_.flags & NGHTTP2_FLAG_PADDED) != 0 && length_ > 0;
  }
  // Bytes of the payload.
  std::size_t wanted() const {
    if (is_priority()) return kDependency;
    return is_padded_data() ? 1 : 0;
  }
  void begin_next(std::size_t payload) {
    skip_ = payload;
    at_ = 0;
    length_ = 0;
    word_ = 0;
  }

  std::size_t skip_ = NGHTTP2_CLIENT_MAGIC_LEN;  // the connection preface (section 3.4) comes first
  std::size_t at_ = 0;                           // bytes of the frame that were taken
  std::size_t length_ = 0;
  std::uint32_t word_ = 0;  // the number that is being read
  Http2Frame frame_;
};

}  // namespace belfry::edge
