#include "web/form.hpp"

#include "http/percent_encoding.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::web {
namespace {

using namespace std::string_view_literals;

TEST(Form, ReadsWhatABrowserSends) {
  const auto form = Form::parse("email=ida%40example.com&password=a+b%2B%26%3Dc%25&name=%C3%89lo%C3%AFse&code=");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->size(), 4U);
  EXPECT_EQ(form->get("email"), "ida@example.com");
  EXPECT_EQ(form->get("password"), "a b+&=c%");
  EXPECT_EQ(form->get("name"), "Éloïse");
  EXPECT_EQ(form->get("code"), "");
  EXPECT_EQ(form->get("new_password"), std::nullopt);
}

TEST(Form, ReadsWhatOtherClientsLeaveAsItIs) {
  const auto form = Form::parse("email=ida@example.com&csrf_token=YWJj==&text=a%0D%0Ab");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("email"), "ida@example.com");
  EXPECT_EQ(form->get("csrf_token"), "YWJj==");
  EXPECT_EQ(form->get("text"), "a\r\nb");
}

TEST(Form, WritesAValueThatItReads) {
  EXPECT_EQ(http::percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(http::percent_encode("https://a.example/b?c=d&e=%0A +"),
            "https%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e%3D%250A%20%2B");
  const std::string everything = "\x01\r\n\t !\"#$%&'()*+,/:;<=>?@[\\]^`{|}\x7f\u00e9";
  const auto form = Form::parse("text=" + http::percent_encode(everything) + "&code=1");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("text"), everything);
}

TEST(Form, OfAnEmptyBodyHasNoFields) {
  const auto form = Form::parse("");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->size(), 0U);
}

struct Refused {
  std::string_view body;
  FormError error;
};

constexpr Refused kRefused[] = {
    {"email=a&email=b", FormError::RepeatedField},
    {"email=a&e%6Dail=b", FormError::RepeatedField},
    {"csrf_token=a&csrf_token=a", FormError::RepeatedField},
    {"other=a&other=", FormError::RepeatedField},
    {"email=%", FormError::BrokenPercentEncoding},
    {"email=%4", FormError::BrokenPercentEncoding},
    {"email=%4&code=1", FormError::BrokenPercentEncoding},
    {"email=%zz", FormError::BrokenPercentEncoding},
    {"email=%u0041", FormError::BrokenPercentEncoding},
    {"email=%+1", FormError::BrokenPercentEncoding},
    {"e%mail=a", FormError::BrokenPercentEncoding},
    {"email=a%00b", FormError::ForbiddenByte},
    {"email=a\0b"sv, FormError::ForbiddenByte},
    {"em%00ail=a", FormError::ForbiddenByte},
    {"email=a b", FormError::ForbiddenByte},
    {"email=a\tb", FormError::ForbiddenByte},
    {"email=a\r\n", FormError::ForbiddenByte},
    {"email=a\x7f", FormError::ForbiddenByte},
    {"email=\xc3\xa9", FormError::ForbiddenByte},
    {"email=%FF", FormError::NotUtf8},
    {"email=%C3", FormError::NotUtf8},
    {"email=%C3%28", FormError::NotUtf8},
    {"email=%C0%AF", FormError::NotUtf8},  // '/' in a longer form than needed
    {"email=%C1%BF", FormError::NotUtf8},
    {"email=%E0%80%AF", FormError::NotUtf8},
    {"email=%F0%80%80%AF", FormError::NotUtf8},
    {"email=%ED%A0%80", FormError::NotUtf8},     // a surrogate
    {"email=%F4%90%80%80", FormError::NotUtf8},  // above U+10FFFF
    {"email=%F5%80%80%80", FormError::NotUtf8},
    {"email=%80", FormError::NotUtf8},
    {"email=%E2%82", FormError::NotUtf8},
    {"email=a&&code=1", FormError::ForbiddenName},
    {"&email=a", FormError::ForbiddenName},
    {"email=a&", FormError::ForbiddenName},
    {"&", FormError::ForbiddenName},
    {"=a", FormError::ForbiddenName},
    {"Email=a", FormError::ForbiddenName},
    {"email%20=a", FormError::ForbiddenName},
    {"email[]=a", FormError::ForbiddenName},
    {"e.mail=a", FormError::ForbiddenName},
    {"%C3%A9mail=a", FormError::ForbiddenName},
    {"email", FormError::MissingValue},
    {"email=a&code", FormError::MissingValue},
    {"{\"email\":\"a\"}", FormError::MissingValue},
};

TEST(Form, RefusesWhatTwoReadersCouldTakeDifferently) {
  for (const Refused& refused : kRefused) {
    const auto form = Form::parse(refused.body);
    ASSERT_FALSE(form) << refused.body;
    EXPECT_EQ(form.error(), refused.error) << refused.body << ": " << to_string(form.error());
  }
}

TEST(Form, AcceptsCharactersAtTheEdgesOfUtf8) {
  for (const char* edge : {"%7F", "%C2%80", "%DF%BF", "%E0%A0%80", "%ED%9F%BF", "%EE%80%80", "%EF%BF%BF",
                           "%F0%90%80%80", "%F4%8F%BF%BF"}) {
    EXPECT_TRUE(Form::parse(std::string{"a="} + edge)) << edge;
  }
}

TEST(Form, RefusesWhatIsBeyondItsLimits) {
  const FormLimits limits{.body_bytes = 41, .fields = 2, .name_bytes = 4, .value_bytes = 6};
  EXPECT_TRUE(Form::parse("abcd=123456&b=%41%41%41%41%41%41", limits));
  EXPECT_EQ(Form::parse("abcde=1", limits).error(), FormError::NameTooLong);
  EXPECT_EQ(Form::parse("a=1234567", limits).error(), FormError::ValueTooLong);
  EXPECT_EQ(Form::parse("a=%41%41%41%41%41%41%41", limits).error(), FormError::ValueTooLong);
  EXPECT_EQ(Form::parse("a=1&b=2&c=3", limits).error(), FormError::TooManyFields);
  EXPECT_TRUE(Form::parse("a=%41%41%41%41%41%41&b=%41%41%41%41%41%41", limits)) << "41 bytes";
  EXPECT_EQ(Form::parse("ab=%41%41%41%41%41%41&b=%41%41%41%41%41%41", limits).error(), FormError::TooLarge);
}

TEST(Form, RefusesABodyAboveSixteenKibibytesByDefault) {
  std::string body;
  for (char name = 'a'; name < 'a' + 4; ++name) body += std::string{name} + "=" + std::string(4093, 'x') + "&";
  body.pop_back();
  ASSERT_EQ(body.size(), 16'383U);
  EXPECT_TRUE(Form::parse(body));
  EXPECT_TRUE(Form::parse(body + "x"));
  EXPECT_EQ(Form::parse(body + "xx").error(), FormError::TooLarge);
}

TEST(Form, IsKnownByItsType) {
  for (const char* type :
       {"application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded; charset=UTF-8", "application/x-www-form-urlencoded;charset=\"utf-8\""}) {
    EXPECT_TRUE(is_form_type(type)) << type;
  }
  for (const char* type :
       {"", "text/plain", "multipart/form-data; boundary=x", "application/json",
        "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded, text/plain",
        "application/x-www-form-urlencoded; charset=utf-8; charset=utf-7", "application/x-www-form-urlencoded;"}) {
    EXPECT_FALSE(is_form_type(type)) << type;
  }
}

}  // namespace
}  // namespace belfry::web
