#include "app/canaries.hpp"

#include "accounts/canary.hpp"
#include "crypto/totp.hpp"

#include <utility>

namespace belfry::app {

namespace {

// What the drills call the domain is what makes an account a canary.
static_assert(proof::kCanaryDomain == accounts::kCanaryDomain);

// So long ago that the codes of now and of the step before are good.
constexpr crypto::TotpStep kEnrolledBefore = 4;

accounts::Role role_of(proof::CanaryRole role) {
  return role == proof::CanaryRole::Staff ? accounts::Role::Staff : accounts::Role::Member;
}

std::string failure(accounts::AccountError error) {
  return "the account store failed: " + std::string{to_string(error)};
}

}  // namespace

std::expected<void, std::string> add_canary(AccountsOffice& office, const proof::Canary& canary,
                                            const base::Clock& clock, base::Random& random) {
  auto email = accounts::EmailAddress::parse(canary.email);
  if (!email || !accounts::is_canary(*email)) return std::unexpected{"not a canary's e-mail"};
  accounts::NewPerson person{.id = accounts::PersonId::random(random),
                             .email = std::move(*email),
                             .name = canary.name,
                             .password_hash = office.hashing().hash_here(canary.password),
                             .second_factor = {}};
  if (!canary.totp_secret.empty()) {
    const auto now = crypto::totp_step(clock.wall_now());
    if (!now || *now < kEnrolledBefore) return std::unexpected{"the clock is wrong"};
    person.second_factor =
        accounts::Enrolment{.secret = canary.totp_secret, .confirmed = *now - kEnrolledBefore, .recovery_codes = {}};
  }
  const auto added = office.store().add_canary(person, role_of(canary.role));
  if (!added) return std::unexpected{failure(added.error())};
  if (canary.reset_token.empty()) return {};
  const auto offered = office.store().offer_reset(accounts::SecretHash::of(canary.reset_token), person.email);
  if (!offered) return std::unexpected{failure(offered.error())};
  return {};
}

std::expected<void, std::string> Canaries::make(const proof::Canary& canary) {
  if (auto noted = notes_.note({.kind = std::string{kKind}, .name = canary.email}); !noted) return noted;
  return add_canary(office_, canary, clock_, random_);
}

std::expected<accounts::PersonId, std::string> Canaries::id_of(const proof::Canary& canary) {
  const auto email = accounts::EmailAddress::parse(canary.email);
  if (!email) return std::unexpected{"not an e-mail"};
  const auto person = office_.store().find(*email);
  if (!person) return std::unexpected{failure(person.error())};
  return person->id;
}

std::expected<void, std::string> Canaries::age_locks(const proof::Canary& canary, std::chrono::milliseconds by) {
  const auto id = id_of(canary);
  if (!id) return std::unexpected{id.error()};
  const auto aged = office_.store().age_locks(*id, by);
  if (!aged) return std::unexpected{failure(aged.error())};
  return {};
}

std::string Canaries::stale_form_token(std::string_view session, std::string_view action) {
  return office_.form_tokens().issue_stale(accounts::CsrfBinding::to_session(accounts::SecretHash::of(session)),
                                           action);
}

std::expected<std::string, std::string> Canaries::password_hash(const proof::Canary& canary) {
  const auto id = id_of(canary);
  if (!id) return std::unexpected{id.error()};
  auto hash = office_.store().password_hash(*id);
  if (!hash) return std::unexpected{failure(hash.error())};
  return std::move(*hash);
}

std::expected<std::vector<std::string>, std::string> Canaries::password_hashes() {
  auto hashes = office_.store().password_hashes();
  if (!hashes) return std::unexpected{failure(hashes.error())};
  return std::move(*hashes);
}

std::expected<void, std::string> Canaries::clean_up(std::string_view name) {
  // It comes from a file, and whom it names is erased.
  const auto email = accounts::EmailAddress::parse(name);
  if (!email || !accounts::is_canary(*email)) return std::unexpected{"not the name of a canary"};
  const auto person = office_.store().find(*email);
  if (!person) {
    if (person.error() == accounts::AccountError::NotFound) return {};
    return std::unexpected{failure(person.error())};
  }
  const auto erased = office_.store().erase(person->id);
  office_.sessions().refresh(person->id);
  if (!erased && erased.error() != accounts::AccountError::NotFound) return std::unexpected{failure(erased.error())};
  return {};
}

}  // namespace belfry::app
