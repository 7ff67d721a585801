#include "accounts/credential_check.hpp"

#include "base/ascii.hpp"
#include "crypto/totp.hpp"

#include <algorithm>
#include <utility>

namespace belfry::accounts {

namespace {

// In place of an e-mail that is none: counted and hashed like one of nobody, as no such domain exists (RFC 6761,
// section 6.4).
constexpr std::string_view kNobody = "nobody@example.invalid";

// Nobody types more than a recovery code with a blank behind each character.
constexpr std::size_t kTypedLimit = 64;

// The digits of a code of the authenticator, which apps show in groups; nullopt for anything else.
std::optional<std::string> totp_digits(std::string_view typed) {
  std::string digits{typed};
  std::erase(digits, ' ');
  const bool is_code = digits.size() == crypto::kTotpDigits && std::ranges::all_of(digits, base::is_digit);
  return is_code ? std::optional{digits} : std::nullopt;
}

}  // namespace

std::string_view to_string(SignInRefusal refusal) {
  switch (refusal) {
    case SignInRefusal::Wrong:
      return "wrong";
    case SignInRefusal::Over:
      return "over";
    case SignInRefusal::NotConfirmed:
      return "not confirmed";
    case SignInRefusal::Busy:
      return "busy";
    case SignInRefusal::Unavailable:
      return "unavailable";
  }
  return {};
}

SignInRefusal refusal_of(AccountError error) {
  switch (error) {
    case AccountError::Refused:
    case AccountError::NotFound:
      return SignInRefusal::Wrong;
    case AccountError::Unavailable:
    case AccountError::Corrupt:
    case AccountError::EmailTaken:
    case AccountError::AlreadyThere:
    case AccountError::LastAdministrator:
      return SignInRefusal::Unavailable;
  }
  return SignInRefusal::Unavailable;
}

CredentialCheck::CredentialCheck(AccountStore& store, base::BlockingPool& database, PasswordHashing& hashing,
                                 const base::Clock& clock, SignInNotices& notices, CredentialPieces pieces)
    : store_{store}, database_{database}, hashing_{hashing}, clock_{clock}, notices_{notices}, pieces_{pieces} {}

Answer<bool> CredentialPieces::use(AccountStore& store, const PersonId& id, const Authenticator& authenticator,
                                   std::string_view digits, base::WallTime now) {
  const auto step = crypto::match_totp(authenticator.secret, digits, now, authenticator.newest_used);
  if (!step) return false;
  return store.use_step(id, *step);
}

boost::asio::awaitable<Checked<ProvenPassword>> CredentialCheck::password(std::string email, std::string password,
                                                                          std::optional<SecretHash> device) {
  // Before the attempt is spent: a busy door locks nobody out.
  const auto place = hashing_.place();
  if (!place) co_return std::unexpected{SignInRefusal::Busy};

  auto parsed = EmailAddress::parse(email);
  if (!parsed) parsed = EmailAddress::parse(kNobody);
  const EmailAddress address = std::move(parsed).value();
  auto reserve = [this, address, device] { return pieces_.reserve_password(store_, address, device); };
  auto reserved = co_await database_.run(std::move(reserve));
  if (!reserved) co_return std::unexpected{SignInRefusal::Busy};
  if (!*reserved) co_return std::unexpected{SignInRefusal::Unavailable};
  const Attempt attempt = std::move(**reserved);

  std::optional<std::string> stored;
  if (attempt.person) stored = attempt.password_hash;
  auto checked = co_await hashing_.verify(&*place, std::move(password), std::move(stored));
  if (!checked) co_return std::unexpected{SignInRefusal::Busy};
  if (!checked->is_right || !attempt.admitted || !attempt.person) {
    if (attempt.locks && attempt.person) {
      notices_.locked({*attempt.person, address, attempt.counter, clock_.wall_now()});
    }
    co_return std::unexpected{SignInRefusal::Wrong};
  }

  auto settle_it = [this, attempt, renewed = std::move(checked->renewed)] { return settle(attempt, renewed); };
  auto settled = co_await database_.run(std::move(settle_it));
  if (!settled) co_return std::unexpected{SignInRefusal::Busy};
  if (!*settled) co_return std::unexpected{refusal_of(settled->error())};
  ProvenPassword proven{
      .person = std::move(**settled), .attempt = attempt, .device_is_known = attempt.counter == Counter::Device};
  co_return std::move(proven);
}

Answer<Person> CredentialCheck::settle(const Attempt& attempt, const std::optional<std::string>& renewed) {
  const std::optional<PersonId>& person = attempt.person;
  if (!person) return std::unexpected{AccountError::NotFound};
  if (const auto right = store_.was_right(attempt); !right) return std::unexpected{right.error()};
  if (renewed) {
    // Where it fails, the next sign-in does it.
    [[maybe_unused]] const auto kept = store_.rehash_password(*person, attempt.password_hash, *renewed);
  }
  return store_.find(*person);
}

Checked<void> CredentialCheck::code(const Person& person, std::string_view typed) {
  const auto attempt = store_.reserve_code(person.id);
  if (!attempt) return std::unexpected{refusal_of(attempt.error())};
  const bool counts = attempt->admitted && attempt->person;
  const auto is_right = is_code(person.id, typed, counts);
  if (!is_right) return std::unexpected{refusal_of(is_right.error())};
  if (!counts || !*is_right) {
    if (counts && attempt->locks) notices_.locked({person.id, person.email, attempt->counter, clock_.wall_now()});
    return std::unexpected{SignInRefusal::Wrong};
  }
  const auto right = store_.was_right(*attempt);
  if (!right) return std::unexpected{refusal_of(right.error())};
  return {};
}

Checked<Person> CredentialCheck::again(const ProvenPassword& proven, const SignedInAs& who) {
  // The e-mail may have become another's since the session was looked up.
  if (proven.person.id != who.person) return std::unexpected{SignInRefusal::Wrong};
  const auto is_over = [](AccountError error) {
    return error == AccountError::NotFound || error == AccountError::Refused ? SignInRefusal::Over : refusal_of(error);
  };
  if (const auto still = store_.was_right(proven.attempt); !still) return std::unexpected{is_over(still.error())};
  if (const auto session = store_.session(who.token); !session) return std::unexpected{is_over(session.error())};
  auto person = store_.find(who.person);
  if (!person) return std::unexpected{refusal_of(person.error())};
  return std::move(*person);
}

Checked<Person> CredentialCheck::again(const ProvenPassword& proven, const SignedInAs& who, std::string_view typed) {
  auto person = again(proven, who);
  if (!person || !person->has_second_factor) return person;
  if (const auto right = code(*person, typed); !right) return std::unexpected{right.error()};
  return person;
}

Answer<bool> CredentialCheck::is_code(const PersonId& id, std::string_view typed, bool may_be_used) {
  if (typed.size() > kTypedLimit) return false;
  const auto authenticator = store_.second_factor(id);
  if (!authenticator) return std::unexpected{authenticator.error()};
  if (const auto digits = totp_digits(typed)) {
    if (!may_be_used) return false;
    return pieces_.use_code(store_, id, *authenticator, *digits, clock_.wall_now());
  }
  const auto recovery_code = hash_of_recovery_code(typed);
  if (!recovery_code || !may_be_used) return false;
  return store_.use_recovery_code(id, *recovery_code);
}

}  // namespace belfry::accounts
