#include "web/password_tools.hpp"

#include "web/own_response.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>

namespace belfry::web {

namespace {

namespace json = boost::json;

Wording words_of(std::uint8_t score) {
  switch (score) {
    case 0:
      return phrase("strength.very_weak");
    case 1:
      return phrase("strength.weak");
    case 2:
      return phrase("strength.fair");
    case 3:
      return phrase("strength.strong");
    default:
      return phrase("strength.very_strong");
  }
}

http::Response json_response(const json::object& body) {
  return own_response(200, "application/json", json::serialize(body));
}

}  // namespace

http::Response strength_json(const StrengthInput& input) {
  json::array problems;
  for (const accounts::PasswordRule rule : input.rules.broken) {
    problems.emplace_back(broken_rule(rule, input.rules, input.language));
  }
  const std::uint8_t most = problems.empty() ? 4 : 1;
  const std::uint8_t score = std::min(input.strength.score, most);
  json::object body;
  body["score"] = score;
  body["strength"] = pick(words_of(score), input.language);
  body["problems"] = std::move(problems);
  return json_response(body);
}

http::Response suggestion_json(std::string_view password) {
  json::object body;
  body["password"] = password;
  return json_response(body);
}

}  // namespace belfry::web
