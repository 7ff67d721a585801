// Links: what they are for, and what they are used for.

#include "accounts/canary.hpp"
#include "store/domain_terms.hpp"
#include "store/sqlite_account_store.hpp"

#include <array>
#include <span>

namespace belfry::store {

namespace {

using accounts::AccountError;
using accounts::Answer;
using accounts::EmailAddress;
using accounts::Link;
using accounts::LinkStep;
using accounts::NewEmail;
using accounts::NewPerson;
using accounts::Person;
using accounts::PersonId;
using accounts::PersonState;
using accounts::Role;
using accounts::SecretHash;

constexpr std::array kSteps{LinkStep::FirstAdministrator, LinkStep::Invitation, LinkStep::SignUp,
                            LinkStep::PasswordReset,      LinkStep::EmailFrom,  LinkStep::EmailTo};

constexpr std::string_view kLinks =
    "SELECT token, step, person, email, role, issued, issued_running FROM link WHERE confirmed = 0 ";

}  // namespace

void SqliteAccountStore::insert_link(const SecretHash& token, LinkStep step, const std::optional<PersonId>& person,
                                     const std::optional<EmailAddress>& email, Role role) {
  const std::string key = token.to_string();
  const accounts::Moment& now = database_.now();
  // Those that are over by the running clock need no place any more; the wall's may be set right again.
  database_.prepare("DELETE FROM link WHERE issued_running <= ?")
      .bind(1, (now.running - accounts::kLinkLifetime).time_since_epoch().count())
      .run();
  Statement insert = database_.prepare(
      "INSERT INTO link (token, step, person, email_hash, email, role, issued, issued_running) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, key)
      .bind(2, to_string(step))
      .bind(6, to_string(role))
      .bind(7, milliseconds_of(now.wall))
      .bind(8, now.running.time_since_epoch().count());
  // What is not bound is NULL.
  if (person) insert.bind(3, person->to_string());
  if (email) {
    const auto sealed = database_.seal(email->text(), {"link", key, "email"});
    insert.bind(4, database_.email_hash(*email)).bind(5, std::span<const std::byte>{sealed});
  }
  insert.run();
}

std::optional<Link> SqliteAccountStore::link_of_row(const Statement& row) {
  const std::string key = row.text(0);
  const auto token = SecretHash::parse(key);
  if (!token) throw UnknownWord{};
  Link link{.token = *token,
            .step = read_word(row.text(1), kSteps),
            .person = std::nullopt,
            .email = std::nullopt,
            .role = read_word(row.text(4), accounts::kRoles),
            .issued = time_of(row.number(5))};
  const accounts::Moment issued{.wall = link.issued,
                                .running = accounts::RunningTime{std::chrono::milliseconds{row.number(6)}}};
  if (has_passed(issued, accounts::kLinkLifetime, database_.now())) return std::nullopt;
  if (!row.is_null(2)) {
    link.person = PersonId::parse(row.text(2));
    if (!link.person) throw UnknownWord{};
  }
  if (!row.is_null(3)) {
    const auto email = EmailAddress::parse(database_.open(row.blob(3), {"link", key, "email"}));
    if (!email) throw UnknownWord{};
    link.email = *email;
  }
  return link;
}

Answer<Link> SqliteAccountStore::read_link(LinkStep step, const SecretHash& token) {
  Statement row = database_.prepare(std::string{kLinks} + "AND token = ? AND step = ?");
  row.bind(1, token.to_string()).bind(2, to_string(step));
  if (!row.step()) return std::unexpected{AccountError::NotFound};
  auto link = link_of_row(row);
  if (!link) return std::unexpected{AccountError::NotFound};
  return std::move(*link);
}

void SqliteAccountStore::drop_link(const SecretHash& token) {
  database_.prepare("DELETE FROM link WHERE token = ?").bind(1, token.to_string()).run();
}

void SqliteAccountStore::drop_changes(const PersonId& id) {
  database_.prepare("DELETE FROM link WHERE step IN ('password reset', 'e-mail from', 'e-mail to') AND person = ?")
      .bind(1, id.to_string())
      .run();
}

Answer<void> SqliteAccountStore::offer_first_administrator(const SecretHash& token) {
  return database_.change([&]() -> Answer<void> {
    if (database_.prepare("SELECT 1 FROM person WHERE role = 'administrator'").step()) {
      return std::unexpected{AccountError::AlreadyThere};
    }
    database_.prepare("DELETE FROM link WHERE step = 'first administrator'").run();
    insert_link(token, LinkStep::FirstAdministrator, std::nullopt, std::nullopt, Role::Administrator);
    return {};
  });
}

Answer<void> SqliteAccountStore::invite(const SecretHash& token, const EmailAddress& email, Role role,
                                        const PersonId& inviter) {
  return database_.change([&]() -> Answer<void> {
    if (accounts::is_canary(email)) return std::unexpected{AccountError::Refused};
    if (const auto by = read_person(inviter); !by) return std::unexpected{by.error()};
    if (const auto id = id_of(email); id && !is_awaiting(*id)) return std::unexpected{AccountError::EmailTaken};
    database_.prepare("DELETE FROM link WHERE step = 'invitation' AND email_hash = ?")
        .bind(1, database_.email_hash(email))
        .run();
    insert_link(token, LinkStep::Invitation, inviter, email, role);
    return {};
  });
}

Answer<void> SqliteAccountStore::offer_sign_up(const SecretHash& token, const EmailAddress& email) {
  return database_.change([&]() -> Answer<void> {
    if (accounts::is_canary(email)) return std::unexpected{AccountError::Refused};
    if (id_of(email)) return std::unexpected{AccountError::EmailTaken};
    insert_link(token, LinkStep::SignUp, std::nullopt, email, Role::Member);
    database_
        .prepare(
            "DELETE FROM link WHERE step = 'sign-up' AND number <= (SELECT number FROM link WHERE step = 'sign-up' "
            "ORDER BY number DESC LIMIT 1 OFFSET ?)")
        .bind(1, static_cast<std::int64_t>(accounts::kOpenSignUps))
        .run();
    return {};
  });
}

Answer<Person> SqliteAccountStore::offer_reset(const SecretHash& token, const EmailAddress& email) {
  return database_.change([&]() -> Answer<Person> {
    const auto id = id_of(email);
    if (!id) return std::unexpected{AccountError::NotFound};
    auto person = read_person(*id);
    if (!person) return person;
    if (person->state != PersonState::Active) return std::unexpected{AccountError::NotFound};
    database_.prepare("DELETE FROM link WHERE step = 'password reset' AND person = ?").bind(1, id->to_string()).run();
    insert_link(token, LinkStep::PasswordReset, id, std::nullopt, person->role);
    return person;
  });
}

Answer<NewEmail> SqliteAccountStore::offer_email_change(const SecretHash& from, const SecretHash& to,
                                                        const PersonId& person, const EmailAddress& email) {
  return database_.change([&]() -> Answer<NewEmail> {
    const auto known = read_person(person);
    if (!known) return std::unexpected{known.error()};
    if (accounts::is_canary(email) != accounts::is_canary(known->email)) return std::unexpected{AccountError::Refused};
    database_.prepare("DELETE FROM link WHERE step IN ('e-mail from', 'e-mail to') AND person = ?")
        .bind(1, person.to_string())
        .run();
    insert_link(from, LinkStep::EmailFrom, person, email, known->role);
    insert_link(to, LinkStep::EmailTo, person, email, known->role);
    return id_of(email) ? NewEmail::Taken : NewEmail::Free;
  });
}

Answer<Link> SqliteAccountStore::link(LinkStep step, const SecretHash& token) {
  return database_.look([&] { return read_link(step, token); });
}

Answer<std::vector<Link>> SqliteAccountStore::invitations() {
  return database_.look([&]() -> Answer<std::vector<Link>> {
    Statement rows = database_.prepare(std::string{kLinks} + "AND step = 'invitation' ORDER BY number");
    std::vector<Link> links;
    while (rows.step()) {
      if (auto link = link_of_row(rows)) links.push_back(std::move(*link));
    }
    return links;
  });
}

Answer<void> SqliteAccountStore::withdraw(const SecretHash& token) {
  return database_.change([&]() -> Answer<void> {
    drop_link(token);
    return {};
  });
}

Answer<Person> SqliteAccountStore::accept_first_administrator(const SecretHash& token, const NewPerson& person) {
  return database_.change([&]() -> Answer<Person> {
    if (const auto link = read_link(LinkStep::FirstAdministrator, token); !link) return std::unexpected{link.error()};
    if (database_.prepare("SELECT 1 FROM person WHERE role = 'administrator'").step()) {
      return std::unexpected{AccountError::AlreadyThere};
    }
    drop_link(token);
    return insert_person(person, PersonIs::Real, Role::Administrator, PersonState::Active);
  });
}

Answer<Person> SqliteAccountStore::accept_invitation(const SecretHash& token, const NewPerson& person) {
  return database_.change([&]() -> Answer<Person> {
    const auto link = read_link(LinkStep::Invitation, token);
    if (!link) return std::unexpected{link.error()};
    if (link->email != person.email) return std::unexpected{AccountError::Refused};
    drop_link(token);
    if (const auto id = id_of(person.email); id && is_awaiting(*id)) drop_person(*id);
    return insert_person(person, PersonIs::Real, link->role, PersonState::Active);
  });
}

Answer<Person> SqliteAccountStore::accept_sign_up(const SecretHash& token, const NewPerson& person, PersonState state) {
  // Nobody where somebody else came first: that the links are spent has to be kept, which no error is.
  auto accepted = database_.change([&]() -> Answer<std::optional<Person>> {
    const auto link = read_link(LinkStep::SignUp, token);
    if (!link) return std::unexpected{link.error()};
    if (link->email != person.email) return std::unexpected{AccountError::Refused};
    database_.prepare("DELETE FROM link WHERE step = 'sign-up' AND email_hash = ?")
        .bind(1, database_.email_hash(person.email))
        .run();
    if (id_of(person.email)) return std::nullopt;
    auto added = insert_person(person, PersonIs::Real, Role::Member, state);
    if (!added) return std::unexpected{added.error()};
    return std::move(*added);
  });
  if (!accepted) return std::unexpected{accepted.error()};
  std::optional<Person>& added = *accepted;
  if (!added) return std::unexpected{AccountError::EmailTaken};
  return std::move(*added);
}

Answer<Person> SqliteAccountStore::reset_password(const SecretHash& token, std::string_view password_hash) {
  return database_.change([&]() -> Answer<Person> {
    const auto link = read_link(LinkStep::PasswordReset, token);
    if (!link) return std::unexpected{link.error()};
    if (password_hash.empty() || !link->person) return std::unexpected{AccountError::Refused};
    const PersonId id = *link->person;
    auto person = read_person(id);
    if (!person) return person;
    // Locked since the link was sent.
    if (person->state != PersonState::Active) return std::unexpected{AccountError::NotFound};
    drop_changes(id);
    write_password(id, password_hash, PasswordIs::New);
    drop_sessions(id, std::nullopt);
    drop_devices(id, std::nullopt);
    lift(id);
    return person;
  });
}

Answer<bool> SqliteAccountStore::confirm_email_change(LinkStep end, const SecretHash& token) {
  return database_.change([&]() -> Answer<bool> {
    if (end != LinkStep::EmailFrom && end != LinkStep::EmailTo) return std::unexpected{AccountError::Refused};
    const auto link = read_link(end, token);
    if (!link) return std::unexpected{link.error()};
    if (!link->person || !link->email) return std::unexpected{AccountError::Corrupt};
    const auto person = read_person(*link->person);
    if (!person) return std::unexpected{person.error()};
    if (person->state != PersonState::Active) return std::unexpected{AccountError::NotFound};
    const std::string id = link->person->to_string();
    // The two were issued at once, so that the other's hour is over no earlier than this one's.
    Statement other = database_.prepare(
        "SELECT 1 FROM link WHERE person = ? AND step IN ('e-mail from', 'e-mail to') AND step <> ? AND confirmed = 1");
    other.bind(1, id).bind(2, to_string(end));
    if (!other.step()) {
      database_.prepare("UPDATE link SET confirmed = 1 WHERE token = ?").bind(1, token.to_string()).run();
      return false;
    }
    other.reset();
    if (id_of(*link->email)) return std::unexpected{AccountError::EmailTaken};
    write_email(*link->person, *link->email);
    drop_changes(*link->person);
    return true;
  });
}

}  // namespace belfry::store
