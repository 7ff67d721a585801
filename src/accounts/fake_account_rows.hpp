#pragma once

// What FakeAccountStore (fake_account_store.hpp) keeps, and how what it keeps hangs together.

#include "accounts/account_store.hpp"
#include "accounts/canary.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace belfry::accounts {

class FakeAccountRows {
 public:
  FakeAccountRows(const base::Clock& clock, AccountLimits limits) : clock_{clock}, limits_{limits} {}

  bool available = true;
  // By name, in order.
  std::vector<std::string> calls;

 protected:
  enum class PersonIs : std::uint8_t { Real, Canary };

  struct Row {
    Person person;
    std::string password_hash;
    std::uint64_t passwords = 1;
    std::vector<std::byte> secret;
    crypto::TotpStep confirmed = 0;
    crypto::TotpStep newest_used = 0;
    std::set<SecretHash> recovery_codes;
    std::vector<SecretHash> devices;  // the one used last at the end
  };
  struct Offer {
    Link link;
    Moment issued;
    bool is_confirmed = false;
  };

  template <class T, class Function>
  Answer<T> call(const char* name, Function function) {
    const std::lock_guard lock{mutex_};
    calls.emplace_back(name);
    if (!available) return std::unexpected{AccountError::Unavailable};
    return function();
  }
  template <class Function>
  Answer<void> of_person(const char* name, const PersonId& id, Function function) {
    return call<void>(name, [&]() -> Answer<void> {
      Row* row = find_id(id);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      return function(*row);
    });
  }

