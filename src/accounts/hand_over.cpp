#include "accounts/hand_over.hpp"

#include <utility>

namespace belfry::accounts {

HandOver::HandOver(AccountStore& store, base::BlockingPool& database, SessionCache& sessions, const base::Clock& clock,
                   base::Random& random)
    : store_{store},
      database_{database},
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
  auto opened = opener_.open(grant->person, grant->proven, visitor, visitor.before);
  if (!opened) return std::unexpected{refusal_of(opened.error())};
  // Looked at behind the opening: where all sessions were ended just before it, this one would be left.
  if (const auto session = store_.session(grant->session); !session) {
    opener_.close(opened->session);
    const bool is_gone = session.error() == AccountError::NotFound;
    return std::unexpected{is_gone ? SignInRefusal::Over : SignInRefusal::Unavailable};
  }
  return HandedOver{.session_token = std::move(opened->token), .session = std::move(opened->session)};
}

}  // namespace belfry::accounts
