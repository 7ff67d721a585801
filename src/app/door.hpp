#pragma once

// The life of a request, in one place: route, guards, answer, seal, record. One Door a worker; what they share is
// immutable (Settings), fixed tables of atomics (RateLimit), or taken once a page (the claims' board).

#include "app/history_pages.hpp"
#include "app/measures.hpp"
#include "app/routes.hpp"
#include "app/settings.hpp"
#include "crypto/token.hpp"
#include "edge/site.hpp"
#include "guard/seal.hpp"
#include "proof/claims.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"
#include "record/request_log.hpp"
#include "upstream/relay.hpp"
#include "web/language.hpp"
#include "web/reader_checks.hpp"
#include "web/recent_states.hpp"

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::accounts {
class SessionCache;
struct SignedInAs;
}  // namespace belfry::accounts

namespace belfry::people {
class Reception;
struct Asked;
struct Place;
}  // namespace belfry::people

namespace belfry::proof {
struct ClaimBoard;
struct TlsReport;
}  // namespace belfry::proof

namespace belfry::app {

// What all doors share. Outlives them.
struct DoorParts {
  const base::Clock& clock;
  base::Random& random;
  record::Metrics& metrics;
  record::RequestLog& request_log;
  record::Log& log;
  // The claims as last published; any thread.
  std::function<std::shared_ptr<const proof::ClaimBoard>()> board;
  // How the site is encrypted, as last looked at; any thread. None: nobody looked yet.
  std::function<std::shared_ptr<const proof::TlsReport>()> tls_report;
  // The last 90 days of each; any thread.
  std::function<std::shared_ptr<const web::RecentStates>()> recent;
  HistoryPages& history;
  people::Reception& reception;
  accounts::SessionCache& sessions;
  proof::Presets presets;  // in force since the start
  Measures measures;
};

class Door final : public edge::Site {
 public:
  // `relay` leads to the application, `nowhere` to an address where nobody listens. Both outlive the door.
  Door(DoorParts parts, std::shared_ptr<const Settings> settings, upstream::Relay& relay, upstream::Relay& nowhere);

  // For requests that begin from now on. On the worker's thread.
  void use(std::shared_ptr<const Settings> settings) { settings_ = std::move(settings); }
  // Hands the log's lines on; to be called with every tick of the worker's wheel.
  void flush_log() { log_->flush(); }
  // Cuts what is still open to people whose sessions have ended; to be called with every tick, too. Looks through all
  // of it once a session has been let go of, and every kLookForOver for those that time has ended.
  void cut_ended_sessions();

  bool admit(base::IpAddress address) override;
  http::Awaitable<void> handle(http::Exchange* exchange) override;
  http::Response refuse(const edge::EdgeRefusal& refusal) override;

 private:
  struct Visit;

  guard::Verdict judge(Visit& visit) const;
  // Whether who asks may have what the route leads to.
  guard::Verdict judge_access(Visit& visit) const;
  http::Response turn_away(Visit& visit, guard::Refuse refuse);
  // Where somebody who has to sign in first is led.
  http::Response lead_to_sign_in(Visit& visit, guard::Reason reason);
  http::Awaitable<void> answer_people(Visit* visit);
  std::expected<people::Asked, guard::Reason> ask_of(Visit& visit);
  http::Awaitable<void> answer(Visit* visit);
  http::Awaitable<void> relay(Visit* visit, upstream::Relay* way);
  http::Awaitable<void> answer_history(Visit* visit);
  // Sends a page of Belfry's own, unless too many wait for their readers already.
  http::Awaitable<void> send_own(Visit* visit, http::Response response);
  // The one refusal writer's page, for this visit.
  http::Response refusal(Visit& visit, guard::Refuse refuse);
  http::Response own_page(Visit& visit);
  const std::string& nonce_of(Visit& visit);
  void write_record(const Visit& visit);
  const std::string& date();

  DoorParts parts_;
  std::shared_ptr<const Settings> settings_;
  upstream::Relay& relay_;
  upstream::Relay& nowhere_;
  crypto::BufferedRandom random_;
  std::unique_ptr<record::RequestLog::Writer> log_;
  record::ReasonCounters refusals_;
  record::ReasonCounters upstream_errors_;
  // Kept from request to request for its memory.
  record::RequestRecord record_;
  // What the application is answering to people who are signed in.
  std::vector<Visit*> signed_in_visits_;
  std::uint64_t sessions_let_go_ = 0;  // at the last look through them
  base::SteadyTime looked_for_over_{};
  std::size_t bytes_of_pages_ = 0;  // Belfry's own that are being sent
  std::string date_;
  std::chrono::sys_seconds date_of_{};
};

}  // namespace belfry::app
