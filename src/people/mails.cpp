#include "people/mails.hpp"

#include "accounts/password_text.hpp"
#include "people/display_text.hpp"
#include "web/times.hpp"

#include <initializer_list>
#include <utility>

namespace belfry::people {

namespace {

using web::Language;

void append_utf8(std::string& text, char32_t c) {
  const auto byte = [&text](char32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f));
  }
}

// What is no UTF-8 is empty.
std::string foreign(std::string_view text) {
  // Before anything is computed of it.
  constexpr std::size_t kBytes = 4096;
  const auto characters = text.size() <= kBytes ? accounts::code_points(text) : std::nullopt;
  std::string shown;
  std::size_t count = 0;
  for (const char32_t c : characters.value_or(std::u32string{})) {
    if (steers_display(c)) continue;
    if (count++ == kForeignText) return shown + "…";
    append_utf8(shown, c);
  }
  return shown;
}

// Paragraphs of one line each: whoever shows them breaks them at the width that there is.
std::string paragraphs(std::initializer_list<std::string> texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!text.empty()) joined += (joined.empty() ? "" : "\n\n") + text;
  }
  return joined + "\n";
}

std::string in(Language language, std::string english, std::string french) {
  return language == Language::Fr ? std::move(french) : std::move(english);
}

std::string once(Language language) {
  return in(language, "The link works once, within an hour.", "Le lien sert une seule fois, dans l’heure.");
}

// A notice in one language.
struct Words {
  std::string subject;
  std::string text;
};

std::string when(base::WallTime at, Language language) {
  return in(language, "When: ", "Quand\u00a0: ") + web::readable_time(at, language);
}

// What to do where a stranger knows, or may know, the password.
std::string if_it_was_not_you(const MailSite& site, Language language) {
  return in(language, "If this was not you, choose a new password at once. That ends every session of your account:\n",
            "Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe. Cela met fin à toutes les sessions "
            "de votre compte\u00a0:\n") +
         site.origin + "/reset";
}

std::string where_to_look(const MailSite& site, Language language) {
  return in(language, "What belongs to your account, its sessions and its second factor, is here:\n",
            "Ce qui appartient à votre compte, ses sessions et son second facteur, est ici\u00a0:\n") +
         site.origin + "/account/security";
}

std::string lock_text(accounts::Counter counter, Language language) {
  switch (counter) {
    case accounts::Counter::Device:
      return in(
          language,
          "On a device that your account knows, several wrong passwords were written in a row. Signing in on that "
          "device is locked for a time.",
          "Sur un appareil que votre compte connaît, plusieurs mots de passe faux ont été écrits de suite. La "
          "connexion sur cet appareil est verrouillée pour un temps.");
    case accounts::Counter::Codes:
      return in(language,
                "After the right password, several wrong codes of the second factor were written in a row. Signing in "
                "is locked for a time. Whoever it was knows your password.",
                "Après le bon mot de passe, plusieurs codes faux du second facteur ont été écrits de suite. La "
                "connexion est verrouillée pour un temps. Quelle que soit cette personne, elle connaît votre mot de "
                "passe.");
    case accounts::Counter::Strangers:
    case accounts::Counter::Nobody:
      break;
  }
  return in(language,
            "Several wrong passwords for your account were written in a row. Signing in is locked for a time, but for "
            "the devices that your account knows.",
            "Plusieurs mots de passe faux pour votre compte ont été écrits de suite. La connexion est verrouillée pour "
            "un temps, sauf sur les appareils que votre compte connaît.");
}

std::string lock_advice(const MailSite& site, accounts::Counter counter, Language language) {
  if (counter == accounts::Counter::Codes) return if_it_was_not_you(site, language);
  return in(language,
            "If this was not you, your password has held: there is nothing that you must do. If it was you, a new "
            "password lifts the lock:\n",
            "Si ce n’était pas vous, votre mot de passe a tenu\u00a0: vous n’avez rien à faire. Si c’était vous, un "
            "nouveau mot de passe lève le verrou\u00a0:\n") +
         site.origin + "/reset";
}

