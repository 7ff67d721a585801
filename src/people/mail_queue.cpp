#include "people/mail_queue.hpp"

#include "accounts/canary.hpp"
#include "crypto/token.hpp"

#include <utility>

namespace belfry::people {

namespace {

record::Counter counter(record::Metrics& metrics, std::string_view became) {
  return metrics.reason(record::ReasonFamily::Mails, became);
}

}  // namespace

MailQueue::MailQueue(const base::Clock& clock, base::Random& random, net::MailClient& client, record::Log& log,
                     record::Metrics& metrics, OutboxLimits limits)
    : clock_{clock},
      random_{random},
      client_{client},
      log_{log},
      sent_{counter(metrics, "sent")},
      retried_{counter(metrics, "retried")},
      refused_{counter(metrics, "refused")},
      given_up_{counter(metrics, "given_up")},
      no_room_{counter(metrics, "no_room")},
      limits_{std::move(limits)} {}

void MailQueue::post(const accounts::EmailAddress& to, Letter letter) {
  if (accounts::is_canary(to)) return;
  const std::lock_guard lock{mutex_};
  if (closed_) return no_room_.add();
  if (waiting_.size() + under_way_ >= limits_.mails) {
    no_room_.add();
    // Once until there is room again: whoever posts much must not fill the log too.
    if (!std::exchange(full_, true)) log_.error("no room for mails: they are dropped", {{"waiting", waiting_.size()}});
    return;
  }
  full_ = false;
  const base::SteadyTime now = clock_.steady_now();
  waiting_.emplace(now, Waiting{.mail = {.to = to.text(),
                                         .subject = std::move(letter.subject),
                                         .text = std::move(letter.text),
                                         .id = crypto::random_token(random_, 128),
                                         .written = clock_.wall_now()},
                                .posted = now});
}

void MailQueue::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
}

std::optional<base::SteadyTime> MailQueue::next_due() const {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty()) return std::nullopt;
  return closed_ ? clock_.steady_now() : waiting_.begin()->first;
}

std::optional<MailQueue::Waiting> MailQueue::take_due() {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty() || (!closed_ && waiting_.begin()->first > clock_.steady_now())) return std::nullopt;
  Waiting due = std::move(waiting_.extract(waiting_.begin()).mapped());
  due.last_try = closed_;
  ++under_way_;
  return due;
}

bool MailQueue::send_next_due(const std::stop_token& stopping) {
  std::optional<Waiting> due = take_due();
  if (!due) return false;
  if (clock_.steady_now() - due->posted >= limits_.lifetime) {
    const std::lock_guard lock{mutex_};
    --under_way_;
    lose(*due, "it is too old", std::nullopt);
    return true;
  }
  ++due->tries;
  const auto sent = client_.send(due->mail, stopping);
  settle(std::move(*due), sent);
  return true;
}

void MailQueue::settle(Waiting waiting, const std::expected<void, net::MailFailure>& sent) {
  const std::lock_guard lock{mutex_};
  --under_way_;
  tell_of_server(sent);
  if (sent) return sent_.add();
  if (const auto again = next_try(waiting, sent.error().error)) {
    retried_.add();
    waiting_.emplace(*again, std::move(waiting));
    return;
  }
  lose(waiting, to_string(sent.error().error), sent.error());
}

std::optional<base::SteadyTime> MailQueue::next_try(const Waiting& waiting, net::MailError error) const {
  if (waiting.last_try || error == net::MailError::Stopped || !may_pass_later(error)) return std::nullopt;
  if (closed_) return clock_.steady_now();
  if (waiting.tries > limits_.waits.size()) return std::nullopt;
  const base::SteadyTime again = clock_.steady_now() + limits_.waits[waiting.tries - 1];
  if (again - waiting.posted >= limits_.lifetime) return std::nullopt;
  return again;
}

void MailQueue::tell_of_server(const std::expected<void, net::MailFailure>& sent) {
  if (sent) {
    if (std::exchange(troubled_, false)) log_.info("the mail server can be used again");
    return;
  }
  const net::MailError error = sent.error().error;
  // A reply of 4xx may be about one recipient; what does not pass later is told as lost.
  if (!may_pass_later(error) || error == net::MailError::RefusedForNow || error == net::MailError::Stopped) return;
  if (std::exchange(troubled_, true)) return;
  log_.warning("the mail server cannot be used: mails are tried again later",
               {{"why", to_string(error)}, {"reply", sent.error().reply}});
}

void MailQueue::lose(const Waiting& waiting, std::string_view why, const std::optional<net::MailFailure>& failure) {
  (failure && !may_pass_later(failure->error) ? refused_ : given_up_).add();
  log_.warning(
      "a mail was not sent",
      {{"id", waiting.mail.id}, {"why", why}, {"reply", failure ? failure->reply : 0}, {"tries", waiting.tries}});
}

}  // namespace belfry::people
