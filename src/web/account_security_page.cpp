#include "web/account_security_page.hpp"

#include "web/times.hpp"

namespace belfry::web {

namespace {

Wording words_of(SecurityNotice notice) {
  switch (notice) {
    case SecurityNotice::None:
      return {};
    case SecurityNotice::PasswordChanged:
      return phrase("safety.password_done");
    case SecurityNotice::FactorOn:
      return phrase("safety.factor_is_on");
    case SecurityNotice::FactorOff:
      return phrase("safety.factor_is_off");
    case SecurityNotice::SessionEnded:
      return phrase("safety.session_ended");
    case SecurityNotice::SessionsEnded:
      return phrase("safety.sessions_ended");
  }
  return {};
}

void show_password(PeoplePage& page, const AccountSecurityPageInput& input) {
  PagePart form = page.form("PASSWORD_FORM", "password");
  page.problem(form, "PASSWORD", input.current_password);
  fill_new_password(page, form, input.new_password);
}

// A form that asks for password and code, folded until something was wrong with them.
void credentials(PeoplePage& page, PagePart& within, const char* section, const char* intent, const char* open,
                 const CredentialProblems& problems) {
  PagePart form = page.form(within, section, intent);
  page.problem(form, "PASSWORD", problems.password);
  page.problem(form, "CODE", problems.code);
  if (problems.any()) form.show(open);
}

void show_factor(PeoplePage& page, const AccountSecurityPageInput& input) {
  if (!input.factor_since) {
    PagePart off = page.add("FACTOR_OFF");
    if (input.factor_required) off.show("FACTOR_MUST");
    PagePart form = page.form("SET_UP_FORM", "set_up");
    page.problem(form, "PASSWORD", input.set_up_password);
    return;
  }
  PagePart on = page.add("FACTOR_ON");
  on.set("FACTOR_TIME", rfc3339(*input.factor_since));
  on.set("FACTOR_SINCE", readable_time(*input.factor_since, page.language()));
  PagePart root = page.root();
  if (input.factor_required) {
    on.show("FACTOR_REQUIRED");
  } else {
    credentials(page, root, "TURN_OFF_FORM", "turn_off", "TURN_OFF_OPEN", input.turn_off);
  }
  PagePart codes = page.add("CODES");
  codes.set("CODES_LEFT", std::to_string(input.codes_left));
  codes.show(input.codes_left == 1 ? "ONE_LEFT" : "MANY_LEFT");
  credentials(page, codes, "RENEW_FORM", "renew_codes", "RENEW_OPEN", input.renew_codes);
}

void show_session(PeoplePage& page, const SessionRow& session, std::size_t number) {
  PagePart row = page.add("SESSION");
  row.set("SESSION_TEXT_ID", "session-" + std::to_string(number));
  row.set("DEVICE", session.device.empty() ? page.text(phrase("safety.session_unknown")) : session.device);
  row.set("ADDRESS", session.address);
  row.set("USED_TIME", rfc3339(session.used));
  row.set("USED", readable_time(session.used, page.language()));
  row.set("SINCE_TIME", rfc3339(session.since));
  row.set("SINCE", readable_time(session.since, page.language()));
  if (session.place == SessionPlace::Here) {
    // It is ended by signing out.
    row.show("HERE");
  } else {
    page.form(row, "END_FORM", "end_session").set("SESSION_ID", session.id);
  }
}

}  // namespace

http::Response account_security_page(const AccountSecurityPageInput& input) {
  PeoplePage page{Page::AccountSecurity, input.page, phrase("safety.heading")};
  page.tabs(input.visitor, AccountTab::Security);
  page.notice(words_of(input.notice));
  show_password(page, input);
  show_factor(page, input);
  bool elsewhere = false;
  for (std::size_t number = 0; number < input.sessions.size(); ++number) {
    show_session(page, input.sessions[number], number + 1);
    elsewhere = elsewhere || input.sessions[number].place == SessionPlace::Elsewhere;
  }
  if (elsewhere) page.form("END_OTHERS_FORM", "end_others");
  return page.response();
}

}  // namespace belfry::web