  Moment moment() const {
    return {.wall = clock_.wall_now(),
            .running = RunningTime{
                std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now().time_since_epoch())}};
  }
  static bool is_whole(const NewPerson& person) { return is_name(person.name) && !person.password_hash.empty(); }

  Row* find_id(const PersonId& id) {
    const auto found = std::ranges::find_if(rows_, [&](const Row& row) { return row.person.id == id; });
    return found == rows_.end() ? nullptr : &*found;
  }
  Row* find_email(const EmailAddress& email) {
    const auto found = std::ranges::find_if(rows_, [&](const Row& row) { return row.person.email == email; });
    return found == rows_.end() ? nullptr : &*found;
  }
  bool has_administrator() const {
    return std::ranges::any_of(rows_, [](const Row& row) { return row.person.role == Role::Administrator; });
  }
  bool is_last_administrator(const Row& row) const {
    const auto is_active = [](const Row& one) {
      return one.person.role == Role::Administrator && one.person.state == PersonState::Active;
    };
    return is_active(row) && std::ranges::count_if(rows_, is_active) == 1;
  }
  std::vector<Person> listed(PersonIs which) const {
    std::vector<Person> found;
    for (const Row& row : rows_) {
      if (is_canary(row.person.email) == (which == PersonIs::Canary)) found.push_back(row.person);
    }
    return found;
  }
  Answer<Person> insert(const NewPerson& person, PersonIs which, Role role, PersonState state) {
    if (!is_whole(person) || is_canary(person.email) != (which == PersonIs::Canary)) {
      return std::unexpected{AccountError::Refused};
    }
    if (find_email(person.email) != nullptr) return std::unexpected{AccountError::EmailTaken};
    Row row{.person = {.id = person.id,
                       .email = person.email,
                       .name = person.name,
                       .role = role,
                       .state = state,
                       .has_second_factor = false,
                       .created = clock_.wall_now()},
            .password_hash = person.password_hash,
            .secret = {},
            .recovery_codes = {},
            .devices = {}};
    if (person.second_factor) enrol(row, *person.second_factor);
    rows_.push_back(row);
    return row.person;
  }
  static void enrol(Row& row, const Enrolment& enrolment) {
    row.person.has_second_factor = true;
    row.secret = enrolment.secret;
    row.confirmed = enrolment.confirmed;
    row.newest_used = enrolment.confirmed;
    row.recovery_codes = {enrolment.recovery_codes.begin(), enrolment.recovery_codes.end()};
  }
  static void set_hash(Row& row, std::string_view hash) {
    row.password_hash = hash;
    ++row.passwords;
  }

  void offer(const SecretHash& token, LinkStep step, const std::optional<PersonId>& person,
             const std::optional<EmailAddress>& email, Role role) {
    links_.push_back({.link = {.token = token,
                               .step = step,
                               .person = person,
                               .email = email,
                               .role = role,
                               .issued = clock_.wall_now()},
                      .issued = moment()});
  }
  bool is_over(const Offer& offer) const { return has_passed(offer.issued, kLinkLifetime, moment()); }
  Offer* find_link(LinkStep step, const SecretHash& token) {
    const auto found = std::ranges::find_if(links_, [&](const Offer& offer) {
      return offer.link.token == token && offer.link.step == step && !offer.is_confirmed && !is_over(offer);
    });
    return found == links_.end() ? nullptr : &*found;
  }
  void drop_link(const SecretHash& token) {
    std::erase_if(links_, [&](const Offer& offer) { return offer.link.token == token; });
  }
  void drop_links(const PersonId& person, const std::set<LinkStep>& steps) {
    std::erase_if(links_,
                  [&](const Offer& offer) { return offer.link.person == person && steps.contains(offer.link.step); });
  }

  void drop_changes(const PersonId& id) {
    drop_links(id, {LinkStep::PasswordReset, LinkStep::EmailFrom, LinkStep::EmailTo});
  }

  Attempt reserve(Counter counter, std::string subject) {
    Lockout& lockout = lockouts_[{counter, subject}];
    const auto number = lockout.reserve(limits_.lockout, moment().running);
    Attempt attempt;
    attempt.admitted = number.has_value();
    attempt.locks = number && lockout.until;
    attempt.counter = counter;
    attempt.subject = std::move(subject);
    attempt.number = number.value_or(0);
    return attempt;
  }
  void lift(const PersonId& id) {
    for (auto& [key, lockout] : lockouts_) {
      if (key.second.starts_with(id.to_string())) lockout.lift();
    }
  }
  void forget_all(Row& row, const std::optional<SecretHash>& kept) {
    for (const SecretHash& device : std::vector{row.devices}) {
      if (device != kept) forget(row, device);
    }
  }
  // Whoever is no active administrator any more may have handed on links.
  void drop_what_was_handed_out_by(const Row& row) {
    if (row.person.role != Role::Administrator) return;
    std::erase_if(links_, [&](const Offer& offer) {
      return offer.link.step == LinkStep::PasswordReset ||
             (offer.link.step == LinkStep::Invitation && offer.link.person == row.person.id);
    });
  }
  void drop_person(PersonId id) {
    drop_sessions(id, std::nullopt);
    std::erase_if(links_, [&](const Offer& offer) { return offer.link.person == id; });
    std::erase_if(lockouts_, [&](const auto& one) { return one.first.second.starts_with(id.to_string()); });
    std::erase_if(rows_, [&](const Row& other) { return other.person.id == id; });
  }
  void forget(Row& row, const SecretHash& device) {
    std::erase(row.devices, device);
    lockouts_.erase({Counter::Device, row.person.id.to_string() + "." + device.to_string()});
  }

  std::vector<Session> sessions_of(const std::optional<PersonId>& id) const {
    std::vector<Session> found;
    const auto used_later = [](const Session& a, const Session& b) { return a.used.running > b.used.running; };
    // Of two that were used at the same time, the one opened last comes first.
    for (auto session = sessions_.rbegin(); session != sessions_.rend(); ++session) {
      if ((!id || session->person == *id) && !accounts::is_over(*session, limits_.sessions, moment())) {
        found.insert(std::ranges::upper_bound(found, *session, used_later), *session);
      }
    }
    return found;
  }
  const Session* find_session(const SecretHash& token) const {
    const auto found = std::ranges::find(sessions_, token, &Session::token);
    return found == sessions_.end() || accounts::is_over(*found, limits_.sessions, moment()) ? nullptr : &*found;
  }
  // With those that were handed over from it.
  void drop_session(const SecretHash& token) {
    std::erase_if(sessions_,
                  [token](const Session& session) { return session.token == token || session.parent == token; });
  }
  void drop_sessions(const PersonId& id, const std::optional<SecretHash>& kept) {
    std::erase_if(sessions_, [&](const Session& session) { return session.person == id && session.token != kept; });
  }

  const base::Clock& clock_;
  const AccountLimits limits_;
  std::mutex mutex_;
  std::vector<Row> rows_;
  std::vector<Offer> links_;
  std::vector<Session> sessions_;
  std::map<std::pair<Counter, std::string>, Lockout> lockouts_;
};

}  // namespace belfry::accounts
