#include "guard/seal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SealContext context_of(ResponseSource source) {
  SealContext context;
  context.request_id = "01JR2Y";
  context.source = source;
  context.nonce = "c29tZW5vbmNl";
  return context;
}

http::ResponseHead head_of(std::uint16_t status,
                           std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  http::ResponseHead head;
  head.status = status;
  for (const auto& [name, value] : fields) head.fields.add(name, value);
  return head;
}

http::ResponseHead sealed(http::ResponseHead head, const SealContext& context) {
  seal(head, context);
  return head;
}

std::vector<std::string> all_of(const http::ResponseHead& head, std::string_view name) {
  std::vector<std::string> values;
  for (const http::Field field : head.fields) {
    if (field.name == name) values.emplace_back(field.value);
  }
  return values;
}

std::vector<std::string> cookies_after(std::initializer_list<std::string_view> cookies, SealOptions options = {}) {
  http::ResponseHead head;
  for (const std::string_view cookie : cookies) head.fields.add("set-cookie", cookie);
  SealContext context = context_of(ResponseSource::Application);
  context.options = options;
  return all_of(sealed(std::move(head), context), "set-cookie");
}

TEST(Seal, PutsHstsAndTheRequestIdOnEveryResponse) {
  for (const auto source : {ResponseSource::Belfry, ResponseSource::Application}) {
    for (const int status : {101, 200, 204, 206, 301, 304, 400, 403, 404, 421, 429, 500, 502, 503, 504}) {
      const auto head = sealed(head_of(static_cast<std::uint16_t>(status), {}), context_of(source));
      EXPECT_THAT(all_of(head, "strict-transport-security"), ElementsAre("max-age=63072000")) << status;
      EXPECT_THAT(all_of(head, "x-request-id"), ElementsAre("01JR2Y")) << status;
      EXPECT_EQ(head.status, status);
    }
  }
}

TEST(Seal, ReplacesTheApplicationsHstsAndRequestId) {
  const auto head = sealed(head_of(200, {{"strict-transport-security", "max-age=0"},
                                         {"strict-transport-security", "max-age=1"},
                                         {"x-request-id", "theirs"}}),
                           context_of(ResponseSource::Application));
  EXPECT_THAT(all_of(head, "strict-transport-security"), ElementsAre("max-age=63072000"));
  EXPECT_THAT(all_of(head, "x-request-id"), ElementsAre("01JR2Y"));
}

TEST(Seal, BindsOtherHostsByHstsOnlyByChoice) {
  auto context = context_of(ResponseSource::Application);
  context.options.hsts_include_subdomains = true;
  EXPECT_THAT(all_of(sealed({}, context), "strict-transport-security"),
              ElementsAre("max-age=63072000; includeSubDomains"));
  context.options = {.hsts_include_subdomains = false, .hsts_preload = true};
  EXPECT_THAT(all_of(sealed({}, context), "strict-transport-security"),
              ElementsAre("max-age=63072000; includeSubDomains; preload"));
}

TEST(Seal, OwnPagesCarryTheWholeSet) {
  const auto head = sealed(head_of(200, {}), context_of(ResponseSource::Belfry));
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"x-content-type-options", "nosniff"},
      {"referrer-policy", "same-origin"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-embedder-policy", "require-corp"},
      {"cross-origin-resource-policy", "same-origin"},
      {"x-frame-options", "DENY"},
      {"cache-control", "no-store"},
  };
  for (const auto& [name, value] : expected) EXPECT_THAT(all_of(head, name), ElementsAre(std::string{value})) << name;
  EXPECT_THAT(all_of(head, "permissions-policy").at(0), HasSubstr("camera=(), "));
}