Words lock_words(const MailSite& site, const accounts::LockNotice& notice, Language language) {
  return {in(language, "Signing in to " + site.name + " is locked", "La connexion à " + site.name + " est verrouillée"),
          paragraphs({lock_text(notice.counter, language),
                      in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(notice.at, language),
                      lock_advice(site, notice.counter, language), where_to_look(site, language)})};
}

Words device_words(const MailSite& site, const accounts::NewDeviceNotice& notice, Language language) {
  std::string device = foreign(notice.device);
  if (device.empty()) device = in(language, "one that does not say what it is", "il ne dit pas ce qu’il est");
  std::string facts = in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(notice.at, language) + "\n" +
                      in(language, "Device: ", "Appareil\u00a0: ") + device;
  if (const std::string address = foreign(notice.address); !address.empty()) {
    facts += in(language, "\nAddress: ", "\nAdresse\u00a0: ") + address;
  }
  return {in(language, "A new device signed in to " + site.name, "Un nouvel appareil s’est connecté à " + site.name),
          paragraphs({in(language, "Somebody signed in to your account on a device that was not known.",
                         "Quelqu’un s’est connecté à votre compte sur un appareil qui n’était pas connu."),
                      facts, in(language, "If this was you, all is well.", "Si c’était vous, tout va bien."),
                      if_it_was_not_you(site, language), where_to_look(site, language)})};
}

std::string factor_subject(accounts::SecondFactorChange change, Language language) {
  switch (change) {
    case accounts::SecondFactorChange::TurnedOn:
      return in(language, "The second factor is on", "Le second facteur est actif");
    case accounts::SecondFactorChange::TurnedOff:
      return in(language, "The second factor is off", "Le second facteur est inactif");
    case accounts::SecondFactorChange::NewRecoveryCodes:
      return in(language, "New recovery codes", "Nouveaux codes de secours");
  }
  return {};
}

std::string factor_text(accounts::SecondFactorChange change, Language language) {
  switch (change) {
    case accounts::SecondFactorChange::TurnedOn:
      return in(language,
                "The second factor of your account was set up: from now on, signing in takes a code from an "
                "authenticator app beside the password.",
                "Le second facteur de votre compte a été installé\u00a0: désormais la connexion demande, à côté du mot "
                "de passe, un code d’une application d’authentification.");
    case accounts::SecondFactorChange::TurnedOff:
      return in(language,
                "The second factor of your account was turned off: from now on, the password alone is enough to sign "
                "in.",
                "Le second facteur de votre compte a été désactivé\u00a0: désormais le mot de passe seul suffit pour "
                "se connecter.");
    case accounts::SecondFactorChange::NewRecoveryCodes:
      return in(language, "New recovery codes were made for your account; the old ones no longer count.",
                "De nouveaux codes de secours ont été faits pour votre compte\u00a0; les anciens ne valent plus.");
  }
  return {};
}

Words factor_words(const MailSite& site, const accounts::SecondFactorNotice& notice, Language language) {
  return {factor_subject(notice.change, language) + in(language, " at ", " sur ") + site.name,
          paragraphs({factor_text(notice.change, language),
                      in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(notice.at, language),
                      if_it_was_not_you(site, language), where_to_look(site, language)})};
}

Words password_words(const MailSite& site, base::WallTime at, Language language) {
  return {in(language, "Your password at " + site.name + " was changed",
             "Votre mot de passe sur " + site.name + " a été changé"),
          paragraphs({in(language, "The password of your account was changed, and its other sessions have ended.",
                         "Le mot de passe de votre compte a été changé, et ses autres sessions ont pris fin."),
                      in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(at, language),
                      if_it_was_not_you(site, language), where_to_look(site, language)})};
}

Words email_words(const MailSite& site, base::WallTime at, Language language) {
  return {
      in(language, "Your account at " + site.name + " has another address",
         "Votre compte sur " + site.name + " a une autre adresse"),
      paragraphs({in(language,
                     "The change of your account’s address was confirmed at both ends. From now on, its new address "
                     "signs in, and mails go there; this one has no account any more.",
                     "Le changement d’adresse de votre compte a été confirmé des deux côtés. Désormais, c’est la "
                     "nouvelle adresse qui se connecte et reçoit les courriels\u00a0; celle-ci n’a plus de compte."),
                  in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(at, language),
                  in(language, "If this was not you, tell an administrator of the site at once.",
                     "Si ce n’était pas vous, prévenez aussitôt un administrateur du site.")})};
}

