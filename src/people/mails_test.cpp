#include "people/mails.hpp"

#include "net/mail_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace belfry::people {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using web::Language;

const MailSite kSite{"app.example.com", "https://belfry.app.example.com"};
const std::string kLink = "https://belfry.app.example.com/reset?token=" + std::string(43, 't');
const base::WallTime kAt{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + std::chrono::hours{14} +
                         std::chrono::minutes{3}};

accounts::EmailAddress email(std::string_view text) {
  return accounts::EmailAddress::parse(text).value();
}
accounts::PersonId person() {
  base::FakeRandom random;
  return accounts::PersonId::random(random);
}

accounts::LockNotice lock(accounts::Counter counter) {
  return {person(), email("ada@example.org"), counter, kAt};
}
accounts::NewDeviceNotice device(const std::string& name, const std::string& address = "192.0.2.7") {
  return {person(), email("ada@example.org"), name, address, kAt};
}
accounts::SecondFactorNotice factor(accounts::SecondFactorChange change) {
  return {person(), email("ada@example.org"), change, kAt};
}

std::vector<Letter> letters_with_links(const MailSite& site, Language language) {
  return {invitation(site, language, kLink, "Grace"),
          invitation(site, language, kLink, std::nullopt),
          password_reset(site, language, kLink),
          sign_up_confirmation(site, language, kLink),
          email_change_from(site, language, kLink, email("new@example.org")),
          email_change_to(site, language, kLink, email("old@example.org"))};
}

std::vector<Letter> notices(const MailSite& site) {
  return {locked(site, lock(accounts::Counter::Strangers)),
          locked(site, lock(accounts::Counter::Device)),
          locked(site, lock(accounts::Counter::Codes)),
          new_device(site, device("Firefox · Linux")),
          second_factor_changed(site, factor(accounts::SecondFactorChange::TurnedOn)),
          second_factor_changed(site, factor(accounts::SecondFactorChange::TurnedOff)),
          second_factor_changed(site, factor(accounts::SecondFactorChange::NewRecoveryCodes)),
          password_changed(site, kAt)};
}

std::vector<Letter> all(const MailSite& site) {
  std::vector<Letter> letters = notices(site);
  for (const Language language : {Language::En, Language::Fr}) {
    for (Letter& letter : letters_with_links(site, language)) letters.push_back(std::move(letter));
    letters.push_back(account_exists(site, language));
  }
  letters.push_back(account_opened(site));
  letters.push_back(email_changed(site, kAt));
  letters.push_back(approval_asked(site, kAt));
  return letters;
}

TEST(Mails, SayTheLinkOnALineOfItsOwnOnceAndHowLongItIsGood) {
  for (const Language language : {Language::En, Language::Fr}) {
    for (const Letter& letter : letters_with_links(kSite, language)) {
      EXPECT_THAT(letter.text, HasSubstr("\n" + kLink + "\n"));
      EXPECT_EQ(letter.text.find(kLink), letter.text.rfind(kLink));
      EXPECT_THAT(letter.text, HasSubstr(language == Language::En ? "works once, within an hour"
                                                                  : "sert une seule fois, dans l’heure"));
      EXPECT_THAT(letter.subject, HasSubstr("app.example.com"));
      EXPECT_THAT(letter.text, HasSubstr("app.example.com"));
    }
  }
}

TEST(Mails, AreInTheLanguageOfTheRequest) {
  EXPECT_EQ(password_reset(kSite, Language::En, kLink),
            (Letter{"A new password for app.example.com",
                    "Somebody, probably you, asked for a new password for your account at app.example.com. Follow this "
                    "link to choose it:\n\n" +
                        kLink +
                        "\n\nThe link works once, within an hour.\n\nIf it was not you, do nothing: your password "
                        "stays as it is.\n"}));
  EXPECT_EQ(password_reset(kSite, Language::Fr, kLink),
            (Letter{"Un nouveau mot de passe pour app.example.com",
                    "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur "
                    "app.example.com. Suivez ce lien pour le choisir\u00a0:\n\n" +
                        kLink +
                        "\n\nLe lien sert une seule fois, dans l’heure.\n\nSi ce n’était pas vous, ne faites "
                        "rien\u00a0: votre mot de passe reste tel quel.\n"}));
}

TEST(Mails, InvitationNamesWhoInvites) {
  EXPECT_THAT(invitation(kSite, Language::En, kLink, "Grace").text,
              StartsWith("Grace invites you to app.example.com."));
  EXPECT_THAT(invitation(kSite, Language::Fr, kLink, "Grace").text, StartsWith("Grace vous invite à app.example.com."));
  EXPECT_THAT(invitation(kSite, Language::En, kLink, std::nullopt).text,
              StartsWith("You are invited to app.example.com."));
}

TEST(Mails, KnownAddressIsToldSoWithoutALinkThatDoesAnything) {
  const std::string text = account_exists(kSite, Language::En).text;
  EXPECT_THAT(text, HasSubstr("\nhttps://belfry.app.example.com/sign-in\n"));
  EXPECT_THAT(text, HasSubstr("\nhttps://belfry.app.example.com/reset\n"));
  EXPECT_THAT(text, Not(HasSubstr("token")));
}

TEST(Mails, ChangeOfAddressNamesEachAddressToTheOther) {
  EXPECT_THAT(email_change_from(kSite, Language::Fr, kLink, email("new@example.org")).text,
              HasSubstr("new@example.org"));
  EXPECT_THAT(email_change_from(kSite, Language::En, kLink, email("new@example.org")).text,
              HasSubstr("\nhttps://belfry.app.example.com/reset\n"));
  EXPECT_THAT(email_change_to(kSite, Language::En, kLink, email("old@example.org")).text,
              StartsWith("The account old@example.org at app.example.com is to have this address."));
  EXPECT_THAT(email_change_to(kSite, Language::Fr, kLink, email("old@example.org")).text,
              StartsWith("Le compte old@example.org sur app.example.com doit prendre cette adresse."));
}

