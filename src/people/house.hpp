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

// What a failure of the store comes to where the flow has no better word for it.
Refused refused_of(accounts::AccountError error);
Refused refused_of(accounts::SignInRefusal refusal);

// What the store, asked by `work` on the database pool, answers; Busy where the pool is full. `work` owns what it
// needs.
template <class Work>
http::Awaitable<std::expected<std::invoke_result_t<Work&>, Refused>> ask(const House* house, Work work) {
  auto ran = co_await house->database.run(std::move(work));
  if (!ran) co_return std::unexpected{Refused::Busy};
  co_return std::move(*ran);
}

// The same of the store itself, whose failures are refusals: Over for what is not there, or not any more.
template <class Work>
http::Awaitable<std::expected<typename std::invoke_result_t<Work&>::value_type, Refused>> ask_store(const House* house,
                                                                                                    Work work) {
  using Value = typename std::invoke_result_t<Work&>::value_type;
  auto answer = co_await ask(house, std::move(work));
  if (!answer) co_return std::unexpected{answer.error()};
  if (!*answer) co_return std::unexpected{refused_of(answer->error())};
  if constexpr (std::is_void_v<Value>) {
    co_return std::expected<Value, Refused>{};
  } else {
    co_return std::move(**answer);
  }
}

// Its tokens are bound to who asks. `asked` outlives the page.
web::PeoplePageInput page_input(const House& house, const Asked& asked);

// What the policy asks of somebody, with the rules that the last try broke.
web::NewPasswordInput new_password_input(const accounts::PasswordPolicy& policy, accounts::SecondFactor second_factor,
                                         std::vector<accounts::PasswordRule> broken = {});

constexpr accounts::SecondFactor factor_where(bool there_is_one) {
  return there_is_one ? accounts::SecondFactor::Present : accounts::SecondFactor::Absent;
}

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

// Without blanks around it.
std::string_view trimmed(std::string_view text);
// A person's name as it may be kept: 1 to kNameLimit bytes of UTF-8, without what steers a display
// (people/display_text.hpp). nullopt for anything else.
std::optional<std::string> name_of(std::string_view typed);

// Who chose a name and a password, on a page with these two fields and one of the e-mail.
struct Newcomer {
  accounts::EmailAddress email;
  std::string name;
  std::string password_hash;
};
// nullopt: the page is to be shown again, as `input` has it by then, with what was wrong or with a suggestion.
template <class PageInput>
http::Awaitable<std::expected<std::optional<Newcomer>, Refused>> newcomer_of(const House* house, const Asked* asked,
                                                                             PageInput* input) {
  if (suggest_password(*house, *asked, input->new_password)) co_return std::nullopt;
  const auto email = accounts::EmailAddress::parse(input->email.value);
  const auto name = name_of(input->name.value);
  if (!email) input->email.problem = web::FieldProblem::Email;
  if (!name) input->name.problem = web::FieldProblem::Name;
  std::string password = asked->field("new_password");
  accounts::PasswordOwner owner{.name = input->name.value, .email = input->email.value};
  auto broken = co_await broken_rules(house, password, std::move(owner), input->new_password.second_factor);
  if (!broken) co_return std::unexpected{broken.error()};
  input->new_password.broken = std::move(*broken);
  if (!email || !name || !input->new_password.broken.empty()) co_return std::nullopt;
  auto hash = co_await hash_of(house, std::move(password));
  if (!hash) {
    input->page.busy_for = accounts::kHashingRetryAfter;
    co_return std::nullopt;
  }
  Newcomer newcomer{.email = *email, .name = *name, .password_hash = std::move(*hash)};
  co_return std::move(newcomer);
}

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

// The cookies of who has signed in: of the session, and of the browser's devices with this one first.
void bring(http::Response& response, const Asked& asked, const accounts::SignedIn& signed_in);

}  // namespace belfry::people
