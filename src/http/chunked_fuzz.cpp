// The chunked decoder: however the bytes come and however much room there is, body and end are the same; what it
// decoded and is encoded again decodes the same.

#include "http/chunked.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string body;
  std::size_t consumed = 0;
  bool ended = false;
  std::optional<ParseError> error;
  std::string trailers;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run(std::string_view input, std::size_t step, std::size_t room) {
  ChunkedDecoder decoder;
  Outcome outcome;
  while (outcome.consumed < input.size() && !outcome.ended) {
    base::Buffer output;
    // All but `room` of it is taken, by bytes that nobody reads.
    output.commit(output.room().size() - room);
    const std::string piece{input.substr(outcome.consumed, step)};
    const auto progress = decoder.decode(piece, output);
    if (!progress) {
      outcome.error = progress.error();
      // How far it came before an error depends on the pieces.
      outcome.body.clear();
      outcome.consumed = 0;
      return outcome;
    }
    require(progress->consumed > 0 && progress->consumed <= piece.size());
    outcome.consumed += progress->consumed;
    outcome.ended = progress->ended;
    outcome.body += output.view().substr(base::Buffer::kCapacity - room);
  }
  if (outcome.ended) {
    for (const Field& field : decoder.take_trailers()) {
      require(is_trailer_name(field.name));
      outcome.trailers.append(field.name).append("=").append(field.value).append(";");
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 2, size - 2};
  const Outcome whole = run(input, SIZE_MAX, base::Buffer::kCapacity);
  require(whole == run(input, 1 + data[0] % 64, base::Buffer::kCapacity));
  require(whole == run(input, SIZE_MAX, 1 + data[1] % 64));
  if (!whole.ended) return 0;

  std::string again;
  const std::size_t chunk = 1 + data[0];
  for (std::size_t at = 0; at < whole.body.size(); at += chunk) {
    const std::string_view piece = std::string_view{whole.body}.substr(at, chunk);
    append_chunk_header(piece.size(), again);
    again.append(piece).append(kChunkEnd);
  }
  again.append(kLastChunk);
  const Outcome decoded = run(again, SIZE_MAX, base::Buffer::kCapacity);
  require(decoded.ended && decoded.body == whole.body && decoded.consumed == again.size());
  return 0;
}

}  // namespace belfry::http
