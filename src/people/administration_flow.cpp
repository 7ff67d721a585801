#include "people/administration_flow.hpp"

#include <algorithm>
#include <map>

namespace belfry::people {

namespace {

using accounts::AccountError;
using accounts::Role;
using web::PeopleNotice;

// Rows of one page.
constexpr std::size_t kRows = 100;

struct Everybody {
  std::vector<accounts::Link> invitations;
  std::vector<accounts::Person> people;
  std::map<accounts::PersonId, base::WallTime> seen;
};

accounts::Answer<Everybody> everybody(accounts::AccountStore& store) {
  auto invitations = store.invitations();
  if (!invitations) return std::unexpected{invitations.error()};
  auto people = store.people();
  if (!people) return std::unexpected{people.error()};
  const auto sessions = store.sessions();
  if (!sessions) return std::unexpected{sessions.error()};
  Everybody all{.invitations = std::move(*invitations), .people = std::move(*people), .seen = {}};
  for (const accounts::Session& session : *sessions) {
    base::WallTime& seen = all.seen[session.person];
    seen = std::max(seen, session.used.wall);
  }
  return all;
}

web::PersonState state_of(accounts::PersonState state) {
  switch (state) {
    case accounts::PersonState::Awaiting:
      return web::PersonState::AwaitsApproval;
    case accounts::PersonState::Active:
      return web::PersonState::Active;
    case accounts::PersonState::Locked:
      return web::PersonState::Locked;
  }
  return web::PersonState::Locked;
}

web::PersonRow row_of(const accounts::Link& invitation) {
  return {.id = invitation.token.to_string(),
          .name = {},
          .email = invitation.email ? invitation.email->text() : std::string{},
          .role = invitation.role,
          .state = web::PersonState::Invited};
}

web::PersonRow row_of(const accounts::Person& person, const Everybody& all, const accounts::PersonId& visitor) {
  const auto seen = all.seen.find(person.id);
  return {.id = person.id.to_string(),
          .name = person.name,
          .email = person.email.text(),
          .role = person.role,
          .state = state_of(person.state),
          .has_second_factor = person.has_second_factor,
          .seen = seen == all.seen.end() ? std::nullopt : std::optional{seen->second},
          .is_visitor = person.id == visitor};
}

// Where the list goes on; 0 for what is no number.
std::size_t first_row(const Asked& asked) {
  const std::string from = asked.in_query("from");
  if (from.empty() || from.size() > 6 || !std::ranges::all_of(from, [](char c) { return c >= '0' && c <= '9'; })) {
    return 0;
  }
  return std::stoul(from);
}

}  // namespace

http::Awaitable<Answer> AdministrationFlow::show(Asked asked) {
  Outcome nothing_yet;
  co_return co_await page(std::move(asked), std::move(nothing_yet));
}

http::Awaitable<Answer> AdministrationFlow::submit(Asked asked) {
  auto work = [this, asked]() -> Done {
    if (asked.is("invite")) return invite(asked);
    if (asked.is("invite_again") || asked.is("withdraw")) return change_invitation(asked);
    return change_person(asked);
  };
  auto done = co_await ask(&house_, std::move(work));
  if (!done) co_return std::unexpected{done.error()};
  Outcome outcome;
  if (*done) {
    outcome = std::move(**done);
  } else if (done->error() == AccountError::LastAdministrator) {
    outcome.last_administrator = true;
  } else if (refused_of(done->error()) != Refused::Over) {
    co_return std::unexpected{refused_of(done->error())};
  }
  // Who is gone meanwhile is seen to be gone.
  co_return co_await page(std::move(asked), std::move(outcome));
}

http::Awaitable<Answer> AdministrationFlow::page(Asked asked, Outcome outcome) {
  auto work = [this] { return everybody(house_.store); };
  auto all = co_await ask_store(&house_, std::move(work));
  if (!all) co_return std::unexpected{all.error()};
  web::AdminPeoplePageInput input{
      .page = page_input(house_, asked),
      .visitor = {.email = asked.who->email.text(), .is_administrator = true},
      .notice = outcome.notice,
      .last_administrator = outcome.last_administrator,
      .delivery = house_.letters != nullptr ? web::LinkDelivery::Mail : web::LinkDelivery::ByHand,
      .link = std::move(outcome.link),
      .invited_email = std::move(outcome.invited_email),
      .invited_role = outcome.invited_role};
  std::vector<web::PersonRow> rows;
  for (const accounts::Link& invitation : all->invitations) rows.push_back(row_of(invitation));
  for (const accounts::Person& person : all->people) {
    rows.push_back(row_of(person, *all, asked.who->person));
    rows.back().deletion_mistyped = rows.back().id == outcome.mistyped;
  }
  const std::size_t first = std::min(first_row(asked), rows.size());
  const std::size_t end = std::min(first + kRows, rows.size());
  input.people.assign(std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(first)),
                      std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(end)));
  if (end < rows.size()) input.more_url = own_page("/admin/people", asked) + "&from=" + std::to_string(end);
  co_return web::admin_people_page(input);
}

