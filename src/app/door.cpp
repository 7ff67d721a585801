#include "app/door.hpp"

#include "accounts/session_cache.hpp"
#include "app/door_visit.hpp"
#include "guard/blocklist.hpp"
#include "http/date.hpp"
#include "http/forwarded.hpp"
#include "proof/tls_report.hpp"
#include "proof/verdict.hpp"
#include "web/badge.hpp"
#include "web/front_page.hpp"
#include "web/icon.hpp"
#include "web/refusal_page.hpp"
#include "web/script.hpp"
#include "web/security_json.hpp"
#include "web/security_page.hpp"
#include "web/tls_json.hpp"
#include "web/tls_page.hpp"

#include <algorithm>

namespace belfry::app {

bool any_contains(const std::vector<base::AddressRange>& ranges, const base::IpAddress& address) {
  return std::ranges::any_of(ranges, [&](const base::AddressRange& range) { return range.contains(address); });
}

guard::Reason reason_of_body(http::StreamError error) {
  switch (error) {
    case http::StreamError::TooLarge:
      return guard::Reason::BodyTooLarge;
    case http::StreamError::DeadlineExceeded:
      return guard::Reason::BodyTooSlow;
    case http::StreamError::Closed:
    case http::StreamError::Malformed:
      return guard::Reason::MalformedBody;
  }
  return guard::Reason::MalformedBody;
}

namespace {

using guard::Reason;

// The one place where a failure on the way to the application becomes a reason.
Reason reason_of(const upstream::UpstreamError& error) {
  switch (error.failure) {
    case upstream::UpstreamFailure::Unreachable:
      return Reason::UpstreamUnreachable;
    case upstream::UpstreamFailure::Overloaded:
      return Reason::TooBusy;
    case upstream::UpstreamFailure::ConnectTimeout:
    case upstream::UpstreamFailure::FirstByteTimeout:
      return Reason::UpstreamTimeout;
    case upstream::UpstreamFailure::NoResponse:
    case upstream::UpstreamFailure::InvalidResponse:
      return Reason::UpstreamInvalid;
    case upstream::UpstreamFailure::ClientBody:
      return reason_of_body(error.client.value_or(http::StreamError::Malformed));
    case upstream::UpstreamFailure::BrokenOff:
    case upstream::UpstreamFailure::ClientGone:
      break;  // nobody is answered
  }
  return Reason::Internal;
}

http::Response json(std::string body) {
  http::Response response;
  response.head.fields.add("content-type", "application/json");
  response.body = std::move(body);
  return response;
}

// The application's address as the client would reach it: by the port that it used here. Empty: there is none.
std::string application_url(const Settings& settings, const http::RequestHead& request) {
  if (!settings.configuration.upstream) return {};
  std::string url = "https://" + settings.configuration.site_hosts.front();
  if (request.port && *request.port != 443) url += ":" + std::to_string(*request.port);
  return url + "/";
}

// The door as the client came to it.
web::DoorFromOutside from_outside(const Settings& settings, const http::RequestHead& request) {
  const Configuration& configuration = settings.configuration;
  return {.site = configuration.site_hosts.front(),
          .belfry = configuration.belfry_host,
          .port = request.port.value_or(443),
          .burst = configuration.rate.burst};
}

// RFC 9110, section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
std::string allowed_methods(guard::MethodSet methods) {
  std::string allowed;
  for (const std::string_view name : {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"}) {
    if (!methods.contains(http::method_of(name))) continue;
    allowed += allowed.empty() ? "" : ", ";
    allowed += name;
  }
  return allowed;
}

// To another path of the same host, with the query as it came.
http::Response redirect(std::string_view path, const http::Target& from) {
  std::string where{path};
  if (from.has_query()) where.append("?").append(from.query());
  http::Response response;
  response.head.status = 308;
  response.head.fields.add("location", where);
  return response;
}

// Bytes of Belfry's own pages that may be on their way at a time, for one worker, and one page more. What clients do
// not read waits in memory: this is some hundred pages.
constexpr std::size_t kPagesUnderWay = std::size_t{32} << 20;
// Half of the second within which what is open to somebody ends with the session.
constexpr std::chrono::milliseconds kLookForOver{500};

std::optional<upstream::Identity> identity_of(const accounts::SignedInAs* who) {
  if (who == nullptr) return std::nullopt;
  return upstream::Identity{
      .user = who->person.to_string(), .email = who->email.text(), .role = std::string{accounts::to_string(who->role)}};
}

// One of a list while it lives; nullptr is none.
template <class Element>
class EntryWhileAlive {
 public:
  EntryWhileAlive(std::vector<Element*>& list, Element* element) : list_{list}, element_{element} {
    if (element_ != nullptr) list_.push_back(element_);
  }
  ~EntryWhileAlive() {
    if (element_ == nullptr) return;
    const auto place = std::ranges::find(list_, element_);
    *place = list_.back();
    list_.pop_back();
  }
  EntryWhileAlive(const EntryWhileAlive&) = delete;
  EntryWhileAlive& operator=(const EntryWhileAlive&) = delete;

 private:
  std::vector<Element*>& list_;
  Element* element_;
};

// Adds to a sum while it lives.
class CountedBytes {
 public:
  CountedBytes(std::size_t& sum, std::size_t bytes) : sum_{sum}, bytes_{bytes} { sum_ += bytes_; }
  ~CountedBytes() { sum_ -= bytes_; }
  CountedBytes(const CountedBytes&) = delete;
  CountedBytes& operator=(const CountedBytes&) = delete;

 private:
  std::size_t& sum_;
  std::size_t bytes_;
};

}  // namespace

Door::Door(DoorParts parts, std::shared_ptr<const Settings> settings, upstream::Relay& relay, upstream::Relay& nowhere)
    : parts_{std::move(parts)},
      settings_{std::move(settings)},
      relay_{relay},
      nowhere_{nowhere},
      random_{parts_.random},
      log_{parts_.request_log.writer()},
      refusals_{parts_.metrics, record::ReasonFamily::Refusals},
      upstream_errors_{parts_.metrics, record::ReasonFamily::UpstreamErrors} {}

bool Door::admit(base::IpAddress address) {
  return parts_.measures.admit(*settings_->blocklist, address);
}

http::Awaitable<void> Door::handle(http::Exchange* exchange) {
  Visit visit{.settings = settings_,
              .exchange = {*exchange,
                           {.options = settings_->configuration.seal,
                            .request_id = crypto::RequestId{random_}.to_string(),
                            .nonce = {}},
                           parts_.measures.seal},
              .client = exchange->client().endpoint.address,
              .began = parts_.clock.wall_now(),
              .began_steady = parts_.clock.steady_now(),
              .reason = {}};
  // What must not happen is kept to the request that it happened in.
  std::string broken;
  try {
    const guard::Verdict verdict = judge(visit);
    if (verdict.admitted()) {
      co_await answer(&visit);
    } else {
      co_await http::respond(&visit.exchange, turn_away(visit, verdict.refusal()));
    }
  } catch (const std::exception& error) {
    broken = error.what();
  }
  if (!broken.empty()) {
    parts_.log.error("a request failed", {{"id", visit.exchange.context().request_id}, {"why", broken}});
    visit.exchange.answer_from(guard::ResponseSource::Belfry);
    visit.exchange.set_script(http::PageScript::None);
    visit.reason = guard::to_string(Reason::Internal);
    if (!visit.exchange.head_sent()) {
      co_await http::respond(&visit.exchange, refusal(visit, {Reason::Internal}));
    } else {
      visit.exchange.abort();
    }
  }
  write_record(visit);
}

guard::Verdict Door::judge(Visit& visit) const {
  const Settings& settings = *visit.settings;
  const http::RequestHead& request = visit.request();
  const guard::HostKind host = settings.hosts.kind_of(request.host);
  visit.route = &route_of(host, request.target.path());
  visit.exchange.set_resource_policy(visit.route->embedding);

  // Behind the PROXY protocol the connection's own address is the client's already.
  const edge::ListenOptions& listen = settings.configuration.listen;
  if (!listen.proxy_protocol && any_contains(listen.trusted_proxies, visit.client)) {
    visit.behind_trusted_proxy = true;
    const auto client = http::client_behind_proxies(request.fields, visit.client, [&](const base::IpAddress& address) {
      return any_contains(listen.trusted_proxies, address);
    });
    if (!client) return guard::Refuse{Reason::MalformedForwarding};
    visit.client = *client;
  }

  guard::RouteTraits traits = visit.route->traits;
  if (visit.route->handler == Handler::Application) traits.body_limit = settings.configuration.size.body;
  visit.exchange.limit_body(traits.body_limit);
  const guard::Verdict verdict = settings.pipeline.admit(
      {.request = &request, .client = visit.client, .host_kind = host, .route = traits, .now = visit.began_steady});
  if (!verdict.admitted()) return verdict;
  return judge_access(visit);
}

http::Awaitable<void> Door::answer(Visit* visit) {
  switch (visit->route->handler) {
    case Handler::Application:
      co_await relay(visit, &relay_);
      break;
    case Handler::NoUpstream:
      co_await relay(visit, &nowhere_);
      break;
    case Handler::HistoryJson:
    case Handler::HistoryHead:
    case Handler::ChangeFeed:
      co_await answer_history(visit);
      break;
    case Handler::NotFound:
      co_await http::respond(&visit->exchange, refusal(*visit, {Reason::NotFound}));
      break;
    case Handler::People:
      co_await answer_people(visit);
      break;
    default:
      co_await send_own(visit, own_page(*visit));
  }
}

http::Awaitable<void> Door::send_own(Visit* visit, http::Response response) {
  // What goes into one Buffer is handed on at once: /health answers whatever waits.
  const std::size_t waiting = response.body.size() > base::Buffer::kCapacity ? response.body.size() : 0;
  if (waiting > 0 && bytes_of_pages_ >= kPagesUnderWay) {
    response = refusal(*visit, {Reason::TooBusy, kRetryAfter});
    co_await http::respond(&visit->exchange, std::move(response));
    co_return;
  }
  visit->exchange.set_script(response.script);
  const CountedBytes counted{bytes_of_pages_, waiting};
  co_await http::respond(&visit->exchange, std::move(response));
}

http::Awaitable<void> Door::answer_history(Visit* visit) {
  std::string site = visit->settings->configuration.site_hosts.front();
  HistoryPages::Answer answer;
  if (visit->route->handler == Handler::HistoryHead) {
    answer = co_await parts_.history.head(std::move(site));
  } else if (visit->route->handler == Handler::ChangeFeed) {
    const web::DoorFromOutside door = from_outside(*visit->settings, visit->request());
    web::ChangeFeedInput feed{.site = std::move(site),
                              .belfry = door.belfry,
                              .belfry_url = web::origin_of(door.belfry, door.port),
                              .language = visit->language(),
                              .presets = parts_.presets,
                              .begun = {},
                              .entries = {}};
    answer = co_await parts_.history.feed(std::move(feed));
  } else {
    std::string query{visit->request().target.query()};
    answer = co_await parts_.history.page(std::move(site), std::move(query));
  }
  http::Response response = answer ? std::move(*answer) : refusal(*visit, answer.error());
  if (answer) response.head.fields.set("date", date());
  co_await send_own(visit, std::move(response));
}

void Door::cut_ended_sessions() {
  const std::uint64_t let_go = parts_.sessions.let_go();
  const base::SteadyTime now = parts_.clock.steady_now();
  if (let_go == sessions_let_go_ && now - looked_for_over_ < kLookForOver) return;
  sessions_let_go_ = let_go;
  looked_for_over_ = now;
  for (Visit* visit : signed_in_visits_) {
    if (parts_.sessions.is_signed_in(visit->who->token)) continue;
    visit->reason = "session_ended";
    visit->exchange.abort();
  }
}

http::Awaitable<void> Door::relay(Visit* visit, upstream::Relay* way) {
  visit->exchange.answer_from(guard::ResponseSource::Application);
  const EntryWhileAlive entry{signed_in_visits_, visit->who ? visit : nullptr};
  // Named, not written into the call: GCC 12 destroys an aggregate within a co_await expression twice.
  upstream::ForwardContext context{
      .request_id = visit->exchange.context().request_id,
      .forwarded = visit->behind_trusted_proxy ? upstream::ForwardedFields::Extend : upstream::ForwardedFields::Replace,
      .identity = identity_of(visit->who.get())};
  const auto done = co_await way->forward(&visit->exchange, std::move(context));
  if (done) co_return;
  visit->reason = upstream::to_string(done.error().failure);
  upstream_errors_.count(visit->reason);
  if (!done.error().answerable()) co_return;
  visit->exchange.answer_from(guard::ResponseSource::Belfry);
  co_await http::respond(&visit->exchange, refusal(*visit, {reason_of(done.error())}));
}

// Of Belfry's own pages alone: the application's responses, which are most, carry none.
const std::string& Door::nonce_of(Visit& visit) {
  if (visit.exchange.context().nonce.empty()) visit.exchange.set_nonce(crypto::csp_nonce(random_));
  return visit.exchange.context().nonce;
}

http::Response Door::own_page(Visit& visit) {
  const Settings& settings = *visit.settings;
  const std::string& site = settings.configuration.site_hosts.front();
  http::Response response;
  switch (visit.route->handler) {
    case Handler::SecurityPage:
      // A list's values are made in its order: the recent states before the board, so that they never know of a later
      // state than it.
      response = web::security_page({.site = site,
                                     .language = visit.language(),
                                     .recent = parts_.recent(),
                                     .board = parts_.board(),
                                     .door = from_outside(settings, visit.request()),
                                     .presets = parts_.presets,
                                     .now = visit.began,
                                     .nonce = nonce_of(visit)});
      break;
    case Handler::SecurityJson:
      response = web::security_json(
          {.site = site, .board = parts_.board(), .door = from_outside(settings, visit.request()), .now = visit.began});
      break;
    case Handler::Badge:
      response = web::badge({.site = site, .language = visit.language(), .board = parts_.board(), .now = visit.began});
      break;
    case Handler::TlsPage:
      response = web::tls_page({.site = site,
                                .language = visit.language(),
                                .report = parts_.tls_report(),
                                .now = visit.began,
                                .nonce = nonce_of(visit)});
      break;
    case Handler::TlsJson:
      response = web::tls_json({.site = site, .report = parts_.tls_report(), .now = visit.began});
      break;
    case Handler::FrontPage:
      response = web::front_page({.site = site,
                                  .language = visit.language(),
                                  .nonce = nonce_of(visit),
                                  .application_url = application_url(settings, visit.request())});
      break;
    case Handler::ToSecurityPage:
      response = redirect("/security", visit.request().target);
      break;
    case Handler::ToPeople:
      response = redirect("/admin/people", visit.request().target);
      break;
    case Handler::Icon:
      response = web::icon();
      break;
    case Handler::Script:
      response = web::script();
      break;
    case Handler::Health:
      response = json("{\"status\":\"ok\"}\n");
      break;
    case Handler::Admitted:
      response.head.fields.add("content-type", "text/plain; charset=utf-8");
      response.body = "admitted\n";
      break;
    case Handler::Metrics:
      response.head.fields.add("content-type", "text/plain; version=0.0.4; charset=utf-8");
      response.body = parts_.metrics.exposition();
      break;
    case Handler::Application:
    case Handler::NoUpstream:
    case Handler::NotFound:
    case Handler::HistoryJson:
    case Handler::HistoryHead:
    case Handler::ChangeFeed:
    case Handler::People:
      throw std::logic_error{"not a page"};
  }
  response.head.fields.set("date", date());
  return response;
}

namespace {

// Where the page that was asked for may be asked for again by its path alone: not where a link of a mail leads.
std::string_view page_again(const Route& route) {
  if (route.host != guard::HostKind::Belfry) return {};
  switch (route.handler) {
    case Handler::FrontPage:
    case Handler::SecurityPage:
    case Handler::TlsPage:
    case Handler::ToPeople:
      return route.path;
    case Handler::People:
      break;
    default:
      return {};
  }
  switch (route.desk) {
    case people::Desk::SignIn:
    case people::Desk::Reset:
    case people::Desk::SignUp:
    case people::Desk::Account:
    case people::Desk::Security:
    case people::Desk::People:
    case people::Desk::SignOut:  // leads to the account, where its form is
      return route.path;
    case people::Desk::FirstAdministrator:
    case people::Desk::Invitation:
    case people::Desk::ConfirmEmail:
    case people::Desk::Enter:
    case people::Desk::Arrive:
    case people::Desk::PasswordStrength:
    case people::Desk::PasswordSuggestion:
      break;
  }
  return {};
}

}  // namespace

http::Response Door::refusal(Visit& visit, guard::Refuse refuse) {
  // A failure on the way to the application has said more exactly already what went wrong.
  if (visit.reason.empty()) visit.reason = guard::to_string(refuse.reason);
  refusals_.count(guard::to_string(refuse.reason));
  http::Response response = web::refusal_page(
      {.status = guard::status_of(refuse.reason),
       .reason = std::string{guard::to_string(refuse.reason)},
       .request_id = visit.exchange.context().request_id,
       .language = visit.language(),
       .accept = std::string{visit.request().fields.get("accept").value_or("")},
       .nonce = nonce_of(visit),
       .host = visit.route->host == guard::HostKind::Belfry ? web::RefusalHost::Belfry : web::RefusalHost::Application,
       .page = page_again(*visit.route),
       .retry_after = refuse.retry_after});
  if (refuse.reason == Reason::MethodNotAllowed) {
    response.head.fields.set("allow", allowed_methods(visit.route->traits.methods));
  }
  response.head.fields.set("date", date());
  return response;
}

http::Response Door::refuse(const edge::EdgeRefusal& refusal) {
  const guard::SealContext seal{.options = settings_->configuration.seal,
                                .request_id = crypto::RequestId{random_}.to_string(),
                                .nonce = crypto::csp_nonce(random_)};
  refusals_.count(refusal.reason);
  http::Response response = web::refusal_page({.status = refusal.status,
                                               .reason = std::string{refusal.reason},
                                               .request_id = seal.request_id,
                                               .nonce = seal.nonce});
  response.head.fields.set("date", date());
  parts_.measures.seal(response.head, seal);

  record_ = {};
  record_.time = parts_.clock.wall_now();
  record_.id = seal.request_id;
  record_.client = refusal.client.endpoint.address;
  record_.status = refusal.status;
  record_.reason = refusal.reason;
  record_.route = "edge";
  record_.bytes_sent = response.body.size();
  parts_.measures.record(*log_, record_);
  parts_.metrics.count_request(record_.route, record_.status, record_.bytes_sent, record_.took);
  return response;
}

void Door::write_record(const Visit& visit) {
  const http::RequestHead& request = visit.request();
  record_.time = visit.began;
  record_.id = visit.exchange.context().request_id;
  record_.client = visit.client;
  record_.version = http::to_string(request.version);
  record_.method = request.method_name;
  record_.host = request.host;
  record_.path = request.target.path();
  record_.status = visit.exchange.status();
  record_.reason = visit.reason;
  record_.route = visit.route->handler == Handler::Application ? "application" : "page";
  record_.bytes_sent = visit.exchange.body_bytes_sent();
  record_.took = std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock.steady_now() - visit.began_steady);
  parts_.measures.record(*log_, record_);
  parts_.metrics.count_request(record_.route, record_.status, record_.bytes_sent, record_.took);
}

const std::string& Door::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(parts_.clock.wall_now());
  if (now != date_of_ || date_.empty()) {
    date_ = http::format_date(now);
    date_of_ = now;
  }
  return date_;
}

}  // namespace belfry::app
