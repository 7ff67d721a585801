#pragma once

// The latest changes of state as an Atom feed (RFC 4287), in one language. An entry of the feed is an entry of the
// public history, and its id holds that entry's number and hash: it never changes, in either language.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/claims.hpp"
#include "proof/history.hpp"
#include "web/language.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace belfry::web {

// Changes that it shows, inclusive.
inline constexpr std::size_t kFeedEntries = 50;

struct ChangeFeedInput {
  std::string site;
  std::string belfry;      // the host that the ids are named after
  std::string belfry_url;  // "https://belfry.app.example.com:8443", where readers are led back to
  Language language = Language::En;
  proof::Presets presets;
  // The time of the history's first entry: the ids' date (RFC 4151), on which the site had its name.
  base::WallTime begun;
  // In their order; not empty.
  std::vector<proof::HistoryEntry> entries;
};

http::Response change_feed(const ChangeFeedInput& input);

}  // namespace belfry::web
