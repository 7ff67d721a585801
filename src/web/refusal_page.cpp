#include "web/refusal_page.hpp"

#include "http/fields.hpp"
#include "web/own_response.hpp"
#include "web/page_template.hpp"
#include "web/phrases.hpp"
#include "web/refusal_words.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::web {

namespace {

enum class Form : std::uint8_t { Html, Json, Text };

// The first of our forms that Accept names; quality values would only matter to a client that names several of them and
// prefers the later, and none of those in use does.
Form form_for(std::string_view accept) {
  while (!accept.empty()) {
    std::string_view range = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), range.size() + 1));
    range = range.substr(0, range.find(';'));
    const auto first = range.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    range = range.substr(first, range.find_last_not_of(" \t") - first + 1);
    if (http::equals_ignoring_case(range, "text/html")) return Form::Html;
    if (http::equals_ignoring_case(range, "application/json")) return Form::Json;
    constexpr std::string_view kSuffix = "+json";
    if (range.size() > kSuffix.size() &&
        http::equals_ignoring_case(range.substr(range.size() - kSuffix.size()), kSuffix)) {
      return Form::Json;
    }
  }
  return Form::Text;
}

// Whole seconds, at least one; none where nobody said.
std::optional<std::int64_t> wait_of(const RefusalPageInput& input) {
  return input.retry_after.transform([](std::chrono::seconds wait) { return std::max<std::int64_t>(1, wait.count()); });
}

std::string wait_text(std::int64_t seconds, Language language) {
  const Wording unit = seconds == 1 ? phrase("refusal.wait.one") : phrase("refusal.wait.many");
  std::string text{pick(phrase("refusal.wait.before"), language)};
  text.append(std::to_string(seconds)).append(pick(unit, language));
  return text;
}

// Empty where nothing leads on.
std::string onward_url(const RefusalPageInput& input, const Onward& onward) {
  if (input.host != RefusalHost::Belfry || onward.label.en.empty()) return {};
  std::string url{onward.path.empty() ? input.page : onward.path};
  if (!url.empty()) url.append("?lang=").append(tag_of(input.language));
  return url;
}

std::string as_html(const RefusalPageInput& input, const RefusalWords& words) {
  ctemplate::TemplateDictionary page{"refusal"};
  const auto set = [&](const char* name, std::string_view value) { set_value(page, name, value); };
  set("LANGUAGE", tag_of(input.language));
  set("NONCE", input.nonce);
  set("SITE", "Belfry");
  set("TITLE", std::to_string(input.status) + " · " + std::string{pick(words.heading, input.language)});
  set("STATUS", "HTTP " + std::to_string(input.status));
  set("HEADING", pick(words.heading, input.language));
  set("WHAT", pick(words.what, input.language));
  set("WAY_OUT", pick(words.way_out, input.language));
  set("REASON", input.reason);
  if (const auto wait = wait_of(input)) {
    page.ShowSection("WAIT");
    set("WAIT_TEXT", wait_text(*wait, input.language));
  }
  if (const std::string url = onward_url(input, words.onward); !url.empty()) {
    page.ShowSection("ONWARD");
    set("ONWARD_URL", url);
    set("ONWARD_TEXT", pick(words.onward.label, input.language));
  }
  if (!input.request_id.empty()) {
    page.ShowSection("REQUEST");
    set("REQUEST_ID", input.request_id);
  }
  return render(Page::Refusal, input.language, page);
}

std::string as_json(const RefusalPageInput& input, const RefusalWords& words) {
  boost::json::object refusal;
  refusal["status"] = input.status;
  refusal["reason"] = input.reason;
  refusal["message"] = pick(words.heading, input.language);
  refusal["detail"] = pick(words.what, input.language);
  refusal["way_out"] = pick(words.way_out, input.language);
  if (!input.request_id.empty()) refusal["request_id"] = input.request_id;
  if (const auto wait = wait_of(input)) refusal["retry_after"] = *wait;
  return boost::json::serialize(refusal) + "\n";
}

std::string as_text(const RefusalPageInput& input, const RefusalWords& words) {
  std::string text = std::to_string(input.status) + " " + std::string{pick(words.heading, input.language)} + "\n";
  text.append(pick(words.what, input.language)).append("\n");
  text.append(pick(words.way_out, input.language)).append("\n");
  if (const auto wait = wait_of(input)) text.append(wait_text(*wait, input.language)).append("\n");
  const Wording colon{": ", "\u00a0: "};
  const auto line = [&](const Wording& label, std::string_view value) {
    text.append(pick(label, input.language)).append(pick(colon, input.language)).append(value).append("\n");
  };
  line(phrase("refusal.reason"), input.reason);
  if (!input.request_id.empty()) line(phrase("refusal.request_id"), input.request_id);
  return text;
}

http::Response in_form(const RefusalPageInput& input, const RefusalWords& words) {
  switch (form_for(input.accept)) {
    case Form::Html:
      return html_response(input.status, input.language, as_html(input, words));
    case Form::Json:
      return own_response(input.status, "application/json", as_json(input, words));
    case Form::Text:
      break;
  }
  return own_response(input.status, "text/plain; charset=utf-8", as_text(input, words));
}

}  // namespace

http::Response refusal_page(const RefusalPageInput& input) {
  http::Response response = in_form(input, refusal_words(input.status, input.reason));
  response.head.fields.add("vary", "accept, accept-language");
  if (const auto wait = wait_of(input)) response.head.fields.add("retry-after", std::to_string(*wait));
  return response;
}

}  // namespace belfry::web
