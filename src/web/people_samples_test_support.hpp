#pragma once

// Every page of people in every state that matters, for the tests that hold for all of them. `text` stands in each
// place where a visitor's own words do.

#include "web/account_page.hpp"
#include "web/account_security_page.hpp"
#include "web/admin_people_page.hpp"
#include "web/entry_pages.hpp"
#include "web/invitation_pages.hpp"
#include "web/message_page.hpp"
#include "web/people_page_test_support.hpp"
#include "web/sign_in_pages.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace belfry::web {

// Whose words stand on the page: a name or, where it is to be tried, markup.
struct SampleWords {
  std::string name = "Ida Éloïse O’Hara";
  std::string email = "ida@example.com";
  std::string site = "app.example.com";
  std::string device = "Firefox · Linux";
  std::string address = "2001:db8::17";
  std::string opaque = "b3BhcXVl";
  std::string suggestion = "harbour-quiet-lantern-violin-cedar-orbit-meadow-4";

  static SampleWords all(const std::string& text) { return {text, text, text, text, text, text, text}; }
};

class PeopleSamples {
 public:
  PeopleSamples(Language language, SampleWords words) : language_{language}, words_{std::move(words)} {}

  using Sample = std::pair<std::string, http::Response>;

  std::vector<Sample> all() const {
    std::vector<Sample> samples;
    for (auto part : {entry(), steps(), messages(), account(), security(), people()}) {
      std::ranges::move(part, std::back_inserter(samples));
    }
    return samples;
  }

 private:
  PeoplePageInput page() const {
    PeoplePageInput page = web::page(language_);
    page.site = words_.site;
    return page;
  }
  Visitor visitor() const { return {.email = words_.email, .is_administrator = true}; }
  static base::WallTime at(int day, int minute) {
    return std::chrono::sys_days{std::chrono::year{2026} / 3 / day} + std::chrono::minutes{600 + minute};
  }
  static NewPasswordInput broken_password() {
    return {.broken = {accounts::PasswordRule::TooShort, accounts::PasswordRule::FewClasses}};
  }

  std::vector<Sample> entry() const {
    const SignInPageInput asked{.page = page(), .return_to = words_.opaque, .sign_up = SignUpLink::Offered};
    SignInPageInput refused = asked;
    refused.email = words_.email;
    refused.outcome = SignInOutcome::Refused;
    SignInPageInput busy = asked;
    busy.email = words_.email;
    busy.page.busy_for = std::chrono::seconds{2};
    SignInPageInput ended = asked;
    ended.notice = SignInNotice::SessionEnded;
    const SignInCodePageInput code{.page = page(), .flow = words_.opaque, .return_to = words_.opaque};
    SignInCodePageInput wrong_code = code;
    wrong_code.problem = FieldProblem::Code;
    SignInCodePageInput wrong_recovery = code;
    wrong_recovery.problem = FieldProblem::RecoveryCode;
    return {
        {"sign_in", sign_in_page(asked)},
        {"sign_in_refused", sign_in_page(refused)},
        {"sign_in_busy", sign_in_page(busy)},
        {"sign_in_ended", sign_in_page(ended)},
        {"sign_in_code", sign_in_code_page(code)},
        {"sign_in_code_wrong", sign_in_code_page(wrong_code)},
        {"sign_in_recovery_wrong", sign_in_code_page(wrong_recovery)},
        {"reset_request", reset_request_page({.page = page(), .email = {}})},
        {"reset_request_problem", reset_request_page({.page = page(), .email = {words_.email, FieldProblem::Email}})},
        {"reset_password",
         reset_password_page({.page = page(), .token = words_.opaque, .email = words_.email, .new_password = {}})},
        {"sign_up_open", sign_up_request_page({.page = page(), .sign_up = SignUp::Open, .email = {}})},
        {"sign_up_approval_problem",
         sign_up_request_page(
             {.page = page(), .sign_up = SignUp::ByApproval, .email = {words_.email, FieldProblem::Email}})},
        {"sign_up_alone", sign_up_page({.page = page()})},
        {"sign_up_alone_problem", sign_up_page({.page = page(),
                                                .name = {words_.name, FieldProblem::Name},
                                                .email = {words_.email, FieldProblem::Email},
                                                .new_password = broken_password()})},
    };
  }

