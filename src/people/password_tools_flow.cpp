#include "people/password_tools_flow.hpp"

#include "accounts/guessable.hpp"
#include "accounts/password_strength.hpp"
#include "web/password_tools.hpp"

namespace belfry::people {

namespace {

struct Judged {
  accounts::PasswordStrength strength;
  std::vector<accounts::PasswordRule> broken;
};

}  // namespace

http::Awaitable<Answer> PasswordToolsFlow::strength(Asked asked) {
  // As the form will be judged: by the names that stand in it, or else by those of whoever is signed in.
  accounts::PasswordOwner owner{.name = asked.field("name"), .email = asked.field("email")};
  if (owner.name.empty() && asked.who) owner.name = asked.who->name;
  if (owner.email.empty() && asked.who) owner.email = asked.who->email.text();
  const bool has_factor = asked.field("second_factor") == "present";
  const auto factor = has_factor ? accounts::SecondFactor::Present : accounts::SecondFactor::Absent;
  auto judge = [this, password = asked.field("new_password"), owner = std::move(owner), factor] {
    return Judged{.strength = accounts::estimate_strength(password, accounts::name_parts(owner.name, owner.email)),
                  .broken = house_.policy.broken_rules(password, owner, factor)};
  };
  auto judged = co_await ask(&house_, std::move(judge));
  if (!judged) co_return std::unexpected{judged.error()};
  web::StrengthInput input{.language = asked.language,
                           .strength = judged->strength,
                           .rules = new_password_input(house_.policy, factor, std::move(judged->broken))};
  co_return web::strength_json(input);
}

http::Awaitable<Answer> PasswordToolsFlow::suggestion(Asked asked) {
  const auto password = suggested_password(house_, asked.language, asked.field("kind"));
  if (!password) co_return std::unexpected{Refused::MalformedForm};
  co_return web::suggestion_json(*password);
}

}  // namespace belfry::people
