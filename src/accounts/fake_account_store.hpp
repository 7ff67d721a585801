#pragma once

// The account store in memory, for tests; it can be told to fail, and tells which calls it had. Any thread, one call at
// a time: its clock stands still meanwhile.

#include "accounts/fake_account_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace belfry::accounts {

class FakeAccountStore final : public AccountStore, public FakeAccountRows {
 public:
  explicit FakeAccountStore(const base::Clock& clock, AccountLimits limits = {}) : FakeAccountRows{clock, limits} {}

  // ---- Links.

  Answer<void> offer_first_administrator(const SecretHash& token) override {
    return call<void>("offer_first_administrator", [&]() -> Answer<void> {
      if (has_administrator()) return std::unexpected{AccountError::AlreadyThere};
      std::erase_if(links_, [](const Offer& offer) { return offer.link.step == LinkStep::FirstAdministrator; });
      offer(token, LinkStep::FirstAdministrator, std::nullopt, std::nullopt, Role::Administrator);
      return {};
    });
  }
  Answer<void> invite(const SecretHash& token, const EmailAddress& email, Role role, const PersonId& inviter) override {
    return of_person("invite", inviter, [&](Row&) -> Answer<void> {
      if (is_canary(email)) return std::unexpected{AccountError::Refused};
      const Row* known = find_email(email);
      if (known != nullptr && known->person.state != PersonState::Awaiting) {
        return std::unexpected{AccountError::EmailTaken};
      }
      std::erase_if(links_, [&](const Offer& offer) {
        return offer.link.step == LinkStep::Invitation && offer.link.email == email;
      });
      offer(token, LinkStep::Invitation, inviter, email, role);
      return {};
    });
  }
  Answer<void> offer_sign_up(const SecretHash& token, const EmailAddress& email) override {
    return call<void>("offer_sign_up", [&]() -> Answer<void> {
      if (is_canary(email)) return std::unexpected{AccountError::Refused};
      if (find_email(email) != nullptr) return std::unexpected{AccountError::EmailTaken};
      std::erase_if(links_, [&](const Offer& offer) { return is_over(offer); });
      offer(token, LinkStep::SignUp, std::nullopt, email, Role::Member);
      const auto is_sign_up = [](const Offer& one) { return one.link.step == LinkStep::SignUp; };
      if (static_cast<std::size_t>(std::ranges::count_if(links_, is_sign_up)) > kOpenSignUps) {
        links_.erase(std::ranges::find_if(links_, is_sign_up));
      }
      return {};
    });
  }
  Answer<Person> offer_reset(const SecretHash& token, const EmailAddress& email) override {
    return call<Person>("offer_reset", [&]() -> Answer<Person> {
      const Row* row = find_email(email);
      if (row == nullptr || row->person.state != PersonState::Active) return std::unexpected{AccountError::NotFound};
      drop_links(row->person.id, {LinkStep::PasswordReset});
      offer(token, LinkStep::PasswordReset, row->person.id, std::nullopt, row->person.role);
      return row->person;
    });
  }
  Answer<NewEmail> offer_email_change(const SecretHash& from, const SecretHash& to, const PersonId& person,
                                      const EmailAddress& email) override {
    return call<NewEmail>("offer_email_change", [&]() -> Answer<NewEmail> {
      const Row* row = find_id(person);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      if (is_canary(email) != is_canary(row->person.email)) return std::unexpected{AccountError::Refused};
      drop_links(person, {LinkStep::EmailFrom, LinkStep::EmailTo});
      offer(from, LinkStep::EmailFrom, person, email, row->person.role);
      offer(to, LinkStep::EmailTo, person, email, row->person.role);
      return find_email(email) == nullptr ? NewEmail::Free : NewEmail::Taken;
    });
  }
  Answer<Link> link(LinkStep step, const SecretHash& token) override {
    return call<Link>("link", [&]() -> Answer<Link> {
      const Offer* offer = find_link(step, token);
      if (offer == nullptr) return std::unexpected{AccountError::NotFound};
      return offer->link;
    });
  }
  Answer<std::vector<Link>> invitations() override {
    return call<std::vector<Link>>("invitations", [&]() -> Answer<std::vector<Link>> {
      std::vector<Link> found;
      for (const Offer& offer : links_) {
        if (offer.link.step == LinkStep::Invitation && !is_over(offer)) found.push_back(offer.link);
      }
      return found;
    });
  }
  Answer<void> withdraw(const SecretHash& token) override {
    return call<void>("withdraw", [&]() -> Answer<void> {
      drop_link(token);
      return {};
    });
  }
  Answer<Person> accept_first_administrator(const SecretHash& token, const NewPerson& person) override {
    return call<Person>("accept_first_administrator", [&]() -> Answer<Person> {
      if (find_link(LinkStep::FirstAdministrator, token) == nullptr) return std::unexpected{AccountError::NotFound};
      if (has_administrator()) return std::unexpected{AccountError::AlreadyThere};
      auto added = insert(person, PersonIs::Real, Role::Administrator, PersonState::Active);
      if (added) drop_link(token);
      return added;
    });
  }
  Answer<Person> accept_invitation(const SecretHash& token, const NewPerson& person) override {
    return call<Person>("accept_invitation", [&]() -> Answer<Person> {
      const Offer* offer = find_link(LinkStep::Invitation, token);
      if (offer == nullptr) return std::unexpected{AccountError::NotFound};
      if (offer->link.email != person.email) return std::unexpected{AccountError::Refused};
      if (!is_whole(person)) return std::unexpected{AccountError::Refused};
      const Role role = offer->link.role;
      drop_link(token);
      const Row* known = find_email(person.email);
      if (known != nullptr && known->person.state == PersonState::Awaiting) drop_person(known->person.id);
      return insert(person, PersonIs::Real, role, PersonState::Active);
    });
  }
  Answer<Person> accept_sign_up(const SecretHash& token, const NewPerson& person, PersonState state) override {
    return call<Person>("accept_sign_up", [&]() -> Answer<Person> {
      const Offer* offer = find_link(LinkStep::SignUp, token);
      if (offer == nullptr) return std::unexpected{AccountError::NotFound};
      if (offer->link.email != person.email) return std::unexpected{AccountError::Refused};
      auto added = insert(person, PersonIs::Real, Role::Member, state);
      if (added || added.error() == AccountError::EmailTaken) {
        std::erase_if(links_, [&](const Offer& one) {
          return one.link.step == LinkStep::SignUp && one.link.email == person.email;
        });
      }
      return added;
    });
  }
  Answer<Person> reset_password(const SecretHash& token, std::string_view password_hash) override {
    return call<Person>("reset_password", [&]() -> Answer<Person> {
      const Offer* offer = find_link(LinkStep::PasswordReset, token);
      if (offer == nullptr) return std::unexpected{AccountError::NotFound};
      if (password_hash.empty()) return std::unexpected{AccountError::Refused};
      Row* row = find_id(*offer->link.person);
      if (row == nullptr || row->person.state != PersonState::Active) return std::unexpected{AccountError::NotFound};
      drop_changes(row->person.id);
      set_hash(*row, password_hash);
      drop_sessions(row->person.id, std::nullopt);
      forget_all(*row, std::nullopt);
      lift(row->person.id);
      return row->person;
    });
  }
  Answer<bool> confirm_email_change(LinkStep end, const SecretHash& token) override {
    return call<bool>("confirm_email_change", [&]() -> Answer<bool> {
      if (end != LinkStep::EmailFrom && end != LinkStep::EmailTo) return std::unexpected{AccountError::Refused};
      Offer* offer = find_link(end, token);
      if (offer == nullptr) return std::unexpected{AccountError::NotFound};
      Row* row = find_id(*offer->link.person);
      if (row == nullptr || row->person.state != PersonState::Active) return std::unexpected{AccountError::NotFound};
      const bool other_has = std::ranges::any_of(links_, [&](const Offer& other) {
        return other.is_confirmed && other.link.person == row->person.id && other.link.step != end;
      });
      if (!other_has) {
        offer->is_confirmed = true;
        return false;
      }
      if (find_email(*offer->link.email) != nullptr) return std::unexpected{AccountError::EmailTaken};
      row->person.email = *offer->link.email;
      drop_changes(row->person.id);
      return true;
    });
  }

