#include "people/invitation_flow.hpp"

#include "web/message_page.hpp"

#include <algorithm>

namespace belfry::people {

namespace {

using accounts::LinkStep;
using accounts::PersonState;
using accounts::Role;

// What is begun at a time: each holds a hash and some text.
constexpr std::size_t kBegun = 1'000;
// Of one link, which several tabs may have open.
constexpr std::size_t kBegunPerLink = 10;

// The page shows it in groups of its own.
std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace

InvitationFlow::InvitationFlow(const House& house, LinkStep step)
    : house_{house},
      step_{step},
      begun_{house.clock, {.lifetime = accounts::kEnrolmentLifetime, .capacity = kBegun, .per_owner = kBegunPerLink}} {}

Answer InvitationFlow::spent(const Asked& asked) const {
  const auto message = step_ == LinkStep::SignUp ? web::Message::SignUpSpent : web::Message::InvitationSpent;
  return web::message_page({.page = page_input(house_, asked), .message = message});
}

Role InvitationFlow::role_of(const accounts::Link& link) const {
  return step_ == LinkStep::FirstAdministrator ? Role::Administrator : link.role;
}

PersonState InvitationFlow::state_of_newcomers() const {
  const bool is_asked = step_ == LinkStep::SignUp && house_.sign_up != accounts::SignUpMode::Open;
  return is_asked ? PersonState::Awaiting : PersonState::Active;
}

web::Welcome InvitationFlow::wording() const {
  if (step_ == LinkStep::FirstAdministrator) return web::Welcome::FirstAdministrator;
  if (step_ != LinkStep::SignUp) return web::Welcome::Invitation;
  return state_of_newcomers() == PersonState::Active ? web::Welcome::SignUp : web::Welcome::SignUpByApproval;
}

http::Awaitable<InvitationFlow::Found> InvitationFlow::link_of(const Asked* asked, std::string token) {
  const auto hash = accounts::hash_of_token(token);
  if (!hash) co_return std::unexpected{spent(*asked)};
  auto work = [this, hash = *hash] { return house_.store.link(step_, hash); };
  auto link = co_await ask_store(&house_, std::move(work));
  if (link) co_return std::move(*link);
  if (link.error() == Refused::Over) co_return std::unexpected{spent(*asked)};
  co_return std::unexpected{Answer{std::unexpected{link.error()}}};
}

web::WelcomePageInput InvitationFlow::welcome_page(const Asked& asked, const accounts::Link& link) const {
  return {
      .page = page_input(house_, asked),
      .welcome = wording(),
      .token = asked.method == http::Method::Post ? asked.field("token") : asked.in_query("token"),
      .email = {.value = link.email ? link.email->text() : std::string{trimmed(asked.field("email"))}},
      .name = {.value = asked.field("name")},
      .new_password = new_password_input(house_.policy, factor_where(accounts::requires_second_factor(role_of(link))))};
}

http::Awaitable<Answer> InvitationFlow::show(Asked asked) {
  auto link = co_await link_of(&asked, asked.in_query("token"));
  if (!link) co_return std::move(link.error());
  web::WelcomePageInput input = welcome_page(asked, *link);
  // The link to the other language is this link.
  input.page.query = "token=" + input.token;
  co_return web::welcome_page(input);
}

http::Awaitable<Answer> InvitationFlow::submit(Asked asked) {
  if (asked.is("welcome")) co_return co_await welcome(std::move(asked));
  if (asked.is("enrol") || asked.is("skip")) co_return co_await enrol(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> InvitationFlow::welcome(Asked asked) {
  auto link = co_await link_of(&asked, asked.field("token"));
  if (!link) co_return std::move(link.error());
  web::WelcomePageInput input = welcome_page(asked, *link);
  input.page.query = "token=" + input.token;
  auto told = co_await newcomer_of(&house_, &asked, &input);
  if (!told) co_return std::unexpected{told.error()};
  std::optional<Newcomer>& newcomer = *told;
  if (!newcomer) co_return web::welcome_page(input);
  Begun begun{.link = link->token,
              .browser = asked.browser(),
              .email = std::move(newcomer->email),
              .role = role_of(*link),
              .name = std::move(newcomer->name),
              .password_hash = std::move(newcomer->password_hash)};
  const std::string flow = accounts::new_token(house_.random);
  begun_.put(accounts::SecretHash::of(flow), link->token, begun);
  co_return enrolment_page(asked, flow, begun, web::FieldProblem::None);
}

Answer InvitationFlow::enrolment_page(const Asked& asked, const std::string& flow, const Begun& begun,
                                      web::FieldProblem problem) {
  accounts::EnrolmentOffer offer = house_.offers.offer(accounts::SecretHash::of(flow), begun.email);
  const bool is_required = accounts::requires_second_factor(begun.role);
  return web::enrolment_page({.page = page_input(house_, asked),
                              .journey = web::Journey::Invitation,
                              .enrolment = is_required ? web::Enrolment::Required : web::Enrolment::Optional,
                              .flow = flow,
                              .email = begun.email.text(),
                              .otpauth = std::move(offer.uri),
                              .secret = without_blanks(std::move(offer.secret)),
                              .code = problem});
}

http::Awaitable<Answer> InvitationFlow::enrol(Asked asked) {
  const std::string flow = asked.field("flow");
  const auto hash = accounts::hash_of_token(flow);
  const auto begun = hash ? begun_.find(*hash) : std::nullopt;
  if (!begun || begun->browser != asked.browser()) co_return spent(asked);
  if (asked.is("skip")) {
    if (accounts::requires_second_factor(begun->role)) co_return std::unexpected{Refused::NotAllowed};
    std::optional<accounts::Enrolled> none;
    co_return co_await finish(std::move(asked), *hash, std::move(none));
  }
  auto enrolled = house_.offers.confirm(*hash, trimmed(asked.field("code")));
  if (enrolled) {
    std::optional<accounts::Enrolled> confirmed{std::move(*enrolled)};
    co_return co_await finish(std::move(asked), *hash, std::move(confirmed));
  }
  if (enrolled.error() != accounts::SignInRefusal::NotConfirmed) co_return spent(asked);
  co_return enrolment_page(asked, flow, *begun, web::FieldProblem::Code);
}

accounts::Answer<accounts::Person> InvitationFlow::accept(const Begun& begun, const accounts::NewPerson& person) const {
  if (step_ == LinkStep::FirstAdministrator) return house_.store.accept_first_administrator(begun.link, person);
  if (step_ == LinkStep::SignUp) return house_.store.accept_sign_up(begun.link, person, state_of_newcomers());
  return house_.store.accept_invitation(begun.link, person);
}

void InvitationFlow::tell_administrators() const {
  auto people = house_.store.people();
  // Who waits stands on their page in any case.
  if (!people) return;
  std::erase_if(*people, [](const accounts::Person& one) {
    return one.role != Role::Administrator || one.state != PersonState::Active;
  });
  house_.notices.approval_asked(*people, house_.clock.wall_now());
}

http::Awaitable<Answer> InvitationFlow::finish(Asked asked, accounts::SecretHash flow,
                                               std::optional<accounts::Enrolled> enrolled) {
  // Of two at the same time, one goes on.
  auto begun = begun_.take(flow);
  if (!begun) co_return spent(asked);
  accounts::NewPerson person{.id = accounts::PersonId::random(house_.random),
                             .email = begun->email,
                             .name = begun->name,
                             .password_hash = begun->password_hash,
                             .second_factor = {}};
  if (enrolled) person.second_factor = enrolled->enrolment;
  const std::string email = begun->email.text();
  // Nobody is signed in who waits for an administrator.
  auto work = [this, begun = std::move(*begun), person = std::move(person),
               visitor = asked.visitor()]() -> accounts::Checked<std::optional<accounts::SignedIn>> {
    const auto accepted = accept(begun, person);
    if (!accepted) {
      const bool has_failed = refused_of(accepted.error()) == Refused::Unavailable;
      return std::unexpected{has_failed ? accounts::SignInRefusal::Unavailable : accounts::SignInRefusal::Over};
    }
    if (accepted->state != PersonState::Active) {
      tell_administrators();
      return std::nullopt;
    }
    const auto proven = person.second_factor ? accounts::Proven::SecondFactor : accounts::Proven::Password;
    auto signed_in = house_.sign_in.complete(*accepted, proven, false, visitor);
    if (!signed_in) return std::unexpected{signed_in.error()};
    return std::move(*signed_in);
  };
  const auto done = co_await ask_store(&house_, std::move(work));
  if (!done) {
    // The link was used meanwhile, or the address is somebody's by now.
    if (done.error() == Refused::Over) co_return spent(asked);
    co_return std::unexpected{done.error()};
  }
  const std::optional<accounts::SignedIn>& signed_in = *done;
  std::string next = destination(asked, "");
  if (step_ == LinkStep::FirstAdministrator) next = own_page("/admin/people", asked);
  if (!signed_in) next = own_page("/sign-up", asked) + "&notice=awaits_approval";
  http::Response response = lead_to(next);
  if (enrolled) {
    web::RecoveryCodesPageInput input{.page = page_input(house_, asked),
                                      .journey = web::Journey::Invitation,
                                      .email = email,
                                      .codes = std::move(enrolled->recovery_codes),
                                      .next_url = next};
    response = web::recovery_codes_page(input);
  }
  if (signed_in) bring(response, asked, *signed_in);
  co_return response;
}

}  // namespace belfry::people
