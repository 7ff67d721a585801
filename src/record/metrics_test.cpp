#include "record/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace belfry::record {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

int lines_with(const std::string& text, const std::string& start) {
  int count = 0;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) ++count;
  return count;
}

TEST(Metrics, CountsRequestsByRouteAndStatusClass) {
  Metrics metrics;
  metrics.count_request("application", 200, 100, 1500ms);
  metrics.count_request("application", 204, 0, 500ms);
  metrics.count_request("page", 404, 7, 1ms);
  metrics.count_request("edge", 400, 0, 0us);
  metrics.count_request("unheard-of", 999, 0, 0us);
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("# TYPE belfry_requests_total counter\n"));
  EXPECT_THAT(text, HasSubstr("belfry_requests_total{class=\"2xx\",route=\"application\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("belfry_requests_total{class=\"4xx\",route=\"page\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_requests_total{class=\"4xx\",route=\"edge\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_requests_total{class=\"5xx\",route=\"edge\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_response_body_bytes_total{route=\"application\"} 100\n"));
  EXPECT_THAT(text, HasSubstr("belfry_request_seconds_total{route=\"application\"} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("unheard-of")));
}

TEST(Metrics, CountsByReasonAndGivesTheSameCounterAgain) {
  Metrics metrics;
  Counter first = metrics.reason(ReasonFamily::Refusals, "bare_lf");
  first.add();
  metrics.reason(ReasonFamily::Refusals, "bare_lf").add(2);
  metrics.reason(ReasonFamily::UpstreamErrors, "connect_failed").add();
  metrics.reason(ReasonFamily::HandshakeFailures, "plaintext").add();
  metrics.reason(ReasonFamily::ConnectionsRefused, "blocked").add();
  metrics.reason(ReasonFamily::Mails, "sent").add();
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("belfry_mails_total{reason=\"sent\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_refusals_total{reason=\"bare_lf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("belfry_upstream_errors_total{reason=\"connect_failed\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_tls_handshake_failures_total{reason=\"plaintext\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("belfry_connections_refused_total{reason=\"blocked\"} 1\n"));
}

TEST(Metrics, ReasonsBeyondTheBoundAreCountedTogether) {
  Metrics metrics;
  for (std::size_t i = 0; i < Metrics::kReasons + 10; ++i) {
    metrics.reason(ReasonFamily::Refusals, "reason_" + std::to_string(i)).add();
  }
  const std::string text = metrics.exposition();
  EXPECT_EQ(lines_with(text, "belfry_refusals_total{reason=\"reason_"), static_cast<int>(Metrics::kReasons));
  EXPECT_THAT(text, HasSubstr("belfry_refusals_total{reason=\"other\"} 10\n"));
}

TEST(Metrics, TextThatIsNoReasonIsCountedAsOther) {
  Metrics metrics;
  for (const std::string& reason :
       {std::string{}, std::string{"a\"} 1\nforged 2"}, std::string{"Upper"}, std::string(49, 'a')}) {
    metrics.reason(ReasonFamily::Refusals, reason).add();
  }
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("belfry_refusals_total{reason=\"other\"} 4\n"));
  EXPECT_THAT(text, Not(HasSubstr("forged")));
}

TEST(Metrics, GaugeGoesBothWays) {
  Metrics metrics;
  Gauge open = metrics.connections_open();
  open.add(3);
  open.add(-1);
  metrics.connections_accepted().add(3);
  metrics.rate_overflow().add();
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("belfry_connections_open 2\n"));
  EXPECT_THAT(text, HasSubstr("belfry_connections_accepted_total 3\n"));
  EXPECT_THAT(text, HasSubstr("belfry_rate_overflow_total 1\n"));
}

TEST(Metrics, ReadsDroppedLinesWhenAsked) {
  Metrics metrics;
  EXPECT_THAT(metrics.exposition(), HasSubstr("belfry_log_lines_dropped_total 0\n"));
  std::uint64_t dropped = 5;
  metrics.read_dropped_lines([&] { return dropped; });
  EXPECT_THAT(metrics.exposition(), HasSubstr("belfry_log_lines_dropped_total 5\n"));
  dropped = 7;
  EXPECT_THAT(metrics.exposition(), HasSubstr("belfry_log_lines_dropped_total 7\n"));
}

TEST(Metrics, ManyThreadsLoseNoCount) {
  Metrics metrics;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      ReasonCounters refusals{metrics, ReasonFamily::Refusals};
      for (int i = 0; i < 1000; ++i) {
        metrics.count_request("page", 200, 1, 1us);
        refusals.count("bare_lf");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("belfry_requests_total{class=\"2xx\",route=\"page\"} 4000\n"));
  EXPECT_THAT(text, HasSubstr("belfry_refusals_total{reason=\"bare_lf\"} 4000\n"));
}

}  // namespace
}  // namespace belfry::record
