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
                             {"kept_found", result.kept_found}};
  if (!result.sound()) object["fault"] = to_string(result.fault);
  if (!result.sound() && result.number != 0) object["number"] = result.number;
  return boost::json::serialize(object);
}

std::string text_of(const HistoryQuestion& question, const proof::HistoryVerification& result) {
  std::string text = question.url.origin() + "\n";
  if (!result.sound()) {
    text += fmt::format("broken: {}: {}\n", to_string(result.fault), result.detail);
    if (result.verified.number > 0) text += fmt::format("verified up to {}\n", result.verified.number);
    return text;
  }
  text += fmt::format("sound: {} entries, one chain\n", result.verified.number);
  if (!question.kept.empty())
    text += fmt::format("{} of {} kept heads are in it\n", result.kept_found, question.kept.size());
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

int verify_history(const HistoryQuestion& question, net::HttpClient& client, DrillFormat format, std::ostream& out) {
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
  options.wait = [](std::chrono::seconds pause) {
    std::this_thread::sleep_for(pause);
    return true;
  };
  const proof::HistoryVerification result = proof::verify_history(client, options);
  out << (format == DrillFormat::Json ? json_of(question, result) + "\n" : text_of(question, result));
  return result.sound() ? 0 : 1;
}

}  // namespace belfry::app