TEST(Seal, OwnPagesChooseTheirCachingButNotTheirPolicy) {
  const auto head = sealed(head_of(200, {{"cache-control", "public, max-age=60"},
                                         {"content-security-policy", "default-src *"},
                                         {"x-frame-options", "SAMEORIGIN"},
                                         {"referrer-policy", "unsafe-url"}}),
                           context_of(ResponseSource::Belfry));
  EXPECT_THAT(all_of(head, "cache-control"), ElementsAre("public, max-age=60"));
  EXPECT_THAT(all_of(head, "content-security-policy"), ElementsAre(HasSubstr("default-src 'none'")));
  EXPECT_THAT(all_of(head, "x-frame-options"), ElementsAre("DENY"));
  EXPECT_THAT(all_of(head, "referrer-policy"), ElementsAre("same-origin"));
}

TEST(Seal, WhatIsMadeToBeEmbeddedSaysSo) {
  auto context = context_of(ResponseSource::Belfry);
  context.resource_policy = ResourcePolicy::CrossOrigin;
  EXPECT_THAT(all_of(sealed({}, context), "cross-origin-resource-policy"), ElementsAre("cross-origin"));
}

// What the CSP Evaluator rates high or medium, and what the Observatory asks for its bonus.
TEST(Seal, OwnPolicyAllowsNothingThatTheGradersMark) {
  const auto head = sealed({}, context_of(ResponseSource::Belfry));
  const auto policies = all_of(head, "content-security-policy");
  ASSERT_EQ(policies.size(), 1U);
  const std::string& policy = policies.front();
  for (const std::string_view directive :
       {"default-src 'none';", "style-src 'nonce-c29tZW5vbmNl';", "img-src 'self';", "form-action 'self';",
        "base-uri 'none';", "frame-ancestors 'none';", "object-src 'none';", "require-trusted-types-for 'script';"}) {
    EXPECT_THAT(policy, HasSubstr(directive));
  }
  for (const std::string_view bad :
       {"unsafe-", "*", "data:", "http:", "https:", "script-src", "connect-src", "blob:"}) {
    EXPECT_THAT(policy, Not(HasSubstr(bad)));
  }
}

TEST(Seal, APageWithTheScriptMayRunItAndAskItsOwnOriginAlone) {
  auto context = context_of(ResponseSource::Belfry);
  context.script = http::PageScript::Own;
  const auto policy = all_of(sealed({}, context), "content-security-policy").at(0);
  for (const std::string_view directive :
       {"default-src 'none';", "script-src 'nonce-c29tZW5vbmNl';", "connect-src 'self';",
        "require-trusted-types-for 'script'; trusted-types 'none'"}) {
    EXPECT_THAT(policy, HasSubstr(directive));
  }
  for (const std::string_view bad : {"unsafe-", "*", "data:", "http:", "https:", "blob:", "strict-dynamic"}) {
    EXPECT_THAT(policy, Not(HasSubstr(bad)));
  }
  context.nonce.clear();
  EXPECT_THAT(all_of(sealed({}, context), "content-security-policy").at(0), HasSubstr("script-src 'none';"));
}

TEST(Seal, OwnPageWithoutANonceHasNoInlineStyle) {
  auto context = context_of(ResponseSource::Belfry);
  context.nonce.clear();
  const auto policy = all_of(sealed({}, context), "content-security-policy").at(0);
  EXPECT_THAT(policy, HasSubstr("style-src 'none';"));
  EXPECT_THAT(policy, Not(HasSubstr("nonce-")));
}

TEST(Seal, TheApplicationGetsDefaultsOnlyWhereItIsSilent) {
  const auto silent = sealed(head_of(200, {}), context_of(ResponseSource::Application));
  EXPECT_THAT(all_of(silent, "x-content-type-options"), ElementsAre("nosniff"));
  EXPECT_THAT(all_of(silent, "referrer-policy"), ElementsAre("strict-origin-when-cross-origin"));
  const auto spoken =
      sealed(head_of(200, {{"referrer-policy", "no-referrer"}}), context_of(ResponseSource::Application));
  EXPECT_THAT(all_of(spoken, "referrer-policy"), ElementsAre("no-referrer"));
}

