#include "web/device_name.hpp"

#include <span>

namespace belfry::web {

namespace {

struct Mark {
  std::string_view text;
  std::string_view name;
};

// Browsers name those that they descend from: the first mark that is found counts.
constexpr Mark kBrowsers[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
    {"curl/", "curl"},
};
constexpr Mark kSystems[] = {
    {"Android", "Android"}, {"iPhone", "iPhone"},   {"iPad", "iPad"},   {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}, {"FreeBSD", "FreeBSD"},
};

std::string_view first_of(std::span<const Mark> marks, std::string_view text) {
  for (const Mark& mark : marks) {
    if (text.find(mark.text) != std::string_view::npos) return mark.name;
  }
  return {};
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  std::string name{first_of(kBrowsers, user_agent)};
  const std::string_view system = first_of(kSystems, user_agent);
  if (!name.empty() && !system.empty()) name += " · ";
  return name.append(system);
}

}  // namespace belfry::web
