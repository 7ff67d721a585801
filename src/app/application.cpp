#include "app/application.hpp"

#include "app/capacity.hpp"
#include "app/drills.hpp"
#include "app/twin_names.hpp"
#include "base/cores.hpp"
#include "base/file.hpp"
#include "base/private_directory.hpp"
#include "guard/blocklist.hpp"
#include "proof/verdict.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace belfry::app {

namespace {

// How long what is under way may go on after SIGTERM.
constexpr std::chrono::seconds kDrain{10};
// The house is kept in turns of this length.
constexpr timespec kTurn{.tv_sec = 1, .tv_nsec = 0};
constexpr std::chrono::seconds kLookAtFiles{2};
constexpr std::chrono::seconds kLookUpName{30};
// How long a start or a reload waits for the application's name; it comes later where the resolver takes longer.
constexpr std::chrono::seconds kAwaitName{2};
constexpr std::chrono::minutes kRotateTickets{1};
// Readers of the history that may wait beside the one that reads, inclusive.
constexpr std::size_t kReadersWaiting = 64;

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

// As many descriptors as the system lets us have; how many that is.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::vector<base::Endpoint> endpoints_of(const NameLookup::Addresses& addresses, std::uint16_t port) {
  std::vector<base::Endpoint> endpoints;
  for (const base::IpAddress& address : addresses) endpoints.push_back({address, port});
  return endpoints;
}

std::vector<std::optional<base::FileStamp>> stamps_of(const std::vector<std::filesystem::path>& files) {
  std::vector<std::optional<base::FileStamp>> stamps;
  stamps.reserve(files.size());
  for (const auto& file : files) stamps.push_back(base::FileStamp::of(file));
  return stamps;
}

}  // namespace

Application::Application(Configuration configuration, const Measures& measures)
    : measures_{measures},
      log_{clock_, record::LogLevel::Info, record::LogFormat::Text},
      tickets_{random_, clock_},
      connection_limit_{random_},
      stream_limit_{random_},
      rate_limit_{std::make_shared<guard::RateLimit>(configuration.rate, random_)} {
  settings_ =
      make_settings(std::move(configuration), std::make_shared<const guard::Blocklist>(), rate_limit_, {}, measures_);
}

Application::~Application() {
  scheduler_.reset();
  for (auto& worker : workers_) worker->begin_shutdown(kDrain);
  workers_.clear();
}

std::expected<std::unique_ptr<Application>, std::string> Application::create(Configuration configuration,
                                                                             const Measures& measures) {
  const sigset_t signals = awaited_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
  // A file that may not grow further is an error of write() then, as a full disk is, and not the end of the process.
  (void)std::signal(SIGXFSZ, SIG_IGN);
  std::unique_ptr<Application> application{new Application{std::move(configuration), measures}};
  if (auto opened = application->open_stores(); !opened) return std::unexpected(opened.error());
  if (auto opened = application->open_door(); !opened) return std::unexpected(opened.error());
  return application;
}

std::expected<void, std::string> Application::open_stores() {
  const Configuration& configuration = settings_->configuration;
  const std::filesystem::path& directory = configuration.data_directory;
  if (const auto opened = base::open_private_directory(directory); !opened) {
    return std::unexpected(opened.error() + ", or choose another with [data] directory");
  }
  request_log_ =
      std::make_unique<record::RequestLog>(directory, [this](std::string_view message) { log_.error(message); });
  metrics_.read_dropped_lines([this] { return request_log_->dropped(); });
  lookup_ =
      std::make_unique<record::FileRequestLookup>(directory, [this] { request_log_->settle(std::chrono::seconds{2}); });
  auto evidence = store::SqliteEvidenceStore::open(directory / "proof.sqlite");
  if (!evidence) {
    return std::unexpected("cannot open " + (directory / "proof.sqlite").string() + ": " + evidence.error().message);
  }
  evidence_ = std::move(*evidence);
  state_follower_ = std::make_unique<StateFollower>(*evidence_, log_);
  auto ledger = store::SqliteDrillLedgerStore::open(directory / "proof.sqlite");
  if (!ledger) {
    return std::unexpected("cannot open " + (directory / "proof.sqlite").string() + ": " + ledger.error().message);
  }
  ledger_ = std::move(*ledger);
  book_ = std::make_unique<proof::DrillBook>(*ledger_, clock_, [this](std::string_view line) { log_.warning(line); });
  twins_ = std::make_unique<TwinPrograms>(directory / "twin", random_, *book_);
  book_->clean_by(std::string{TwinPrograms::kKind}, [this](std::string_view name) { return twins_->clean_up(name); });
  auto reader = store::SqliteEvidenceStore::open_reader(directory / "proof.sqlite");
  if (!reader) {
    return std::unexpected("cannot read " + (directory / "proof.sqlite").string() + ": " + reader.error().message);
  }
  history_reader_ = std::move(*reader);
  reading_pool_ = std::make_unique<base::BlockingPool>(1, kReadersWaiting);
  history_pages_ = std::make_unique<HistoryPages>(*history_reader_, *reading_pool_, log_);
  auto accounts = AccountsOffice::open({.directory = directory,
                                        .site = configuration.site_hosts.front(),
                                        .belfry_host = configuration.belfry_host,
                                        .mail_origin = belfry_origin(configuration),
                                        .options = configuration.accounts,
                                        .mail = configuration.mail,
                                        .clock = clock_,
                                        .random = random_,
                                        .log = log_,
                                        .metrics = metrics_,
                                        .token_check = measures_.token_check,
                                        .password_judge = measures_.password_judge,
                                        .credentials = measures_.credentials,
                                        .second_factor_rule = measures_.second_factor_rule,
                                        .render = measures_.render});
  if (!accounts) return std::unexpected(accounts.error());
  accounts_ = std::move(*accounts);
  canaries_ = std::make_unique<Canaries>(*accounts_, clock_, random_, *book_);
  book_->clean_by(std::string{Canaries::kKind}, [this](std::string_view name) { return canaries_->clean_up(name); });
  return {};
}