TEST(Seal, TheApplicationsPolicyIsNeverTouched) {
  const auto head = sealed(head_of(200, {{"content-security-policy", "script-src 'self'"},
                                         {"content-security-policy", "img-src *"},
                                         {"x-frame-options", "SAMEORIGIN"},
                                         {"cache-control", "max-age=5"}}),
                           context_of(ResponseSource::Application));
  EXPECT_THAT(all_of(head, "content-security-policy"), ElementsAre("script-src 'self'", "img-src *"));
  EXPECT_THAT(all_of(head, "x-frame-options"), ElementsAre("SAMEORIGIN"));
  EXPECT_THAT(all_of(head, "cache-control"), ElementsAre("max-age=5"));
  const auto silent = sealed(head_of(200, {}), context_of(ResponseSource::Application));
  for (const std::string_view name : {"content-security-policy", "x-frame-options", "cache-control",
                                      "cross-origin-opener-policy", "cross-origin-resource-policy"}) {
    EXPECT_THAT(all_of(silent, name), IsEmpty()) << name;
  }
}

TEST(Seal, RemovesWhatTellsOfTheApplicationsMakeOrLeadsAroundTheDoor) {
  const auto head = sealed(head_of(200, {{"server", "SimpleHTTP/0.6 Python/3.11.2"},
                                         {"x-powered-by", "PHP/8"},
                                         {"x-aspnet-version", "4"},
                                         {"alt-svc", "h3=\":8443\""},
                                         {"date", "Thu, 01 Jan 2026 00:00:00 GMT"},
                                         {"x-own", "stays"}}),
                           context_of(ResponseSource::Application));
  for (const std::string_view name : {"server", "x-powered-by", "x-aspnet-version", "alt-svc"}) {
    EXPECT_THAT(all_of(head, name), IsEmpty()) << name;
  }
  EXPECT_THAT(all_of(head, "date"), ElementsAre("Thu, 01 Jan 2026 00:00:00 GMT"));
  EXPECT_THAT(all_of(head, "x-own"), ElementsAre("stays"));
}

TEST(Seal, ApplicationCookiesGetWhatTheyDoNotSay) {
  EXPECT_THAT(cookies_after({"a=1", "b=2; Path=/; secure", "c=3; SameSite=None; Secure", "d=4; samesite=strict"}),
              ElementsAre("a=1; Secure; SameSite=Lax", "b=2; Path=/; secure; SameSite=Lax",
                          "c=3; SameSite=None; Secure", "d=4; samesite=strict; Secure"));
}

TEST(Seal, ApplicationCookiesGetHttpOnlyOnlyByChoice) {
  EXPECT_THAT(cookies_after({"a=1; Secure; SameSite=Lax"}), ElementsAre("a=1; Secure; SameSite=Lax"));
  EXPECT_THAT(
      cookies_after({"a=1; Secure; SameSite=Lax", "b=2; httponly; Secure; SameSite=Lax"}, {.cookies_http_only = true}),
      ElementsAre("a=1; Secure; SameSite=Lax; HttpOnly", "b=2; httponly; Secure; SameSite=Lax"));
}

TEST(Seal, TheApplicationCannotSetBelfrysCookies) {
  for (const std::string_view cookie :
       {"__Host-belfry=x; Secure; Path=/", "__Host-belfry-csrf=x", "__host-BELFRY=x", "__Secure-belfry=x",
        " __Host-belfry=x", "__Host-belfry =x", "\t__Host-belfry\t=x", "=__Host-belfry=x", "= __Host-belfry=x",
        "==__Host-belfry=x", "__Host-belfry", "__Host-belfry; Secure", "__Host-belfry=", "= = __secure-Belfry=1"}) {
    http::ResponseHead head;
    // Blanks at either end of a field are not part of it.
    const auto first = cookie.find_first_not_of(" \t");
    head.fields.add("set-cookie", cookie.substr(first));
    head.fields.add("set-cookie", "other=1; Secure; SameSite=Lax");
    seal(head, context_of(ResponseSource::Application));
    EXPECT_THAT(all_of(head, "set-cookie"), ElementsAre("other=1; Secure; SameSite=Lax")) << cookie;
  }
}

