#include "http/head_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

using Result = std::expected<Progress, ParseError>;

Result feed_whole(RequestParser& parser, std::string_view bytes) {
  return parser.feed(bytes);
}

// Feeds ever longer beginnings; every one lies at another address, as when a buffer grows.
Result feed_by_byte(RequestParser& parser, std::string_view bytes) {
  Result result = Progress::NeedMore;
  for (std::size_t size = 1; size <= bytes.size() && result == Progress::NeedMore; ++size) {
    const std::string copy{bytes.substr(0, size)};
    result = parser.feed(copy);
  }
  return result;
}

ParsedRequest accepted(std::string_view bytes) {
  RequestParser parser;
  const Result result = feed_by_byte(parser, bytes);
  EXPECT_EQ(result, Progress::Complete) << (result ? "incomplete" : to_string(result.error())) << " for " << bytes;
  RequestParser whole;
  EXPECT_EQ(feed_whole(whole, bytes), Progress::Complete);
  EXPECT_EQ(whole.head_size(), parser.head_size());
  return parser.take();
}

std::string lines(std::initializer_list<std::string_view> all) {
  std::string text;
  for (const std::string_view line : all) text.append(line).append("\r\n");
  return text + "\r\n";
}

// A request with one Host and these further lines.
std::string with(std::string_view further, std::string_view request_line = "GET / HTTP/1.1") {
  return std::string{request_line} + "\r\nHost: example.com\r\n" + std::string{further} + "\r\n\r\n";
}

struct Refusal {
  std::string bytes;
  ParseError expected;
  // How many bytes are enough to see it; 0: not said.
  std::size_t seen_at = 0;
};

void expect_refused(const Refusal& refusal) {
  SCOPED_TRACE(testing::PrintToString(refusal.bytes.substr(0, 200)));
  RequestParser whole;
  const Result at_once = feed_whole(whole, refusal.bytes);
  ASSERT_FALSE(at_once.has_value());
  EXPECT_EQ(to_string(at_once.error()), to_string(refusal.expected));
  // It stays refused, whatever else comes.
  EXPECT_EQ(whole.feed(refusal.bytes + "more"), at_once);

  RequestParser split;
  const Result by_byte = feed_by_byte(split, refusal.bytes);
  EXPECT_EQ(by_byte, at_once) << "another error where the bytes come one by one";

  if (refusal.seen_at > 0) {
    RequestParser early;
    EXPECT_EQ(early.feed(std::string_view{refusal.bytes}.substr(0, refusal.seen_at)), at_once) << "not refused at once";
    if (refusal.seen_at > 1) {
      RequestParser before;
      EXPECT_EQ(before.feed(std::string_view{refusal.bytes}.substr(0, refusal.seen_at - 1)), Progress::NeedMore);
    }
  }
}