  // ---- People.

  Answer<Person> add(const NewPerson& person, Role role, PersonState state) override {
    return call<Person>("add", [&] { return insert(person, PersonIs::Real, role, state); });
  }
  Answer<Person> add_canary(const NewPerson& person, Role role) override {
    return call<Person>("add_canary", [&]() -> Answer<Person> {
      if (role == Role::Administrator) return std::unexpected{AccountError::Refused};
      return insert(person, PersonIs::Canary, role, PersonState::Active);
    });
  }
  Answer<Person> find(const PersonId& id) override {
    return call<Person>("find", [&]() -> Answer<Person> {
      const Row* row = find_id(id);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      return row->person;
    });
  }
  Answer<Person> find(const EmailAddress& email) override {
    return call<Person>("find by e-mail", [&]() -> Answer<Person> {
      const Row* row = find_email(email);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      return row->person;
    });
  }
  Answer<std::vector<Person>> people() override {
    return call<std::vector<Person>>("people", [&]() -> Answer<std::vector<Person>> { return listed(PersonIs::Real); });
  }
  Answer<std::vector<Person>> canaries() override {
    return call<std::vector<Person>>("canaries",
                                     [&]() -> Answer<std::vector<Person>> { return listed(PersonIs::Canary); });
  }
  Answer<void> set_role(const PersonId& id, Role role) override {
    return of_person("set_role", id, [&](Row& row) -> Answer<void> {
      if (role == Role::Administrator && is_canary(row.person.email)) return std::unexpected{AccountError::Refused};
      if (role != Role::Administrator && is_last_administrator(row)) {
        return std::unexpected{AccountError::LastAdministrator};
      }
      if (role != Role::Administrator) drop_what_was_handed_out_by(row);
      row.person.role = role;
      drop_sessions(id, std::nullopt);
      return {};
    });
  }
  Answer<void> set_state(const PersonId& id, PersonState state) override {
    return of_person("set_state", id, [&](Row& row) -> Answer<void> {
      if (state != PersonState::Active && is_last_administrator(row)) {
        return std::unexpected{AccountError::LastAdministrator};
      }
      if (state != PersonState::Active) drop_what_was_handed_out_by(row);
      row.person.state = state;
      drop_sessions(id, std::nullopt);
      return {};
    });
  }
  Answer<void> set_name(const PersonId& id, std::string_view name) override {
    return of_person("set_name", id, [&](Row& row) -> Answer<void> {
      if (!is_name(name)) return std::unexpected{AccountError::Refused};
      row.person.name = name;
      return {};
    });
  }
  Answer<void> erase(const PersonId& id) override {
    return of_person("erase", id, [&](Row& row) -> Answer<void> {
      if (is_last_administrator(row)) return std::unexpected{AccountError::LastAdministrator};
      drop_what_was_handed_out_by(row);
      drop_person(id);
      return {};
    });
  }
  Answer<AccountExport> export_of(const PersonId& id) override {
    return call<AccountExport>("export_of", [&]() -> Answer<AccountExport> {
      const Row* row = find_id(id);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      return AccountExport{.person = row->person,
                           .sessions = sessions_of(id),
                           .known_devices = row->devices.size(),
                           .recovery_codes_left = row->recovery_codes.size()};
    });
  }

