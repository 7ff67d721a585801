#include "people/outbox.hpp"

#include <utility>

namespace belfry::people {

Outbox::Outbox(const base::Clock& clock, base::Random& random, net::MailClient& client, record::Log& log,
               record::Metrics& metrics, OutboxLimits limits)
    : clock_{clock},
      log_{log},
      queue_{clock, random, client, log, metrics, std::move(limits)},
      thread_{[this](const std::stop_token& stopping) { work(stopping); }} {}

Outbox::~Outbox() {
  stop(std::chrono::milliseconds::zero());
}

void Outbox::post(const accounts::EmailAddress& to, Letter letter) {
  queue_.post(to, std::move(letter));
  {
    const std::lock_guard lock{mutex_};
    woken_ = true;
  }
  wake_.notify_all();
}

void Outbox::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return;
  queue_.close();
  {
    std::unique_lock lock{mutex_};
    closing_ = true;
    woken_ = true;
    wake_.notify_all();
    wake_.wait_for(lock, patience, [this] { return ended_; });
  }
  thread_.request_stop();
  thread_.join();
  if (queue_.next_due()) log_.warning("mails that waited were not sent: the process ends");
}

void Outbox::work(const std::stop_token& stopping) {
  while (!stopping.stop_requested()) {
    if (queue_.send_next_due(stopping)) continue;
    std::unique_lock lock{mutex_};
    const auto due = queue_.next_due();
    if (closing_ && !due) break;
    const auto woken = [this] { return std::exchange(woken_, false); };
    if (due) {
      wake_.wait_for(lock, stopping, *due - clock_.steady_now(), woken);
    } else {
      wake_.wait(lock, stopping, woken);
    }
  }
  const std::lock_guard lock{mutex_};
  ended_ = true;
  wake_.notify_all();
}

}  // namespace belfry::people