TEST(Seal, LeavesTheApplicationsOwnPrefixedCookiesAlone) {
  EXPECT_THAT(cookies_after({"__Host-session=1; Secure; SameSite=Lax", "belfry=2; Secure; SameSite=Lax",
                             "x=__Host-belfry; Secure; SameSite=Lax"}),
              ElementsAre("__Host-session=1; Secure; SameSite=Lax", "belfry=2; Secure; SameSite=Lax",
                          "x=__Host-belfry; Secure; SameSite=Lax"));
}

TEST(Seal, BelfrySetsItsOwnCookies) {
  const auto head = sealed(head_of(200, {{"set-cookie", "__Host-belfry=x; Secure; Path=/; HttpOnly; SameSite=Lax"}}),
                           context_of(ResponseSource::Belfry));
  EXPECT_THAT(all_of(head, "set-cookie"), ElementsAre("__Host-belfry=x; Secure; Path=/; HttpOnly; SameSite=Lax"));
}

// Keeps what is sent.
class RecordingExchange final : public http::Exchange {
 public:
  const http::RequestHead& request() const override { return request_; }
  const http::Client& client() const override { return client_; }
  void limit_body(std::uint64_t bytes) override { limit = bytes; }
  http::Awaitable<http::StreamResult<base::Buffer>> read_body() override { co_return base::Buffer::copy_of("read"); }
  const http::Fields& request_trailers() const override { return request_.fields; }
  http::Awaitable<http::StreamResult<void>> send_interim(http::ResponseHead head) override {
    interim.push_back(std::move(head));
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<void>> send_head(http::ResponseHead head, base::Buffer first,
                                                      http::More more) override {
    heads.push_back(std::move(head));
    body += first.view();
    ended = more == http::More::No;
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<void>> send_body(base::Buffer piece, http::More more) override {
    body += piece.view();
    ended = more == http::More::No;
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<void>> send_trailers(http::Fields fields) override {
    trailers = std::move(fields);
    co_return http::StreamResult<void>{};
  }
  http::Awaitable<http::StreamResult<http::Tunnel*>> begin_tunnel(http::ResponseHead head) override {
    heads.push_back(std::move(head));
    co_return std::unexpected{http::StreamError::Closed};
  }
  bool head_sent() const override { return !heads.empty(); }
  std::uint64_t body_bytes_sent() const override { return body.size(); }
  void on_abandoned(std::move_only_function<void()>) override { watched = true; }
  void abort() override { aborted = true; }

  std::vector<http::ResponseHead> interim;
  std::vector<http::ResponseHead> heads;
  http::Fields trailers;
  std::string body;
  bool ended = false;
  bool aborted = false;
  bool watched = false;
  std::uint64_t limit = 0;

 private:
  http::RequestHead request_;
  http::Client client_;
};

template <class T>
T run(http::Awaitable<T> task) {
  boost::asio::io_context loop;
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
    failure = std::move(error);
    result.emplace(std::move(value));
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

TEST(SealedExchange, SealsTheHeadAndRemembersItsStatus) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Belfry)};
  EXPECT_EQ(exchange.status(), 0);
  EXPECT_FALSE(exchange.head_sent());
  EXPECT_TRUE(run(exchange.send_head(head_of(404, {}), base::Buffer::copy_of("not "), http::More::Yes)));
  EXPECT_TRUE(run(exchange.send_body(base::Buffer::copy_of("here"), http::More::No)));
  ASSERT_EQ(inner.heads.size(), 1U);
  EXPECT_THAT(all_of(inner.heads[0], "strict-transport-security"), ElementsAre("max-age=63072000"));
  EXPECT_THAT(all_of(inner.heads[0], "x-request-id"), ElementsAre("01JR2Y"));
  EXPECT_THAT(all_of(inner.heads[0], "x-frame-options"), ElementsAre("DENY"));
  EXPECT_EQ(inner.body, "not here");
  EXPECT_TRUE(inner.ended);
  EXPECT_EQ(exchange.status(), 404);
  EXPECT_EQ(exchange.body_bytes_sent(), 8U);
  EXPECT_TRUE(exchange.head_sent());
}

TEST(SealedExchange, SealsAsWhoeverAnswers) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Belfry)};
  exchange.answer_from(ResponseSource::Application);
  EXPECT_TRUE(run(exchange.send_head(head_of(200, {{"server", "x"}}), {}, http::More::No)));
  EXPECT_THAT(all_of(inner.heads.at(0), "server"), IsEmpty());
  EXPECT_THAT(all_of(inner.heads.at(0), "content-security-policy"), IsEmpty());
}