TEST(RequestParser, RefusesWhatIsNoHttpAtItsFirstByte) {
  using enum ParseError;
  const std::string tls_hello{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
  for (const Refusal& refusal : std::vector<Refusal>{
           {tls_hello, NotHttp, 1},
           {std::string(20, '\0'), NotHttp, 1},
           {"\x80\x01\x02", NotHttp, 1},
           {" GET / HTTP/1.1\r\n", NotHttp, 1},
           {"\tGET / HTTP/1.1\r\n", NotHttp, 1},
           {"\r\nGET / HTTP/1.1\r\n", EmptyLineFirst, 1},
           {"\nGET / HTTP/1.1\r\n", EmptyLineFirst, 1},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Http2Preface, 4},
           {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n", TargetForm, 11},
       }) {
    expect_refused(refusal);
  }
}

TEST(RequestParser, RefusesBadRequestLine) {
  using enum ParseError;
  for (const Refusal& refusal : std::vector<Refusal>{
           {"GET\t/ HTTP/1.1\r\n", ExtraBlank, 4},
           {"GET  / HTTP/1.1\r\n", ExtraBlank, 5},
           {"GET /  HTTP/1.1\r\n", ExtraBlank, 7},
           {"GET /\tHTTP/1.1\r\n", ExtraBlank, 6},
           {"GET / HTTP/1.1 \r\n", ExtraBlank, 15},
           {"GET /a b HTTP/1.1\r\n", BadVersion, 8},
           {"GET / HTTP/1.1\n", BareLf, 15},
           {"GET / HTTP/1.1\rX", BareCr, 16},
           {"GET /\n", BareLf, 6},
           {"GET\n", BareLf, 4},
           {"GET\r\n", BareCr, 4},
           {"GET /\r\n", MissingVersion, 6},
           {"GET / \r\n", MissingVersion, 7},
           {"GET / http/1.1\r\n", BadVersion, 7},
           {"GET / HTTP/1\r\n", BadVersion, 13},
           {"GET / HTTP/1.10\r\n", BadVersion, 15},
           {"GET / HTTP/11.1\r\n", BadVersion, 13},
           {"GET / HTTP1.1\r\n", BadVersion, 11},
           {"GET / HTTPS/1.1\r\n", BadVersion, 11},
           {"GET / HTTP/x.1\r\n", BadVersion, 12},
           {"GET / HTTP/1,1\r\n", BadVersion, 13},
           {"GET / HTTP/1.2\r\n", UnsupportedVersion, 14},
           {"GET / HTTP/2.0\r\n", UnsupportedVersion, 14},
           {"GET / HTTP/0.9\r\n", UnsupportedVersion, 14},
           {"G\x01T / HTTP/1.1\r\n", ControlCharacter, 2},
           {std::string{"G\0T / HTTP/1.1\r\n", 16}, NulByte, 2},
           {"G(T / HTTP/1.1\r\n", BadMethod, 2},
           {"G\xc3\xa9T / HTTP/1.1\r\n", BadMethod, 2},
           {"GET/ HTTP/1.1\r\n", BadMethod, 4},
           {"CONNECT example.com:443 HTTP/1.1\r\n", MethodRefused, 8},
           {"TRACE / HTTP/1.1\r\n", MethodRefused, 6},
           {std::string(33, 'A') + " / HTTP/1.1\r\n", MethodTooLong, 33},
           {std::string(5000, 'A'), MethodTooLong, 33},
       }) {
    expect_refused(refusal);
  }
}

TEST(RequestParser, RefusesBadTarget) {
  using enum ParseError;
  for (const Refusal& refusal : std::vector<Refusal>{
           {with("", "GET * HTTP/1.1"), TargetForm, 6},
           {with("", "GET example.com:443 HTTP/1.1"), TargetForm},
           {with("", "GET index.html HTTP/1.1"), TargetForm},
           {with("", "GET ftp://example.com/ HTTP/1.1"), TargetForm},
           {with("", "GET http:/example.com/ HTTP/1.1"), TargetForm},
           {with("", "GET http://user@example.com/ HTTP/1.1"), BadHost},
           {with("", "GET http:/// HTTP/1.1"), BadHost},
           {with("", "GET http:// HTTP/1.1"), BadHost},
           {with("", "GET http://example.com#x HTTP/1.1"), BadHost},
           {with("", "GET http://exa%6dple.com/ HTTP/1.1"), BadHost},
           {with("", "GET http://other.com/ HTTP/1.1"), HostDiffersFromTarget},
           {with("", "GET http://example.com:80/ HTTP/1.1"), HostDiffersFromTarget},
           {with("", "GET /a\\b HTTP/1.1"), TargetForbiddenByte},
           {with("", "GET /a#b HTTP/1.1"), TargetForbiddenByte},
           {with("", "GET /a?b#c HTTP/1.1"), TargetForbiddenByte},
           {with("", "GET /\xc3\xa9 HTTP/1.1"), TargetForbiddenByte, 6},
           {with("", "GET /\x7f HTTP/1.1"), ControlCharacter, 6},
           {with("", "GET /%2e%2e/ HTTP/1.1"), TargetAmbiguousEncoding},
           {with("", "GET /a%2Fb HTTP/1.1"), TargetAmbiguousEncoding},
           {with("", "GET /a%00 HTTP/1.1"), TargetAmbiguousEncoding},
           {with("", "GET /a/../b HTTP/1.1"), TargetDotSegment},
           {with("", "GET http://example.com/../b HTTP/1.1"), TargetDotSegment},
           {with("", "GET /% HTTP/1.1"), TargetBrokenPercentEncoding},
           {with("", "GET /%u0041 HTTP/1.1"), TargetBrokenPercentEncoding},
           {"GET /" + std::string(8192, 'a') + " HTTP/1.1\r\n", RequestLineTooLong, 8193},
       }) {
    expect_refused(refusal);
  }
  const std::string nul{"GET /\0 HTTP/1.1\r\n", 17};
  expect_refused({nul, NulByte, 6});
}

TEST(RequestParser, RefusesBadFieldLines) {
  using enum ParseError;
  const std::string start = "GET / HTTP/1.1\r\nHost: example.com\r\n";
  const std::size_t size = start.size();
  for (const Refusal& refusal : std::vector<Refusal>{
           {start + "A: b\n", BareLf, size + 5},
           {start + "A: b\rc", BareCr, size + 6},
           {start + "A: b\r\r\n", BareCr, size + 6},
           {start + "A\n", BareLf, size + 2},
           {start + "\n", BareLf, size + 1},
           {start + "\rX", BareCr, size + 2},
           {start + "A: b\r\n c\r\n", ObsoleteFold, size + 7},
           {start + "A: b\r\n\tc\r\n", ObsoleteFold, size + 7},
           {"GET / HTTP/1.1\r\n Host: example.com\r\n", ObsoleteFold, 17},
           {start + "A : b\r\n", SpaceBeforeColon, size + 2},
           {start + "A\t: b\r\n", SpaceBeforeColon, size + 2},
           {start + "Transfer-Encoding : chunked\r\n", SpaceBeforeColon, size + 18},
           {start + ": b\r\n", EmptyFieldName, size + 1},
           {start + "A\r\n", MissingColon, size + 2},
           {start + "A(: b\r\n", BadFieldName, size + 2},
           {start + "(A: b\r\n", BadFieldName, size + 1},
           {start + "A\x01: b\r\n", ControlCharacter, size + 2},
           {start + "\x7f: b\r\n", ControlCharacter, size + 1},
           {start + "\xc3\xa9: b\r\n", BadFieldName, size + 1},
           {start + "A: b\x01\r\n", ControlCharacter, size + 5},
           {start + "A: b\x7f\r\n", ControlCharacter, size + 5},
           {start + "A: \x0b\r\n", ControlCharacter, size + 4},
           {start + std::string{"A: \0\r\n", 6}, NulByte, size + 4},
           {start + std::string{"A\0: b\r\n", 7}, NulByte, size + 2},
           {start + std::string{"\0: b\r\n", 6}, NulByte, size + 1},
       }) {
    expect_refused(refusal);
  }
}

TEST(RequestParser, RefusesAmbiguousFraming) {
  using enum ParseError;
  const std::string_view post = "POST / HTTP/1.1";
  for (const Refusal& refusal : std::vector<Refusal>{
           {with("Content-Length: 4\r\nTransfer-Encoding: chunked", post), ContentLengthWithTransferEncoding},
           {with("Transfer-Encoding: chunked\r\nContent-Length: 4", post), ContentLengthWithTransferEncoding},
           {with("Transfer-Encoding: chunked\r\nContent-Length: 0", post), ContentLengthWithTransferEncoding},
           {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", post), RepeatedTransferEncoding},
           {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", post), RepeatedTransferEncoding},
           {with("Transfer-Encoding: identity", post), UnknownTransferCoding},
           {with("Transfer-Encoding: xchunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked, identity", post), UnknownTransferCoding},
           {with("Transfer-Encoding: identity, chunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding: gzip, chunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked, chunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked;q=1", post), UnknownTransferCoding},
           {with("Transfer-Encoding: \"chunked\"", post), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked,", post), UnknownTransferCoding},
           {with("Transfer-Encoding: ,chunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding: Chunked", post), UnknownTransferCoding},
           {with("Transfer-Encoding:", post), UnknownTransferCoding},
           {with("Transfer-Encoding: chunked\xa0", post), UnknownTransferCoding},
           {with("Transfer-Encoding: \x0b"
                 "chunked",
                 post),
            ControlCharacter},
           {with("Transfer-Encoding: chunked", "POST / HTTP/1.0"), TransferEncodingInHttp10},
           {with("Content-Length: 4\r\nContent-Length: 4", post), RepeatedContentLength},
           {with("Content-Length: 4\r\nContent-Length: 5", post), RepeatedContentLength},
           {with("Content-Length: 4, 4", post), BadContentLength},
           {with("Content-Length: 4,", post), BadContentLength},
           {with("Content-Length:", post), BadContentLength},
           {with("Content-Length: +4", post), BadContentLength},
           {with("Content-Length: -4", post), BadContentLength},
           {with("Content-Length: -0", post), BadContentLength},
           {with("Content-Length: 4 4", post), BadContentLength},
           {with("Content-Length: 0x4", post), BadContentLength},
           {with("Content-Length: 4.0", post), BadContentLength},
           {with("Content-Length: 4e0", post), BadContentLength},
           {with("Content-Length: four", post), BadContentLength},
           {with("Content-Length: 18446744073709551616", post), BadContentLength},
           {with("Content-Length: 99999999999999999999999", post), BadContentLength},
           {with("Content_Length: 4", post), AliasedFieldName},
           {with("content_length: 4", post), AliasedFieldName},
           {with("content.length: 4", post), AliasedFieldName},
           {with("Transfer_Encoding: chunked", post), AliasedFieldName},
           {with("X_Forwarded_For: 192.0.2.1"), AliasedFieldName},
           {with("X-Forwarded_Proto: https"), AliasedFieldName},
           {with("X_Real_IP: 192.0.2.1"), AliasedFieldName},
           {with("X_Belfry_User: root"), AliasedFieldName},
           {with("", "POST / HTTP/1.0"), LengthRequired},
           {with("", "PUT / HTTP/1.0"), LengthRequired},
       }) {
    expect_refused(refusal);
  }
}

TEST(RequestParser, RefusesBadHost) {
  using enum ParseError;
  const auto host = [](std::string_view value) { return "GET / HTTP/1.1\r\nHost: " + std::string{value} + "\r\n\r\n"; };
  for (const Refusal& refusal : std::vector<Refusal>{
           {"GET / HTTP/1.1\r\n\r\n", MissingHost},
           {"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", MissingHost},
           {"GET http://example.com/ HTTP/1.1\r\n\r\n", MissingHost},
           {with("Host: example.com"), RepeatedHost},
           {with("HOST: other.com"), RepeatedHost},
           {host(""), BadHost},
           {host("user@example.com"), BadHost},
           {host("user:pw@example.com"), BadHost},
           {host("example.com:"), BadHost},
           {host("example.com:0"), BadHost},
           {host("example.com:65536"), BadHost},
           {host("example.com:+80"), BadHost},
           {host("example.com:80:80"), BadHost},
           {host("example.com:8a"), BadHost},
           {host("example.com:000080"), BadHost},
           {host("exam%70le.com"), BadHost},
           {host("example.com/x"), BadHost},
           {host("example.com, other.com"), BadHost},
           {host("example.com other.com"), BadHost},
           {host("http://example.com"), BadHost},
           {host("."), BadHost},
           {host(".example.com"), BadHost},
           {host("example..com"), BadHost},
           {host("example.com.."), BadHost},
           {host("ex\xc3\xa4mple.com"), BadHost},
           {host(":80"), BadHost},
           {host("[::1"), BadHost},
           {host("[]"), BadHost},
           {host("[::1]x"), BadHost},
           {host("[127.0.0.1]"), BadHost},
           {host("[::ffff:127.0.0.1]"), BadHost},
           {host("[fe80::1%25eth0]"), BadHost},
           {host("[v1.x]"), BadHost},
           {host("::1"), BadHost},
           {host(std::string(254, 'a')), BadHost},
       }) {
    expect_refused(refusal);
  }
}

TEST(RequestParser, RefusesConnectionThatNamesEndToEndFields) {
  using enum ParseError;
  for (const std::string_view name : {"Host",
                                      "Content-Length",
                                      "Transfer-Encoding",
                                      "Cookie",
                                      "Authorization",
                                      "Forwarded",
                                      "X-Forwarded-For",
                                      "x-forwarded-proto",
                                      "X_Forwarded_For",
                                      "X-Belfry-User",
                                      "x-belfry-anything",
                                      "X-Real-IP",
                                      "Origin",
                                      "Sec-Fetch-Site",
                                      "Referer",
                                      "Content-Type",
                                      "Cache-Control",
                                      "Via",
                                      "Date",
                                      "If-Match",
                                      "Range",
                                      "Accept"}) {
    expect_refused({with("Connection: close, " + std::string{name}), ConnectionNamesOtherField});
  }
  for (const std::string_view value : {":path", "a b", "\"close\"", "close; x", "(x)", "\xc3\xa9"}) {
    expect_refused({with("Connection: " + std::string{value}), BadConnection});
  }
  std::string many = "Connection: ";
  for (int i = 0; i < 33; ++i) many += "x" + std::to_string(i) + ",";
  expect_refused({with(many), BadConnection});
}

TEST(RequestParser, RefusesExpectationsThatItDoesNotKnow) {
  expect_refused({with("Expect: 200-ok"), ParseError::BadExpect});
  expect_refused({with("Expect: 100-continue, x"), ParseError::BadExpect});
  expect_refused({with("Expect:"), ParseError::BadExpect});
  EXPECT_EQ(status_of(ParseError::BadExpect), 417);
}

TEST(RequestParser, HoldsItsLimits) {
  using enum ParseError;
  const HeadLimits limits{.line = 20, .field_line = 20, .head = 120, .fields = 3};
  const auto feed = [&](std::string_view bytes) {
    RequestParser whole{limits};
    const Result at_once = whole.feed(bytes);
    RequestParser split{limits};
    EXPECT_EQ(feed_by_byte(split, bytes), at_once);
    return at_once;
  };
  // Each limit is met exactly, then passed by one.
  EXPECT_EQ(feed("GET /234567 HTTP/1.1\r\nHost: a\r\n\r\n"), Progress::Complete);
  EXPECT_EQ(feed("GET /2345678 HTTP/1.1\r\nHost: a\r\n\r\n"), std::unexpected{RequestLineTooLong});
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\nA: 45678901234567890\r\n\r\n"), Progress::Complete);
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\nA: 456789012345678901\r\n\r\n"), std::unexpected{FieldLineTooLong});
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(21, 'n')), std::unexpected{FieldLineTooLong});
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\nA:" + std::string(21, ' ')), std::unexpected{FieldLineTooLong});
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\nA:b\r\nC:d\r\n\r\n"), Progress::Complete);
  EXPECT_EQ(feed("GET / HTTP/1.1\r\nHost: a\r\nA:b\r\nC:d\r\nE"), std::unexpected{TooManyFields});

  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
  const HeadLimits small{.line = 20, .field_line = 200, .head = start.size() + 7, .fields = 3};
  RequestParser exact{small};
  EXPECT_EQ(exact.feed(start + "A:b\r\n\r\n"), Progress::Complete);
  for (const std::string_view further : {"A:bc\r\n\r\n", "A:bcdefgh"}) {
    RequestParser over{small};
    EXPECT_EQ(over.feed(start + std::string{further}), std::unexpected{HeadTooLarge});
    RequestParser split{small};
    EXPECT_EQ(feed_by_byte(split, start + std::string{further}), std::unexpected{HeadTooLarge});
  }
  // Not one byte more is waited for.
  RequestParser full{small};
  EXPECT_EQ(full.feed(start + "A:bcde"), Progress::NeedMore);
  EXPECT_EQ(full.feed(start + "A:bcdef"), std::unexpected{HeadTooLarge});
}

TEST(RequestParser, AcceptsADefaultHeadThatFillsOneBufferExactly) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(8000, 'a') + "\r\nB: b\r\nC: ";
  head += std::string(8000, 'c') + "\r\nD: ";
  head += std::string(16'384 - head.size() - 4, 'd') + "\r\n\r\n";
  RequestParser parser;
  EXPECT_EQ(parser.feed(head), Progress::Complete);
  EXPECT_EQ(parser.head_size(), 16'384U);
}

TEST(RequestParser, ReadsAnOrdinaryRequest) {
  const ParsedRequest parsed = accepted(lines(
      {"POST //a/%7Eb/%c3%a9?x=%zz&y=\\ HTTP/1.1", "Host: EXAMPLE.com.:8443", "User-Agent:curl/8", "Accept: \t */* \t ",
       "X-Empty:", "Cookie: a=b", "cookie: c=d", "Content-Length: 0012", "X-Latin: \xe9t\xe9", "under_score: 1"}));
  const RequestHead& head = parsed.head;
  EXPECT_EQ(head.method, Method::Post);
  EXPECT_EQ(head.method_name, "POST");
  EXPECT_EQ(head.target.path(), "/a/~b/%C3%A9");
  EXPECT_EQ(head.target.query(), "x=%zz&y=\\");
  EXPECT_EQ(head.host, "example.com");
  EXPECT_EQ(head.port, 8443);
  EXPECT_EQ(head.version, Version::Http11);
  EXPECT_EQ(head.body, BodyLength::known(12));
  EXPECT_EQ(head.upgrade, Upgrade::None);
  EXPECT_FALSE(parsed.close);
  EXPECT_FALSE(parsed.accepts_trailers);
  std::vector<std::string> fields;
  for (const Field& field : head.fields) fields.push_back(std::string{field.name} + "=" + std::string{field.value});
  EXPECT_THAT(fields, testing::ElementsAre("user-agent=curl/8", "accept=*/*", "x-empty=", "cookie=a=b", "cookie=c=d",
                                           "x-latin=\xe9t\xe9", "under_score=1"));
}

TEST(RequestParser, TakesFramingAndConnectionFieldsOut) {
  const ParsedRequest parsed =
      accepted(lines({"POST / HTTP/1.1", "Host: a", "Connection: Keep-Alive, TE, X-Hop,,", "Connection: x-other",
                      "X-HOP: 1", "X-Other: 2", "X-Kept: 3", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
                      "TE: trailers, deflate", "Trailer: x-sum", "Transfer-Encoding: chunked", "Upgrade: h2c",
                      "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "Expect: 100-Continue"}));
  EXPECT_EQ(parsed.head.fields.size(), 1U);
  EXPECT_EQ(parsed.head.fields.get("x-kept"), "3");
  EXPECT_EQ(parsed.head.body, BodyLength::unknown());
  EXPECT_EQ(parsed.head.upgrade, Upgrade::None);
  EXPECT_TRUE(parsed.head.expects_continue);
  EXPECT_TRUE(parsed.accepts_trailers);
  EXPECT_FALSE(parsed.close);
}

TEST(RequestParser, KnowsWhenTheConnectionEnds) {
  EXPECT_TRUE(accepted(with("Connection: close")).close);
  EXPECT_TRUE(accepted(with("Connection: keep-alive, CLOSE")).close);
  EXPECT_FALSE(accepted(with("Connection: keep-alive")).close);
  EXPECT_TRUE(accepted(with("Connection: keep-alive", "GET / HTTP/1.0")).close);
}

TEST(RequestParser, ReadsHttp10) {
  const ParsedRequest bare = accepted("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(bare.head.version, Version::Http10);
  EXPECT_EQ(bare.head.host, "");
  const ParsedRequest posted = accepted(with("Content-Length: 3\r\nExpect: nonsense", "POST / HTTP/1.0"));
  EXPECT_EQ(posted.head.body, BodyLength::known(3));
  EXPECT_FALSE(posted.head.expects_continue);
}

TEST(RequestParser, IgnoresAnExpectationWhereNoBodyComes) {
  EXPECT_FALSE(accepted(with("Expect: 100-continue")).head.expects_continue);
  EXPECT_FALSE(accepted(with("Expect: 100-continue\r\nContent-Length: 0")).head.expects_continue);
  EXPECT_TRUE(accepted(with("Expect: 100-continue\r\nContent-Length: 1")).head.expects_continue);
}

TEST(RequestParser, ReadsAbsoluteForm) {
  const ParsedRequest parsed = accepted(with("", "GET HTTP://Example.com/a?b HTTP/1.1"));
  EXPECT_EQ(parsed.head.host, "example.com");
  EXPECT_EQ(parsed.head.target.text(), "/a?b");
  EXPECT_EQ(accepted(with("", "GET https://example.com?b HTTP/1.1")).head.target.text(), "/?b");
  EXPECT_EQ(accepted(with("", "GET https://example.com HTTP/1.1")).head.target.text(), "/");
  EXPECT_EQ(accepted(with("", "OPTIONS https://example.com HTTP/1.1")).head.target.text(), "*");
  EXPECT_EQ(accepted("GET http://example.com:81/ HTTP/1.0\r\n\r\n").head.port, 81);
}

TEST(RequestParser, ReadsHosts) {
  const auto host = [](std::string_view value) {
    return accepted("OPTIONS * HTTP/1.1\r\nHost: " + std::string{value} + "\r\n\r\n").head;
  };
  EXPECT_EQ(host("192.0.2.1").host, "192.0.2.1");
  EXPECT_EQ(host("[2001:DB8:0::1]:443").host, "[2001:db8::1]");
  EXPECT_EQ(host("[2001:DB8:0::1]:443").port, 443);
  EXPECT_EQ(host("under_score.example").host, "under_score.example");
  EXPECT_EQ(host("a:65535").port, 65535);
  EXPECT_EQ(host(std::string(253, 'a')).host.size(), 253U);
}

constexpr std::string_view kHandshake =
    "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

TEST(RequestParser, ReadsAWebSocketHandshake) {
  const ParsedRequest parsed = accepted(with(kHandshake));
  EXPECT_EQ(parsed.head.upgrade, Upgrade::WebSocket);
  EXPECT_TRUE(parsed.head.fields.contains("sec-websocket-key"));
  EXPECT_FALSE(parsed.head.fields.contains("upgrade"));
}

TEST(RequestParser, DropsEveryOtherUpgradeSilently) {
  const std::string handshake{kHandshake};
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = handshake;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(accepted(with(handshake, "POST / HTTP/1.1")).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(handshake, "GET / HTTP/1.0")).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(handshake + "\r\nContent-Length: 4")).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(handshake + "\r\nTransfer-Encoding: chunked")).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(handshake + "\r\nSec-WebSocket-Version: 13")).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced("WebSocket", "h2c, websocket"))).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced("WebSocket", "h2c"))).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced(", Upgrade", ""))).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced(": 13", ": 8"))).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced("dGhlIHNhbXBsZSBub25jZQ==", "short=="))).head.upgrade, Upgrade::None);
  EXPECT_EQ(accepted(with(replaced("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ!=="))).head.upgrade,
            Upgrade::None);
}

