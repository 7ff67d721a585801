#include "app/serve_command.hpp"

#include "app/application.hpp"

#include <ostream>

namespace belfry::app {

int serve_command(const std::filesystem::path& config, std::ostream& err) {
  auto configuration = load_configuration(config);
  if (!configuration) {
    for (const Problem& problem : configuration.error()) err << problem.to_string() << '\n';
    return 2;
  }
  auto application = Application::create(std::move(*configuration));
  if (!application) {
    err << "belfry: " << application.error() << '\n';
    return 1;
  }
  (*application)->run();
  return 0;
}

}  // namespace belfry::app
