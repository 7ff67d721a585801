#include "web/history_json.hpp"

#include "record/timestamp.hpp"
#include "web/own_response.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace belfry::web {

namespace {

namespace json = boost::json;

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::int64_t number = 0;
  if (digits.empty() || digits.front() == '-') return std::nullopt;
  const auto [stopped, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || stopped != digits.data() + digits.size()) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

http::Response json_response(const json::object& page) {
  return own_response(200, "application/json", json::serialize(page) + "\n");
}

}  // namespace

std::optional<std::uint64_t> history_after(std::string_view query) {
  constexpr std::string_view kName = "after";
  std::optional<std::uint64_t> after;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() + (pair.size() < query.size() ? 1 : 0));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != kName) continue;
    if (after || equals == pair.size()) return std::nullopt;
    after = whole_number(pair.substr(equals + 1));
    if (!after) return std::nullopt;
  }
  return after.value_or(0);
}

http::Response history_json(const HistoryJsonInput& input) {
  json::array entries;
  entries.reserve(input.entries.size());
  for (const proof::HistoryEntry& entry : input.entries) {
    json::object& one = entries.emplace_back(json::object{}).as_object();
    one["number"] = entry.number;
    one["claim"] = entry.claim;
    one["state"] = to_string(entry.state);
    one["at"] = record::timestamp(entry.at);
    one["previous"] = entry.previous;
    one["hash"] = entry.hash;
  }
  json::object head;
  head["number"] = input.head.number;
  head["hash"] = input.head.hash;

  json::object page;
  page["site"] = input.site;
  page["after"] = input.after;
  page["entries"] = std::move(entries);
  page["head"] = std::move(head);
  page["next"] = nullptr;
  if (!input.entries.empty() && input.entries.back().number < input.head.number) {
    page["next"] = input.entries.back().number;
  }
  return json_response(page);
}

http::Response history_head_json(const std::string& site, const proof::HistoryHead& head) {
  json::object page;
  page["site"] = site;
  page["number"] = head.number;
  page["hash"] = head.hash;
  page["at"] = nullptr;
  if (head.at) page["at"] = record::timestamp(*head.at);
  return json_response(page);
}

}  // namespace belfry::web
