#include "accounts/enrolment.hpp"

#include "crypto/base32.hpp"
#include "crypto/totp.hpp"

#include <optional>
#include <utility>

namespace belfry::accounts {

namespace {

constexpr std::size_t kGroup = 4;

std::string in_groups(std::string_view text) {
  std::string grouped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % kGroup == 0) grouped += ' ';
    grouped += text[i];
  }
  return grouped;
}

std::vector<SecretHash> hashes_of(const std::vector<std::string>& recovery_codes) {
  std::vector<SecretHash> hashes;
  hashes.reserve(recovery_codes.size());
  for (const std::string& code : recovery_codes) {
    if (const auto hash = hash_of_recovery_code(code)) hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace

EnrolmentOffers::EnrolmentOffers(std::string issuer, const base::Clock& clock, base::Random& random)
    : issuer_{std::move(issuer)},
      clock_{clock},
      random_{random},
      secrets_{clock, {.lifetime = kEnrolmentLifetime, .capacity = kEnrolments, .per_owner = 1}} {}

EnrolmentOffer EnrolmentOffers::offer(const SecretHash& place, const EmailAddress& account) {
  const auto secret = secrets_.find_or_put(place, place, crypto::new_totp_secret(random_));
  return {.secret = in_groups(crypto::to_base32(secret)), .uri = crypto::totp_uri(issuer_, account.text(), secret)};
}

Checked<crypto::TotpStep> EnrolmentOffers::step_of(const SecretHash& place, std::string_view code) {
  const auto secret = secrets_.find(place);
  if (!secret) return std::unexpected{SignInRefusal::Over};
  std::string digits{code};
  std::erase(digits, ' ');
  const auto step = crypto::match_totp(*secret, digits, clock_.wall_now(), std::nullopt);
  if (!step) return std::unexpected{SignInRefusal::NotConfirmed};
  return *step;
}

Checked<void> EnrolmentOffers::check(const SecretHash& place, std::string_view code) {
  const auto step = step_of(place, code);
  if (!step) return std::unexpected{step.error()};
  return {};
}

Checked<Enrolled> EnrolmentOffers::confirm(const SecretHash& place, std::string_view code) {
  const auto step = step_of(place, code);
  if (!step) return std::unexpected{step.error()};
  auto secret = secrets_.take(place);
  if (!secret) return std::unexpected{SignInRefusal::Over};
  Enrolled enrolled{.enrolment = {.secret = std::move(*secret), .confirmed = *step, .recovery_codes = {}},
                    .recovery_codes = new_recovery_codes(random_)};
  enrolled.enrolment.recovery_codes = hashes_of(enrolled.recovery_codes);
  return enrolled;
}

SecondFactorSettings::SecondFactorSettings(AccountStore& store, base::BlockingPool& database,
                                           CredentialCheck& credentials, SessionCache& sessions,
                                           EnrolmentOffers& offers, const base::Clock& clock, base::Random& random,
                                           SignInNotices& notices)
    : store_{store},
      database_{database},
      credentials_{credentials},
      opener_{store, sessions, random},
      offers_{offers},
      clock_{clock},
      random_{random},
      notices_{notices} {}

boost::asio::awaitable<Checked<Renewed>> SecondFactorSettings::turn_on(std::shared_ptr<const SignedInAs> who,
                                                                       ProvenPassword proven, std::string code,
                                                                       std::string new_code, Visitor visitor) {
  if (const auto confirmed = offers_.check(who->token, new_code); !confirmed) {
    co_return std::unexpected{confirmed.error()};
  }
  auto work = [this, proven = std::move(proven), who = std::move(who), code = std::move(code),
               new_code = std::move(new_code), visitor = std::move(visitor)]() -> Checked<Renewed> {
    const auto person = credentials_.again(proven, *who, code);
    if (!person) return std::unexpected{person.error()};
    return turn_on_now(*person, who->token, new_code, visitor);
  };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

boost::asio::awaitable<Checked<Renewed>> SecondFactorSettings::turn_off(std::shared_ptr<const SignedInAs> who,
                                                                        std::string password, std::string code,
                                                                        Visitor visitor) {
  auto proven = co_await credentials_.password(who->email.text(), std::move(password), visitor.device);
  if (!proven) co_return std::unexpected{proven.error()};
  auto work = [this, proven = std::move(*proven), who = std::move(who), code = std::move(code),
               visitor = std::move(visitor)]() -> Checked<Renewed> {
    const auto person = credentials_.again(proven, *who, code);
    if (!person) return std::unexpected{person.error()};
    return turn_off_now(*person, visitor);
  };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

boost::asio::awaitable<Checked<std::vector<std::string>>> SecondFactorSettings::renew_recovery_codes(
    std::shared_ptr<const SignedInAs> who, std::string password, std::string code, Visitor visitor) {
  auto proven = co_await credentials_.password(who->email.text(), std::move(password), visitor.device);
  if (!proven) co_return std::unexpected{proven.error()};
  auto work = [this, proven = std::move(*proven), who = std::move(who),
               code = std::move(code)]() -> Checked<std::vector<std::string>> {
    const auto person = credentials_.again(proven, *who, code);
    if (!person) return std::unexpected{person.error()};
    return renew_now(*person);
  };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

Checked<Renewed> SecondFactorSettings::turn_on_now(const Person& person, const SecretHash& place,
                                                   std::string_view new_code, const Visitor& visitor) {
  auto enrolled = offers_.confirm(place, new_code);
  if (!enrolled) return std::unexpected{enrolled.error()};
  const auto set = store_.set_second_factor(person.id, enrolled->enrolment);
  if (!set) return std::unexpected{refusal_of(set.error())};
  tell(person, SecondFactorChange::TurnedOn);
  auto renewed = renew(person, Proven::SecondFactor, visitor);
  if (renewed) renewed->recovery_codes = std::move(enrolled->recovery_codes);
  return renewed;
}

Checked<Renewed> SecondFactorSettings::turn_off_now(const Person& person, const Visitor& visitor) {
  // There is none: nothing was proven by a code either.
  if (!person.has_second_factor) return std::unexpected{SignInRefusal::Over};
  const auto removed = store_.remove_second_factor(person.id);
  if (!removed) return std::unexpected{refusal_of(removed.error())};
  tell(person, SecondFactorChange::TurnedOff);
  return renew(person, Proven::Password, visitor);
}

Checked<std::vector<std::string>> SecondFactorSettings::renew_now(const Person& person) {
  if (!person.has_second_factor) return std::unexpected{SignInRefusal::Over};
  auto codes = new_recovery_codes(random_);
  const auto set = store_.set_recovery_codes(person.id, hashes_of(codes));
  if (!set) return std::unexpected{refusal_of(set.error())};
  tell(person, SecondFactorChange::NewRecoveryCodes);
  return codes;
}

Checked<Renewed> SecondFactorSettings::renew(const Person& person, Proven proven, const Visitor& visitor) {
  auto opened = opener_.renew(person.id, proven, visitor);
  if (!opened) return std::unexpected{refusal_of(opened.error())};
  return Renewed{
      .session_token = std::move(opened->token), .session = std::move(opened->session), .recovery_codes = {}};
}

void SecondFactorSettings::tell(const Person& person, SecondFactorChange change) {
  notices_.second_factor_changed({person.id, person.email, change, clock_.wall_now()});
}

}  // namespace belfry::accounts
