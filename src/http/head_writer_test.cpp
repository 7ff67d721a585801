#include "http/head_writer.hpp"

#include "http/head_parser.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

RequestHead request(std::string_view method = "GET") {
  RequestHead head;
  head.method_name = method;
  head.method = method_of(method);
  head.target = *Target::parse("/a?b=c");
  head.host = "example.com";
  return head;
}

std::string written(const RequestHead& head, RequestFraming framing = {}) {
  std::string out;
  append_request_head(head, framing, out);
  return out;
}

std::string written(const ResponseHead& head, ResponseFraming framing = {}) {
  std::string out;
  append_response_head(head, framing, out);
  return out;
}

TEST(RequestWriter, WritesAHead) {
  RequestHead head = request();
  head.port = 8443;
  head.fields.add("Accept", "*/*");
  head.fields.add("x-empty", "");
  EXPECT_EQ(written(head), "GET /a?b=c HTTP/1.1\r\nhost: example.com:8443\r\naccept: */*\r\nx-empty: \r\n\r\n");
}

TEST(RequestWriter, FramesTheBody) {
  RequestHead head = request("POST");
  EXPECT_EQ(written(head), "POST /a?b=c HTTP/1.1\r\nhost: example.com\r\ncontent-length: 0\r\n\r\n");
  head.body = BodyLength::known(18446744073709551615ULL);
  EXPECT_EQ(written(head), "POST /a?b=c HTTP/1.1\r\nhost: example.com\r\ncontent-length: 18446744073709551615\r\n\r\n");
  head.body = BodyLength::unknown();
  EXPECT_EQ(written(head), "POST /a?b=c HTTP/1.1\r\nhost: example.com\r\ntransfer-encoding: chunked\r\n\r\n");
  EXPECT_EQ(written(request("DELETE")), "DELETE /a?b=c HTTP/1.1\r\nhost: example.com\r\n\r\n");
}

TEST(RequestWriter, SaysWhatTheConnectionIsFor) {
  EXPECT_EQ(written(request(), {.close = true}),
            "GET /a?b=c HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n");
  RequestHead head = request();
  head.upgrade = Upgrade::WebSocket;
  EXPECT_EQ(written(head),
            "GET /a?b=c HTTP/1.1\r\nhost: example.com\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
}

TEST(RequestWriter, RefusesWhatWouldBreakOutOfItsLine) {
  using namespace std::string_view_literals;
  for (const std::string_view method : {""sv, "GET /"sv, "GET\r\n"sv, "G\0"sv}) {
    RequestHead head = request();
    head.method_name = method;
    EXPECT_THROW(written(head), std::invalid_argument) << method;
  }
  for (const std::string_view host : {"a\r\nx: y"sv, "a:80"sv, "a b"sv, "a/b"sv, "user@a"sv, "a\0"sv}) {
    RequestHead head = request();
    head.host = host;
    EXPECT_THROW(written(head), std::invalid_argument) << host;
  }
}

TEST(RequestWriter, WritesAnEmptyHostWhereNoneWasNamed) {
  RequestHead head = request();
  head.host.clear();
  EXPECT_EQ(written(head), "GET /a?b=c HTTP/1.1\r\nhost: \r\n\r\n");
}

TEST(RequestWriter, WritesWhatTheParserReads) {
  RequestHead head = request("PUT");
  head.host = "[2001:db8::1]";
  head.port = 81;
  head.fields.add("x-one", "1");
  head.body = BodyLength::known(5);
  RequestParser parser;
  const std::string text = written(head);
  ASSERT_EQ(parser.feed(text), Progress::Complete);
  EXPECT_EQ(parser.head_size(), text.size());
  EXPECT_EQ(written(parser.take().head), text);
}

TEST(ResponseWriter, FramesTheBody) {
  ResponseHead head;
  head.fields.add("Content-Type", "text/plain");
  EXPECT_EQ(written(head), "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(written(head, {.to_head = true}), "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n");
  head.body = BodyLength::known(7);
  EXPECT_EQ(written(head, {.to_head = true}),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\n");
  EXPECT_EQ(written(head, {.close = true}),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\nconnection: close\r\n\r\n");
  head.body = BodyLength::unknown();
  EXPECT_EQ(written(head, {.chunked = true}),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n");
  EXPECT_EQ(written(head, {.close = true}), "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n");
}

TEST(ResponseWriter, FramesNothingWhereNoBodyCanBe) {
  ResponseHead head;
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{100, 103, 204}) {
    head.status = status;
    for (const BodyLength body : {BodyLength::none(), BodyLength::known(5), BodyLength::unknown()}) {
      head.body = body;
      const std::string text = written(head, {.chunked = body == BodyLength::unknown()});
      EXPECT_FALSE(text.contains("content-length")) << text;
      EXPECT_FALSE(text.contains("transfer-encoding")) << text;
    }
  }
  head.status = 304;
  head.body = BodyLength::none();
  EXPECT_EQ(written(head, {.chunked = true}), "HTTP/1.1 304 Not Modified\r\n\r\n");
  head.body = BodyLength::known(9);
  EXPECT_EQ(written(head), "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n");
}

TEST(ResponseWriter, WritesAWebSocketHandshake) {
  ResponseHead head{.status = 101, .fields = {}, .body = {}};
  head.fields.add("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(written(head),
            "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "connection: upgrade\r\nupgrade: websocket\r\n\r\n");
}

TEST(ResponseWriter, KnowsNoOtherStatusThanThoseOfThreeDigits) {
  ResponseHead head;
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{0, 99, 600, 1000}) {
    head.status = status;
    EXPECT_THROW(written(head), std::invalid_argument);
  }
  head.status = 299;
  EXPECT_EQ(written(head), "HTTP/1.1 299 \r\ncontent-length: 0\r\n\r\n");
}

}  // namespace
}  // namespace belfry::http