TEST(Mails, NoticesAreInBothLanguagesWithSiteTimeAndWayOut) {
  for (const Letter& letter : notices(kSite)) {
    EXPECT_THAT(letter.subject, HasSubstr(" / "));
    EXPECT_THAT(letter.subject, HasSubstr("app.example.com"));
    EXPECT_THAT(letter.text, HasSubstr("Site: app.example.com\nWhen: 12\u00a0March\u00a02026, 14:03\u00a0UTC\n"));
    EXPECT_THAT(letter.text,
                HasSubstr("Site\u00a0: app.example.com\nQuand\u00a0: 12\u00a0mars\u00a02026 à\u00a014:03\u00a0UTC\n"));
    EXPECT_LT(letter.text.find("When: "), letter.text.find("\n* * *\n"));
    EXPECT_GT(letter.text.find("Quand\u00a0: "), letter.text.find("\n* * *\n"));
    EXPECT_THAT(letter.text, HasSubstr("\nhttps://belfry.app.example.com/reset\n"));
    EXPECT_THAT(letter.text, HasSubstr("\nhttps://belfry.app.example.com/account/security\n"));
  }
}

TEST(Mails, ToldToTheAddressOfBeforeLeadToAnAdministratorAsItOpensNothing) {
  const Letter letter = email_changed(kSite, kAt);
  EXPECT_THAT(letter.text, HasSubstr("tell an administrator"));
  EXPECT_THAT(letter.text, HasSubstr("When: 12\u00a0March\u00a02026, 14:03\u00a0UTC\n"));
  EXPECT_THAT(letter.text, Not(HasSubstr("/reset")));
}

TEST(Mails, ToAdministratorsSayWhereTheyDecide) {
  EXPECT_THAT(approval_asked(kSite, kAt).text, HasSubstr("\nhttps://belfry.app.example.com/admin/people\n"));
}

TEST(Mails, LocksSayWhetherThePasswordHasHeld) {
  EXPECT_THAT(locked(kSite, lock(accounts::Counter::Strangers)).text, HasSubstr("your password has held"));
  EXPECT_THAT(locked(kSite, lock(accounts::Counter::Device)).text, HasSubstr("your password has held"));
  const std::string codes = locked(kSite, lock(accounts::Counter::Codes)).text;
  EXPECT_THAT(codes, HasSubstr("Whoever it was knows your password."));
  EXPECT_THAT(codes, Not(HasSubstr("your password has held")));
}

TEST(Mails, NewDeviceSaysWhatIsKnownOfIt) {
  const std::string text = new_device(kSite, device("Firefox · Linux")).text;
  EXPECT_THAT(text, HasSubstr("\nDevice: Firefox · Linux\nAddress: 192.0.2.7\n"));
  EXPECT_THAT(text, HasSubstr("\nAppareil\u00a0: Firefox · Linux\nAdresse\u00a0: 192.0.2.7\n"));
  const std::string nothing = new_device(kSite, device("", "")).text;
  EXPECT_THAT(nothing, HasSubstr("\nDevice: one that does not say what it is\n"));
  EXPECT_THAT(nothing, Not(HasSubstr("Address:")));
}

TEST(Mails, TextOfStrangersIsCutAndSteersNothing) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"a\r\nAddress: 10.0.0.1", "aAddress: 10.0.0.1"},
      {std::string{"a\0b", 3}, "ab"},
      {"a\x1b[31mb\x7f", "a[31mb"},
      {"a\u0085b\u009b", "ab"},
      {"a\u202e\u2066b\u200f\u061c", "ab"},
      {"a\u200b\u00ad\ufeffb\u2028\u2029", "ab"},
      {"a\U000e0041b", "ab"},
      {"é€😀", "é€😀"},
      {std::string(kForeignText, 'a'), std::string(kForeignText, 'a')},
      {std::string(kForeignText + 1, 'a'), std::string(kForeignText, 'a') + "…"},
      {"\xff\xfe", "one that does not say what it is"},
      {"a\xc3", "one that does not say what it is"},
      {std::string(100'000, 'a'), "one that does not say what it is"}};
  for (const auto& [written, shown] : table) {
    EXPECT_THAT(new_device(kSite, device(written)).text, HasSubstr("\nDevice: " + shown + "\nAddress: "));
  }
  EXPECT_THAT(new_device(kSite, device("a", "::1\r\n\r\nevil")).text, HasSubstr("\nAddress: ::1evil\n"));
  EXPECT_THAT(invitation(kSite, Language::En, kLink, "Eve\n\nhttps://evil.example\n\n").text,
              StartsWith("Evehttps://evil.example invites you"));
}

// Also of the site with the longest name that there can be.
TEST(Mails, AllCanBeSent) {
  const std::string name =
      std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
  for (const MailSite& site : {kSite, MailSite{name, "https://" + name}}) {
    for (const Letter& letter : all(site)) {
      EXPECT_TRUE(net::mail_message(
          {.to = "ada@example.org", .subject = letter.subject, .text = letter.text, .id = "id", .written = kAt},
          "belfry@example.com"))
          << letter.subject;
      EXPECT_TRUE(letter.text.ends_with('\n'));
      EXPECT_FALSE(letter.text.ends_with("\n\n"));
    }
  }
}

}  // namespace
}  // namespace belfry::people
