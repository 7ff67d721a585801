#include "web/security_json.hpp"

#include "web/own_response.hpp"
#include "web/times.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string_view>

namespace belfry::web {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<base::WallTime>& time) {
  if (!time) return nullptr;
  return json::value(rfc3339(*time));
}

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

json::object describe(const proof::ClaimRow& row, const SecurityJsonInput& input) {
  const proof::Verdict verdict = proof::judge(row, input.now);
  const auto outside = reader_check(*row.claim, input.door);
  json::object claim;
  claim["id"] = row.claim->id;
  claim["scope"] = to_string(row.claim->scope);
  claim["basis"] = to_string(row.claim->basis);
  claim["state"] = to_string(verdict.state);
  claim["value"] = text_or_null(verdict.finding.en);
  claim["observed"] = time_or_null(verdict.observed);
  claim["expires"] = time_or_null(verdict.expires);
  claim["since"] = time_or_null(verdict.since);
  claim["check"] = text_or_null(row.claim->check.en);
  claim["command"] = text_or_null(outside ? outside->command : "");
  claim["lapse"] = nullptr;
  if (verdict.lapse) {
    json::object lapse;
    lapse["from"] = rfc3339(verdict.lapse->from);
    lapse["to"] = time_or_null(verdict.lapse->to);
    lapse["finding"] = text_or_null(verdict.lapse->finding.en);
    claim["lapse"] = std::move(lapse);
  }
  return claim;
}

}  // namespace

http::Response security_json(const SecurityJsonInput& input) {
  const proof::ClaimBoard nothing = input.board ? proof::ClaimBoard{} : proof::empty_board();
  json::array claims;
  for (const proof::ClaimRow& row : (input.board ? *input.board : nothing).rows) {
    claims.push_back(describe(row, input));
  }
  json::object page;
  page["site"] = input.site;
  page["generated"] = rfc3339(input.now);
  page["claims"] = std::move(claims);
  return own_response(200, "application/json", json::serialize(page) + "\n");
}

}  // namespace belfry::web
