#include "upstream/pool.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace belfry::upstream {

namespace asio = boost::asio;

std::string_view to_string(PoolError error) {
  switch (error) {
    case PoolError::Unreachable:
      return "unreachable";
    case PoolError::ConnectTimeout:
      return "connect_timeout";
    case PoolError::Overloaded:
      return "overloaded";
  }
  return "";
}

namespace {

PoolError pool_error(net::NetError error) {
  switch (error) {
    case net::NetError::DeadlineExceeded:
      return PoolError::ConnectTimeout;
    case net::NetError::OutOfResources:
      return PoolError::Overloaded;
    case net::NetError::Closed:
    case net::NetError::Refused:
    case net::NetError::TlsFailed:
      return PoolError::Unreachable;
  }
  return PoolError::Unreachable;
}

// Counts a connection as in use while it is dialled, also if the coroutine is thrown away meanwhile.
class CountWhile {
 public:
  explicit CountWhile(std::size_t* count) : count_{count} { ++*count_; }
  ~CountWhile() { --*count_; }
  CountWhile(const CountWhile&) = delete;
  CountWhile& operator=(const CountWhile&) = delete;

 private:
  std::size_t* count_;
};

}  // namespace

Lease::Lease(Pool* pool, std::unique_ptr<net::Socket> socket, base::Endpoint endpoint, bool reused)
    : pool_{pool}, socket_{std::move(socket)}, endpoint_{endpoint}, reused_{reused} {
  ++pool_->counts_.in_use;
}

Lease::Lease(Lease&& other) noexcept
    : pool_{std::exchange(other.pool_, nullptr)},
      socket_{std::move(other.socket_)},
      endpoint_{other.endpoint_},
      reused_{other.reused_} {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    close();
    pool_ = std::exchange(other.pool_, nullptr);
    socket_ = std::move(other.socket_);
    endpoint_ = other.endpoint_;
    reused_ = other.reused_;
  }
  return *this;
}

void Lease::give_back() {
  if (pool_ == nullptr) return;
  Pool* const pool = std::exchange(pool_, nullptr);
  --pool->counts_.in_use;
  pool->keep(std::move(socket_), endpoint_);
}

void Lease::close() {
  if (pool_ == nullptr) return;
  --std::exchange(pool_, nullptr)->counts_.in_use;
  socket_.reset();
}

Pool::Pool(asio::any_io_executor executor, base::TimerWheel* wheel, PoolOptions options)
    : executor_{std::move(executor)}, wheel_{wheel}, options_{options}, expiry_{*wheel, [this] { close_expired(); }} {
  idle_.reserve(options_.idle);
}

Pool::~Pool() {
  if (counts_.in_use != 0) std::terminate();
}

void Pool::set_addresses(std::vector<base::Endpoint> addresses) {
  addresses_ = std::move(addresses);
  preferred_ = 0;
  std::erase_if(idle_, [this](const Idle& idle) { return !is_known(idle.endpoint); });
}

Lease Pool::take_idle(Reuse reuse) {
  if (reuse == Reuse::Never) return {};
  while (!idle_.empty()) {
    Idle newest = std::move(idle_.back());
    idle_.pop_back();
    if (newest.socket->is_stale()) continue;
    ++counts_.reused;
    return Lease{this, std::move(newest.socket), newest.endpoint, true};
  }
  return {};
}

asio::awaitable<std::expected<Lease, PoolError>> Pool::dial(std::chrono::milliseconds within) {
  if (!make_place()) {
    ++counts_.overloaded;
    co_return std::unexpected(PoolError::Overloaded);
  }
  const CountWhile dialling{&counts_.in_use};
  // A copy: the addresses may be changed meanwhile.
  const std::vector<base::Endpoint> addresses = addresses_;
  const std::size_t first = preferred_;
  const base::SteadyTime deadline = wheel_->now() + within;
  PoolError failure = PoolError::Unreachable;
  for (std::size_t tried = 0; tried < addresses.size(); ++tried) {
    const std::size_t index = (first + tried) % addresses.size();
    // An even share of what is left, so that one address that swallows packets leaves time for the others.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - wheel_->now());
    if (left <= std::chrono::milliseconds::zero()) co_return std::unexpected(PoolError::ConnectTimeout);
    const auto share = left / static_cast<std::chrono::milliseconds::rep>(addresses.size() - tried);
    auto socket = co_await net::dial(executor_, wheel_, addresses[index], share);
    if (socket) {
      ++counts_.dialled;
      if (index < addresses_.size() && addresses_[index] == addresses[index]) preferred_ = index;
      co_return Lease{this, std::move(*socket), addresses[index], false};
    }
    failure = pool_error(socket.error());
    if (failure == PoolError::Overloaded) break;  // of this machine: another address does not help
  }
  if (failure == PoolError::Overloaded) ++counts_.overloaded;
  co_return std::unexpected(failure);
}

asio::awaitable<std::expected<Lease, PoolError>> Pool::acquire(Reuse reuse, std::chrono::milliseconds within) {
  if (Lease idle = take_idle(reuse)) co_return std::expected<Lease, PoolError>{std::move(idle)};
  co_return co_await dial(within);
}

void Pool::drain() {
  draining_ = true;
  idle_.clear();
}

PoolCounts Pool::counts() const {
  PoolCounts counts = counts_;
  counts.idle = idle_.size();
  return counts;
}

// Whether one more connection may be dialled; the oldest idle one gives way to it.
bool Pool::make_place() {
  if (counts_.in_use >= options_.connections) return false;
  if (counts_.in_use + idle_.size() >= options_.connections) idle_.erase(idle_.begin());
  return true;
}

bool Pool::is_known(const base::Endpoint& endpoint) const {
  return std::ranges::find(addresses_, endpoint) != addresses_.end();
}

void Pool::keep(std::unique_ptr<net::Socket> socket, base::Endpoint endpoint) {
  if (draining_ || options_.idle == 0 || socket->stopped() || !is_known(endpoint)) return;
  if (idle_.size() >= options_.idle) idle_.erase(idle_.begin());
  socket->no_read_deadline();
  socket->no_write_deadline();
  idle_.push_back(Idle{std::move(socket), endpoint, wheel_->now()});
  if (!expiry_.armed()) arm_expiry();
}

void Pool::close_expired() {
  const auto is_young = [this](const Idle& idle) { return wheel_->now() - idle.since < options_.idle_time; };
  idle_.erase(idle_.begin(), std::ranges::find_if(idle_, is_young));
  if (!idle_.empty()) arm_expiry();
}

// For the oldest; one that is taken before it expires lets the deadline pass for nothing, once.
void Pool::arm_expiry() {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(wheel_->now() - idle_.front().since);
  expiry_.arm(options_.idle_time - age);
}

}  // namespace belfry::upstream
