#pragma once

// What all flows work with, and the few things that each of them does in the same way: asking the store without
// blocking, giving a page its tokens, leading on, and bringing the cookies of a session.

#include "accounts/account_store.hpp"
#include "accounts/address_slowing.hpp"
#include "accounts/credential_check.hpp"
#include "accounts/csrf_token.hpp"
#include "accounts/enrolment.hpp"
#include "accounts/hand_over.hpp"
#include "accounts/options.hpp"
#include "accounts/password_hashing.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/sign_in.hpp"
#include "base/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "people/asked.hpp"
#include "people/letters.hpp"
#include "people/notices.hpp"
#include "web/password_words.hpp"
#include "web/people_page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::people {

// All outlive the flows, and may be used by any thread.
struct House {
  accounts::AccountStore& store;
  base::BlockingPool& database;
  accounts::PasswordHashing& hashing;
  const accounts::PasswordPolicy& policy;
  accounts::SessionCache& sessions;
  accounts::CredentialCheck& credentials;
  accounts::SignIn& sign_in;
  accounts::EnrolmentOffers& offers;
  accounts::SecondFactorSettings& second_factor;
  accounts::HandOver& hand_over;
  const accounts::CsrfTokens& csrf;
  accounts::AddressSlowing& slowing;
  MailNotices& notices;
  Letters* letters;  // nullptr without a mail server: links are handed on by hand
  accounts::SignUpMode sign_up;
  const base::Clock& clock;
  base::Random& random;
  web::Renderer render = &web::render;
};

// What the store, asked by `work` on the database pool, answers; Busy where the pool is full. `work` owns what it
// needs.
template <class Work>
http::Awaitable<std::expected<std::invoke_result_t<Work&>, Refused>> ask(const House* house, Work work) {
  auto ran = co_await house->database.run(std::move(work));
  if (!ran) co_return std::unexpected{Refused::Busy};
  co_return std::move(*ran);
}

// What a failure of the store comes to where the flow has no better word for it.
Refused refused_of(accounts::AccountError error);
Refused refused_of(accounts::SignInRefusal refusal);

// Its tokens are bound to who asks. `asked` outlives the page.
web::PeoplePageInput page_input(const House& house, const Asked& asked);
// The same for a page that says 503, as hashing is busy.
web::PeoplePageInput busy_page_input(const House& house, const Asked& asked);

// What the policy asks of somebody, with the rules that the last try broke.
web::NewPasswordInput new_password_input(const accounts::PasswordPolicy& policy, accounts::SecondFactor second_factor,
                                         std::vector<accounts::PasswordRule> broken = {});

// Off this thread: the lists of common passwords are searched on the disk.
http::Awaitable<std::expected<std::vector<accounts::PasswordRule>, Refused>> broken_rules(
    const House* house, std::string password, accounts::PasswordOwner owner, accounts::SecondFactor second_factor);
// Of a password that breaks no rule. nullopt: as many are hashed as may be.
http::Awaitable<std::optional<std::string>> hash_of(const House* house, std::string password);
// `kind`: "words" or "characters"; nullopt for anything else.
std::optional<std::string> suggested_password(const House& house, web::Language language, std::string_view kind);
// Whether a form was sent for a suggestion (web/password_words.hpp), which `input` shows then, and not for what it
// does.
bool suggest_password(const House& house, const Asked& asked, web::NewPasswordInput& input);

// RFC 9110, section 15.4.4: 303, to be fetched by GET.
http::Response lead_to(std::string_view where);
// The path of one of Belfry's own pages in the reader's language.
std::string own_page(std::string_view path, const Asked& asked);
// Where somebody who is signed in goes: where they wished to, on the site's own hosts alone, or else the application.
std::string destination(const Asked& asked, std::string_view wish);
// The same for who has just come in, who may have to set a second factor first.
std::string after_sign_in(const Asked& asked, const accounts::Person& person, std::string_view wish);

// An administrator who has proved all that they have to.
bool may_administer(const Asked& asked);

// What a mail that answers this request speaks of.
MailSite mail_site(const Asked& asked);
// A link that somebody follows from a mailbox; `path` is one of Belfry's pages.
std::string mailed_link(const Asked& asked, std::string_view path, std::string_view token);
// One that is shown to an administrator, where they are themselves.
std::string handed_link(const Asked& asked, std::string_view path, std::string_view token);

void bring(http::Response& response, const accounts::SignedIn& signed_in);

// Without blanks around it.
std::string_view trimmed(std::string_view text);
// A person's name as it may be kept: 1 to kNameLimit bytes, no controls. nullopt for anything else.
std::optional<std::string> name_of(std::string_view typed);

}  // namespace belfry::people
