#include "http/message.hpp"

#include "http/parse_error.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string_view>

namespace belfry::http {
namespace {

TEST(Method, IsToldApartWithCase) {
  EXPECT_EQ(method_of("GET"), Method::Get);
  EXPECT_EQ(method_of("PATCH"), Method::Patch);
  EXPECT_EQ(method_of("get"), Method::Other);
  EXPECT_EQ(method_of("PROPFIND"), Method::Other);
  EXPECT_EQ(method_of(""), Method::Other);
}

TEST(Method, SafeAndIdempotentAreThoseOfTheStandard) {
  for (const Method method : {Method::Get, Method::Head, Method::Options}) {
    EXPECT_TRUE(is_safe(method));
    EXPECT_TRUE(is_idempotent(method));
  }
  for (const Method method : {Method::Put, Method::Delete}) {
    EXPECT_FALSE(is_safe(method));
    EXPECT_TRUE(is_idempotent(method));
  }
  for (const Method method : {Method::Post, Method::Patch, Method::Other}) {
    EXPECT_FALSE(is_safe(method));
    EXPECT_FALSE(is_idempotent(method));
  }
}

TEST(Version, HasAName) {
  EXPECT_EQ(to_string(Version::Http10), "HTTP/1.0");
  EXPECT_EQ(to_string(Version::Http11), "HTTP/1.1");
  EXPECT_EQ(to_string(Version::Http2), "HTTP/2");
}

TEST(ReasonPhrase, IsThatOfTheRegistry) {
  EXPECT_EQ(reason_phrase(100), "Continue");
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(421), "Misdirected Request");
  EXPECT_EQ(reason_phrase(511), "Network Authentication Required");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(0), "");
  EXPECT_EQ(reason_phrase(999), "");
}

TEST(ParseError, EachHasANameAndAnErrorStatusOfItsOwn) {
  std::set<std::string_view> names;
  const auto last = static_cast<std::uint8_t>(ParseError::TrailersTooLarge);
  for (std::uint8_t value = 0; value <= last; ++value) {
    const auto error = static_cast<ParseError>(value);
    const std::string_view name = to_string(error);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos) << name;
    EXPECT_NE(name, "unknown");
    EXPECT_GE(status_of(error), 400) << name;
    EXPECT_NE(reason_phrase(status_of(error)), "") << name;
  }
  EXPECT_EQ(status_of(ParseError::RequestLineTooLong), 414);
  EXPECT_EQ(status_of(ParseError::TargetTooLong), 414);
  EXPECT_EQ(status_of(ParseError::HeadTooLarge), 431);
  EXPECT_EQ(status_of(ParseError::TooManyFields), 431);
  EXPECT_EQ(status_of(ParseError::FieldLineTooLong), 431);
  EXPECT_EQ(status_of(ParseError::UnknownTransferCoding), 501);
  EXPECT_EQ(status_of(ParseError::MethodRefused), 501);
  EXPECT_EQ(status_of(ParseError::UnsupportedVersion), 505);
  EXPECT_EQ(status_of(ParseError::ContentLengthWithTransferEncoding), 400);
  EXPECT_EQ(to_string(ParseError::ContentLengthWithTransferEncoding), "content_length_with_transfer_encoding");
  EXPECT_EQ(to_string(ParseError::BareLf), "bare_lf");
}

}  // namespace
}  // namespace belfry::http
