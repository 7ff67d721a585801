#include "web/entry_pages.hpp"

namespace belfry::web {

http::Response reset_request_page(const ResetRequestPageInput& input) {
  PeoplePage page{Page::ResetRequest, input.page, phrase("reset.ask_heading")};
  PagePart form = page.form("FORM", "ask");
  page.fill(form, "EMAIL", input.email);
  page.focus(form, "EMAIL");
  return page.response();
}

http::Response reset_password_page(const ResetPasswordPageInput& input) {
  PeoplePage page{Page::ResetPassword, input.page, phrase("reset.set_heading")};
  page.carry("token", input.token);
  PagePart form = page.form("FORM", "set");
  form.set("EMAIL", input.email);
  fill_new_password(page, form, input.new_password);
  return page.response();
}

http::Response sign_up_request_page(const SignUpRequestPageInput& input) {
  PeoplePage page{Page::SignUpRequest, input.page, phrase("sign_up.heading")};
  page.show(input.sign_up == SignUp::Open ? "OPEN" : "APPROVAL");
  PagePart form = page.form("FORM", "sign_up");
  page.fill(form, "EMAIL", input.email);
  page.focus(form, "EMAIL");
  return page.response();
}

http::Response sign_up_page(const SignUpPageInput& input) {
  PeoplePage page{Page::SignUp, input.page, phrase("sign_up.heading")};
  PagePart form = page.form("FORM", "sign_up");
  page.fill(form, "NAME", input.name);
  page.fill(form, "EMAIL", input.email);
  fill_new_password(page, form, input.new_password);
  return page.response();
}

}  // namespace belfry::web
