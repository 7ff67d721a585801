#include "app/drill_history.hpp"

#include "app/drill_ownership.hpp"
#include "proof/history_verification.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <ostream>
#include <thread>

namespace belfry::app {

namespace {

boost::json::value head_json(const proof::HistoryHead& head) {
  return {{"number", head.number}, {"hash", head.hash}};
}

std::string json_of(const HistoryQuestion& question, const proof::HistoryVerification& result) {
  boost::json::object object{{"url", question.url.origin()},
                             {"sound", result.sound()},
                             {"fault", nullptr},
                             {"number", nullptr},
                             {"detail", result.detail},
                             {"verified", head_json(result.verified)},
                             {"kept", question.kept.size()},
                             {"kept_found", result.kept_found},
                             {"odd_count", result.odd_count}};
  boost::json::array odd;
  odd.reserve(result.odd.size());
  for (const proof::OddEntry& entry : result.odd) {
    odd.push_back({{"number", entry.number}, {"why", to_string(entry.oddity)}});
  }
  object["odd"] = std::move(odd);
  if (!result.sound()) object["fault"] = to_string(result.fault);
  if (!result.sound() && result.number != 0) object["number"] = result.number;
  return boost::json::serialize(object);
}

std::string odd_lines(const proof::HistoryVerification& result) {
  std::string text;
  for (const proof::OddEntry& entry : result.odd) {
    text += fmt::format("odd: entry {} {}\n", entry.number,
                        entry.oddity == proof::HistoryOddity::Backwards
                            ? "is earlier than the entry of its claim before it: the clock was set back, or it was "
                              "written later"
                            : "repeats the state that its claim had already");
  }
  if (result.odd_count > result.odd.size()) text += fmt::format("odd: {} entries in all\n", result.odd_count);
  return text;
}

std::string text_of(const HistoryQuestion& question, const proof::HistoryVerification& result) {
  std::string text = question.url.origin() + "\n";
  if (!result.sound()) {
    text += fmt::format("broken: {}: {}\n", to_string(result.fault), result.detail);
    if (result.verified.number > 0) text += fmt::format("verified up to {}\n", result.verified.number);
    return text + odd_lines(result);
  }
  text += fmt::format("sound: {} entries, one chain\n", result.verified.number);
  if (!question.kept.empty())
    text += fmt::format("{} of {} kept heads are in it\n", result.kept_found, question.kept.size());
  text += odd_lines(result);
  text += fmt::format("keep this head:  --head {}:{}\n", result.verified.number, result.verified.hash);
  return text;
}

}  // namespace

std::expected<proof::HistoryHead, std::string> parse_head(const std::string& text) {
  const std::size_t colon = text.find(':');
  proof::HistoryHead head;
  const char* const end = text.data() + std::min(colon, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, head.number);
  if (colon == std::string::npos || colon == 0 || error != std::errc{} || stop != end) {
    return std::unexpected{"a head is NUMBER:HASH"};
  }
  head.hash = text.substr(colon + 1);
  if (!proof::is_history_hash(head.hash)) return std::unexpected{"a head's hash is 64 digits of lower-case hex"};
  return head;
}

int verify_history(const HistoryQuestion& question, net::HttpClient& client, DrillFormat format, std::ostream& out,
                   std::ostream& err) {
  proof::HistoryVerificationOptions options;
  options.kept = question.kept;
  options.request.url = question.url.origin();
  options.request.ca_file = question.ca_file;
  options.request.keep_connection = true;
  options.request.fields.add("user-agent", "belfry-drill");
  // A page of a thousand entries is about 300 KiB.
  options.request.body_limit = std::size_t{4} * 1024 * 1024;
  if (question.endpoint) {
    options.request.way = net::Way{.endpoint = *question.endpoint, .socket = {}, .source = {}};
  }
  const base::SystemClock clock;
  options.wait = [&err](std::chrono::seconds pause) {
    err << fmt::format("belfry drill: the site is busy; waiting {} s\n", pause.count());
    std::this_thread::sleep_for(pause);
    return true;
  };
  constexpr std::chrono::seconds kTellEvery{5};
  base::SteadyTime told = clock.steady_now();
  options.progress = [&](std::uint64_t verified, std::uint64_t head) {
    const base::SteadyTime now = clock.steady_now();
    if (now - told < kTellEvery) return;
    told = now;
    err << fmt::format("belfry drill: {} of {} entries verified\n", verified, head);
  };
  const proof::HistoryVerification result = proof::verify_history(client, clock, options);
  out << (format == DrillFormat::Json ? json_of(question, result) + "\n" : text_of(question, result));
  return result.sound() ? 0 : 1;
}

}  // namespace belfry::app
