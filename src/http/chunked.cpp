#include "http/chunked.hpp"

#include "http/byte_class.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace belfry::http {

namespace {

constexpr unsigned kSizeDigits = 16;

// RFC 9110, section 6.5.1: not a field that is needed "for message framing [...], message routing [...], request
// modifiers [...], authentication [...], response control data [...], or determining how to process the content".
constexpr std::array<std::string_view, 33> kHeadOnlyFields{
    "age",
    "allow",
    "authentication-info",
    "authorization",
    "cache-control",
    "connection",
    "cookie",
    "date",
    "expect",
    "expires",
    "forwarded",
    "host",
    "keep-alive",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "retry-after",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
    "www-authenticate",
    "x-real-ip",
};
// Identity, forwarding and security fields of ours and of browsers belong to heads alike.
constexpr std::array<std::string_view, 9> kHeadOnlyPrefixes{
    "accept", "access-control-",   "content-",  "cross-origin-", "if-",
    "sec-",   "strict-transport-", "x-belfry-", "x-forwarded-",
};

}  // namespace

bool is_trailer_name(std::string_view name) {
  std::string plain{name};
  for (char& byte : plain) byte = is_letter(byte) || is_digit(byte) ? to_lower(byte) : '-';
  return std::ranges::find(kHeadOnlyFields, plain) == kHeadOnlyFields.end() &&
         std::ranges::none_of(kHeadOnlyPrefixes, [&](std::string_view prefix) { return plain.starts_with(prefix); });
}

std::expected<ChunkProgress, ParseError> ChunkedDecoder::decode(std::string_view input, base::Buffer& output) {
  std::size_t at = 0;
  while (at < input.size() && state_ != State::Ended) {
    const char byte = input[at];
    switch (state_) {
      case State::SizeStart:
      case State::Size:
        if (const auto taken = take_size_byte(byte); !taken) return std::unexpected{taken.error()};
        ++at;
        break;
      case State::SizeLf:
        if (byte != '\n') return std::unexpected{ParseError::BareCr};
        ++at;
        if (const auto counted = count_overhead(); !counted) return std::unexpected{counted.error()};
        state_ = State::Data;
        if (remaining_ == 0) {
          state_ = State::Trailers;
          trailer_text_.clear();
          scanner_.restart(0, {.line = kTrailerBytes,
                               .section = kTrailerBytes,
                               .fields = kTrailerFields,
                               .too_large = ParseError::TrailersTooLarge});
        }
        break;
      case State::Data: {
        const auto piece =
            input.substr(at, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size() - at)));
        const std::size_t taken = output.append(piece);
        at += taken;
        remaining_ -= taken;
        payload_ += taken;
        if (taken < piece.size()) return ChunkProgress{at, false};
        if (remaining_ == 0) state_ = State::DataCr;
        break;
      }
      case State::DataCr:
        if (byte != '\r') return std::unexpected{ParseError::BadChunkEnd};
        ++at;
        state_ = State::DataLf;
        break;
      case State::DataLf:
        if (byte != '\n') return std::unexpected{ParseError::BadChunkEnd};
        ++at;
        digits_ = 0;
        state_ = State::SizeStart;
        break;
      case State::Trailers: {
        const auto taken = take_trailer_bytes(input.substr(at));
        if (!taken) return std::unexpected{taken.error()};
        at += *taken;
        break;
      }
      case State::Ended:
        break;
    }
  }
  return ChunkProgress{at, state_ == State::Ended};
}

// RFC 9112, section 7.1: chunk-size = 1*HEXDIG. Extensions may follow; a recipient "MUST ignore unrecognized chunk
// extensions". Nobody uses them, while their blanks, quotes and line ends have been read in too many ways
// (CVE-2023-39326, CVE-2025-55315), so a body that has any is refused.
std::expected<void, ParseError> ChunkedDecoder::take_size_byte(char byte) {
  if (const int digit = hex_value(byte); digit >= 0) {
    if (state_ == State::SizeStart) remaining_ = 0;
    if (++digits_ > kSizeDigits) return std::unexpected{ParseError::ChunkSizeTooLarge};
    remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(digit);
    state_ = State::Size;
    return {};
  }
  if (state_ == State::SizeStart) return std::unexpected{odd_byte(byte, ParseError::BadChunkSize)};
  if (byte == '\r') {
    state_ = State::SizeLf;
    return {};
  }
  if (byte == ';') return std::unexpected{ParseError::ChunkExtension};
  return std::unexpected{odd_byte(byte, ParseError::BadChunkSize)};
}

std::expected<void, ParseError> ChunkedDecoder::count_overhead() {
  // The size line, and the CRLF behind the data. What this chunk announces is only counted once it came.
  overhead_ += digits_ + 4;
  if (overhead_ > kOverheadBytes + kOverheadFactor * payload_) return std::unexpected{ParseError::ChunkOverhead};
  return {};
}

std::expected<std::size_t, ParseError> ChunkedDecoder::take_trailer_bytes(std::string_view input) {
  const std::size_t before = trailer_text_.size();
  // The scanner refuses a section that has not ended within kTrailerBytes, so this always takes a byte.
  trailer_text_.append(input.substr(0, kTrailerBytes - before));
  while (true) {
    const auto step = scanner_.next(trailer_text_);
    if (!step) return std::unexpected{step.error()};
    switch (*step) {
      case FieldScanner::Step::NeedMore:
        return trailer_text_.size() - before;
      case FieldScanner::Step::Field:
        if (is_trailer_name(scanner_.field().name)) trailers_.add(scanner_.field());
        break;
      case FieldScanner::Step::End:
        state_ = State::Ended;
        trailer_text_ = {};
        return scanner_.position() - before;
    }
  }
}

void append_chunk_header(std::size_t size, std::string& out) {
  if (size == 0) throw std::invalid_argument{"a chunk of no bytes ends the body"};
  std::array<char, kSizeDigits> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
  out.append(digits.data(), end);
  out.append("\r\n");
}

void append_last_chunk(const Fields& trailers, std::string& out) {
  out.append("0\r\n");
  for (const Field& field : trailers) {
    if (!is_trailer_name(field.name)) continue;
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace belfry::http