  // ---- Passwords.

  Answer<std::string> password_hash(const PersonId& id) override {
    return call<std::string>("password_hash", [&]() -> Answer<std::string> {
      const Row* row = find_id(id);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      return row->password_hash;
    });
  }
  Answer<void> set_password(const PersonId& id, std::string_view hash, const std::optional<SecretHash>& kept) override {
    return of_person("set_password", id, [&](Row& row) -> Answer<void> {
      if (hash.empty()) return std::unexpected{AccountError::Refused};
      set_hash(row, hash);
      drop_sessions(id, std::nullopt);
      forget_all(row, kept);
      drop_changes(id);
      return {};
    });
  }
  Answer<bool> rehash_password(const PersonId& id, std::string_view old_hash, std::string_view new_hash) override {
    return call<bool>("rehash_password", [&]() -> Answer<bool> {
      if (old_hash.empty() || new_hash.empty()) return std::unexpected{AccountError::Refused};
      Row* row = find_id(id);
      if (row == nullptr || row->password_hash != old_hash) return false;
      row->password_hash = new_hash;
      return true;
    });
  }
  Answer<std::vector<std::string>> password_hashes() override {
    return call<std::vector<std::string>>("password_hashes", [&]() -> Answer<std::vector<std::string>> {
      std::vector<std::string> found;
      for (const Row& row : rows_) {
        if (!is_canary(row.person.email)) found.push_back(row.password_hash);
      }
      return found;
    });
  }

