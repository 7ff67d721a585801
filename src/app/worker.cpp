#include "app/worker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace belfry::app {

namespace asio = boost::asio;

namespace {

const edge::EdgeLimits kLimits;

edge::TlsContext make_context(const edge::Certificate& certificate, const edge::TicketKeys& tickets,
                              edge::TlsPolicy policy) {
  auto context = edge::TlsContext::create(certificate, tickets, policy);
  if (!context) throw std::runtime_error{context.error()};
  return std::move(*context);
}

upstream::UpstreamOptions way_to(const Settings& settings) {
  return settings.configuration.upstream.value_or(upstream::UpstreamOptions{});
}

}  // namespace

Worker::Worker(DoorParts parts, const std::shared_ptr<const Settings>& settings, const edge::Certificate& certificate,
               const edge::TicketKeys& tickets, edge::ConnectionLimit& limit, edge::ConnectionLimit& streams,
               std::vector<base::FileDescriptor> listening, base::FileDescriptor private_socket,
               std::size_t connections)
    : loop_{1},
      log_{parts.log},
      wheel_{parts.clock},
      tasks_{loop_.get_executor(), 2},
      pool_{loop_.get_executor(), &wheel_},
      empty_pool_{loop_.get_executor(), &wheel_},
      relay_{&pool_, way_to(*settings)},
      nowhere_{&empty_pool_, upstream::UpstreamOptions{}},
      door_{parts, settings, relay_, nowhere_},
      tls_{make_context(certificate, tickets, parts.measures.tls)} {
  pool_.set_addresses(settings->upstream_addresses);
  edge::ListenerParts of_listener{.executor = loop_.get_executor(),
                                  .surroundings = {.site = door_,
                                                   .wheel = wheel_,
                                                   .limits = kLimits,
                                                   .streams = streams,
                                                   .streams_per_address = kLimits.streams_per_address},
                                  .tls = tls_,
                                  .limit = limit,
                                  .metrics = parts.metrics,
                                  .log = parts.log,
                                  .connections = connections,
                                  .is_private = false,
                                  .first_bytes = parts.measures.first_bytes};
  const edge::ListenOptions& listen = settings->configuration.listen;
  for (base::FileDescriptor& socket : listening) {
    listeners_.push_back(std::make_unique<edge::Listener>(of_listener, std::move(socket), listen));
  }
  if (private_socket) {
    of_listener.is_private = true;
    listeners_.push_back(std::make_unique<edge::Listener>(of_listener, std::move(private_socket), listen));
  }
}

Worker::~Worker() {
  join();
}

void Worker::start() {
  thread_ = std::thread{[this] { run(); }};
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  for (auto& listener : listeners_) listener->start();
  if (!tasks_.spawn(tick())) std::terminate();
  loop_.run();
}

asio::awaitable<void> Worker::tick() {
  asio::steady_timer timer{loop_};
  while (!stopping_) {
    timer.expires_after(base::TimerWheel::kTick);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    wheel_.advance();
    door_.flush_log();
    door_.cut_ended_sessions();
  }
}

void Worker::use(std::shared_ptr<const Settings> settings) {
  asio::post(loop_, [this, settings = std::move(settings)] {
    pool_.set_addresses(settings->upstream_addresses);
    relay_.set_options(way_to(*settings));
    for (auto& listener : listeners_) listener->use(settings->configuration.listen);
    door_.use(settings);
  });
}

void Worker::use(edge::Certificate certificate) {
  asio::post(loop_, [this, certificate = std::move(certificate)] {
    if (auto used = tls_.use(certificate); !used) {
      log_.error("the certificate stays the old one", {{"why", used.error()}});
    }
  });
}

void Worker::begin_shutdown(std::chrono::milliseconds within) {
  asio::post(loop_, [this, within] {
    pool_.drain();
    for (auto& listener : listeners_) listener->drain();
    cut_.emplace(wheel_, [this] {
      for (auto& listener : listeners_) listener->stop();
    });
    cut_->arm(within);
    if (!tasks_.spawn(shut_down())) std::terminate();
  });
}

asio::awaitable<void> Worker::shut_down() {
  for (auto& listener : listeners_) co_await listener->join();
  cut_.reset();
  // The wheel turns until here: the connections' deadlines are what ends the slow ones.
  stopping_ = true;
}

}  // namespace belfry::app
