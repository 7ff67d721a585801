#pragma once

// A client that keeps mails, and whose answers a test gives.

#include "net/mail_client.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace belfry::net {

// Any thread.
class FakeMailClient final : public MailClient {
 public:
  std::expected<void, MailFailure> send(const Mail& mail, const std::stop_token& stopping) override {
    std::unique_lock lock{mutex_};
    mails_.push_back(mail);
    changed_.notify_all();
    if (stalls_) {
      changed_.wait(lock, stopping, [] { return false; });
      return std::unexpected{MailFailure{MailError::Stopped}};
    }
    if (failures_.empty()) return {};
    const MailFailure failure = failures_.front();
    failures_.pop_front();
    return std::unexpected{failure};
  }

  // The answer to a later call, in this order; what has none passes.
  void fail(MailError error, std::uint16_t reply = 0) {
    const std::lock_guard lock{mutex_};
    failures_.push_back({error, reply});
  }
  // From now on every call lasts until it is stopped.
  void stall() {
    const std::lock_guard lock{mutex_};
    stalls_ = true;
  }
  // Every try, failed ones too.
  std::vector<Mail> mails() const {
    const std::lock_guard lock{mutex_};
    return mails_;
  }
  // Whether so many were tried within ten seconds.
  bool wait_for(std::size_t mails) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return mails_.size() >= mails; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<MailFailure> failures_;
  bool stalls_ = false;
  std::vector<Mail> mails_;
};

}  // namespace belfry::net
