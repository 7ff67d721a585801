#include "http/h2_head.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::http {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

struct Head {
  std::string method = "GET";
  std::string scheme = "https";
  std::string authority = "example.com";
  std::string path = "/";
  Pairs pairs = {};
  bool end_stream = true;
};

std::expected<RequestHead, ParseError> read(const Head& head) {
  Fields fields;
  for (const auto& [name, value] : head.pairs) fields.add(name, value);
  return request_head_from_h2(head.method, head.scheme, head.authority, head.path, std::move(fields), head.end_stream);
}

TEST(H2Head, BuildsARequest) {
  const auto head = read({.method = "POST",
                          .authority = "Example.com:8443",
                          .path = "//a/%7eb?c=d",
                          .pairs = {{"host", "example.com:8443"},
                                    {"accept", "*/*"},
                                    {"te", "trailers"},
                                    {"trailer", "x"},
                                    {"expect", "100-continue"},
                                    {"content-length", "5"}},
                          .end_stream = false});
  ASSERT_TRUE(head.has_value()) << to_string(head.error());
  EXPECT_EQ(head->version, Version::Http2);
  EXPECT_EQ(head->method, Method::Post);
  EXPECT_EQ(head->method_name, "POST");
  EXPECT_EQ(head->host, "example.com");
  EXPECT_EQ(head->port, 8443);
  EXPECT_EQ(head->target.text(), "/a/~b?c=d");
  EXPECT_EQ(head->body, BodyLength::known(5));
  EXPECT_TRUE(head->expects_continue);
  EXPECT_EQ(head->upgrade, Upgrade::None);
  EXPECT_EQ(head->fields.size(), 1U);
  EXPECT_EQ(head->fields.get("accept"), "*/*");
}

TEST(H2Head, KnowsTheBody) {
  EXPECT_EQ(read({.end_stream = true})->body, BodyLength::none());
  EXPECT_EQ(read({.end_stream = false})->body, BodyLength::unknown());
  EXPECT_EQ(read({.pairs = {{"content-length", "5"}}, .end_stream = false})->body, BodyLength::known(5));
  EXPECT_EQ(read({.pairs = {{"content-length", "0"}}, .end_stream = true})->body, BodyLength::known(0));
  // Data may come that breaks its word: only the stream's end is the request's.
  EXPECT_EQ(read({.pairs = {{"content-length", "0"}}, .end_stream = false})->body, BodyLength::unknown());
  EXPECT_FALSE(read({.pairs = {{"expect", "100-continue"}}, .end_stream = true})->expects_continue);
}

TEST(H2Head, JoinsCookieCrumbs) {
  const auto head = read({.pairs = {{"cookie", "a=b"}, {"x", "y"}, {"cookie", "c=d"}, {"cookie", "e=f"}}});
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->fields.count("cookie"), 1U);
  EXPECT_EQ(head->fields.get("cookie"), "a=b; c=d; e=f");
}

TEST(H2Head, RefusesMoreFieldsThanHttp1MayBring) {
  Pairs pairs(100, {"x-a", "b"});
  EXPECT_TRUE(read({.pairs = pairs}).has_value());
  pairs.emplace_back("x-a", "b");
  const auto refused = read({.pairs = pairs});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), ParseError::TooManyFields);
  EXPECT_TRUE(read({.pairs = Pairs(150, {"cookie", "a=b"})}).has_value());
}

TEST(H2Head, TakesHostWhereThereIsNoAuthority) {
  EXPECT_EQ(read({.authority = "", .pairs = {{"host", "other.com"}}})->host, "other.com");
  EXPECT_EQ(read({.method = "OPTIONS", .path = "*"})->target.path(), "*");
}

