#include "people/security_flow.hpp"

#include "people/cookies.hpp"
#include "web/device_name.hpp"
#include "web/invitation_pages.hpp"

#include <algorithm>

namespace belfry::people {

namespace {

using accounts::SignInRefusal;
using web::FieldProblem;

// Who is on the way to a second factor at a time, of all and of a person.
constexpr std::size_t kSettingUp = 1'000;
constexpr std::size_t kSettingUpPerPerson = 5;

// All that the page shows of somebody, at one moment.
struct Standing {
  accounts::Person person;
  std::vector<accounts::Session> sessions;
  std::size_t codes_left = 0;
  std::optional<base::WallTime> factor_since;
};

accounts::Answer<Standing> standing_of(accounts::AccountStore& store, const accounts::PersonId& id) {
  auto person = store.find(id);
  if (!person) return std::unexpected{person.error()};
  auto sessions = store.sessions(id);
  if (!sessions) return std::unexpected{sessions.error()};
  Standing standing{
      .person = std::move(*person), .sessions = std::move(*sessions), .codes_left = 0, .factor_since = {}};
  if (standing.person.has_second_factor) {
    const auto factor = store.second_factor(id);
    if (!factor) return std::unexpected{factor.error()};
    standing.codes_left = factor->recovery_codes_left;
    standing.factor_since = base::WallTime{std::chrono::seconds{factor->confirmed} * crypto::kTotpPeriod.count()};
  }
  return standing;
}

web::SessionRow row_of(const accounts::Session& session, const accounts::SecretHash& here) {
  return {.id = session.token.to_string(),
          .place = session.token == here ? web::SessionPlace::Here : web::SessionPlace::Elsewhere,
          .device = web::device_name(session.device),
          .address = session.address,
          .since = session.created.wall,
          .used = session.used.wall};
}

web::SecurityNotice notice_in(const Asked& asked) {
  const std::string notice = asked.in_query("notice");
  if (notice == "password_changed") return web::SecurityNotice::PasswordChanged;
  if (notice == "factor_on") return web::SecurityNotice::FactorOn;
  if (notice == "factor_off") return web::SecurityNotice::FactorOff;
  return web::SecurityNotice::None;
}

bool is_wrong(SignInRefusal refusal) {
  return refusal == SignInRefusal::Wrong || refusal == SignInRefusal::NotConfirmed;
}

http::Response renewed(const Asked& asked, std::string_view notice, std::string_view session_token) {
  http::Response response = lead_to(own_page("/account/security", asked).append("&notice=").append(notice));
  response.head.fields.add("set-cookie", set_cookie(OwnCookie::Session, session_token));
  return response;
}

// A row for each that was opened by signing in: what was handed over from it to the application's hosts is used with
// it, and ends with it.
std::vector<web::SessionRow> rows_of(const std::vector<accounts::Session>& sessions, const accounts::SecretHash& here) {
  std::vector<web::SessionRow> rows;
  for (const accounts::Session& session : sessions) {
    if (session.parent) continue;
    web::SessionRow row = row_of(session, here);
    for (const accounts::Session& other : sessions) {
      if (other.parent == session.token) row.used = std::max(row.used, other.used.wall);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

SecurityFlow::SecurityFlow(const House& house)
    : house_{house},
      opener_{house.store, house.sessions, house.random},
      setting_up_{
          house.clock,
          {.lifetime = accounts::kEnrolmentLifetime, .capacity = kSettingUp, .per_owner = kSettingUpPerPerson}} {}

http::Awaitable<Answer> SecurityFlow::show(Asked asked) {
  const web::SecurityNotice notice = notice_in(asked);
  Change change = [notice](web::AccountSecurityPageInput& input) { input.notice = notice; };
  co_return co_await page(std::move(asked), std::move(change));
}

http::Awaitable<Answer> SecurityFlow::submit(Asked asked) {
  if (asked.is("password")) co_return co_await change_password(std::move(asked));
  if (asked.is("set_up")) co_return co_await set_up(std::move(asked));
  if (asked.is("enrol")) co_return co_await enrol(std::move(asked));
  if (asked.is("skip")) co_return lead_to(own_page("/account/security", asked));
  if (asked.is("turn_off")) co_return co_await turn_off(std::move(asked));
  if (asked.is("renew_codes")) co_return co_await renew_codes(std::move(asked));
  if (asked.is("end_session")) co_return co_await end_session(std::move(asked));
  if (asked.is("end_others")) co_return co_await end_others(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> SecurityFlow::page(Asked asked, Change change) {
  auto work = [this, who = asked.who] { return standing_of(house_.store, who->person); };
  const auto standing = co_await ask_store(&house_, std::move(work));
  if (!standing) co_return std::unexpected{standing.error()};
  const accounts::Person& person = standing->person;
  const auto factor = factor_where(person.has_second_factor);
  web::AccountSecurityPageInput input{
      .page = page_input(house_, asked),
      .visitor = {.email = person.email.text(), .is_administrator = may_administer(asked)},
      .new_password = new_password_input(house_.policy, factor),
      .factor_since = standing->factor_since,
      .factor_required = accounts::requires_second_factor(person.role),
      .codes_left = standing->codes_left};
  input.sessions = rows_of(standing->sessions, asked.who->token);
  change(input);
  co_return web::account_security_page(input);
}

http::Awaitable<Answer> SecurityFlow::refuse(Asked asked, SignInRefusal refusal, Change wrong) {
  if (!is_wrong(refusal) && refusal != SignInRefusal::Busy) co_return std::unexpected{refused_of(refusal)};
  Change change = [refusal, wrong = std::move(wrong)](web::AccountSecurityPageInput& input) mutable {
    if (refusal == SignInRefusal::Busy) {
      input.page.busy_for = accounts::kHashingRetryAfter;
    } else {
      wrong(input);
    }
  };
  co_return co_await page(std::move(asked), std::move(change));
}

http::Awaitable<Answer> SecurityFlow::change_password(Asked asked) {
  web::NewPasswordInput suggested;
  if (suggest_password(house_, asked, suggested)) {
    Change change = [suggestion = std::move(suggested.suggestion)](web::AccountSecurityPageInput& input) {
      input.new_password.suggestion = suggestion;
    };
    co_return co_await page(std::move(asked), std::move(change));
  }
  std::string password = asked.field("new_password");
  accounts::PasswordOwner owner{.name = asked.who->name, .email = asked.who->email.text()};
  const auto factor = factor_where(asked.who->has_second_factor);
  // Before anything is spent on the current one.
  auto broken = co_await broken_rules(&house_, password, std::move(owner), factor);
  if (!broken) co_return std::unexpected{broken.error()};
  if (!broken->empty()) {
    Change change = [broken = std::move(*broken)](web::AccountSecurityPageInput& input) {
      input.new_password.broken = broken;
    };
    co_return co_await page(std::move(asked), std::move(change));
  }
  Change wrong = [](web::AccountSecurityPageInput& input) { input.current_password = FieldProblem::Password; };
  auto proven = co_await house_.credentials.password(asked.who->email.text(), asked.field("password"), asked.device());
  if (!proven) co_return co_await refuse(std::move(asked), proven.error(), std::move(wrong));
  auto hash = co_await hash_of(&house_, std::move(password));
  if (!hash) co_return co_await refuse(std::move(asked), SignInRefusal::Busy, std::move(wrong));

  auto work = [this, proven = std::move(*proven), who = asked.who, hash = std::move(*hash),
               visitor = asked.visitor()]() -> accounts::Checked<std::string> {
    const auto person = house_.credentials.again(proven, *who);
    if (!person) return std::unexpected{person.error()};
    const auto set = house_.store.set_password(person->id, hash, visitor.device);
    house_.sessions.refresh(person->id);
    if (!set) return std::unexpected{accounts::refusal_of(set.error())};
    house_.notices.password_changed(*person, house_.clock.wall_now());
    auto session = opener_.renew(person->id, who->proven, visitor);
    if (!session) return std::unexpected{accounts::refusal_of(session.error())};
    return std::move(session->token);
  };
  const auto done = co_await ask(&house_, std::move(work));
  if (!done) co_return std::unexpected{done.error()};
  if (!*done) co_return co_await refuse(std::move(asked), done->error(), std::move(wrong));
  co_return renewed(asked, "password_changed", **done);
}

http::Awaitable<Answer> SecurityFlow::set_up(Asked asked) {
  auto proven = co_await house_.credentials.password(asked.who->email.text(), asked.field("password"), asked.device());
  if (!proven) {
    Change wrong = [](web::AccountSecurityPageInput& input) { input.set_up_password = FieldProblem::Password; };
    co_return co_await refuse(std::move(asked), proven.error(), std::move(wrong));
  }
  const std::string flow = accounts::new_token(house_.random);
  setting_up_.put(accounts::SecretHash::of(flow), asked.who->person, std::move(*proven));
  co_return enrolment_page(asked, flow, FieldProblem::None);
}

Answer SecurityFlow::enrolment_page(const Asked& asked, const std::string& flow, FieldProblem problem) const {
  accounts::EnrolmentOffer offer = house_.offers.offer(asked.who->token, asked.who->email);
  std::erase(offer.secret, ' ');
  const bool is_required = accounts::requires_second_factor(asked.who->role);
  return web::enrolment_page({.page = page_input(house_, asked),
                              .journey = web::Journey::Account,
                              .enrolment = is_required ? web::Enrolment::Required : web::Enrolment::Optional,
                              .flow = flow,
                              .email = asked.who->email.text(),
                              .otpauth = std::move(offer.uri),
                              .secret = std::move(offer.secret),
                              .code = problem});
}

http::Awaitable<Answer> SecurityFlow::enrol(Asked asked) {
  const std::string flow = asked.field("flow");
  const auto hash = accounts::hash_of_token(flow);
  auto proven = hash ? setting_up_.find(*hash) : std::nullopt;
  if (!proven || proven->person.id != asked.who->person) co_return lead_to(own_page("/account/security", asked));
  std::string code = asked.field("code");
  accounts::Visitor visitor = asked.visitor();
  auto done = co_await house_.second_factor.turn_on(asked.who, std::move(*proven), std::string{}, std::move(code),
                                                    std::move(visitor));
  if (!done && is_wrong(done.error())) co_return enrolment_page(asked, flow, FieldProblem::Code);
  if (!done) co_return std::unexpected{refused_of(done.error())};
  web::RecoveryCodesPageInput input{.page = page_input(house_, asked),
                                    .journey = web::Journey::Account,
                                    .email = asked.who->email.text(),
                                    .codes = std::move(done->recovery_codes),
                                    .next_url = own_page("/account/security", asked) + "&notice=factor_on"};
  http::Response response = web::recovery_codes_page(input);
  response.head.fields.add("set-cookie", set_cookie(OwnCookie::Session, done->session_token));
  co_return response;
}

http::Awaitable<Answer> SecurityFlow::turn_off(Asked asked) {
  if (accounts::requires_second_factor(asked.who->role)) co_return std::unexpected{Refused::NotAllowed};
  std::string password = asked.field("password");
  std::string code = asked.field("code");
  accounts::Visitor visitor = asked.visitor();
  const auto done =
      co_await house_.second_factor.turn_off(asked.who, std::move(password), std::move(code), std::move(visitor));
  if (done) co_return renewed(asked, "factor_off", done->session_token);
  // It is not told which of the two was wrong.
  Change wrong = [](web::AccountSecurityPageInput& input) {
    input.turn_off = {.password = FieldProblem::Password, .code = FieldProblem::Code};
  };
  co_return co_await refuse(std::move(asked), done.error(), std::move(wrong));
}

http::Awaitable<Answer> SecurityFlow::renew_codes(Asked asked) {
  std::string password = asked.field("password");
  std::string code = asked.field("code");
  accounts::Visitor visitor = asked.visitor();
  auto done = co_await house_.second_factor.renew_recovery_codes(asked.who, std::move(password), std::move(code),
                                                                 std::move(visitor));
  if (!done) {
    Change wrong = [](web::AccountSecurityPageInput& input) {
      input.renew_codes = {.password = FieldProblem::Password, .code = FieldProblem::Code};
    };
    co_return co_await refuse(std::move(asked), done.error(), std::move(wrong));
  }
  web::RecoveryCodesPageInput input{.page = page_input(house_, asked),
                                    .journey = web::Journey::Account,
                                    .email = asked.who->email.text(),
                                    .codes = std::move(*done),
                                    .next_url = own_page("/account/security", asked)};
  co_return web::recovery_codes_page(input);
}

http::Awaitable<Answer> SecurityFlow::end_session(Asked asked) {
  const auto token = accounts::SecretHash::parse(asked.field("session"));
  if (!token) co_return std::unexpected{Refused::MalformedForm};
  auto work = [this, who = asked.who, token = *token] {
    const auto ended = house_.store.end_session(who->person, token);
    house_.sessions.refresh(who->person);
    return ended;
  };
  const auto ended = co_await ask_store(&house_, std::move(work));
  // One that has ended by itself meanwhile is ended.
  if (!ended && ended.error() != Refused::Over) co_return std::unexpected{ended.error()};
  Change change = [](web::AccountSecurityPageInput& input) { input.notice = web::SecurityNotice::SessionEnded; };
  co_return co_await page(std::move(asked), std::move(change));
}

http::Awaitable<Answer> SecurityFlow::end_others(Asked asked) {
  auto work = [this, who = asked.who] {
    const auto ended = house_.store.end_sessions(who->person, who->token);
    house_.sessions.refresh(who->person);
    return ended;
  };
  const auto ended = co_await ask_store(&house_, std::move(work));
  if (!ended) co_return std::unexpected{ended.error()};
  Change change = [](web::AccountSecurityPageInput& input) { input.notice = web::SecurityNotice::SessionsEnded; };
  co_return co_await page(std::move(asked), std::move(change));
}

}  // namespace belfry::people
