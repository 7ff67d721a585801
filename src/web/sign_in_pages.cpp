#include "web/sign_in_pages.hpp"

namespace belfry::web {

namespace {

constexpr std::uint16_t kOk = 200;
// RFC 9110, section 15.5.4: "If authentication credentials were provided in the request, the server considers them
// insufficient to grant access." 401 would have to name a scheme of WWW-Authenticate, and forms are none.
constexpr std::uint16_t kForbidden = 403;

Wording words_of(SignInNotice notice) {
  switch (notice) {
    case SignInNotice::None:
      return {};
    case SignInNotice::SessionEnded:
      return phrase("sign_in.ended");
    case SignInNotice::SignedOut:
      return phrase("sign_in.signed_out");
    case SignInNotice::PasswordSet:
      return phrase("sign_in.password_set");
  }
  return {};
}

}  // namespace

http::Response sign_in_page(const SignInPageInput& input) {
  PeoplePage page{Page::SignIn, input.page, phrase("sign_in.heading")};
  page.carry("return_to", input.return_to);
  PagePart form = page.form("FORM", "sign_in");
  form.set("EMAIL", input.email);
  page.focus(form, input.email.empty() ? "EMAIL" : "PASSWORD");
  if (input.sign_up == SignUpLink::Offered) page.show("SIGN_UP");
  if (input.outcome == SignInOutcome::Asked) {
    page.notice(words_of(input.notice));
    return page.response(kOk);
  }
  page.alert(phrase("sign_in.refused"));
  form.show("REFUSED");
  return page.response(kForbidden);
}

http::Response sign_in_code_page(const SignInCodePageInput& input) {
  PeoplePage page{Page::SignInCode, input.page, phrase("code.heading"), LanguageLinks::Absent};
  std::string again = "/sign-in?lang=" + std::string{tag_of(input.page.language)};
  if (!input.page.query.empty()) again.append("&").append(input.page.query);
  page.set("AGAIN_URL", again);
  page.carry("flow", input.flow);
  page.carry("return_to", input.return_to);
  PagePart code = page.form("FORM", "code");
  PagePart recovery = page.form("RECOVERY_FORM", "recovery");
  if (input.problem == FieldProblem::RecoveryCode) {
    page.problem(recovery, "CODE", input.problem);
    page.show("RECOVERY_OPEN");
  } else {
    page.problem(code, "CODE", input.problem);
  }
  page.focus(code, "CODE");
  return page.response(input.problem == FieldProblem::None ? kOk : kForbidden);
}

}  // namespace belfry::web
