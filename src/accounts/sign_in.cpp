#include "accounts/sign_in.hpp"

#include <utility>

namespace belfry::accounts {

SignIn::SignIn(AccountStore& store, base::BlockingPool& database, CredentialCheck& credentials, SessionCache& sessions,
               const base::Clock& clock, base::Random& random, SignInNotices& notices)
    : store_{store},
      database_{database},
      credentials_{credentials},
      opener_{store, sessions, random},
      clock_{clock},
      random_{random},
      notices_{notices},
      pending_{clock, {.lifetime = kPendingLifetime, .capacity = kPendingSignIns, .per_owner = kPendingPerPerson}} {}

boost::asio::awaitable<Checked<PasswordOutcome>> SignIn::password(std::string email, std::string password,
                                                                  Visitor visitor) {
  auto proven = co_await credentials_.password(std::move(email), std::move(password), visitor.device);
  if (!proven) co_return std::unexpected{proven.error()};
  auto work = [this, proven = std::move(*proven), visitor = std::move(visitor)] { return go_on(proven, visitor); };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

Checked<PasswordOutcome> SignIn::go_on(const ProvenPassword& proven, const Visitor& visitor) {
  if (!proven.person.has_second_factor) {
    auto signed_in = complete(proven.person, Proven::Password, proven.device_is_known, visitor);
    if (!signed_in) return std::unexpected{signed_in.error()};
    return std::move(*signed_in);
  }
  CodeNeeded needed{.pending = new_token(random_)};
  pending_.put(SecretHash::of(needed.pending), proven.person.id,
               {.person = proven.person,
                .password = proven.attempt,
                .device_is_known = proven.device_is_known,
                .browser = visitor.browser});
  return needed;
}

boost::asio::awaitable<Checked<SignedIn>> SignIn::code(std::string pending, std::string typed, Visitor visitor) {
  auto work = [this, pending = std::move(pending), typed = std::move(typed), visitor = std::move(visitor)] {
    return code_now(pending, typed, visitor);
  };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

Checked<SignedIn> SignIn::code_now(std::string_view pending, std::string_view typed, const Visitor& visitor) {
  const auto token = hash_of_token(pending);
  if (!token) return std::unexpected{SignInRefusal::Over};
  const auto found = pending_.find(*token);
  if (!found || found->browser != visitor.browser) return std::unexpected{SignInRefusal::Over};
  if (const auto right = credentials_.code(found->person, typed); !right) return std::unexpected{right.error()};
  // Of two at the same time, one goes on.
  if (!pending_.take(*token)) return std::unexpected{SignInRefusal::Over};
  // The password that was right may have been changed since, or the person locked: the store says so anew.
  if (const auto still = store_.was_right(found->password); !still) {
    const bool has_failed = refusal_of(still.error()) == SignInRefusal::Unavailable;
    return std::unexpected{has_failed ? SignInRefusal::Unavailable : SignInRefusal::Over};
  }
  return complete(found->person, Proven::SecondFactor, found->device_is_known, visitor);
}

std::string SignIn::email_of(std::string_view pending) {
  const auto token = hash_of_token(pending);
  const auto found = token ? pending_.find(*token) : std::nullopt;
  return found ? found->person.email.text() : std::string{};
}

Checked<SignedIn> SignIn::complete(const Person& person, Proven proven, bool device_is_known, const Visitor& visitor) {
  auto opened = opener_.open(person.id, proven, visitor, visitor.before, std::nullopt);
  if (!opened) return std::unexpected{refusal_of(opened.error())};
  std::string device_token = new_token(random_);
  // Only what this person is known to use is forgotten for it: another's device stays theirs.
  const auto known =
      store_.know_device(person.id, SecretHash::of(device_token), device_is_known ? visitor.device : std::nullopt);
  if (!known) {
    opener_.close(opened->session);
    return std::unexpected{refusal_of(known.error())};
  }
  if (!device_is_known) {
    notices_.new_device({person.id, person.email, opened->session.device, visitor.address, clock_.wall_now()});
  }
  return SignedIn{.session_token = std::move(opened->token),
                  .device_token = std::move(device_token),
                  .person = person,
                  .session = std::move(opened->session)};
}

}  // namespace belfry::accounts
