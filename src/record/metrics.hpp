#pragma once

// Belfry's figures about itself, in Prometheus's text format. Whoever counts takes its Counter once, when it is built,
// and keeps it: counting is then one atomic addition, without look-up or lock.
//
// Labels are bounded: routes and status classes are fixed tables, and a family keyed by a reason takes kReasons
// different ones and counts any further under "other". No text from outside may be a reason.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace belfry::record {

// Points into a Metrics, which must outlive it. Copied freely; any thread.
class Counter {
 public:
  void add(std::uint64_t count = 1);

 private:
  friend class Metrics;
  explicit Counter(prometheus::Counter& counter) : counter_{&counter} {}
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  void add(std::int64_t change);

 private:
  friend class Metrics;
  explicit Gauge(prometheus::Gauge& gauge) : gauge_{&gauge} {}
  prometheus::Gauge* gauge_;
};

// What is counted by a reason.
enum class ReasonFamily : std::uint8_t {
  Refusals,            // belfry_refusals_total: requests that a guard or the edge turned away
  ConnectionsRefused,  // belfry_connections_refused_total: at accept, before TLS
  HandshakeFailures,   // belfry_tls_handshake_failures_total
  UpstreamErrors,      // belfry_upstream_errors_total
  Mails,               // belfry_mails_total: what became of those that were to be sent, and of tries
};

class Metrics {
 public:
  // Reasons of one family, inclusive; "other" comes on top.
  static constexpr std::size_t kReasons = 64;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // A finished request. `route` is that of RequestRecord: "application", "page" or "edge"; any other is counted as
  // "edge". Status classes are 1xx to 5xx; any other status is counted as 5xx. Any thread, without lock.
  void count_request(std::string_view route, std::uint16_t status, std::uint64_t body_bytes_sent,
                     std::chrono::microseconds took);

  // Looked up under a lock: take it once and keep it, or go through ReasonCounters. A reason is snake_case of up to 48
  // characters; any other text is counted as "other".
  Counter reason(ReasonFamily family, std::string_view reason);

  Gauge connections_open() const;
  Counter connections_accepted() const;
  Counter rate_overflow() const;  // decisions taken on the shared bucket because the table was full

  // Where the log's count of dropped lines is read from, at each exposition(). `read` must be callable from any thread
  // for as long as this lives, and must not decrease.
  void read_dropped_lines(std::function<std::uint64_t()> read);

  // The whole of it, text format 0.0.4 ("text/plain; version=0.0.4; charset=utf-8"). Any thread; takes locks, so not
  // for every request.
  std::string exposition();

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

// Counters of one family found by their reason at the time of counting; for callers that learn the reason late. One
// thread; `metrics` must outlive it.
class ReasonCounters {
 public:
  ReasonCounters(Metrics& metrics, ReasonFamily family) : metrics_{metrics}, family_{family} {}
  // `reason` must be static text: it is kept as a key.
  void count(std::string_view reason);

 private:
  Metrics& metrics_;
  ReasonFamily family_;
  std::unordered_map<std::string_view, Counter> known_;
};

}  // namespace belfry::record
