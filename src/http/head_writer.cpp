#include "http/head_writer.hpp"

#include "http/authority.hpp"
#include "http/request_rules.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace belfry::http {

namespace {

void append_number(std::uint64_t number, std::string& out) {
  std::array<char, 20> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

void append_length(std::uint64_t bytes, std::string& out) {
  out.append("content-length: ");
  append_number(bytes, out);
  out.append("\r\n");
}

char* write(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

void append_fields(const Fields& fields, std::string& out) {
  constexpr std::string_view kColon = ": ";
  constexpr std::string_view kLineEnd = "\r\n";
  std::size_t size = out.size();
  for (const Field& field : fields) size += field.name.size() + kColon.size() + field.value.size() + kLineEnd.size();
  const std::size_t before = out.size();
  out.resize_and_overwrite(size, [&](char* text, std::size_t) {
    char* at = text + before;
    for (const Field& field : fields) {
      at = write(write(write(write(at, field.name), kColon), field.value), kLineEnd);
    }
    return size;
  });
}

constexpr std::string_view kChunkedLine = "transfer-encoding: chunked\r\n";
constexpr std::string_view kCloseLine = "connection: close\r\n";
constexpr std::string_view kWebSocketLines = "connection: upgrade\r\nupgrade: websocket\r\n";

}  // namespace

void append_request_head(const RequestHead& head, RequestFraming framing, std::string& out) {
  if (!is_field_name(head.method_name)) throw std::invalid_argument{"not a method"};
  // An HTTP/1.0 client may have named no host; the field is then empty (RFC 9112, section 3.2).
  if (!head.host.empty() && !is_host(head.host)) throw std::invalid_argument{"not a host"};

  out.append(head.method_name).append(" ").append(head.target.text()).append(" HTTP/1.1\r\nhost: ").append(head.host);
  if (head.port) {
    out.push_back(':');
    append_number(*head.port, out);
  }
  out.append("\r\n");
  append_fields(head.fields, out);
  switch (head.body.kind) {
    case BodyLength::Kind::None:
      if (announces_body(head.method)) append_length(0, out);
      break;
    case BodyLength::Kind::Known:
      append_length(head.body.bytes, out);
      break;
    case BodyLength::Kind::Unknown:
      out.append(kChunkedLine);
      break;
  }
  if (head.upgrade == Upgrade::WebSocket) {
    out.append(kWebSocketLines);
  } else if (framing.close) {
    out.append(kCloseLine);
  }
  out.append("\r\n");
}

void append_response_head(const ResponseHead& head, ResponseFraming framing, std::string& out) {
  if (head.status < 100 || head.status > 599) throw std::invalid_argument{"not a status"};
  out.append("HTTP/1.1 ");
  append_number(head.status, out);
  out.append(" ").append(reason_phrase(head.status)).append("\r\n");
  append_fields(head.fields, out);
  // RFC 9112, section 6.1: no transfer-encoding in 1xx and 204; RFC 9110, section 8.6: no content-length there either.
  const bool frameless = head.status < 200 || head.status == 204;
  if (!frameless && head.status != 304 && framing.chunked) {
    out.append(kChunkedLine);
  } else if (!frameless && head.body.kind == BodyLength::Kind::Known) {
    append_length(head.body.bytes, out);
  } else if (!frameless && head.body.kind == BodyLength::Kind::None && head.status != 304 && !framing.to_head) {
    append_length(0, out);
  }
  if (head.status == 101) {
    out.append(kWebSocketLines);
  } else if (framing.close) {
    out.append(kCloseLine);
  }
  out.append("\r\n");
}

}  // namespace belfry::http
