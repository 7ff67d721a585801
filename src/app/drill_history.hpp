#pragma once

// `belfry drill --verify-history`: a Belfry site's public history, fetched page after page and verified
// (docs/decisions/0007-public-history.md). It is public and only read, so nobody has to own the site.

#include "app/drill_target.hpp"
#include "net/http_client.hpp"
#include "proof/history.hpp"

#include <expected>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace belfry::app {

struct HistoryQuestion {
  DrillUrl url;
  // None: by the name, at public addresses.
  std::optional<base::Endpoint> endpoint;
  std::optional<std::filesystem::path> ca_file;
  std::vector<proof::HistoryHead> kept;
};

// "NUMBER:HASH", as /security/head says them.
std::expected<proof::HistoryHead, std::string> parse_head(const std::string& text);

enum class DrillFormat : std::uint8_t { Text, Json };
// 0 where it verifies and every kept head is in it, else 1. Progress of a long one goes to `err`.
int verify_history(const HistoryQuestion& question, net::HttpClient& client, DrillFormat format, std::ostream& out,
                   std::ostream& err);

}  // namespace belfry::app