TEST(SealedExchange, OwnErrorPageAfterAFailedRelayIsSealedAsOwn) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Belfry)};
  exchange.answer_from(ResponseSource::Application);
  exchange.answer_from(ResponseSource::Belfry);
  EXPECT_TRUE(run(exchange.send_head(head_of(502, {}), {}, http::More::No)));
  EXPECT_THAT(all_of(inner.heads.at(0), "content-security-policy").size(), 1U);
}

TEST(SealedExchange, SealsInterimResponsesButNot100) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Application)};
  EXPECT_TRUE(run(exchange.send_interim(head_of(100, {}))));
  EXPECT_TRUE(
      run(exchange.send_interim(head_of(103, {{"link", "</s.css>; rel=preload"}, {"set-cookie", "__Host-belfry=x"}}))));
  ASSERT_EQ(inner.interim.size(), 2U);
  EXPECT_TRUE(inner.interim[0].fields.empty());
  EXPECT_THAT(all_of(inner.interim[1], "x-request-id"), ElementsAre("01JR2Y"));
  EXPECT_THAT(all_of(inner.interim[1], "set-cookie"), IsEmpty());
  EXPECT_EQ(exchange.status(), 0);
}

TEST(SealedExchange, SealsTheSwitchOfProtocols) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Application)};
  EXPECT_FALSE(run(exchange.begin_tunnel(head_of(101, {{"set-cookie", "__Host-belfry=x"}}))));
  ASSERT_EQ(inner.heads.size(), 1U);
  EXPECT_THAT(all_of(inner.heads[0], "strict-transport-security"), ElementsAre("max-age=63072000"));
  EXPECT_THAT(all_of(inner.heads[0], "x-request-id"), ElementsAre("01JR2Y"));
  EXPECT_THAT(all_of(inner.heads[0], "set-cookie"), IsEmpty());
  EXPECT_EQ(exchange.status(), 101);
}

TEST(SealedExchange, TrailersCannotContradictTheSeal) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Application)};
  http::Fields trailers;
  for (const std::string_view name :
       {"set-cookie", "strict-transport-security", "x-request-id", "content-security-policy", "server-timing"}) {
    trailers.add(name, "x");
  }
  EXPECT_TRUE(run(exchange.send_trailers(std::move(trailers))));
  EXPECT_EQ(inner.trailers.size(), 1U);
  EXPECT_TRUE(inner.trailers.contains("server-timing"));
}

TEST(SealedExchange, PassesEverythingElseThrough) {
  RecordingExchange inner;
  SealedExchange exchange{inner, context_of(ResponseSource::Belfry)};
  exchange.limit_body(77);
  exchange.on_abandoned([] {});
  exchange.abort();
  EXPECT_EQ(inner.limit, 77U);
  EXPECT_TRUE(inner.watched);
  EXPECT_TRUE(inner.aborted);
  EXPECT_EQ(&exchange.request(), &inner.request());
  EXPECT_EQ(&exchange.client(), &inner.client());
  EXPECT_EQ(&exchange.request_trailers(), &inner.request_trailers());
  EXPECT_EQ(run(exchange.read_body())->view(), "read");
}

}  // namespace
}  // namespace belfry::guard