  // ---- The second factor.

  Answer<void> set_second_factor(const PersonId& id, const Enrolment& enrolment) override {
    return of_person("set_second_factor", id, [&](Row& row) -> Answer<void> {
      if (enrolment.secret.empty()) return std::unexpected{AccountError::Refused};
      enrol(row, enrolment);
      return {};
    });
  }
  Answer<Authenticator> second_factor(const PersonId& id) override {
    return call<Authenticator>("second_factor", [&]() -> Answer<Authenticator> {
      const Row* row = find_id(id);
      if (row == nullptr || !row->person.has_second_factor) return std::unexpected{AccountError::NotFound};
      return Authenticator{.secret = row->secret,
                           .confirmed = row->confirmed,
                           .newest_used = row->newest_used,
                           .recovery_codes_left = row->recovery_codes.size()};
    });
  }
  Answer<bool> use_step(const PersonId& id, crypto::TotpStep step) override {
    return call<bool>("use_step", [&]() -> Answer<bool> {
      Row* row = find_id(id);
      if (row == nullptr || !row->person.has_second_factor || row->newest_used >= step) return false;
      row->newest_used = step;
      return true;
    });
  }
  Answer<bool> use_recovery_code(const PersonId& id, const SecretHash& code) override {
    return call<bool>("use_recovery_code", [&]() -> Answer<bool> {
      Row* row = find_id(id);
      return row != nullptr && row->recovery_codes.erase(code) == 1;
    });
  }
  Answer<void> set_recovery_codes(const PersonId& id, const std::vector<SecretHash>& codes) override {
    return of_person("set_recovery_codes", id, [&](Row& row) -> Answer<void> {
      if (!row.person.has_second_factor) return std::unexpected{AccountError::NotFound};
      row.recovery_codes = {codes.begin(), codes.end()};
      return {};
    });
  }
  Answer<void> remove_second_factor(const PersonId& id) override {
    return of_person("remove_second_factor", id, [&](Row& row) -> Answer<void> {
      row.person.has_second_factor = false;
      row.secret.clear();
      row.recovery_codes.clear();
      return {};
    });
  }

  // ---- Attempts.

  Answer<Attempt> reserve_password(const EmailAddress& email, const std::optional<SecretHash>& device) override {
    return call<Attempt>("reserve_password", [&]() -> Answer<Attempt> {
      const Row* row = find_email(email);
      // All of nobody's share one counter here, where a store has thousands.
      if (row == nullptr) return reserve(Counter::Nobody, "nobody");
      const std::string id = row->person.id.to_string();
      const bool is_known = device && std::ranges::find(row->devices, *device) != row->devices.end();
      Attempt attempt =
          is_known ? reserve(Counter::Device, id + "." + device->to_string()) : reserve(Counter::Strangers, id);
      if (attempt.admitted && row->person.state == PersonState::Active) {
        attempt.person = row->person.id;
        attempt.password_hash = row->password_hash;
        attempt.password = row->passwords;
      }
      return attempt;
    });
  }
  Answer<Attempt> reserve_code(const PersonId& id) override {
    return call<Attempt>("reserve_code", [&]() -> Answer<Attempt> {
      const Row* row = find_id(id);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      Attempt attempt = reserve(Counter::Codes, id.to_string());
      if (attempt.admitted && row->person.state == PersonState::Active) attempt.person = id;
      return attempt;
    });
  }
  Answer<void> was_right(const Attempt& attempt) override {
    return call<void>("was_right", [&]() -> Answer<void> {
      if (!attempt.admitted || !attempt.person) return std::unexpected{AccountError::Refused};
      const Row* row = find_id(*attempt.person);
      if (row == nullptr || row->person.state != PersonState::Active) return std::unexpected{AccountError::Refused};
      if (attempt.counter != Counter::Codes && row->passwords != attempt.password) {
        return std::unexpected{AccountError::Refused};
      }
      const auto lockout = lockouts_.find({attempt.counter, attempt.subject});
      // A device that was forgotten meanwhile has no counter left.
      if (lockout != lockouts_.end()) lockout->second.succeed(limits_.lockout, attempt.number);
      return {};
    });
  }
  Answer<void> lift_locks(const PersonId& id) override {
    return of_person("lift_locks", id, [&](Row&) -> Answer<void> {
      lift(id);
      return {};
    });
  }
  Answer<void> age_locks(const PersonId& canary, std::chrono::milliseconds by) override {
    return of_person("age_locks", canary, [&](Row& row) -> Answer<void> {
      if (!is_canary(row.person.email)) return std::unexpected{AccountError::Refused};
      for (auto& [key, lockout] : lockouts_) {
        if (key.second.starts_with(canary.to_string()) && lockout.until) *lockout.until -= by;
      }
      return {};
    });
  }
  Answer<void> know_device(const PersonId& id, const SecretHash& device,
                           const std::optional<SecretHash>& before) override {
    return of_person("know_device", id, [&](Row& row) -> Answer<void> {
      if (before && *before != device) forget(row, *before);
      std::erase(row.devices, device);
      row.devices.push_back(device);
      if (row.devices.size() > kDevicesPerPerson) forget(row, SecretHash{row.devices.front()});
      return {};
    });
  }

