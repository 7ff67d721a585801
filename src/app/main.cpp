#include "app/admin_command.hpp"
#include "app/check_command.hpp"
#include "app/demo_command.hpp"
#include "app/serve_command.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

constexpr int kWrongUsage = 2;

int run(int argc, char** argv) {
  namespace app = belfry::app;
  CLI::App belfry{"Belfry keeps a company's security promises, tries to break them, and publishes the result."};
  belfry.require_subcommand(1);
  belfry.set_version_flag("--version", "belfry " BELFRY_VERSION);

  std::filesystem::path serve_config;
  CLI::App* serve =
      belfry.add_subcommand("serve", "Open the door: TLS, guards, the application behind, the security page");
  serve->add_option("--config", serve_config, "The configuration file (TOML)")->required();

  app::CheckArguments check_arguments;
  CLI::App* check = belfry.add_subcommand("check", "Say what is wrong with a configuration");
  CLI::Option* check_config = check->add_option("--config", check_arguments.config, "The configuration file (TOML)");
  CLI::Option* reference = check->add_flag("--reference", check_arguments.reference, "Print the reference of all keys");
  check->add_flag("--json", check_arguments.json, "Print the result as JSON");
  check_config->excludes(reference);

  app::DemoArguments demo_arguments;
  CLI::App* demo = belfry.add_subcommand("demo", "All of it on this machine, with nothing to configure");
  demo->add_option("--port", demo_arguments.port, "The port to listen on (0: any)")->capture_default_str();
  demo->add_option("--data", demo_arguments.data, "Where the demo keeps its data");
  demo->add_flag("--json", demo_arguments.json, "Print the addresses as one line of JSON");

  std::filesystem::path trace_config;
  std::string trace_id;
  CLI::App* admin = belfry.add_subcommand("admin", "Ask or change a site's data, on its machine");
  admin->require_subcommand(1);
  CLI::App* trace = admin->add_subcommand("trace", "Find a request by the X-Request-Id that its answer carried");
  trace->add_option("id", trace_id, "The id")->required();
  trace->add_option("--config", trace_config, "The configuration file (TOML)")->required();

  try {
    belfry.parse(argc, argv);
    if (check->parsed() && check_arguments.config.empty() && !check_arguments.reference) {
      throw CLI::RequiredError{"--config"};
    }
  } catch (const CLI::ParseError& error) {
    return belfry.exit(error) == 0 ? 0 : kWrongUsage;
  }
  if (serve->parsed()) return app::serve_command(serve_config, std::cerr);
  if (check->parsed()) return app::check_command(check_arguments, std::cout, std::cerr);
  if (demo->parsed()) return app::demo_command(demo_arguments, std::cout, std::cerr);
  return app::trace_command(trace_config, trace_id, std::cout, std::cerr);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "belfry: " << error.what() << '\n';
    return 1;
  }
}