std::expected<std::optional<std::string>, std::string> Application::first_administrator_link() {
  return offer_first_administrator(accounts_->store(), random_);
}

std::expected<void, std::string> Application::add_canary(const proof::Canary& canary) {
  return app::add_canary(*accounts_, canary, clock_, random_);
}

std::expected<void, std::string> Application::open_door() {
  const Configuration& configuration = settings_->configuration;
  if (!configuration.tls) {
    return std::unexpected(
        "a certificate is needed: write [tls] certificate and key (PEM files) into the configuration");
  }
  certificate_watcher_ = std::make_unique<edge::CertificateWatcher>(*configuration.tls, clock_);
  const auto certificate = certificate_watcher_->check();
  // The first look always gives one, or why there is none.
  if (!certificate) return std::unexpected("the certificate was not looked at");
  if (!*certificate) return std::unexpected(certificate->error().message);

  warn_of_uncovered_hosts(**certificate);

  auto blocklist = guard::Blocklist::load(configuration.blocklist);
  if (!blocklist) return std::unexpected(blocklist.error().to_string());
  blocklist_stamps_ = stamps_of(configuration.blocklist.files);
  std::vector<base::Endpoint> addresses = await_upstream(configuration);
  settings_ = make_settings(configuration, std::move(*blocklist), rate_limit_, std::move(addresses), measures_);

  const edge::ListenOptions& listen = settings_->configuration.listen;
  const std::size_t count = listen.workers != 0 ? listen.workers : base::usable_cores();
  std::vector<std::vector<base::FileDescriptor>> sockets(count);
  for (const base::Endpoint& wanted : listen.endpoints) {
    auto listening = edge::listen_on(wanted, count);
    if (!listening && listening.error().no_such_family() && listen.endpoints.size() > 1) {
      log_.warning("an address is left out", {{"address", wanted.to_string()}, {"why", listening.error().message}});
      continue;
    }
    if (!listening) return std::unexpected(listening.error().message);
    endpoints_.push_back(listening->endpoint);
    for (std::size_t worker = 0; worker < count; ++worker) {
      sockets[worker].push_back(std::move(listening->sockets[worker]));
    }
  }
  if (endpoints_.empty() && !listen.endpoints.empty()) {
    return std::unexpected("none of the addresses of [site] listen can be had");
  }
  const std::filesystem::path private_path = settings_->configuration.data_directory / kPrivateSocket;
  auto private_socket = edge::listen_privately(private_path);
  if (!private_socket) {
    // A twin has no other socket; a door without it is a door whose drills cannot come as somebody else.
    if (endpoints_.empty()) return std::unexpected(private_socket.error());
    log_.error("some drills will not be able to tell", {{"why", private_socket.error()}});
    private_socket = base::FileDescriptor{};
  }

  const std::size_t connections = connections_per_listener(
      {.descriptors = raise_descriptor_limit(), .workers = count, .listeners = count * endpoints_.size()});
  const DoorParts parts{
      .clock = clock_,
      .random = random_,
      .metrics = metrics_,
      .request_log = *request_log_,
      .log = log_,
      .board = {[this] { return board_.now(); }},
      .tls_report = {[this] { return tls_report_.now(); }},
      .recent = {[this] { return state_follower_->now(); }},
      .history = *history_pages_,
      .reception = accounts_->reception(),
      .sessions = accounts_->sessions(),
      .presets = {.nist_passwords = accounts_->options().passwords.preset == accounts::PasswordPreset::Nist},
      .measures = measures_};
  for (std::size_t worker = 0; worker < count; ++worker) {
    workers_.push_back(std::make_unique<Worker>(
        parts, settings_, **certificate, tickets_, connection_limit_, stream_limit_, std::move(sockets[worker]),
        worker == 0 ? std::move(*private_socket) : base::FileDescriptor{}, connections));
  }
  own_certificate_.publish(std::make_shared<const std::string>((*certificate)->fingerprint()));
  for (auto& worker : workers_) worker->start();
  scheduler_ = std::make_unique<proof::Scheduler>(
      clock_, random_, *evidence_, *book_, drills(),
      [this](std::shared_ptr<const proof::ClaimBoard> board) {
        board_.publish(std::move(board));
        state_follower_->follow();
      },
      [this](std::string_view line) { log_.warning(line); });
  return {};
}

