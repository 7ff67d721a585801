#pragma once

// The chunked transfer coding (RFC 9112, section 7.1), strictly: chunk extensions are refused, sizes are hex digits and
// nothing else, every line ends with CRLF.

#include "base/buffer.hpp"
#include "http/field_scanner.hpp"
#include "http/fields.hpp"
#include "http/parse_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::http {

struct ChunkProgress {
  std::size_t consumed = 0;  // bytes of the input that are done with
  bool ended = false;        // the whole body, trailers included, was read; bytes behind it are the next message's
};

// Decodes one body. The input need not be kept: what is consumed is never needed again.
class ChunkedDecoder {
 public:
  // Limits on the trailer section, inclusive.
  static constexpr std::size_t kTrailerBytes = 4'096;
  static constexpr std::size_t kTrailerFields = 32;
  // Framing may take up to this many bytes and kOverheadFactor times the body's bytes, inclusive. The worst honest
  // writer sends chunks of one byte: 5 bytes of framing for each.
  static constexpr std::uint64_t kOverheadBytes = 16'384;
  static constexpr std::uint64_t kOverheadFactor = 8;

  // Appends body bytes to `output` until the input is used up, `output` is full or the body has ended. After an error
  // the connection's framing is lost.
  std::expected<ChunkProgress, ParseError> decode(std::string_view input, base::Buffer& output);

  bool ended() const { return state_ == State::Ended; }
  // After the end, once. Fields that RFC 9110, section 6.5.1 does not let a trailer carry (framing, routing,
  // authentication, content and so on) are not among them.
  Fields take_trailers() { return std::move(trailers_); }
  // Ready for another body.
  void reset() { *this = ChunkedDecoder{}; }

 private:
  enum class State : std::uint8_t { SizeStart, Size, SizeLf, Data, DataCr, DataLf, Trailers, Ended };

  std::expected<void, ParseError> take_size_byte(char byte);
  std::expected<void, ParseError> count_overhead();
  std::expected<std::size_t, ParseError> take_trailer_bytes(std::string_view input);

  State state_ = State::SizeStart;
  std::uint64_t remaining_ = 0;  // of the chunk
  unsigned digits_ = 0;
  std::uint64_t payload_ = 0;
  std::uint64_t overhead_ = 0;
  std::string trailer_text_;
  FieldScanner scanner_;
  Fields trailers_;
};

// False for a name that must not be sent or believed as a trailer (RFC 9110, section 6.5.1). Without case.
bool is_trailer_name(std::string_view name);

// The line before a chunk of `size` bytes (> 0: a chunk of none would end the body). Behind the bytes goes kChunkEnd.
void append_chunk_header(std::size_t size, std::string& out);
inline constexpr std::string_view kChunkEnd = "\r\n";
// The last chunk with the trailers and the empty line.
void append_last_chunk(const Fields& trailers, std::string& out);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace belfry::http