  // ---- Sessions.

  Answer<Moment> now() override {
    return call<Moment>("now", [&]() -> Answer<Moment> { return moment(); });
  }
  Answer<Session> open_session(const Session& session) override {
    return call<Session>("open_session", [&]() -> Answer<Session> {
      const Row* row = find_id(session.person);
      if (row == nullptr) return std::unexpected{AccountError::NotFound};
      if (row->person.state != PersonState::Active || session.device.size() > kDeviceTextLimit) {
        return std::unexpected{AccountError::Refused};
      }
      Session opened = session;
      opened.created = opened.used = moment();
      if (session.parent) {
        const Session* parent = find_session(*session.parent);
        if (parent == nullptr || parent->person != session.person) return std::unexpected{AccountError::NotFound};
        if (parent->parent) return std::unexpected{AccountError::Refused};
        opened.created = parent->created;
      }
      sessions_.push_back(opened);
      auto theirs = sessions_of(session.person);
      if (theirs.size() > kSessionsPerPerson) {
        std::erase_if(theirs, [&](const Session& one) { return one.token == session.parent; });
        drop_session(theirs.back().token);
      }
      return opened;
    });
  }
  Answer<Session> session(const SecretHash& token) override {
    return call<Session>("session", [&]() -> Answer<Session> {
      const Session* found = find_session(token);
      if (found == nullptr) return std::unexpected{AccountError::NotFound};
      return *found;
    });
  }
  Answer<void> use_sessions(const std::vector<SecretHash>& tokens) override {
    return call<void>("use_sessions", [&]() -> Answer<void> {
      for (Session& session : sessions_) {
        const bool was_used = std::ranges::find(tokens, session.token) != tokens.end();
        if (was_used && !accounts::is_over(session, limits_.sessions, moment())) session.used = moment();
      }
      return {};
    });
  }
  Answer<std::vector<Session>> sessions(const PersonId& id) override {
    return call<std::vector<Session>>("sessions", [&]() -> Answer<std::vector<Session>> { return sessions_of(id); });
  }
  Answer<std::vector<Session>> sessions() override {
    return call<std::vector<Session>>("all sessions",
                                      [&]() -> Answer<std::vector<Session>> { return sessions_of(std::nullopt); });
  }
  Answer<void> end_session(const PersonId& id, const SecretHash& token) override {
    return call<void>("end_session", [&]() -> Answer<void> {
      const auto found = std::ranges::find(sessions_, token, &Session::token);
      if (found == sessions_.end() || found->person != id) return std::unexpected{AccountError::NotFound};
      drop_session(token);
      return {};
    });
  }
  Answer<void> end_sessions(const PersonId& id, const std::optional<SecretHash>& kept) override {
    return call<void>("end_sessions", [&]() -> Answer<void> {
      drop_sessions(id, kept);
      return {};
    });
  }
};

}  // namespace belfry::accounts