std::vector<std::unique_ptr<proof::Drill>> Application::drills() {
  // Without a public address there is nothing that a stranger could attack: this is a twin.
  if (endpoints_.empty()) return {};
  const Configuration& configuration = settings_->configuration;
  const std::filesystem::path private_socket = configuration.data_directory / kPrivateSocket;
  in_force_.publish(settings_);
  if (!locator_) {
    locator_ = std::make_unique<SiteLocator>(visitors_lookup_, in_force_, endpoints_, private_socket);
    site_client_ = std::make_unique<SiteClient>(http_client_, *locator_, clock_);
  }
  return make_drills({.configuration = configuration,
                      .private_socket = private_socket,
                      .clock = clock_,
                      .client = http_client_,
                      .locator = *locator_,
                      .site_client = *site_client_,
                      .lookup = *lookup_,
                      .twins = *twins_,
                      .canaries = *canaries_,
                      .files = file_searcher_,
                      .accounts = accounts_->options(),
                      .settings = in_force_,
                      .publish_report = {[this](std::shared_ptr<const proof::TlsReport> report) {
                        tls_report_.publish(std::move(report));
                      }},
                      .certificate_number = {[this] { return certificate_number_.load(); }},
                      .own_certificate = {[this] {
                        const auto own = own_certificate_.now();
                        return own ? *own : std::string{};
                      }}});
}

void Application::run() {
  scheduler_->allow(settings_->configuration.drill.enabled);
  scheduler_->start();
  std::string addresses;
  for (const base::Endpoint& endpoint : endpoints_) addresses += (addresses.empty() ? "" : " ") + endpoint.to_string();
  log_.info("the door is open", {{"listen", addresses},
                                 {"workers", workers_.size()},
                                 {"site", settings_->configuration.site_hosts.front()},
                                 {"belfry", settings_->configuration.belfry_host}});
  keep_house();
  log_.info("the door closes", {{"drain_seconds", kDrain.count()}});
  scheduler_->stop();
  for (auto& worker : workers_) worker->begin_shutdown(kDrain);
  for (auto& worker : workers_) worker->join();
}

void Application::keep_house() {
  const sigset_t signals = awaited_signals();
  base::SteadyTime files = clock_.steady_now();
  base::SteadyTime name = files;
  base::SteadyTime tickets = files;
  base::SteadyTime sessions = files;
  for (;;) {
    const int signal = ::sigtimedwait(&signals, nullptr, &kTurn);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) reload();
    const base::SteadyTime now = clock_.steady_now();
    if (now - files >= kLookAtFiles) {
      files = now;
      look_at_certificate();
      look_at_blocklist();
    }
    if (now - name >= kLookUpName || settings_->upstream_addresses.empty()) {
      name = now;
      if (const auto& upstream = settings_->configuration.upstream) name_lookup_.ask(upstream->host);
    }
    take_upstream();
    if (now - tickets >= kRotateTickets) {
      tickets = now;
      tickets_.rotate_if_due();
    }
    if (now - sessions >= accounts::kSessionFlushInterval) {
      sessions = now;
      accounts_->flush_sessions();
    }
    const std::uint64_t overflowed = rate_limit_->overflowed();
    metrics_.rate_overflow().add(overflowed - std::exchange(overflow_counted_, overflowed));
  }
}

void Application::put_in_force(std::shared_ptr<const Settings> settings) {
  settings_ = std::move(settings);
  in_force_.publish(settings_);
  scheduler_->allow(settings_->configuration.drill.enabled);
  for (auto& worker : workers_) worker->use(settings_);
}