TEST(H2Head, RefusesWhatHttp1WouldRefuse) {
  using enum ParseError;
  struct Refusal {
    Head head;
    ParseError expected;
  };
  for (const Refusal& refusal : std::vector<Refusal>{
           {{.method = ""}, BadMethod},
           {{.method = "G T"}, BadMethod},
           {{.method = "GET\r\n"}, BadMethod},
           {{.method = std::string(33, 'A')}, MethodTooLong},
           {{.method = "CONNECT"}, MethodRefused},
           {{.method = "TRACE"}, MethodRefused},
           {{.scheme = ""}, BadScheme},
           {{.scheme = "ftp"}, BadScheme},
           {{.scheme = "https://evil/"}, BadScheme},
           {{.authority = ""}, MissingHost},
           {{.authority = "user@example.com"}, BadHost},
           {{.authority = "example.com:x"}, BadHost},
           {{.authority = "example.com\r\nX: y"}, BadHost},
           {{.authority = "", .pairs = {{"host", ""}}}, BadHost},
           {{.pairs = {{"host", "other.com"}}}, HostDiffersFromTarget},
           {{.pairs = {{"host", "example.com:443"}}}, HostDiffersFromTarget},
           {{.pairs = {{"host", "example.com/"}}}, HostDiffersFromTarget},
           {{.pairs = {{"host", "example.com"}, {"host", "example.com"}}}, RepeatedHost},
           {{.path = ""}, EmptyTarget},
           {{.path = "*"}, TargetForm},
           {{.path = "a"}, TargetForm},
           {{.path = "http://example.com/"}, TargetForm},
           {{.path = "/a b"}, TargetForbiddenByte},
           {{.path = "/a\r\nX: y"}, TargetForbiddenByte},
           {{.path = std::string{"/\0", 2}}, TargetForbiddenByte},
           {{.path = "/%2e%2e/"}, TargetAmbiguousEncoding},
           {{.path = "/../"}, TargetDotSegment},
           {{.path = "/" + std::string(8192, 'a')}, TargetTooLong},
           {{.pairs = {{"connection", "close"}}}, ConnectionSpecificField},
           {{.pairs = {{"proxy-connection", "x"}}}, ConnectionSpecificField},
           {{.pairs = {{"keep-alive", "x"}}}, ConnectionSpecificField},
           {{.pairs = {{"transfer-encoding", "chunked"}}}, ConnectionSpecificField},
           {{.pairs = {{"upgrade", "websocket"}}}, ConnectionSpecificField},
           {{.pairs = {{"te", "gzip"}}}, ConnectionSpecificField},
           {{.pairs = {{"te", "trailers, gzip"}}}, ConnectionSpecificField},
           {{.pairs = {{"content-length", "5"}, {"content-length", "5"}}, .end_stream = false}, RepeatedContentLength},
           {{.pairs = {{"content-length", "5, 5"}}, .end_stream = false}, BadContentLength},
           {{.pairs = {{"content-length", ""}}, .end_stream = false}, BadContentLength},
           {{.pairs = {{"content-length", "5"}}, .end_stream = true}, UnexpectedBody},
           {{.pairs = {{"content_length", "5"}}}, AliasedFieldName},
           {{.pairs = {{"x_forwarded_for", "192.0.2.1"}}}, AliasedFieldName},
           {{.pairs = {{"expect", "x"}}, .end_stream = false}, BadExpect},
       }) {
    const auto head = read(refusal.head);
    ASSERT_FALSE(head.has_value()) << to_string(refusal.expected);
    EXPECT_EQ(to_string(head.error()), to_string(refusal.expected));
  }
}

TEST(H2Head, ChecksFieldsBeforeTheyAreTaken) {
  using enum ParseError;
  EXPECT_TRUE(check_h2_field("accept", "*/*").has_value());
  EXPECT_TRUE(check_h2_field("x", "").has_value());
  EXPECT_TRUE(check_h2_field("x", "\xc3\xa9 b").has_value());
  struct Refusal {
    std::string_view name;
    std::string_view value;
    ParseError expected;
  };
  using namespace std::string_view_literals;
  for (const Refusal& refusal : {
           Refusal{"", "x", EmptyFieldName},
           Refusal{"Accept", "x", UpperCaseFieldName},
           Refusal{"transfer-encodinG", "x", UpperCaseFieldName},
           Refusal{":path", "x", BadFieldName},
           Refusal{"a b", "x", BadFieldName},
           Refusal{"a:", "x", BadFieldName},
           Refusal{"a\r\n", "x", BareCr},
           Refusal{"a\n", "x", BareLf},
           Refusal{"a\0"sv, "x", NulByte},
           Refusal{"\xc3\xa9", "x", BadFieldName},
           Refusal{"a", "x\r\ny: z", BareCr},
           Refusal{"a", "x\ny", BareLf},
           Refusal{"a", "x\0"sv, NulByte},
           Refusal{"a", "x\x7f", ControlCharacter},
           Refusal{"a", " x", BadFieldValue},
           Refusal{"a", "x\t", BadFieldValue},
       }) {
    const auto checked = check_h2_field(refusal.name, refusal.value);
    ASSERT_FALSE(checked.has_value()) << refusal.name;
    EXPECT_EQ(to_string(checked.error()), to_string(refusal.expected)) << refusal.name;
  }
}

}  // namespace
}  // namespace belfry::http