Words approval_words(const MailSite& site, base::WallTime at, Language language) {
  return {
      in(language, "Somebody asks for an account at " + site.name, "Quelqu’un demande un compte sur " + site.name),
      paragraphs({in(language, "Somebody has signed up and confirmed their address. You decide whether they get in:\n",
                     "Quelqu’un s’est inscrit et a confirmé son adresse. Vous décidez de son accès\u00a0:\n") +
                      site.origin + "/admin/people",
                  in(language, "Site: ", "Site\u00a0: ") + site.name + "\n" + when(at, language)})};
}

Words opened_words(const MailSite& site, Language language) {
  return {in(language, "Your account at " + site.name + " is open", "Votre compte sur " + site.name + " est ouvert"),
          paragraphs(
              {in(language, "An administrator of " + site.name + " has agreed to your account. You can sign in:",
                  "Un administrateur de " + site.name + " a accepté votre compte. Vous pouvez vous connecter\u00a0:"),
               site.origin + "/sign-in"})};
}

// A notice, by its words in each language.
Letter in_both(const auto& words) {
  const Words english = words(Language::En);
  const Words french = words(Language::Fr);
  return {english.subject + " / " + french.subject, english.text + "\n* * *\n\n" + french.text};
}

}  // namespace

Letter invitation(const MailSite& site, Language language, std::string_view link,
                  std::optional<std::string_view> inviter) {
  const std::string name = foreign(inviter.value_or(std::string_view{}));
  const std::string opening =
      name.empty()
          ? in(language, "You are invited to " + site.name + ".", "Vous avez une invitation à " + site.name + ".")
          : in(language, name + " invites you to " + site.name + ".", name + " vous invite à " + site.name + ".");
  return {
      in(language, "Your invitation to " + site.name, "Votre invitation à " + site.name),
      paragraphs({opening + in(language, " Follow this link to open your account:",
                               " Suivez ce lien pour ouvrir votre compte\u00a0:"),
                  std::string{link},
                  once(language) + in(language, " If it is too late, who invited you can send another.",
                                      " S’il est trop tard, qui vous a invité peut en envoyer un autre."),
                  in(language, "If you did not expect this, do nothing: no account is opened without you.",
                     "Si vous ne vous y attendiez pas, ne faites rien\u00a0: aucun compte ne s’ouvre sans vous.")})};
}

Letter password_reset(const MailSite& site, Language language, std::string_view link) {
  return {in(language, "A new password for " + site.name, "Un nouveau mot de passe pour " + site.name),
          paragraphs({in(language,
                         "Somebody, probably you, asked for a new password for your account at " + site.name +
                             ". Follow this link to choose it:",
                         "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur " +
                             site.name + ". Suivez ce lien pour le choisir\u00a0:"),
                      std::string{link}, once(language),
                      in(language, "If it was not you, do nothing: your password stays as it is.",
                         "Si ce n’était pas vous, ne faites rien\u00a0: votre mot de passe reste tel quel.")})};
}

Letter sign_up_confirmation(const MailSite& site, Language language, std::string_view link) {
  return {
      in(language, "Confirm your address for " + site.name, "Confirmez votre adresse pour " + site.name),
      paragraphs(
          {in(language,
              "Somebody, probably you, wants to open an account at " + site.name +
                  " with this address. Follow this link to show that it is yours, and to choose your name and your "
                  "password:",
              "Quelqu’un, sans doute vous, veut ouvrir un compte sur " + site.name +
                  " avec cette adresse. Suivez ce lien pour montrer qu’elle est à vous, et pour choisir votre nom et "
                  "votre mot de passe\u00a0:"),
           std::string{link}, once(language),
           in(language, "If it was not you, do nothing: no account is opened, and nothing is kept.",
              "Si ce n’était pas vous, ne faites rien\u00a0: aucun compte ne s’ouvre, et rien n’est "
              "gardé.")})};
}

