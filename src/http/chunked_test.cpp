#include "http/chunked.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  bool ended = false;
  Fields trailers;
};

// Gives the decoder at most `step` bytes at a time and an output with at most `room` bytes of room.
std::expected<Decoded, ParseError> decode(std::string_view input, std::size_t step = SIZE_MAX,
                                          std::size_t room = base::Buffer::kCapacity) {
  ChunkedDecoder decoder;
  Decoded result;
  while (result.consumed < input.size() && !decoder.ended()) {
    base::Buffer output;
    output.append(std::string(base::Buffer::kCapacity - room, '.'));
    const auto progress = decoder.decode(input.substr(result.consumed, step), output);
    if (!progress) return std::unexpected{progress.error()};
    if (progress->consumed == 0 && output.size() < base::Buffer::kCapacity) {
      ADD_FAILURE() << "no progress";
      break;
    }
    result.consumed += progress->consumed;
    result.body += output.view().substr(base::Buffer::kCapacity - room);
    EXPECT_EQ(progress->ended, decoder.ended());
  }
  result.ended = decoder.ended();
  if (result.ended) result.trailers = decoder.take_trailers();
  return result;
}

TEST(ChunkedDecoder, DecodesInAnyPieces) {
  const std::string input = "5\r\nhello\r\n00d\r\n, chunked wor\r\nA\r\nld!\r\n\r\n123\r\n0\r\nX-Sum: 42\r\n\r\nGET /";
  for (const std::size_t step : {SIZE_MAX, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    for (const std::size_t room : {base::Buffer::kCapacity, std::size_t{1}, std::size_t{4}}) {
      const auto decoded = decode(input, step, room);
      ASSERT_TRUE(decoded.has_value()) << to_string(decoded.error());
      EXPECT_TRUE(decoded->ended);
      EXPECT_EQ(decoded->body, "hello, chunked world!\r\n\r\n123");
      EXPECT_EQ(decoded->consumed, input.size() - 5);
      EXPECT_EQ(decoded->trailers.get("x-sum"), "42");
    }
  }
}

TEST(ChunkedDecoder, StopsWhenOutputIsFull) {
  const std::string body(base::Buffer::kCapacity + 5, 'x');
  std::string input;
  append_chunk_header(body.size(), input);
  input.append(body).append(kChunkEnd).append(kLastChunk);
  ChunkedDecoder decoder;
  base::Buffer output;
  const auto first = decoder.decode(input, output);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(output.size(), base::Buffer::kCapacity);
  EXPECT_FALSE(first->ended);
  const auto stuck = decoder.decode(std::string_view{input}.substr(first->consumed), output);
  ASSERT_TRUE(stuck.has_value());
  EXPECT_EQ(stuck->consumed, 0U);
  output.release();
  const auto rest = decoder.decode(std::string_view{input}.substr(first->consumed), output);
  ASSERT_TRUE(rest.has_value());
  EXPECT_EQ(output.view(), "xxxxx");
  EXPECT_TRUE(rest->ended);
}

TEST(ChunkedDecoder, TakesNothingBehindTheEnd) {
  ChunkedDecoder decoder;
  base::Buffer output;
  const auto ended = decoder.decode("0\r\n\r\n5\r\nhello", output);
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(ended->ended);
  EXPECT_EQ(ended->consumed, 5U);
  EXPECT_EQ(decoder.decode("5\r\nhello", output)->consumed, 0U);
  EXPECT_TRUE(output.empty());
  decoder.reset();
  EXPECT_TRUE(decoder.decode("5\r\nhello", output).has_value());
  EXPECT_EQ(output.view(), "hello");
}

TEST(ChunkedDecoder, RefusesBadChunks) {
  using enum ParseError;
  using namespace std::string_view_literals;
  struct Refusal {
    std::string_view input;
    ParseError expected;
  };
  for (const Refusal& refusal : std::vector<Refusal>{
           {"\r\n", BareCr},
           {"\n", BareLf},
           {"+5\r\nhello", BadChunkSize},
           {"-5\r\nhello", BadChunkSize},
           {" 5\r\nhello", BadChunkSize},
           {"5 \r\nhello", BadChunkSize},
           {"5\t\r\nhello", ControlCharacter},
           {"0x5\r\nhello", BadChunkSize},
           {"0X5\r\nhello", BadChunkSize},
           {"5h\r\nhello", BadChunkSize},
           {"g\r\n", BadChunkSize},
           {"5_0\r\n", BadChunkSize},
           {"5\0\r\n"sv, NulByte},
           {"5\n", BareLf},
           {"5\rhello", BareCr},
           {"5\r\r\nhello", BareCr},
           {"5;a=b\r\nhello", ChunkExtension},
           {"5;\r\nhello", ChunkExtension},
           {"5 ;a\r\nhello", BadChunkSize},
           {"0;a=\"\r\n\r\n", ChunkExtension},
           {"00000000000000005\r\n", ChunkSizeTooLarge},
           {"fffffffffffffffff\r\n", ChunkSizeTooLarge},
           {"5\r\nhelloX", BadChunkEnd},
           {"5\r\nhello\n", BadChunkEnd},
           {"5\r\nhello\rX", BadChunkEnd},
           {"5\r\nhello5\r\n", BadChunkEnd},
           {"4\r\nhello\r\n", BadChunkEnd},
           {"0\r\nX\r\n", MissingColon},
           {"0\r\nX: y\n", BareLf},
           {"0\r\n\n", BareLf},
           {"0\r\n\rX", BareCr},
           {"0\r\nX : y\r\n", SpaceBeforeColon},
           {"0\r\nX: y\r\n z\r\n", ObsoleteFold},
           {"0\r\n: y\r\n", EmptyFieldName},
           {"0\r\nGET / HTTP/1.1\r\n", SpaceBeforeColon},
       }) {
    SCOPED_TRACE(testing::PrintToString(refusal.input));
    const auto at_once = decode(refusal.input);
    ASSERT_FALSE(at_once.has_value());
    EXPECT_EQ(to_string(at_once.error()), to_string(refusal.expected));
    const auto by_byte = decode(refusal.input, 1);
    ASSERT_FALSE(by_byte.has_value());
    EXPECT_EQ(by_byte.error(), at_once.error());
  }
}

TEST(ChunkedDecoder, AcceptsTheLargestSizes) {
  ChunkedDecoder decoder;
  base::Buffer output;
  ASSERT_TRUE(decoder.decode("ffffffffffffffff\r\nabc", output).has_value());
  EXPECT_EQ(output.view(), "abc");
  EXPECT_EQ(decode("0000000000000003\r\nabc\r\n0\r\n\r\n")->body, "abc");
  EXPECT_EQ(decode("0000000000000000\r\n\r\n")->ended, true);
}

TEST(ChunkedDecoder, BoundsTrailers) {
  const auto field = [](std::size_t size) { return "X: " + std::string(size - 5, 'x') + "\r\n"; };
  const std::string fits = "0\r\n" + field(ChunkedDecoder::kTrailerBytes - 2) + "\r\n";
  EXPECT_TRUE(decode(fits).has_value());
  EXPECT_TRUE(decode(fits, 1).has_value());
  const std::string too_large = "0\r\n" + field(ChunkedDecoder::kTrailerBytes - 1) + "\r\n";
  EXPECT_EQ(decode(too_large).error(), ParseError::TrailersTooLarge);
  EXPECT_EQ(decode(too_large, 1).error(), ParseError::TrailersTooLarge);

  std::string many = "0\r\n";
  for (std::size_t i = 0; i < ChunkedDecoder::kTrailerFields; ++i) many += "X: y\r\n";
  EXPECT_EQ(decode(many + "\r\n")->trailers.size(), ChunkedDecoder::kTrailerFields);
  EXPECT_EQ(decode(many + "X: y\r\n\r\n").error(), ParseError::TooManyFields);
}

TEST(ChunkedDecoder, DropsFieldsThatNoTrailerMayCarry) {
  const auto decoded = decode(
      "0\r\nX-Sum: 1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\nAuthorization: x\r\n"
      "Cookie: a=b\r\nSet-Cookie: a=b\r\nContent-Type: x\r\nX-Forwarded-For: 192.0.2.1\r\nX_Forwarded_For: "
      "192.0.2.1\r\n"
      "Forwarded: for=x\r\nX-Belfry-User: root\r\nOrigin: x\r\nSec-Fetch-Site: x\r\nServer-Timing: 2\r\n\r\n");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->trailers.size(), 2U);
  EXPECT_TRUE(decoded->trailers.contains("x-sum"));
  EXPECT_TRUE(decoded->trailers.contains("server-timing"));
  EXPECT_FALSE(is_trailer_name("Content_Length"));
  EXPECT_TRUE(is_trailer_name("grpc-status"));
}

