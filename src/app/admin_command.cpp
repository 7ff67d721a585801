#include "app/admin_command.hpp"

#include "app/configuration.hpp"
#include "record/request_line.hpp"
#include "record/request_lookup.hpp"

#include <ostream>
#include <vector>

namespace belfry::app {

int trace_command(const std::filesystem::path& config, const std::string& id, std::ostream& out, std::ostream& err) {
  const auto configuration = load_configuration(config);
  if (!configuration) {
    for (const Problem& problem : configuration.error()) err << problem.to_string() << '\n';
    return 2;
  }
  // The door writes its lines within a moment; whoever holds an id in hands is slower than that.
  record::FileRequestLookup lookup{configuration->data_directory, [] {}};
  const auto found = lookup.find(id);
  if (!found) {
    err << "belfry: no request with the id " << id << " in " << configuration->data_directory.string()
        << "; the log keeps the last " << record::RequestLogLimits{}.files << " files\n";
    return 1;
  }
  std::vector<char> line(record::request_line_bound(*found));
  out.write(line.data(), record::write_request_line(line.data(), *found) - line.data());
  return 0;
}

}  // namespace belfry::app
