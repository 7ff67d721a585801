#include "web/invitation_pages.hpp"

#include "web/qr_code.hpp"

#include <algorithm>
#include <string_view>

namespace belfry::web {

namespace {

void show_secret(PeoplePage& page, std::string_view secret) {
  constexpr std::size_t kGroup = 4;
  for (; !secret.empty(); secret.remove_prefix(std::min(kGroup, secret.size()))) {
    page.add("GROUP").set("GROUP_TEXT", secret.substr(0, kGroup));
  }
}

void show_qr_code(PeoplePage& page, std::string_view text) {
  const auto code = qr_code(text);
  if (!code) return;
  const std::string side = std::to_string(code->side);
  PagePart part = page.add("QR");
  part.set("QR_VIEW", "0 0 " + side + " " + side);
  part.set("QR_PATH", code->path);
}

struct WelcomeWords {
  Wording heading;
  const char* section;  // of the template
};

WelcomeWords words_of(Welcome welcome) {
  switch (welcome) {
    case Welcome::Invitation:
      return {phrase("welcome.heading"), "INVITED"};
    case Welcome::FirstAdministrator:
      return {phrase("first.heading"), "FIRST"};
    case Welcome::SignUp:
      return {phrase("sign_up.mine_heading"), "SIGNED_UP"};
    case Welcome::SignUpByApproval:
      return {phrase("sign_up.mine_heading"), "ASKED"};
  }
  return {};
}

}  // namespace

http::Response welcome_page(const WelcomePageInput& input) {
  const WelcomeWords words = words_of(input.welcome);
  PeoplePage page{Page::Welcome, input.page, words.heading};
  page.carry("token", input.token);
  page.show(words.section);
  page.show("AT_PASSWORD");
  PagePart form = page.form("FORM", "welcome");
  if (input.welcome == Welcome::FirstAdministrator) {
    form.show("EMAIL_ASKED");
  } else {
    form.add("EMAIL_FIXED").show(input.welcome == Welcome::Invitation ? "EMAIL_INVITED" : "EMAIL_SHOWN");
  }
  page.fill(form, "EMAIL", input.email);
  page.fill(form, "NAME", input.name);
  fill_new_password(page, form, input.new_password);
  return page.response();
}

http::Response enrolment_page(const EnrolmentPageInput& input) {
  PeoplePage page{Page::Enrolment, input.page, phrase("enrol.heading"), LanguageLinks::Absent};
  page.carry("flow", input.flow);
  page.set("EMAIL", input.email);
  if (input.journey == Journey::Invitation) page.show("STEPS");
  page.show("AT_FACTOR");
  show_qr_code(page, input.otpauth);
  show_secret(page, input.secret);
  PagePart form = page.form("FORM", "enrol");
  page.problem(form, "CODE", input.code);
  if (input.enrolment == Enrolment::Optional) page.form("SKIP_FORM", "skip");
  return page.response();
}

http::Response recovery_codes_page(const RecoveryCodesPageInput& input) {
  PeoplePage page{Page::RecoveryCodes, input.page, phrase("recovery.heading"), LanguageLinks::Absent};
  page.set("EMAIL", input.email);
  if (input.journey == Journey::Invitation) page.show("STEPS");
  page.show("AT_CODES");
  page.set("NEXT_URL", input.next_url);
  for (const std::string& code : input.codes) page.add("CODE").set("CODE_TEXT", code);
  return page.response();
}

}  // namespace belfry::web