Letter account_exists(const MailSite& site, Language language) {
  return {in(language, "You have an account at " + site.name, "Vous avez un compte sur " + site.name),
          paragraphs({in(language,
                         "Somebody, probably you, wanted to open an account at " + site.name +
                             " with this address. You have one already. Sign in here:",
                         "Quelqu’un, sans doute vous, a voulu ouvrir un compte sur " + site.name +
                             " avec cette adresse. Vous en avez déjà un. Connectez-vous ici\u00a0:"),
                      site.origin + "/sign-in",
                      in(language, "Forgotten your password? Choose a new one here:",
                         "Mot de passe oublié\u202f? Choisissez-en un nouveau ici\u00a0:"),
                      site.origin + "/reset",
                      in(language, "If it was not you, do nothing: nothing has changed.",
                         "Si ce n’était pas vous, ne faites rien\u00a0: rien n’a changé.")})};
}

Letter email_change_from(const MailSite& site, Language language, std::string_view link,
                         const accounts::EmailAddress& new_email) {
  return {in(language, "Another address for your account at " + site.name,
             "Une autre adresse pour votre compte sur " + site.name),
          paragraphs({in(language,
                         "Your account at " + site.name + " is to have another address: " + new_email.text() +
                             ". Follow this link to agree, and the one that was sent to the new address:",
                         "Votre compte sur " + site.name + " doit changer d’adresse\u00a0: " + new_email.text() +
                             ". Suivez ce lien pour donner votre accord, et celui qui a été envoyé à la nouvelle "
                             "adresse\u00a0:"),
                      std::string{link}, once(language),
                      in(language,
                         "If it was not you who asked, do not follow it: without it the address stays. Somebody is in "
                         "your account: choose a new password at once, which ends every session.\n",
                         "Si la demande ne vient pas de vous, ne le suivez pas\u00a0: sans lui l’adresse reste. "
                         "Quelqu’un est dans votre compte\u00a0: choisissez aussitôt un nouveau mot de passe, ce qui "
                         "met fin à toutes les sessions.\n") +
                          site.origin + "/reset"})};
}

Letter email_change_to(const MailSite& site, Language language, std::string_view link,
                       const accounts::EmailAddress& present_email) {
  return {
      in(language, "Confirm your new address for " + site.name, "Confirmez votre nouvelle adresse pour " + site.name),
      paragraphs({in(language,
                     "The account " + present_email.text() + " at " + site.name +
                         " is to have this address. If that account is yours, sign in to it and follow this link; the "
                         "address of before has to agree too:",
                     "Le compte " + present_email.text() + " sur " + site.name +
                         " doit prendre cette adresse. Si ce compte est à vous, connectez-vous à lui et suivez ce "
                         "lien\u00a0; l’adresse d’avant doit donner son accord aussi\u00a0:"),
                  std::string{link}, once(language),
                  in(language, "If the account is not yours, or it was not you who asked, do nothing: nothing changes.",
                     "Si le compte n’est pas à vous, ou si la demande ne vient pas de vous, ne faites rien\u00a0: rien "
                     "ne change.")})};
}

Letter locked(const MailSite& site, const accounts::LockNotice& notice) {
  return in_both([&](Language language) { return lock_words(site, notice, language); });
}

Letter new_device(const MailSite& site, const accounts::NewDeviceNotice& notice) {
  return in_both([&](Language language) { return device_words(site, notice, language); });
}

Letter second_factor_changed(const MailSite& site, const accounts::SecondFactorNotice& notice) {
  return in_both([&](Language language) { return factor_words(site, notice, language); });
}

Letter password_changed(const MailSite& site, base::WallTime at) {
  return in_both([&](Language language) { return password_words(site, at, language); });
}

Letter email_changed(const MailSite& site, base::WallTime at) {
  return in_both([&](Language language) { return email_words(site, at, language); });
}

Letter approval_asked(const MailSite& site, base::WallTime at) {
  return in_both([&](Language language) { return approval_words(site, at, language); });
}

Letter account_opened(const MailSite& site) {
  return in_both([&](Language language) { return opened_words(site, language); });
}

}  // namespace belfry::people
