#pragma once

// Mails on their way out, as a value with a clock: which is next, what becomes of one that did not pass, and what there
// is room for. The thread that works it off is outbox.hpp's.
//
// A mail is lost when its server refuses it for good, after its last try, an hour after it was written (its link is
// over by then), where there is no room, and at a stop. Each loss is counted and logged by the mail's id, not by whom
// it was for.

#include "accounts/email_address.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "net/mail_client.hpp"
#include "people/mails.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace belfry::people {

struct OutboxLimits {
  std::size_t mails = 1'000;  // that wait or are under way, inclusive
  // Before each try but the first; there are no more tries than that.
  std::vector<std::chrono::milliseconds> waits{std::chrono::seconds{30}, std::chrono::minutes{2},
                                               std::chrono::minutes{8}, std::chrono::minutes{20}};
  std::chrono::milliseconds lifetime = std::chrono::hours{1};  // at its end it is over
};

class MailQueue {
 public:
  // Everything handed in by reference outlives this.
  MailQueue(const base::Clock& clock, base::Random& random, net::MailClient& client, record::Log& log,
            record::Metrics& metrics, OutboxLimits limits);

  // Any thread; returns at once. A drill's canary has no mailbox: nothing is sent to it.
  void post(const accounts::EmailAddress& to, Letter letter);

  // From now on there is room for none; each that waits or is under way has one more try, at once, and no other.
  void close();

  // Any thread. When send_next_due() has something to do; nullopt where nothing waits.
  std::optional<base::SteadyTime> next_due() const;

  // Blocking; one thread at a time. False where nothing is due.
  bool send_next_due(const std::stop_token& stopping);

 private:
  struct Waiting {
    net::Mail mail;
    base::SteadyTime posted;
    std::size_t tries = 0;
    bool last_try = false;  // begun behind close()
  };

  std::optional<Waiting> take_due();
  void settle(Waiting waiting, const std::expected<void, net::MailFailure>& sent);
  // When there is another try; nullopt: none.
  std::optional<base::SteadyTime> next_try(const Waiting& waiting, net::MailError error) const;
  // Says at its first failure, not half an hour later, that the server cannot be used.
  void tell_of_server(const std::expected<void, net::MailFailure>& sent);
  void lose(const Waiting& waiting, std::string_view why, const std::optional<net::MailFailure>& failure);

  const base::Clock& clock_;
  base::Random& random_;
  net::MailClient& client_;
  record::Log& log_;
  record::Counter sent_;
  record::Counter retried_;
  record::Counter refused_;
  record::Counter given_up_;
  record::Counter no_room_;
  const OutboxLimits limits_;

  mutable std::mutex mutex_;
  std::multimap<base::SteadyTime, Waiting> waiting_;  // by when they are due; guarded by mutex_, as is all below
  std::size_t under_way_ = 0;
  bool closed_ = false;
  bool full_ = false;      // said so, and not had room since
  bool troubled_ = false;  // said that the server cannot be used, and nothing passed since
};

}  // namespace belfry::people
