#include "web/message_page.hpp"

namespace belfry::web {

namespace {

struct Way {
  const char* path;
  Wording wording;
};

struct MessageWords {
  std::uint16_t status;
  Wording heading;
  Wording text;
  Wording note;  // none where it is empty
  Way way;
};

constexpr Way kSignIn{"/sign-in", phrase("message.sign_in")};
constexpr Way kHome{"/", phrase("message.home")};
constexpr Way kAccount{"/account", phrase("message.to_account")};

MessageWords words_of(Message message) {
  switch (message) {
    case Message::ResetLinkSpent:
      return {
          410, phrase("message.spent_heading"), phrase("message.spent"), {}, {"/reset", phrase("message.spent_way")}};
    case Message::InvitationSpent:
      return {410, phrase("message.spent_heading"), phrase("message.spent_invitation"), {}, kSignIn};
    case Message::SignUpSpent:
      return {
          410, phrase("message.spent_heading"), phrase("message.spent"), {}, {"/sign-up", phrase("message.spent_way")}};
    case Message::ConfirmationSpent:
      return {410, phrase("message.spent_heading"), phrase("message.spent"), {}, kAccount};
    case Message::ResetByHand:
      return {200, phrase("message.reset_by_hand_heading"), phrase("message.reset_by_hand"), {}, kSignIn};
    case Message::ResetMailSent:
      return {200, phrase("message.mail_heading"), phrase("message.reset_mail"), phrase("message.mail_note"), kSignIn};
    case Message::SignUpMailSent:
      return {200, phrase("message.mail_heading"), phrase("message.sign_up_mail"), phrase("message.mail_note"),
              kSignIn};
    case Message::EmailChangeMailSent:
      return {200, phrase("message.mail_heading"), phrase("message.email_mail"), phrase("message.mail_note"), kAccount};
    case Message::AwaitsApproval:
      return {200, phrase("message.approval_heading"), phrase("message.approval"), {}, kHome};
    case Message::ApprovalAsked:
      return {200, phrase("message.approval_heading"), phrase("message.approval_asked"), {}, kSignIn};
    case Message::ByInvitation:
      return {200, phrase("message.by_invitation_heading"), phrase("message.by_invitation"), {}, kSignIn};
    case Message::EmailHalfChanged:
      return {200, phrase("message.email_half_heading"), phrase("message.email_half"), {}, kAccount};
    case Message::EmailChanged:
      return {200, phrase("message.email_done_heading"), phrase("message.email_done"), {}, kAccount};
    case Message::AnotherAccount:
      return {403, phrase("message.another_heading"), phrase("message.another"), {}, kAccount};
    case Message::AccountDeleted:
      return {200, phrase("message.deleted_heading"), phrase("message.deleted"), {}, kHome};
  }
  return {500, {}, {}, {}, kHome};
}

}  // namespace

http::Response message_page(const MessagePageInput& input) {
  const MessageWords words = words_of(input.message);
  PeoplePage page{Page::Message, input.page, words.heading, LanguageLinks::Absent};
  page.set("HEADING", words.heading);
  page.set("TEXT", words.text);
  if (!words.note.en.empty()) page.add("NOTE").set("NOTE_TEXT", page.text(words.note));
  PagePart way = page.add("WAY");
  way.set("WAY_URL", std::string{words.way.path} + "?lang=" + std::string{tag_of(page.language())});
  way.set("WAY_TEXT", page.text(words.way.wording));
  return page.response(words.status);
}

http::Response confirmation_page(const ConfirmationPageInput& input) {
  const Wording heading = phrase("confirm.email_heading");
  PeoplePage page{Page::Message, input.page, heading};
  page.carry("token", input.token);
  page.set("HEADING", heading);
  page.set("TEXT", phrase("confirm.email"));
  PagePart addresses = page.add("ADDRESSES");
  const auto show = [&](Wording label, std::string_view email) {
    PagePart address = addresses.add("ADDRESS");
    address.set("ADDRESS_LABEL", page.text(label));
    address.set("ADDRESS_TEXT", email);
  };
  show(phrase("confirm.email_now"), input.email);
  show(phrase("confirm.email_to"), input.new_email);
  page.form("FORM", "confirm").set("SUBMIT", page.text(phrase("confirm.email_submit")));
  return page.response();
}

}  // namespace belfry::web
