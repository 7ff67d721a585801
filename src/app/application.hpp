#pragma once

// The one place where everything is made, in order, and taken down in reverse: clocks, logs, stores, what the workers
// share, the workers, and the drills that attack them. The thread that calls run() keeps house meanwhile: it waits for
// signals, looks whether files have changed, and hands new settings to the workers.

#include "app/accounts_office.hpp"
#include "app/canaries.hpp"
#include "app/configuration.hpp"
#include "app/file_search.hpp"
#include "app/history_pages.hpp"
#include "app/measures.hpp"
#include "app/name_lookup.hpp"
#include "app/settings.hpp"
#include "app/site_locator.hpp"
#include "app/state_follower.hpp"
#include "app/twin_process.hpp"
#include "app/worker.hpp"
#include "base/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "base/random.hpp"
#include "edge/certificates.hpp"
#include "edge/connection_limit.hpp"
#include "edge/listening_sockets.hpp"
#include "edge/ticket_keys.hpp"
#include "guard/rate_limit.hpp"
#include "net/curl_http_client.hpp"
#include "proof/drill_book.hpp"
#include "proof/scheduler.hpp"
#include "proof/tls_report.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"
#include "record/request_log.hpp"
#include "record/request_lookup.hpp"
#include "store/sqlite_drill_ledger_store.hpp"
#include "store/sqlite_evidence_store.hpp"

#include <atomic>
#include <csignal>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace belfry::app {

class Application {
 public:
  // Blocks the signals that run() waits for, in this thread and all that it makes: call it before any other thread
  // exists. An error is a sentence for the operator, with the way out.
  static std::expected<std::unique_ptr<Application>, std::string> create(Configuration configuration,
                                                                         const Measures& measures = {});
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Opens the door, and returns after SIGTERM or SIGINT, when what was under way has ended or was cut off.
  // SIGHUP: reads the configuration file again.
  void run();

  // Where it listens, with the ports that the kernel chose.
  const std::vector<base::Endpoint>& endpoints() const { return endpoints_; }

  // A link, once and for an hour, with which the first administrator sets a password: its path on Belfry's host.
  // nullopt: there is an administrator. Blocking.
  std::expected<std::optional<std::string>, std::string> first_administrator_link();
  // An account for a drill, where the store is a twin's own. Blocking.
  std::expected<void, std::string> add_canary(const proof::Canary& canary);

 private:
  Application(Configuration configuration, const Measures& measures);
  std::expected<void, std::string> open_stores();
  std::expected<void, std::string> open_door();
  std::vector<std::unique_ptr<proof::Drill>> drills();
  void keep_house();
  void reload();
  void look_at_certificate();
  void use(const edge::Certificate& certificate);
  // A door with a certificate for another name opens all the same: the operator may be about to replace it.
  void warn_of_uncovered_hosts(const edge::Certificate& certificate);
  void look_at_blocklist();
  // The application's addresses as far as they are known soon. Where its name has none now, those that it had.
  std::vector<base::Endpoint> await_upstream(const Configuration& configuration);
  // Takes over what a look-up has found since.
  void take_upstream();
  void put_in_force(std::shared_ptr<const Settings> settings);

  Measures measures_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  record::Log log_;
  // Before the stores, so that it is there for longer than they are.
  FileSearcher file_searcher_;
  record::Metrics metrics_;
  std::unique_ptr<record::RequestLog> request_log_;
  std::unique_ptr<record::RequestLookup> lookup_;
  std::unique_ptr<store::SqliteEvidenceStore> evidence_;
  std::unique_ptr<store::SqliteDrillLedgerStore> ledger_;
  std::unique_ptr<proof::DrillBook> book_;
  // The connection that requests read the history over; it is the pool's one thread's. The pool outlives the workers,
  // whose coroutines wait for it.
  std::unique_ptr<proof::HistoryReader> history_reader_;
  std::unique_ptr<base::BlockingPool> reading_pool_;
  std::unique_ptr<HistoryPages> history_pages_;
  // Outlives the workers, as its pools do.
  std::unique_ptr<AccountsOffice> accounts_;
  std::unique_ptr<Canaries> canaries_;
  // On the drills' thread, like the store that it reads.
  std::unique_ptr<StateFollower> state_follower_;
  // From the drills' thread to the workers.
  base::Published<proof::ClaimBoard> board_;
  base::Published<proof::TlsReport> tls_report_;
  edge::TicketKeys tickets_;
  edge::ConnectionLimit connection_limit_;
  edge::ConnectionLimit stream_limit_;
  std::shared_ptr<guard::RateLimit> rate_limit_;
  std::unique_ptr<edge::CertificateWatcher> certificate_watcher_;
  NameLookup name_lookup_;
  std::shared_ptr<const Settings> settings_;
  // The same for the drills' thread.
  base::Published<Settings> in_force_;
  std::vector<std::optional<base::FileStamp>> blocklist_stamps_;
  std::uint64_t overflow_counted_ = 0;
  std::atomic<std::uint64_t> certificate_number_{1};
  // The fingerprint of the certificate in force, for the drills' thread.
  base::Published<std::string> own_certificate_;
  std::vector<base::Endpoint> endpoints_;
  std::vector<std::unique_ptr<Worker>> workers_;
  net::CurlHttpClient http_client_;
  std::unique_ptr<TwinPrograms> twins_;
  // The drills' thread's: where visitors reach the site.
  NameLookup visitors_lookup_;
  std::unique_ptr<SiteLocator> locator_;
  std::unique_ptr<SiteClient> site_client_;
  std::unique_ptr<proof::Scheduler> scheduler_;
};

}  // namespace belfry::app
