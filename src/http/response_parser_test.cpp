#include "http/head_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

using Result = std::expected<Progress, ParseError>;

Result feed_by_byte(ResponseParser& parser, std::string_view bytes) {
  Result result = Progress::NeedMore;
  for (std::size_t size = 1; size <= bytes.size() && result == Progress::NeedMore; ++size) {
    const std::string copy{bytes.substr(0, size)};
    result = parser.feed(copy);
  }
  return result;
}

std::string with(std::string_view fields, std::string_view status_line = "HTTP/1.1 200 OK") {
  return std::string{status_line} + "\r\n" + std::string{fields} + "\r\n\r\n";
}

ParsedResponse accepted(std::string_view bytes, Method method = Method::Get) {
  ResponseParser parser{method};
  const Result result = feed_by_byte(parser, bytes);
  EXPECT_EQ(result, Progress::Complete) << (result ? "incomplete" : to_string(result.error())) << " for " << bytes;
  ResponseParser whole{method};
  EXPECT_EQ(whole.feed(bytes), Progress::Complete);
  EXPECT_EQ(whole.head_size(), bytes.size());
  return parser.take();
}

TEST(ResponseParser, RefusesWhatTwoReadersCouldTakeDifferently) {
  using enum ParseError;
  struct Refusal {
    std::string bytes;
    ParseError expected;
  };
  for (const Refusal& refusal : std::vector<Refusal>{
           {"\r\nHTTP/1.1 200 OK\r\n\r\n", BareCr},
           {"\nHTTP/1.1 200 OK\r\n\r\n", BareLf},
           {std::string{"\0", 1}, NulByte},
           {"\x15\x03\x01", ControlCharacter},
           {"<html>", BadStatusLine},
           {"ICY 200 OK\r\n\r\n", BadStatusLine},
           {"http/1.1 200 OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1  200 OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1\t200 OK\r\n\r\n", ControlCharacter},
           {"HTTP/1.1\r\n", BareCr},
           {"HTTP/1.1 20 OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1 2000 OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1 2x0 OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1 200OK\r\n\r\n", BadStatusLine},
           {"HTTP/1.1 099 OK\r\n\r\n", BadStatus},
           {"HTTP/1.1 000 OK\r\n\r\n", BadStatus},
           {"HTTP/1.1 600 OK\r\n\r\n", BadStatus},
           {"HTTP/1.1 999 OK\r\n\r\n", BadStatus},
           {"HTTP/1.2 200 OK\r\n\r\n", UnsupportedVersion},
           {"HTTP/2.0 200 OK\r\n\r\n", UnsupportedVersion},
           {"HTTP/1.1 200 OK\n", BareLf},
           {"HTTP/1.1 200\n", BareLf},
           {"HTTP/1.1 200 OK\rX", BareCr},
           {"HTTP/1.1 200 O\x01K\r\n", ControlCharacter},
           {"HTTP/1.1 200 " + std::string(9000, 'x'), StatusLineTooLong},
           {with("A: b\r\n c"), ObsoleteFold},
           {with("A : b"), SpaceBeforeColon},
           {with(": b"), EmptyFieldName},
           {with("A"), MissingColon},
           {with("A b: c"), SpaceBeforeColon},
           {"HTTP/1.1 200 OK\r\nA: b\n", BareLf},
           {with("A: \x02"), ControlCharacter},
           {with(std::string{"A: \0", 4}), NulByte},
           {with("Content-Length: 4\r\nTransfer-Encoding: chunked"), ContentLengthWithTransferEncoding},
           {with("Transfer-Encoding: chunked\r\nContent-Length: 4"), ContentLengthWithTransferEncoding},
           {with("Content-Length: 4\r\nContent-Length: 4"), RepeatedContentLength},
           {with("Content-Length: 4, 4"), BadContentLength},
           {with("Content-Length: -1"), BadContentLength},
           {with("Content-Length:"), BadContentLength},
           {with("Transfer-Encoding: gzip, chunked"), UnknownTransferCoding},
           {with("Transfer-Encoding: identity"), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), RepeatedTransferEncoding},
           {with("Transfer-Encoding: chunked", "HTTP/1.0 200 OK"), TransferEncodingInHttp10},
           {with("Connection: Set-Cookie"), ConnectionNamesOtherField},
           {with("Connection: Content-Length"), ConnectionNamesOtherField},
           {with("Connection: Strict-Transport-Security"), ConnectionNamesOtherField},
           {with("Content-Length: 5", "HTTP/1.1 100 Continue"), UnexpectedBody},
           {with("Transfer-Encoding: chunked", "HTTP/1.1 103 Early Hints"), UnexpectedBody},
           {with("A: " + std::string(8190, 'a')), FieldLineTooLong},
       }) {
    SCOPED_TRACE(testing::PrintToString(refusal.bytes.substr(0, 100)));
    ResponseParser whole{Method::Get};
    const Result at_once = whole.feed(refusal.bytes);
    ASSERT_FALSE(at_once.has_value());
    EXPECT_EQ(to_string(at_once.error()), to_string(refusal.expected));
    ResponseParser split{Method::Get};
    EXPECT_EQ(feed_by_byte(split, refusal.bytes), at_once);
  }
}

TEST(ResponseParser, ReadsStatusLines) {
  EXPECT_EQ(accepted(with("A: b", "HTTP/1.1 404 Not Found")).head.status, 404);
  EXPECT_EQ(accepted(with("A: b", "HTTP/1.1 200 ")).head.status, 200);
  EXPECT_EQ(accepted(with("A: b", "HTTP/1.1 200")).head.status, 200);
  EXPECT_EQ(accepted(with("A: b", "HTTP/1.1 599 \xe9t\xe9\tx")).head.status, 599);
  EXPECT_EQ(accepted(with("A: b", "HTTP/1.0 200 OK")).version, Version::Http10);
  EXPECT_EQ(accepted("HTTP/1.1 200 OK\r\n\r\n").head.fields.size(), 0U);
}

