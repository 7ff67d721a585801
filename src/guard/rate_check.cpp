#include "guard/rate_check.hpp"

#include "guard/rate_limit.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace belfry::guard {
namespace {

// The destinations of the Fetch standard (section 2.2.5) that a page loads by itself. Not "empty", which is fetch() and
// with it every API, and nothing that navigates.
constexpr std::array<std::string_view, 15> kFileDestinations{
    "audio",         "audioworklet", "font",  "image", "json",  "manifest", "paintworklet", "script",
    "serviceworker", "sharedworker", "style", "track", "video", "worker",   "xslt"};

constexpr std::array<std::string_view, 38> kFileExtensions{
    "aac", "apng", "avif", "bmp",  "css", "cur",  "eot",         "flac", "gif",  "ico",   "jpeg", "jpg", "js",
    "jxl", "m4a",  "m4v",  "map",  "mjs", "mp3",  "mp4",         "oga",  "ogg",  "ogv",   "opus", "otf", "png",
    "svg", "ttf",  "vtt",  "wasm", "wav", "webm", "webmanifest", "webp", "woff", "woff2", "mpd",  "m3u8"};

std::string_view extension_of(std::string_view path) {
  const std::string_view segment = path.substr(path.rfind('/') + 1);
  const auto dot = segment.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : segment.substr(dot + 1);
}

bool is_file(const http::RequestHead& request) {
  switch (request.fields.count("sec-fetch-dest")) {
    case 0: {
      const std::string_view extension = extension_of(request.target.path());
      return std::ranges::any_of(kFileExtensions,
                                 [&](std::string_view known) { return http::equals_ignoring_case(known, extension); });
    }
    case 1:
      return std::ranges::find(kFileDestinations, request.fields.get("sec-fetch-dest").value_or("")) !=
             kFileDestinations.end();
    default:
      return false;
  }
}

}  // namespace

Cost judged_cost(const http::RequestHead& request) {
  const bool may_be_file = http::is_safe(request.method) && request.upgrade == http::Upgrade::None;
  return may_be_file && is_file(request) ? Cost::file() : Cost::page();
}

RateCheck::RateCheck(std::shared_ptr<RateLimit> limit) : limit_{std::move(limit)} {
  if (limit_ == nullptr) throw std::invalid_argument{"a rate check without a limit"};
}

Verdict RateCheck::check(const Subject& subject) const {
  const Cost cost = subject.route.cost ? *subject.route.cost : judged_cost(*subject.request);
  const auto admitted = limit_->admit(subject.client, cost, subject.now);
  if (!admitted) return Refuse{Reason::RateExceeded, admitted.error()};
  return Admit{};
}

}  // namespace belfry::guard