TEST(RequestParser, ReadsPipelinedRequestsOneByOne) {
  const std::string both = with("A: 1", "GET /one HTTP/1.1") + with("B: 2", "GET /two HTTP/1.1");
  RequestParser parser;
  EXPECT_FALSE(parser.begun());
  ASSERT_EQ(parser.feed(both), Progress::Complete);
  const std::size_t first = parser.head_size();
  EXPECT_EQ(first, both.size() / 2);
  EXPECT_EQ(parser.take().head.target.path(), "/one");
  ASSERT_EQ(parser.feed(std::string_view{both}.substr(first)), Progress::Complete);
  const ParsedRequest second = parser.take();
  EXPECT_EQ(second.head.target.path(), "/two");
  EXPECT_FALSE(second.head.fields.contains("a"));
  EXPECT_EQ(second.head.fields.get("b"), "2");
}

TEST(RequestParser, LeavesTheBodyAlone) {
  const std::string head = with("Content-Length: 4", "POST / HTTP/1.1");
  RequestParser parser;
  ASSERT_EQ(parser.feed(head + "\r\n\n\n"), Progress::Complete);
  EXPECT_EQ(parser.head_size(), head.size());
}

TEST(RequestParser, IsReadyAgainAfterReset) {
  RequestParser parser;
  ASSERT_FALSE(parser.feed(std::string_view{"GET / HTTP/9.9"}).has_value());
  parser.reset();
  EXPECT_EQ(parser.feed(with("")), Progress::Complete);
}

TEST(RequestParser, ReadsTheSameInRandomPieces) {
  const std::string request = lines({"PUT /a/b?c HTTP/1.1", "Host: example.com", "X-One: 1", "Connection: X-Two",
                                     "X-Two: 2", "X-Three:  3  ", "Content-Length: 99"});
  std::uint64_t random = 42;
  for (int round = 0; round < 500; ++round) {
    RequestParser parser;
    std::size_t size = 0;
    Result result = Progress::NeedMore;
    while (size < request.size()) {
      ASSERT_EQ(result, Progress::NeedMore);
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      size = std::min(request.size(), size + 1 + (random >> 33) % 23);
      const std::string copy = request.substr(0, size);
      result = parser.feed(copy);
    }
    ASSERT_EQ(result, Progress::Complete);
    const RequestHead head = parser.take().head;
    EXPECT_EQ(head.fields.size(), 2U);
    EXPECT_EQ(head.fields.get("x-three"), "3");
    EXPECT_EQ(head.body, BodyLength::known(99));
  }
}

}  // namespace
}  // namespace belfry::http
