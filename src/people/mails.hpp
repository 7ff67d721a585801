#pragma once

// The words of the e-mails that people get, as pure functions. A mail with a link follows a request, and is in its
// language. A notice comes unasked for, and nobody's language is kept, so it is in English and then in French; it says
// of which site it speaks, when the thing happened, and what to do where it was not its reader.
//
// What strangers wrote (the name of a device, of a person) is cut, and loses what could steer or disorder a display.

#include "accounts/email_address.hpp"
#include "accounts/sign_in_notices.hpp"
#include "base/clock.hpp"
#include "web/language.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace belfry::people {

struct Letter {
  std::string subject;
  std::string text;
  friend bool operator==(const Letter&, const Letter&) = default;
};

// What a mail speaks of.
struct MailSite {
  std::string name;    // of the site, as its visitors know it: "app.example.com"
  std::string origin;  // of Belfry's pages: "https://belfry.app.example.com"
};

// Of text that is a stranger's, in characters, inclusive; what is cut ends in "…".
inline constexpr std::size_t kForeignText = 80;

// ---- With a link: the whole URL, which is good once, within the hour (accounts/link.hpp).

// `inviter` is the name of who invites, where it is known.
Letter invitation(const MailSite& site, web::Language language, std::string_view link,
                  std::optional<std::string_view> inviter);
Letter password_reset(const MailSite& site, web::Language language, std::string_view link);
Letter sign_up_confirmation(const MailSite& site, web::Language language, std::string_view link);
// In place of the one before, to an address that has an account: the page shows no difference.
Letter account_exists(const MailSite& site, web::Language language);
// To the address of before, and to the new one: each names the other.
Letter email_change_from(const MailSite& site, web::Language language, std::string_view link,
                         const accounts::EmailAddress& new_email);
Letter email_change_to(const MailSite& site, web::Language language, std::string_view link,
                       const accounts::EmailAddress& present_email);

// ---- Notices.

Letter locked(const MailSite& site, const accounts::LockNotice& notice);
Letter new_device(const MailSite& site, const accounts::NewDeviceNotice& notice);
Letter second_factor_changed(const MailSite& site, const accounts::SecondFactorNotice& notice);
Letter password_changed(const MailSite& site, base::WallTime at);
// To the address of before, which opens nothing any more.
Letter email_changed(const MailSite& site, base::WallTime at);
// To who signed up, when an administrator has agreed.
Letter account_opened(const MailSite& site);
// To an administrator. Nothing that the stranger wrote stands in it.
Letter approval_asked(const MailSite& site, base::WallTime at);

}  // namespace belfry::people