AdministrationFlow::Done AdministrationFlow::offer(const Asked& asked, const accounts::EmailAddress& email, Role role) {
  const std::string token = accounts::new_token(house_.random);
  const auto invited = house_.store.invite(accounts::SecretHash::of(token), email, role, asked.who->person);
  if (!invited) return std::unexpected{invited.error()};
  Outcome outcome{.link = {}, .invited_email = {}, .mistyped = {}};
  if (house_.letters != nullptr) {
    house_.letters->post(
        email, invitation(mail_site(asked), asked.language, mailed_link(asked, "/invitation", token), asked.who->name));
    outcome.notice = PeopleNotice::Invited;
  } else {
    outcome.link = web::HandedLink{.email = email.text(), .url = handed_link(asked, "/invitation", token)};
    outcome.notice = PeopleNotice::LinkMade;
  }
  return outcome;
}

AdministrationFlow::Done AdministrationFlow::invite(const Asked& asked) {
  const auto role = accounts::role_of(asked.field("role"));
  if (!role) return std::unexpected{AccountError::Refused};
  Outcome outcome{.link = {}, .invited_email = {.value = std::string{trimmed(asked.field("email"))}}, .mistyped = {}};
  outcome.invited_role = *role;
  const auto email = accounts::EmailAddress::parse(outcome.invited_email.value);
  if (!email) {
    outcome.invited_email.problem = web::FieldProblem::Email;
    return outcome;
  }
  auto offered = offer(asked, *email, *role);
  if (!offered && offered.error() == AccountError::EmailTaken) {
    outcome.invited_email.problem = web::FieldProblem::KnownPerson;
    return outcome;
  }
  return offered;
}

AdministrationFlow::Done AdministrationFlow::change_invitation(const Asked& asked) {
  const auto token = accounts::SecretHash::parse(asked.field("person"));
  if (!token) return std::unexpected{AccountError::Refused};
  if (asked.is("withdraw")) {
    const auto withdrawn = house_.store.withdraw(*token);
    if (!withdrawn) return std::unexpected{withdrawn.error()};
    return Outcome{.notice = PeopleNotice::Withdrawn, .link = {}, .invited_email = {}, .mistyped = {}};
  }
  const auto link = house_.store.link(accounts::LinkStep::Invitation, *token);
  if (!link) return std::unexpected{link.error()};
  const std::optional<accounts::EmailAddress>& invited = link->email;
  if (!invited) return std::unexpected{AccountError::NotFound};
  return offer(asked, *invited, link->role);
}

AdministrationFlow::Done AdministrationFlow::change_person(const Asked& asked) {
  const auto id = accounts::PersonId::parse(asked.field("person"));
  // Nobody locks, demotes or deletes oneself here.
  if (!id || *id == asked.who->person) return std::unexpected{AccountError::Refused};
  const auto person = house_.store.find(*id);
  if (!person) return std::unexpected{person.error()};
  Outcome outcome{.link = {}, .invited_email = {}, .mistyped = {}};
  accounts::Answer<void> done;
  if (asked.is("approve") && person->state == accounts::PersonState::Awaiting) {
    done = house_.store.set_state(*id, accounts::PersonState::Active);
    outcome.notice = PeopleNotice::Approved;
    if (done && house_.letters != nullptr) house_.letters->post(person->email, account_opened(mail_site(asked)));
  } else if (asked.is("refuse") && person->state == accounts::PersonState::Awaiting) {
    done = house_.store.erase(*id);
    outcome.notice = PeopleNotice::Refused;
  } else if (asked.is("lock")) {
    done = house_.store.set_state(*id, accounts::PersonState::Locked);
    outcome.notice = PeopleNotice::Locked;
  } else if (asked.is("unlock") && person->state == accounts::PersonState::Locked) {
    done = house_.store.set_state(*id, accounts::PersonState::Active);
    outcome.notice = PeopleNotice::Unlocked;
  } else if (asked.is("sign_out_person")) {
    done = house_.store.end_sessions(*id, std::nullopt);
    outcome.notice = PeopleNotice::SignedOut;
  } else if (asked.is("reset_link") && house_.letters == nullptr) {
    // Where there is mail the person asks for it, and nobody but them sees it.
    const std::string token = accounts::new_token(house_.random);
    const auto offered = house_.store.offer_reset(accounts::SecretHash::of(token), person->email);
    if (!offered) return std::unexpected{offered.error()};
    outcome.notice = PeopleNotice::LinkMade;
    outcome.link = web::HandedLink{.email = person->email.text(), .url = handed_link(asked, "/reset", token)};
    return outcome;
  } else if (asked.is("role")) {
    const auto role = accounts::role_of(asked.field("role"));
    if (!role) return std::unexpected{AccountError::Refused};
    // Whoever knew the password alone would be the first to enrol an authenticator for the new rights.
    if (accounts::requires_second_factor(*role) && !person->has_second_factor) {
      outcome.notice = PeopleNotice::FactorFirst;
      return outcome;
    }
    done = house_.store.set_role(*id, *role);
    outcome.notice = PeopleNotice::RoleChanged;
  } else if (asked.is("delete")) {
    const auto written = accounts::EmailAddress::parse(std::string{trimmed(asked.field("email"))});
    if (!written || *written != person->email) {
      outcome.mistyped = id->to_string();
      return outcome;
    }
    done = house_.store.erase(*id);
    outcome.notice = PeopleNotice::Deleted;
  } else {
    return std::unexpected{AccountError::Refused};
  }
  house_.sessions.refresh(*id);
  if (!done) return std::unexpected{done.error()};
  return outcome;
}

}  // namespace belfry::people
