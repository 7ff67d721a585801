#pragma once

// What people are told by e-mail leaves by here: a bounded queue (mail_queue.hpp) and the one thread that works it off.
// Where no mail server is configured there is no outbox, and whoever would post shows its link to be handed on by hand.

#include "people/mail_queue.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace belfry::people {

class Outbox {
 public:
  // Everything handed in by reference outlives this; `random` and `clock` are used on any thread.
  Outbox(const base::Clock& clock, base::Random& random, net::MailClient& client, record::Log& log,
         record::Metrics& metrics, OutboxLimits limits = {});
  // Stops without patience.
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Any thread; returns at once, whatever becomes of the mail. Behind stop() it is dropped.
  void post(const accounts::EmailAddress& to, Letter letter);

  // Takes no more mails, gives each that waits one try, and returns when that is done, or when `patience` is over and
  // the mail that is under way was broken off (about a second: net::MailClient). A second call does nothing.
  void stop(std::chrono::milliseconds patience);

 private:
  void work(const std::stop_token& stopping);

  const base::Clock& clock_;
  record::Log& log_;
  MailQueue queue_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool woken_ = false;  // there may be something to do; guarded by mutex_, as is all down to ended_
  bool closing_ = false;
  bool ended_ = false;
  std::jthread thread_;
};

}  // namespace belfry::people