void Application::reload() {
  const std::filesystem::path file = settings_->configuration.file;
  auto configuration = load_configuration(file);
  if (!configuration) {
    for (const Problem& problem : configuration.error())
      log_.error("configuration", {{"problem", problem.to_string()}});
    log_.error("the old configuration stays in force", {{"file", file.string()}});
    return;
  }
  for (const std::string& key : needs_restart(settings_->configuration, *configuration)) {
    log_.warning("this change takes effect at the next start", {{"key", key}});
  }
  // What is not taken over stays as it is in the settings too, so that the next reload tells of it again.
  configuration->listen.endpoints = settings_->configuration.listen.endpoints;
  configuration->listen.workers = settings_->configuration.listen.workers;
  configuration->data_directory = settings_->configuration.data_directory;
  auto blocklist = guard::Blocklist::load(configuration->blocklist);
  if (!blocklist) {
    log_.error("the old configuration stays in force", {{"blocklist", blocklist.error().to_string()}});
    return;
  }
  const std::optional<edge::TlsOptions>& tls = configuration->tls;
  if (!tls) {
    log_.error("the old configuration stays in force",
               {{"certificate", "[tls] certificate and key are not written; TLS is all that is spoken"}});
    return;
  }
  auto watcher = std::make_unique<edge::CertificateWatcher>(*tls, clock_);
  const auto certificate = watcher->check();
  if (!certificate || !*certificate) {
    const std::string why = certificate ? certificate->error().message : "it was not looked at";
    log_.error("the old configuration stays in force", {{"certificate", why}});
    return;
  }
  use(**certificate);
  certificate_watcher_ = std::move(watcher);
  std::vector<base::Endpoint> addresses = await_upstream(*configuration);
  blocklist_stamps_ = stamps_of(configuration->blocklist.files);
  rate_limit_->configure(configuration->rate);
  put_in_force(
      make_settings(std::move(*configuration), std::move(*blocklist), rate_limit_, std::move(addresses), measures_));
  // They go to the names and limits that hold now.
  scheduler_->use(drills());
  warn_of_uncovered_hosts(**certificate);
  log_.info("the new configuration is in force", {{"file", file.string()}});
}

void Application::warn_of_uncovered_hosts(const edge::Certificate& certificate) {
  const Configuration& configuration = settings_->configuration;
  std::vector<std::string> hosts = configuration.site_hosts;
  hosts.push_back(configuration.belfry_host);
  for (const std::string& host : hosts) {
    if (certificate.covers(host)) continue;
    log_.warning("browsers will refuse the certificate for a host of this site", {{"host", host}});
  }
}

// In this order: a drill that met the new one on the wire has seen its number change.
void Application::use(const edge::Certificate& certificate) {
  ++certificate_number_;
  own_certificate_.publish(std::make_shared<const std::string>(certificate.fingerprint()));
  for (auto& worker : workers_) worker->use(certificate);
}

void Application::look_at_certificate() {
  const auto changed = certificate_watcher_->check();
  if (!changed) return;
  if (!*changed) {
    log_.error("the old certificate stays in force", {{"why", changed->error().message}});
    return;
  }
  use(**changed);
  warn_of_uncovered_hosts(**changed);
  log_.info("the new certificate is in force", {{"fingerprint", (*changed)->fingerprint()}});
}

void Application::look_at_blocklist() {
  const guard::BlocklistOptions& options = settings_->configuration.blocklist;
  auto stamps = stamps_of(options.files);
  if (stamps == blocklist_stamps_) return;
  blocklist_stamps_ = std::move(stamps);
  auto blocklist = guard::Blocklist::load(options);
  if (!blocklist) {
    log_.error("the old blocklist stays in force", {{"why", blocklist.error().to_string()}});
    return;
  }
  log_.info("the new blocklist is in force", {{"ranges", (*blocklist)->size()}});
  put_in_force(make_settings(settings_->configuration, std::move(*blocklist), rate_limit_,
                             settings_->upstream_addresses, measures_));
}

std::vector<base::Endpoint> Application::await_upstream(const Configuration& configuration) {
  if (!configuration.upstream) return {};
  const upstream::UpstreamOptions& upstream = *configuration.upstream;
  name_lookup_.ask(upstream.host);
  const auto found = name_lookup_.answer(kAwaitName);
  if (found && !found->empty()) return endpoints_of(*found, upstream.port);
  log_.warning("the application's name is not known yet", {{"name", upstream.host}});
  const auto& before = settings_->configuration.upstream;
  const bool is_same = before && before->host == upstream.host && before->port == upstream.port;
  return is_same ? settings_->upstream_addresses : std::vector<base::Endpoint>{};
}

void Application::take_upstream() {
  const auto found = name_lookup_.answer(std::chrono::milliseconds{0});
  const std::optional<upstream::UpstreamOptions>& upstream = settings_->configuration.upstream;
  if (!found || !upstream) return;
  auto addresses = endpoints_of(*found, upstream->port);
  // A resolver that fails for a moment must not close a door that works.
  if (addresses.empty() || addresses == settings_->upstream_addresses) return;
  put_in_force(
      make_settings(settings_->configuration, settings_->blocklist, rate_limit_, std::move(addresses), measures_));
}

}  // namespace belfry::app
