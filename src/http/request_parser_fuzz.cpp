// Requests: however the bytes come in pieces, the answer is the same; what was accepted and is written again reads the
// same; and nothing that must not pass has passed.

#include "http/byte_class.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool same(const RequestHead& a, const RequestHead& b) {
  if (a.method_name != b.method_name || a.target.text() != b.target.text() || a.host != b.host || a.port != b.port ||
      a.body != b.body || a.upgrade != b.upgrade || a.fields.size() != b.fields.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    if (a.fields[i].name != b.fields[i].name || a.fields[i].value != b.fields[i].value) return false;
  }
  return true;
}

void check_head(const RequestHead& head) {
  require(head.target.path().starts_with('/') || head.target.path() == "*");
  require(head.version == Version::Http10 || !head.host.empty());
  for (const Field& field : head.fields) {
    require(is_field_name(field.name) && is_field_value(field.value));
    for (const char byte : field.name) require(byte == to_lower(byte));
    for (const std::string_view taken : {"host", "content-length", "transfer-encoding", "connection", "keep-alive",
                                         "proxy-connection", "te", "trailer", "upgrade", "content_length"}) {
      require(field.name != taken);
    }
  }
}

void check_rewritten(const RequestHead& head) {
  if (head.host.empty()) return;  // HTTP/1.0 without Host: cannot be sent on as HTTP/1.1
  std::string text;
  append_request_head(head, {}, text);
  RequestParser parser{{.line = 65'536, .field_line = 65'536, .head = 131'072, .fields = 200}};
  require(parser.feed(text) == Progress::Complete);
  require(parser.head_size() == text.size());
  const RequestHead again = parser.take().head;
  RequestHead expected = head;
  // The writer says "no body" as a length of 0 for methods that have one.
  if (head.body == BodyLength::none() && again.body == BodyLength::known(0)) expected.body = BodyLength::known(0);
  require(same(expected, again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] % 32;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  RequestParser whole;
  const auto at_once = whole.feed(bytes);
  RequestParser split;
  std::expected<Progress, ParseError> in_pieces = Progress::NeedMore;
  for (std::size_t end = 0; end < bytes.size() && in_pieces == Progress::NeedMore;) {
    end = std::min(bytes.size(), end + step);
    // A buffer of its own, so that a view kept too long is seen by AddressSanitizer.
    const std::string copy = bytes.substr(0, end);
    in_pieces = split.feed(copy);
  }
  require(at_once == in_pieces);
  if (at_once != Progress::Complete) return 0;
  require(whole.head_size() == split.head_size() && whole.head_size() <= bytes.size());
  const ParsedRequest parsed = whole.take();
  require(same(parsed.head, split.take().head));
  check_head(parsed.head);
  check_rewritten(parsed.head);
  return 0;
}

}  // namespace belfry::http
