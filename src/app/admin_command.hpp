#pragma once

// `belfry admin`: what an operator asks of a site's data, on the machine that holds it.

#include <filesystem>
#include <iosfwd>
#include <string>

namespace belfry::app {

// `belfry admin trace ID`: the log line of the request whose answer carried that X-Request-Id, as one JSON object.
// 0: found; 1: no such request in what the log keeps; 2: the configuration is wrong.
int trace_command(const std::filesystem::path& config, const std::string& id, std::ostream& out, std::ostream& err);

}  // namespace belfry::app
