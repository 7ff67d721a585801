#include "guard/seal.hpp"

#include "http/cookies.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace belfry::guard {
namespace {

// Everything that a page of ours could ask a person's device for, and none does.
constexpr std::string_view kPermissionsPolicy =
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), web-share=(), "
    "xr-spatial-tracking=()";

// What tells of the application's make, or invites browsers to come in by another way than this door.
constexpr std::string_view kRemovedFromApplication[] = {"server", "x-powered-by", "x-aspnet-version",
                                                        "x-aspnetmvc-version", "alt-svc"};

// Fields that the seal writes, or reads, in the head: one in the trailers would contradict it (RFC 9110,
// section 6.5.1).
constexpr std::string_view kRemovedFromTrailers[] = {"set-cookie", "strict-transport-security", "x-request-id",
                                                     "content-security-policy", "content-security-policy-report-only"};

// A source of CSP: what carries the page's nonce.
std::string nonce_source(std::string_view nonce) {
  if (nonce.empty()) return "'none'";
  return std::string{"'nonce-"}.append(nonce).append("'");
}

std::string own_content_security_policy(const SealContext& context) {
  // default-src covers scripts: most of Belfry's pages have none. The three directives that it does not cover stand by
  // themselves, as do object-src and Trusted Types, which the CSP Evaluator wants to read.
  const std::string nonced = nonce_source(context.nonce);
  std::string policy{"default-src 'none'; style-src "};
  policy += nonced;
  if (context.script == http::PageScript::Own) {
    policy += "; script-src ";
    policy += nonced;
    policy += "; connect-src 'self'";
  }
  policy += "; img-src 'self'; form-action 'self'";
  policy += context.form_targets;
  policy +=
      "; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; "
      "trusted-types 'none'";
  return policy;
}

void set_if_absent(http::Fields& fields, std::string_view name, std::string_view value) {
  if (!fields.contains(name)) fields.add(name, value);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && http::equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool is_reserved_name(std::string_view name) {
  return starts_with_ignoring_case(name, "__host-belfry") || starts_with_ignoring_case(name, "__secure-belfry");
}

// Belfry's own cookies are not the application's to set. A cookie without a name counts by its value: some browsers
// send "=__Host-belfry=x" back as "__Host-belfry=x" (RFC 6265bis, section 5.7, step 21).
bool claims_reserved_name(std::string_view set_cookie) {
  if (is_reserved_name(http::set_cookie_name(set_cookie))) return true;
  const auto start = set_cookie.find_first_not_of(" \t=");
  return start != std::string_view::npos && is_reserved_name(set_cookie.substr(start));
}

}  // namespace

void seal_transport(http::ResponseHead& head, const SealOptions& options) {
  std::string_view value{"max-age=63072000"};
  // hstspreload.org takes no entry that leaves subdomains out.
  if (options.hsts_include_subdomains) value = "max-age=63072000; includeSubDomains";
  if (options.hsts_preload) value = "max-age=63072000; includeSubDomains; preload";
  head.fields.set("strict-transport-security", value);
}

void seal_request_id(http::ResponseHead& head, std::string_view request_id) {
  head.fields.set("x-request-id", request_id);
}

void seal_own_page(http::ResponseHead& head, const SealContext& context) {
  http::Fields& fields = head.fields;
  fields.set("content-security-policy", own_content_security_policy(context));
  fields.set("x-content-type-options", "nosniff");
  // "no-referrer" would turn our own forms' posts into "Origin: null".
  fields.set("referrer-policy", "same-origin");
  fields.set("permissions-policy", kPermissionsPolicy);
  fields.set("cross-origin-opener-policy", "same-origin");
  fields.set("cross-origin-embedder-policy", "require-corp");
  fields.set("cross-origin-resource-policy",
             context.resource_policy == ResourcePolicy::CrossOrigin ? "cross-origin" : "same-origin");
  fields.set("x-frame-options", "DENY");
  set_if_absent(fields, "cache-control", "no-store");
}

void seal_application(http::ResponseHead& head) {
  head.fields.remove_if([](const http::Field& field) {
    return std::ranges::find(kRemovedFromApplication, field.name) != std::end(kRemovedFromApplication);
  });
  set_if_absent(head.fields, "x-content-type-options", "nosniff");
  set_if_absent(head.fields, "referrer-policy", "strict-origin-when-cross-origin");
}

void seal_cookies(http::ResponseHead& head, const SealOptions& options) {
  if (!head.fields.contains("set-cookie")) return;
  std::vector<std::string> cookies;
  for (const http::Field field : head.fields) {
    if (field.name == "set-cookie" && !claims_reserved_name(field.value)) cookies.emplace_back(field.value);
  }
  head.fields.remove("set-cookie");
  const auto http_only = options.cookies_http_only ? http::HttpOnly::Always : http::HttpOnly::AsItCame;
  for (const std::string& cookie : cookies) head.fields.add("set-cookie", http::seal_set_cookie(cookie, http_only));
}

void seal(http::ResponseHead& head, const SealContext& context) {
  switch (context.source) {
    case ResponseSource::Application:
      seal_application(head);
      seal_cookies(head, context.options);
      break;
    case ResponseSource::Belfry:
      seal_own_page(head, context);
      break;
  }
  seal_transport(head, context.options);
  seal_request_id(head, context.request_id);
}

SealedExchange::SealedExchange(http::Exchange& inner, SealContext context, SealFunction seal_function)
    : inner_{inner}, context_{std::move(context)}, seal_{seal_function} {}

http::Awaitable<http::StreamResult<void>> SealedExchange::send_interim(http::ResponseHead head) {
  // RFC 9110, section 15.2.1: 100 says nothing but "go on".
  if (head.status != 100) seal_(head, context_);
  return inner_.send_interim(std::move(head));
}

http::Awaitable<http::StreamResult<void>> SealedExchange::send_head(http::ResponseHead head, base::Buffer first,
                                                                    http::More more) {
  seal_(head, context_);
  status_ = head.status;
  return inner_.send_head(std::move(head), std::move(first), more);
}

http::Awaitable<http::StreamResult<void>> SealedExchange::send_body(base::Buffer piece, http::More more) {
  return inner_.send_body(std::move(piece), more);
}

http::Awaitable<http::StreamResult<void>> SealedExchange::send_trailers(http::Fields trailers) {
  for (const std::string_view name : kRemovedFromTrailers) trailers.remove(name);
  return inner_.send_trailers(std::move(trailers));
}

http::Awaitable<http::StreamResult<http::Tunnel*>> SealedExchange::begin_tunnel(http::ResponseHead head) {
  seal_(head, context_);
  status_ = head.status;
  return inner_.begin_tunnel(std::move(head));
}

}  // namespace belfry::guard