TEST(ResponseParser, KnowsHowTheBodyEnds) {
  const ParsedResponse known = accepted(with("Content-Length: 12"));
  EXPECT_EQ(known.head.body, BodyLength::known(12));
  EXPECT_FALSE(known.close);
  EXPECT_FALSE(known.chunked);

  const ParsedResponse chunked = accepted(with("Transfer-Encoding: Chunked\r\nConnection: Transfer-Encoding"));
  EXPECT_EQ(chunked.head.body, BodyLength::unknown());
  EXPECT_TRUE(chunked.chunked);
  EXPECT_FALSE(chunked.close);

  const ParsedResponse until_close = accepted(with("Content-Type: text/plain"));
  EXPECT_EQ(until_close.head.body, BodyLength::unknown());
  EXPECT_FALSE(until_close.chunked);
  EXPECT_TRUE(until_close.close);

  const ParsedResponse old = accepted(with("Content-Length: 2\r\nConnection: keep-alive", "HTTP/1.0 200 OK"));
  EXPECT_EQ(old.head.body, BodyLength::known(2));
  EXPECT_TRUE(old.close);
  EXPECT_TRUE(accepted(with("Content-Length: 2\r\nConnection: close")).close);
}

TEST(ResponseParser, KnowsWhatHasNoBody) {
  for (const std::string_view line :
       {"HTTP/1.1 100 Continue", "HTTP/1.1 103 Early Hints", "HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"}) {
    const ParsedResponse parsed = accepted(with("A: b", line));
    EXPECT_EQ(parsed.head.body, BodyLength::none()) << line;
    EXPECT_FALSE(parsed.close) << line;
    EXPECT_FALSE(has_body(Method::Get, parsed.head.status)) << line;
  }
  EXPECT_TRUE(has_body(Method::Get, 200));
  EXPECT_FALSE(has_body(Method::Head, 200));
  EXPECT_TRUE(has_body(Method::Get, 205));

  EXPECT_EQ(accepted(with("Content-Length: 7", "HTTP/1.1 304 Not Modified")).head.body, BodyLength::known(7));
  const ParsedResponse to_head = accepted(with("Content-Length: 7"), Method::Head);
  EXPECT_EQ(to_head.head.body, BodyLength::known(7));
  const ParsedResponse chunked_head = accepted(with("Transfer-Encoding: chunked"), Method::Head);
  EXPECT_EQ(chunked_head.head.body, BodyLength::none());
  EXPECT_FALSE(chunked_head.chunked);
  EXPECT_FALSE(chunked_head.close);
  EXPECT_FALSE(accepted(with("A: b"), Method::Head).close);
}

TEST(ResponseParser, DoesNotReuseAConnectionBehindA204WithABody) {
  EXPECT_FALSE(accepted(with("Content-Length: 0", "HTTP/1.1 204 No Content")).close);
  const ParsedResponse announced = accepted(with("Content-Length: 3", "HTTP/1.1 204 No Content"));
  EXPECT_TRUE(announced.close);
  EXPECT_EQ(announced.head.body, BodyLength::none());
  EXPECT_TRUE(accepted(with("Transfer-Encoding: chunked", "HTTP/1.1 204 No Content")).close);
  EXPECT_TRUE(accepted(with("Content-Length: 3", "HTTP/1.1 204 No Content"), Method::Head).close);
}

TEST(ResponseParser, KnowsAWebSocketUpgrade) {
  constexpr std::string_view line = "HTTP/1.1 101 Switching Protocols";
  EXPECT_TRUE(accepted(with("Upgrade: websocket\r\nConnection: Upgrade", line)).upgrade_websocket);
  EXPECT_FALSE(accepted(with("Upgrade: websocket", line)).upgrade_websocket);
  EXPECT_FALSE(accepted(with("Upgrade: h2c\r\nConnection: Upgrade", line)).upgrade_websocket);
  EXPECT_FALSE(accepted(with("Upgrade: websocket\r\nConnection: Upgrade")).upgrade_websocket);
}

TEST(ResponseParser, TakesConnectionFieldsOut) {
  const ParsedResponse parsed = accepted(
      with("Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\n"
           "Trailer: x\r\nUpgrade: h2c\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 0\r\nDate: now"));
  EXPECT_EQ(parsed.head.fields.size(), 3U);
  EXPECT_EQ(parsed.head.fields.count("set-cookie"), 2U);
  EXPECT_TRUE(parsed.head.fields.contains("date"));
}

TEST(ResponseParser, ReadsTheFinalResponseBehindInterimOnes) {
  const std::string interim = with("Link: </a.css>", "HTTP/1.1 103 Early Hints");
  const std::string last = with("Content-Length: 1");
  const std::string both = interim + last;
  ResponseParser parser{Method::Head};
  ASSERT_EQ(parser.feed(both), Progress::Complete);
  ASSERT_EQ(parser.head_size(), interim.size());
  EXPECT_EQ(parser.take().head.status, 103);
  EXPECT_FALSE(parser.begun());
  ASSERT_EQ(parser.feed(last), Progress::Complete);
  EXPECT_EQ(parser.take().head.body, BodyLength::known(1));

  parser.reset(Method::Get);
  ASSERT_EQ(parser.feed(last), Progress::Complete);
  EXPECT_TRUE(has_body(Method::Get, parser.take().head.status));
}

}  // namespace
}  // namespace belfry::http
