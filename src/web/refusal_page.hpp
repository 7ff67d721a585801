#pragma once

// The one writer of refusals and failures: whatever the door turns away, and whatever goes wrong behind it, is told to
// the client here, in the form that it asked for, with the request's id and a way out.

#include "http/message.hpp"
#include "web/language.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::web {

enum class RefusalHost : std::uint8_t { Application, Belfry };

struct RefusalPageInput {
  std::uint16_t status = 400;  // 400 to 599
  // Why, for programs and for support: a snake_case word ("foreign_origin").
  std::string reason;
  // The value of X-Request-Id; empty: none is shown.
  std::string request_id;
  Language language = Language::En;
  // The value of Accept; empty where there is none. HTML where it names text/html, JSON where it names
  // application/json (or another +json), else plain text.
  std::string accept;
  std::string nonce;  // of the style element
  // Whose host it is: on Belfry's own, a page leads on to another of its pages, where one is of use to that reason.
  RefusalHost host = RefusalHost::Application;
  // The path of the page that may be asked for again: text of ours, never of a request. Empty where there is none.
  std::string_view page;
  // Sent as Retry-After in whole seconds, rounded up, at least 1.
  std::optional<std::chrono::seconds> retry_after;
};

http::Response refusal_page(const RefusalPageInput& input);

}  // namespace belfry::web
