#include "web/account_page.hpp"

namespace belfry::web {

http::Response account_page(const AccountPageInput& input) {
  PeoplePage page{Page::Account, input.page, phrase("account.heading")};
  page.tabs(input.visitor, AccountTab::Account);
  if (input.notice == AccountNotice::NameSaved) page.notice(phrase("account.saved"));

  PagePart name = page.form("NAME_FORM", "name");
  page.fill(name, "NAME", input.name);

  if (input.email_change == EmailChange::Offered) {
    page.show("EMAIL_OFFERED");
    PagePart email = page.form("EMAIL_FORM", "email");
    page.fill(email, "EMAIL", input.new_email);
    page.problem(email, "PASSWORD", input.new_email_password);
  } else {
    page.show("EMAIL_FIXED");
  }

  page.form("EXPORT_FORM", "export");

  PagePart deletion = page.form("DELETE_FORM", "delete");
  page.problem(deletion, "PASSWORD", input.deletion.password);
  if (input.second_factor == SecondFactorState::On) {
    deletion.show("WITH_CODE");
    page.problem(deletion, "CODE", input.deletion.code);
  }
  if (input.last_administrator) page.alert(phrase("people.last_administrator"));
  if (input.deletion.any()) deletion.show("DELETE_OPEN");
  return page.response(input.last_administrator ? 409 : 200);
}

}  // namespace belfry::web
