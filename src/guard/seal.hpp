#pragma once

// The seal: what every response carries when it leaves, whoever made it and however it failed. seal() is the whole of
// it, made of the steps below; SealedExchange puts it on the way out, so that no handler can send an unsealed response.
// Only the edge's own refusals (Site::refuse) never pass an exchange: they call seal() themselves.

#include "guard/options.hpp"
#include "http/exchange.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::guard {

// Who made the response.
enum class ResponseSource : std::uint8_t { Belfry, Application };

// Cross-Origin-Resource-Policy of one of Belfry's own responses: what is made to be embedded elsewhere (the badge, the
// widget) says so by its route.
enum class ResourcePolicy : std::uint8_t { SameOrigin, CrossOrigin };

struct SealContext {
  SealOptions options;
  std::string request_id;
  ResponseSource source = ResponseSource::Belfry;
  ResourcePolicy resource_policy = ResourcePolicy::SameOrigin;
  // Base64 of at least 128 random bits, new for each response (CSP3, section 7.1); the page's inline styles carry it,
  // and its script. Empty: neither is allowed.
  std::string nonce;
  // Where the page's forms may lead beside its own origin, as sources of CSP with a blank before each: browsers hold
  // the redirect behind a form to form-action too.
  std::string form_targets;
  // Own: the page's script, by the nonce, may run and ask its own origin. None: nothing runs.
  http::PageScript script = http::PageScript::None;
};

void seal(http::ResponseHead& head, const SealContext& context);

// The steps of seal(). Each is complete for its measure.
// Strict-Transport-Security, ours instead of whatever is there.
void seal_transport(http::ResponseHead& head, const SealOptions& options);
// X-Request-Id, ours instead of whatever is there.
void seal_request_id(http::ResponseHead& head, std::string_view request_id);
// Belfry's own pages: strict CSP, nosniff, no framing, isolation, no caching where the page didn't choose.
void seal_own_page(http::ResponseHead& head, const SealContext& context);
// The application's response: nosniff and Referrer-Policy where it sets none; its CSP is never touched; what tells of
// its make (Server, X-Powered-By) or leads around the door (Alt-Svc) is removed.
void seal_application(http::ResponseHead& head);
// Its cookies: Secure always, SameSite=Lax where it says nothing, HttpOnly by option; those that claim a name of
// Belfry's are dropped.
void seal_cookies(http::ResponseHead& head, const SealOptions& options);

using SealFunction = void (*)(http::ResponseHead&, const SealContext&);

// Thread: the exchange's. Owns neither the exchange nor what a handler makes of it.
class SealedExchange final : public http::Exchange {
 public:
  // `inner` outlives this. Until said otherwise the response is Belfry's own: the stricter seal.
  SealedExchange(http::Exchange& inner, SealContext context, SealFunction seal_function = &seal);

  // Before the head is sent, as often as the answer changes hands: Application when it is relayed, Belfry again when
  // the relay failed and we answer ourselves.
  void answer_from(ResponseSource source) { context_.source = source; }
  void set_resource_policy(ResourcePolicy policy) { context_.resource_policy = policy; }
  // Before a page that carries it is made.
  void set_nonce(std::string nonce) { context_.nonce = std::move(nonce); }
  // Before the head of a page is sent, and said of each: an earlier page's would stay.
  void set_script(http::PageScript script) { context_.script = script; }
  void set_form_targets(std::string targets) { context_.form_targets = std::move(targets); }
  const SealContext& context() const { return context_; }
  // Of the head that was sent (101 for a tunnel); 0 before.
  std::uint16_t status() const { return status_; }

  const http::RequestHead& request() const override { return inner_.request(); }
  const http::Client& client() const override { return inner_.client(); }
  void limit_body(std::uint64_t bytes) override { inner_.limit_body(bytes); }
  http::Awaitable<http::StreamResult<base::Buffer>> read_body() override { return inner_.read_body(); }
  const http::Fields& request_trailers() const override { return inner_.request_trailers(); }
  http::Awaitable<http::StreamResult<void>> send_interim(http::ResponseHead head) override;
  http::Awaitable<http::StreamResult<void>> send_head(http::ResponseHead head, base::Buffer first,
                                                      http::More more) override;
  http::Awaitable<http::StreamResult<void>> send_body(base::Buffer piece, http::More more) override;
  http::Awaitable<http::StreamResult<void>> send_trailers(http::Fields trailers) override;
  http::Awaitable<http::StreamResult<http::Tunnel*>> begin_tunnel(http::ResponseHead head) override;
  bool head_sent() const override { return inner_.head_sent(); }
  std::uint64_t body_bytes_sent() const override { return inner_.body_bytes_sent(); }
  void on_abandoned(std::move_only_function<void()> abandoned) override { inner_.on_abandoned(std::move(abandoned)); }
  void abort() override { inner_.abort(); }

 private:
  http::Exchange& inner_;
  SealContext context_;
  SealFunction seal_;
  std::uint16_t status_ = 0;
};

}  // namespace belfry::guard
