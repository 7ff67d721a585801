#include "accounts/hand_over.hpp"

#include <utility>

namespace belfry::accounts {

HandOver::HandOver(AccountStore& store, base::BlockingPool& database, SessionCache& sessions, const base::Clock& clock,
                   base::Random& random)
    : database_{database},
      sessions_{sessions},
      opener_{store, sessions, random},
      random_{random},
      codes_{clock, {.lifetime = kHandOverLifetime, .capacity = kHandOvers, .per_owner = kHandOversPerPerson}} {}

std::string HandOver::issue(const SignedInAs& who, std::string host, const SecretHash& asked_by) {
  std::string code = new_token(random_);
  codes_.put(SecretHash::of(code), who.person,
             {.person = who.person,
              .proven = who.proven,
              .session = who.token,
              .host = std::move(host),
              .asked_by = asked_by});
  return code;
}

boost::asio::awaitable<Checked<HandedOver>> HandOver::redeem(std::string code, Visitor visitor) {
  auto work = [this, code = std::move(code), visitor = std::move(visitor)] { return redeem_now(code, visitor); };
  auto outcome = co_await database_.run(std::move(work));
  if (!outcome) co_return std::unexpected{SignInRefusal::Busy};
  co_return std::move(*outcome);
}

Checked<HandedOver> HandOver::redeem_now(std::string_view code, const Visitor& visitor) {
  const auto hash = hash_of_token(code);
  const auto grant = hash ? codes_.take(*hash) : std::nullopt;
  if (!grant || grant->host != visitor.host || grant->asked_by != visitor.browser) {
    return std::unexpected{SignInRefusal::Over};
  }
  if (!sessions_.is_signed_in(grant->session)) return std::unexpected{SignInRefusal::Over};
  // The store looks at the session in the step that opens this one: where it ends at the same moment, neither is left.
  auto opened = opener_.open(grant->person, grant->proven, visitor, visitor.before, grant->session);
  if (!opened) {
    if (opened.error() != AccountError::NotFound) return std::unexpected{refusal_of(opened.error())};
    sessions_.refresh(grant->person);
    return std::unexpected{SignInRefusal::Over};
  }
  return HandedOver{.session_token = std::move(opened->token), .session = std::move(opened->session)};
}

}  // namespace belfry::accounts
