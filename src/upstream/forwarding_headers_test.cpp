#include "upstream/forwarding_headers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::upstream {
namespace {

http::RequestHead request_with(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  http::RequestHead request;
  request.host = "app.example.com";
  for (const auto& [name, value] : fields) request.fields.add(name, value);
  return request;
}

http::RequestHead forwarded(const http::RequestHead& request, ForwardedFields fields = ForwardedFields::Replace,
                            std::string_view client = "192.0.2.7") {
  http::RequestHead out;
  make_upstream_request(request, {*base::IpAddress::parse(client), "id-1", fields}, out);
  return out;
}

std::string value(const http::RequestHead& request, std::string_view name) {
  EXPECT_EQ(request.fields.count(name), 1u) << name;
  return std::string{request.fields.get(name).value_or("")};
}

TEST(ForwardingHeaders, WithholdsWhatOnlyWeMaySay) {
  for (const std::string_view name : std::to_array<std::string_view>({
           "x-forwarded-for",
           "X-Forwarded-For",
           "x_forwarded_for",
           "X.Forwarded.For",
           "x!forwarded~for",
           "X-Forwarded",
           "x-forwarded-host",
           "x-forwarded-proto",
           "x-forwarded-port",
           "x-forwarded-prefix",
           "x_forwarded-user",
           "x-forwarded-and-something-very-long-that-nobody-has-thought-of-yet",
           "forwarded",
           "Forwarded",
           "forwarded-for",
           "x-real-ip",
           "X_Real_IP",
           "x.real.ip",
           "client-ip",
           "client_ip",
           "x-client-ip",
           "true-client-ip",
           "proxy-client-ip",
           "WL-Proxy-Client-IP",
           "wl_proxy_client_ip",
           "Fly-Client-IP",
           "do-connecting-ip",
           "x-appengine-user-ip",
           "X-Envoy-External-Address",
           "x-azure-clientip",
           "a-name-that-is-longer-than-all-of-the-known-ones-x.client.ip",
           "remote-user",
           "Remote_User",
           "x-remote-groups",
           "X.Authenticated.User",
           "x-auth-request-email",
           "x-webauth-user",
           "x-ssl-client-verify",
           "x-client-cert-chain",
           "cf-access-jwt-assertion",
           "cf-connecting-ip",
           "x-cluster-client-ip",
           "proxy",
           "Proxy",
           "proxy-authorization",
           "x-request-id",
           "x_request_id",
           "x-belfry-user",
           "X-Belfry-Assertion",
           "x_belfry_user",
           "x.belfry.user",
           "x-original-url",
           "x_original_url",
           "x-rewrite-url",
           "x-original-host",
           "connection",
           "keep-alive",
           "proxy-connection",
           "te",
           "trailer",
           "transfer-encoding",
           "transfer_encoding",
           "content-length",
           "content_length",
           "upgrade",
           "http2-settings",
           "host",
           "expect",
       })) {
    EXPECT_TRUE(is_withheld(name)) << name;
    http::RequestHead request = request_with({{name, "evil"}});
    const auto out = forwarded(request);
    for (const auto& field : out.fields) EXPECT_EQ(field.value.find("evil"), std::string_view::npos) << name;
  }
}

TEST(ForwardingHeaders, LeavesTheRestAsItCame) {
  for (const std::string_view name : std::to_array<std::string_view>({
           "accept",
           "user-agent",
           "authorization",
           "origin",
           "referer",
           "content-type",
           "x-requested-with",
           "x-csrf-token",
           "sec-fetch-site",
           "sec-websocket-key",
           "if-none-match",
           "range",
           "x-forward",
           "x-real",
           "client-ip-address",
           "x-auth-token",
           "x-client-id",
           "x-client-version",
           "proxy-something",
           "hosts",
           "x-host-name",
           "upgrade-insecure-requests",
           "forwarded-by-mail",
           "tea",
           "x",
           "-",
       })) {
    EXPECT_FALSE(is_withheld(name)) << name;
    const auto out = forwarded(request_with({{name, "a  b\xe9"}}));
    EXPECT_EQ(value(out, name), "a  b\xe9") << name;
  }
}

TEST(ForwardingHeaders, SaysWhoAsksForWhat) {
  http::RequestHead request = request_with({});
  request.target = *http::Target::parse("/a%20b?x=%zz&&y");
  const auto out = forwarded(request);
  EXPECT_EQ(out.host, "app.example.com");
  EXPECT_EQ(out.target.text(), "/a%20b?x=%zz&&y");
  EXPECT_EQ(value(out, "x-forwarded-for"), "192.0.2.7");
  EXPECT_EQ(value(out, "x-forwarded-proto"), "https");
  EXPECT_EQ(value(out, "x-forwarded-host"), "app.example.com");
  EXPECT_EQ(value(out, "x-forwarded-port"), "443");
  EXPECT_EQ(value(out, "forwarded"), "for=192.0.2.7;host=app.example.com;proto=https");
  EXPECT_EQ(value(out, "x-request-id"), "id-1");
  EXPECT_FALSE(out.fields.contains("via"));
}

TEST(ForwardingHeaders, KeepsThePortOfTheAuthority) {
  http::RequestHead request = request_with({});
  request.port = 8443;
  const auto out = forwarded(request, ForwardedFields::Replace, "2001:db8::1");
  EXPECT_EQ(out.port, 8443);
  EXPECT_EQ(value(out, "x-forwarded-for"), "2001:db8::1");
  EXPECT_EQ(value(out, "x-forwarded-host"), "app.example.com:8443");
  EXPECT_EQ(value(out, "x-forwarded-port"), "8443");
  EXPECT_EQ(value(out, "forwarded"), "for=\"[2001:db8::1]\";host=\"app.example.com:8443\";proto=https");
}

TEST(ForwardingHeaders, ExtendsWhatATrustedProxySays) {
  const auto out = forwarded(request_with({{"x-forwarded-for", "198.51.100.1, 198.51.100.2"},
                                           {"x-forwarded-for", "198.51.100.3"},
                                           {"forwarded", "for=198.51.100.3"},
                                           {"x-forwarded-proto", "http"},
                                           {"x_forwarded_for", "203.0.113.9"},
                                           {"x-real-ip", "203.0.113.9"}}),
                             ForwardedFields::Extend);
  EXPECT_EQ(value(out, "x-forwarded-for"), "198.51.100.1, 198.51.100.2, 198.51.100.3, 192.0.2.7");
  EXPECT_FALSE(out.fields.contains("forwarded")) << "the proxy may have passed on what its client wrote";
  EXPECT_EQ(value(out, "x-forwarded-proto"), "https");
  EXPECT_FALSE(out.fields.contains("x_forwarded_for"));
  EXPECT_FALSE(out.fields.contains("x-real-ip"));
}

TEST(ForwardingHeaders, NamesNoProxyAsTheClient) {
  const auto out = forwarded(request_with({{"x-forwarded-for", "198.51.100.1"}}), ForwardedFields::Extend);
  EXPECT_EQ(value(out, "x-forwarded-for"), "198.51.100.1, 192.0.2.7");
  EXPECT_FALSE(out.fields.contains("forwarded"));
}

TEST(ForwardingHeaders, KeepsOurCookiesToUs) {
  struct Case {
    std::string_view sent;
    std::string_view forwarded;  // empty: no field
  };
  for (const auto& [sent, expected] : std::to_array<Case>({
           {"a=1; b=2", "a=1; b=2"},
           {"a=1;b=2;  c", "a=1;b=2;  c"},
           {"__Host-belfry=s", ""},
           {"__Host-belfry=s; a=1", "a=1"},
           {"a=1; __Host-belfry=s", "a=1"},
           {"a=1;__Host-belfry=s;b=2", "a=1; b=2"},
           {"a=1; __host-BELFRY=s", "a=1"},
           {"a=1; __Host-belfry-csrf=s", "a=1"},
           {"a=1; __Host-belfry =s; b=2", "a=1; b=2"},
           {"a=1;\t__Host-belfry; b=2", "a=1; b=2"},
           {"a=__Host-belfry=s", "a=__Host-belfry=s"},
           {"__Host-other=1", "__Host-other=1"},
       })) {
    const auto out = forwarded(request_with({{"cookie", sent}}));
    if (expected.empty()) {
      EXPECT_FALSE(out.fields.contains("cookie")) << sent;
    } else {
      EXPECT_EQ(value(out, "cookie"), expected) << sent;
    }
  }
}

TEST(ForwardingHeaders, KeepsNothingOfTheRequestBefore) {
  http::RequestHead out;
  const ForwardingFacts facts{*base::IpAddress::parse("192.0.2.7"), "id-1", ForwardedFields::Replace};
  auto first = request_with({{"authorization", "secret"}});
  first.body = http::BodyLength::known(5);
  first.method_name = "POST";
  first.method = http::Method::Post;
  first.port = 8443;
  first.upgrade = http::Upgrade::WebSocket;
  make_upstream_request(first, facts, out);
  make_upstream_request(request_with({}), facts, out);
  EXPECT_FALSE(out.fields.contains("authorization"));
  EXPECT_EQ(out.body, http::BodyLength::none());
  EXPECT_EQ(out.method_name, "GET");
  EXPECT_EQ(out.port, std::nullopt);
  EXPECT_EQ(out.upgrade, http::Upgrade::None);
}

TEST(ForwardingHeaders, TrailersBringNothingIn) {
  http::Fields trailers;
  trailers.add("x-forwarded-for", "203.0.113.9");
  trailers.add("content-length", "1");
  trailers.add("cookie", "__Host-belfry=s");
  trailers.add("x-checksum", "1");
  withhold_trailers(trailers);
  ASSERT_EQ(trailers.size(), 1u);
  EXPECT_EQ(trailers[0].name, "x-checksum");
}

}  // namespace
}  // namespace belfry::upstream