  std::vector<Sample> steps() const {
    const WelcomePageInput invitation{.page = page(), .token = words_.opaque, .email = {words_.email}};
    WelcomePageInput first = invitation;
    first.welcome = Welcome::FirstAdministrator;
    first.email = {words_.email, FieldProblem::Email};
    first.name = {words_.name, FieldProblem::Name};
    first.new_password = broken_password();
    WelcomePageInput signed_up = invitation;
    signed_up.welcome = Welcome::SignUp;
    WelcomePageInput asked = invitation;
    asked.welcome = Welcome::SignUpByApproval;
    WelcomePageInput suggested = invitation;
    suggested.new_password.suggestion = words_.suggestion;
    const EnrolmentPageInput enrolment{
        .page = page(),
        .enrolment = Enrolment::Optional,
        .flow = words_.opaque,
        .email = words_.email,
        .otpauth =
            "otpauth://totp/app.example.com:ida%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer="
            "app.example.com",
        .secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"};
    EnrolmentPageInput wrong = enrolment;
    wrong.journey = Journey::Account;
    wrong.enrolment = Enrolment::Required;
    wrong.code = FieldProblem::Code;
    RecoveryCodesPageInput codes{.page = page(), .email = words_.email, .codes = {}};
    for (int number = 0; number < 10; ++number) codes.codes.push_back("k7m2-9xq" + std::to_string(number) + "-wz4t");
    return {
        {"invitation", welcome_page(invitation)},          {"first_administrator", welcome_page(first)},
        {"invitation_suggested", welcome_page(suggested)}, {"signed_up", welcome_page(signed_up)},
        {"signed_up_approval", welcome_page(asked)},       {"enrolment", enrolment_page(enrolment)},
        {"enrolment_wrong", enrolment_page(wrong)},        {"recovery_codes", recovery_codes_page(codes)},
    };
  }

  std::vector<Sample> messages() const {
    constexpr Message kMessages[] = {Message::ResetLinkSpent, Message::InvitationSpent, Message::ConfirmationSpent,
                                     Message::ResetMailSent,  Message::SignUpMailSent,  Message::EmailChangeMailSent,
                                     Message::AwaitsApproval, Message::ByInvitation,    Message::EmailHalfChanged,
                                     Message::EmailChanged,   Message::AccountDeleted,  Message::ResetByHand,
                                     Message::ApprovalAsked,  Message::SignUpSpent,     Message::AnotherAccount};
    std::vector<Sample> samples;
    for (const Message message : kMessages) {
      samples.emplace_back("message_" + std::to_string(static_cast<int>(message)),
                           message_page({.page = page(), .message = message}));
    }
    const ConfirmationPageInput confirmation{
        .page = page(), .token = words_.opaque, .email = words_.email, .new_email = words_.email};
    samples.emplace_back("confirm_email", confirmation_page(confirmation));
    return samples;
  }

  std::vector<Sample> account() const {
    AccountPageInput plain{.page = page(), .visitor = {.email = words_.email}, .name = {words_.name}};
    AccountPageInput wrong = plain;
    wrong.visitor = visitor();
    wrong.notice = AccountNotice::NameSaved;
    wrong.new_email = {words_.email, FieldProblem::SameEmail};
    wrong.new_email_password = FieldProblem::Password;
    wrong.second_factor = SecondFactorState::On;
    wrong.deletion = {.password = FieldProblem::Password, .code = FieldProblem::Code};
    AccountPageInput fixed = plain;
    fixed.email_change = EmailChange::Absent;
    return {{"account", account_page(plain)},
            {"account_problems", account_page(wrong)},
            {"account_email_fixed", account_page(fixed)}};
  }

  std::vector<Sample> security() const {
    AccountSecurityPageInput on{.page = page(), .visitor = visitor(), .factor_since = at(2, 3), .codes_left = 7};
    on.sessions = {{"s1", SessionPlace::Here, words_.device, words_.address, at(11, 0), at(12, 3)},
                   {words_.opaque, SessionPlace::Elsewhere, "", "203.0.113.9", at(1, 0), at(9, 40)}};
    AccountSecurityPageInput off = on;
    off.factor_since.reset();
    off.factor_required = true;
    off.notice = SecurityNotice::PasswordChanged;
    off.set_up_password = FieldProblem::Password;
    off.sessions.pop_back();
    AccountSecurityPageInput wrong = on;
    wrong.current_password = FieldProblem::Password;
    wrong.new_password = broken_password();
    wrong.turn_off = {.code = FieldProblem::Code};
    wrong.renew_codes = {.password = FieldProblem::Password};
    wrong.codes_left = 1;
    AccountSecurityPageInput required = on;
    required.factor_required = true;
    return {{"account_security", account_security_page(on)},
            {"account_security_off", account_security_page(off)},
            {"account_security_problems", account_security_page(wrong)},
            {"account_security_required", account_security_page(required)}};
  }

  std::vector<Sample> people() const {
    AdminPeoplePageInput list{.page = page(), .visitor = visitor(), .more_url = "?after=7"};
    list.people = {
        {.id = "p1",
         .name = words_.name,
         .email = words_.email,
         .role = accounts::Role::Administrator,
         .has_second_factor = true,
         .seen = at(12, 3),
         .is_visitor = true},
        {.id = words_.opaque,
         .name = "Noor Haddad",
         .email = "noor@example.com",
         .role = accounts::Role::Staff,
         .has_second_factor = true,
         .seen = at(11, 30)},
        {.id = "p3",
         .name = "Bo",
         .email = "bo@a-very-long-name-of-a-company.example.com",
         .state = PersonState::Locked,
         .locked_until = at(12, 18)},
        {.id = "p4",
         .name = "Max Frisch",
         .email = "max@example.com",
         .state = PersonState::Locked,
         .seen = at(1, 0),
         .deletion_mistyped = true},
        {.id = "p5", .email = words_.email, .state = PersonState::Invited},
        {.id = "p6", .name = words_.name, .email = words_.email, .state = PersonState::AwaitsApproval},
    };
    AdminPeoplePageInput by_hand = list;
    by_hand.notice = PeopleNotice::LinkMade;
    by_hand.delivery = LinkDelivery::ByHand;
    by_hand.link = HandedLink{words_.email, "https://belfry.app.example.com/invitation?token=" + words_.opaque};
    by_hand.invited_email = {words_.email, FieldProblem::KnownPerson};
    by_hand.invited_role = accounts::Role::Staff;
    AdminPeoplePageInput last = list;
    last.last_administrator = true;
    last.people.resize(1);
    last.more_url.clear();
    return {{"admin_people", admin_people_page(list)},
            {"admin_people_link", admin_people_page(by_hand)},
            {"admin_people_last", admin_people_page(last)}};
  }

  Language language_;
  SampleWords words_;
};

}  // namespace belfry::web
