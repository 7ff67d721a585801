#include "record/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace belfry::record {

namespace {

constexpr std::array<std::string_view, 3> kRoutes{"application", "page", "edge"};
constexpr std::array<std::string_view, 5> kClasses{"1xx", "2xx", "3xx", "4xx", "5xx"};
constexpr std::size_t kReasonSize = 48;
constexpr std::string_view kOther = "other";

struct ReasonFamilyText {
  const char* name;
  const char* help;
};

ReasonFamilyText text_of(ReasonFamily family) {
  switch (family) {
    case ReasonFamily::Refusals:
      return {"belfry_refusals_total", "Requests that a guard or the edge turned away."};
    case ReasonFamily::ConnectionsRefused:
      return {"belfry_connections_refused_total", "Connections closed before TLS."};
    case ReasonFamily::HandshakeFailures:
      return {"belfry_tls_handshake_failures_total", "TLS handshakes that did not come about."};
    case ReasonFamily::UpstreamErrors:
      return {"belfry_upstream_errors_total", "Exchanges with the application that failed."};
    case ReasonFamily::Mails:
      return {"belfry_mails_total", "E-mails by what became of them: sent, retried (once for each try), or lost."};
  }
  std::unreachable();
}

constexpr std::size_t kFamilies = 5;

std::size_t route_index(std::string_view route) {
  const auto* const found = std::ranges::find(kRoutes, route);
  return static_cast<std::size_t>((found == kRoutes.end() ? kRoutes.end() - 1 : found) - kRoutes.begin());
}

std::size_t class_index(std::uint16_t status) {
  return status >= 100 && status <= 599 ? status / 100U - 1 : kClasses.size() - 1;
}

bool is_reason(std::string_view reason) {
  return !reason.empty() && reason.size() <= kReasonSize && std::ranges::all_of(reason, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

void Counter::add(std::uint64_t count) {
  counter_->Increment(static_cast<double>(count));
}

void Gauge::add(std::int64_t change) {
  gauge_->Increment(static_cast<double>(change));
}

struct Metrics::Families {
  struct Reasons {
    prometheus::Family<prometheus::Counter>* family = nullptr;
    std::map<std::string, prometheus::Counter*, std::less<>> known;
  };

  prometheus::Counter& plain(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Registry registry;
  std::array<std::array<prometheus::Counter*, kClasses.size()>, kRoutes.size()> requests{};
  std::array<prometheus::Counter*, kRoutes.size()> body_bytes{};
  std::array<prometheus::Counter*, kRoutes.size()> seconds{};
  prometheus::Gauge* connections_open = nullptr;
  prometheus::Counter* connections_accepted = nullptr;
  prometheus::Counter* rate_overflow = nullptr;
  prometheus::Counter* lines_dropped = nullptr;

  std::mutex mutex;
  std::array<Reasons, kFamilies> reasons;       // guarded by mutex
  std::function<std::uint64_t()> read_dropped;  // guarded by mutex
};

Metrics::Metrics() : families_{std::make_unique<Families>()} {
  Families& f = *families_;
  auto& requests = prometheus::BuildCounter()
                       .Name("belfry_requests_total")
                       .Help("Requests answered, by route and class of status.")
                       .Register(f.registry);
  auto& body_bytes = prometheus::BuildCounter()
                         .Name("belfry_response_body_bytes_total")
                         .Help("Bytes of response bodies, by route.")
                         .Register(f.registry);
  auto& seconds = prometheus::BuildCounter()
                      .Name("belfry_request_seconds_total")
                      .Help("Time from a request's head to the end of its response, summed, by route.")
                      .Register(f.registry);
  for (std::size_t route = 0; route < kRoutes.size(); ++route) {
    const std::string name{kRoutes[route]};
    for (std::size_t status = 0; status < kClasses.size(); ++status) {
      f.requests[route][status] = &requests.Add({{"route", name}, {"class", std::string{kClasses[status]}}});
    }
    f.body_bytes[route] = &body_bytes.Add({{"route", name}});
    f.seconds[route] = &seconds.Add({{"route", name}});
  }
  for (std::size_t at = 0; at < kFamilies; ++at) {
    const ReasonFamilyText text = text_of(static_cast<ReasonFamily>(at));
    f.reasons[at].family = &prometheus::BuildCounter().Name(text.name).Help(text.help).Register(f.registry);
  }
  f.connections_open = &prometheus::BuildGauge()
                            .Name("belfry_connections_open")
                            .Help("Connections of clients that are open now.")
                            .Register(f.registry)
                            .Add({});
  f.connections_accepted = &f.plain("belfry_connections_accepted_total", "Connections admitted to the TLS handshake.");
  f.rate_overflow =
      &f.plain("belfry_rate_overflow_total", "Decisions on a rate taken on the shared bucket, the table being full.");
  f.lines_dropped = &f.plain("belfry_log_lines_dropped_total", "Lines of the request log that reached no file.");
}

Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view route, std::uint16_t status, std::uint64_t body_bytes_sent,
                            std::chrono::microseconds took) {
  const std::size_t at = route_index(route);
  families_->requests[at][class_index(status)]->Increment();
  if (body_bytes_sent > 0) families_->body_bytes[at]->Increment(static_cast<double>(body_bytes_sent));
  // A counter never falls (prometheus-cpp ignores it).
  families_->seconds[at]->Increment(std::chrono::duration<double>{took}.count());
}

Counter Metrics::reason(ReasonFamily family, std::string_view reason) {
  if (!is_reason(reason)) reason = kOther;
  const std::scoped_lock lock{families_->mutex};
  auto& reasons = families_->reasons[static_cast<std::size_t>(family)];
  auto found = reasons.known.find(reason);
  if (found == reasons.known.end()) {
    if (reasons.known.size() - reasons.known.count(kOther) >= kReasons) reason = kOther;
    prometheus::Counter& counter = reasons.family->Add({{"reason", std::string{reason}}});
    found = reasons.known.try_emplace(std::string{reason}, &counter).first;
  }
  return Counter{*found->second};
}

Gauge Metrics::connections_open() const {
  return Gauge{*families_->connections_open};
}
Counter Metrics::connections_accepted() const {
  return Counter{*families_->connections_accepted};
}
Counter Metrics::rate_overflow() const {
  return Counter{*families_->rate_overflow};
}

void Metrics::read_dropped_lines(std::function<std::uint64_t()> read) {
  const std::scoped_lock lock{families_->mutex};
  families_->read_dropped = std::move(read);
}

std::string Metrics::exposition() {
  {
    const std::scoped_lock lock{families_->mutex};
    if (families_->read_dropped) {
      families_->lines_dropped->Increment(static_cast<double>(families_->read_dropped()) -
                                          families_->lines_dropped->Value());
    }
  }
  return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

void ReasonCounters::count(std::string_view reason) {
  auto found = known_.find(reason);
  if (found == known_.end()) {
    // What is not among the family's reasons is counted together; it must not fill this table either.
    if (known_.size() > Metrics::kReasons) {
      metrics_.reason(family_, reason).add();
      return;
    }
    found = known_.try_emplace(reason, metrics_.reason(family_, reason)).first;
  }
  found->second.add();
}

}  // namespace belfry::record
