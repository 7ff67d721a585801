// Responses: as for requests; what was accepted and is written again frames the same body.

#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace belfry::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool same_fields(const Fields& a, const Fields& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].value != b[i].value) return false;
  }
  return true;
}

void check_rewritten(const ParsedResponse& parsed, Method method) {
  // 101 always becomes a WebSocket handshake when it is written.
  if (parsed.head.status == 101) return;
  std::string text;
  append_response_head(parsed.head,
                       {.chunked = parsed.chunked, .close = parsed.close, .to_head = method == Method::Head}, text);
  ResponseParser parser{method, {.line = 65'536, .field_line = 65'536, .head = 131'072, .fields = 200}};
  require(parser.feed(text) == Progress::Complete);
  require(parser.head_size() == text.size());
  const ParsedResponse again = parser.take();
  require(again.head.status == parsed.head.status && again.head.body == parsed.head.body);
  require(again.chunked == parsed.chunked && again.close == parsed.close);
  require(same_fields(again.head.fields, parsed.head.fields));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Method method = data[0] % 4 == 0 ? Method::Head : Method::Get;
  const std::size_t step = 1 + data[0] / 4;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  ResponseParser whole{method};
  const auto at_once = whole.feed(bytes);
  ResponseParser split{method};
  std::expected<Progress, ParseError> in_pieces = Progress::NeedMore;
  for (std::size_t end = 0; end < bytes.size() && in_pieces == Progress::NeedMore;) {
    end = std::min(bytes.size(), end + step);
    const std::string copy = bytes.substr(0, end);
    in_pieces = split.feed(copy);
  }
  require(at_once == in_pieces);
  if (at_once != Progress::Complete) return 0;
  require(whole.head_size() == split.head_size() && whole.head_size() <= bytes.size());
  const ParsedResponse parsed = whole.take();
  const ParsedResponse again = split.take();
  require(same_fields(parsed.head.fields, again.head.fields) && parsed.head.body == again.head.body);
  require(!parsed.chunked || parsed.head.body == BodyLength::unknown());
  // A body without an announced end ends with the connection.
  require(parsed.chunked || parsed.head.body != BodyLength::unknown() || parsed.close);
  check_rewritten(parsed, method);
  return 0;
}

}  // namespace belfry::http