TEST(ChunkedDecoder, AcceptsChunksOfOneByteForEver) {
  ChunkedDecoder decoder;
  for (int i = 0; i < 200'000; ++i) {
    base::Buffer output;
    const auto progress = decoder.decode("1\r\nx\r\n", output);
    ASSERT_TRUE(progress.has_value()) << i;
    ASSERT_EQ(output.size(), 1U);
  }
}

TEST(ChunkedDecoder, RefusesAFloodOfPaddedChunks) {
  ChunkedDecoder decoder;
  int taken = 0;
  for (; taken < 10'000; ++taken) {
    base::Buffer output;
    const auto progress = decoder.decode("0000000000000001\r\nx\r\n", output);
    if (!progress) {
      EXPECT_EQ(progress.error(), ParseError::ChunkOverhead);
      break;
    }
  }
  // 20 bytes of framing a byte: 16 KiB of credit and 8 for each byte last for 16384 / 12 chunks.
  EXPECT_GT(taken, 1000);
  EXPECT_LT(taken, 1500);
}

TEST(ChunkWriter, WritesWhatTheDecoderReads) {
  std::string out;
  for (const std::size_t size : {std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{16384}}) {
    append_chunk_header(size, out);
    out.append(std::string(size, 'b')).append(kChunkEnd);
  }
  Fields trailers;
  trailers.add("x-sum", "1");
  trailers.add("content-length", "5");
  append_last_chunk(trailers, out);
  const auto decoded = decode(out);
  ASSERT_TRUE(decoded.has_value()) << to_string(decoded.error());
  EXPECT_EQ(decoded->body.size(), 1U + 15 + 16 + 16384);
  EXPECT_EQ(decoded->consumed, out.size());
  EXPECT_EQ(decoded->trailers.size(), 1U);

  std::string header;
  append_chunk_header(0x1aF, header);
  EXPECT_EQ(header, "1af\r\n");
  EXPECT_THROW(append_chunk_header(0, header), std::invalid_argument);
  std::string last;
  append_last_chunk({}, last);
  EXPECT_EQ(last, kLastChunk);
}

}  // namespace
}  // namespace belfry::http
