#include "app/accounts_command.hpp"
#include "app/admin_command.hpp"
#include "app/check_command.hpp"
#include "app/demo_command.hpp"
#include "app/drill_command.hpp"
#include "app/serve_command.hpp"
#include "net/openssl_memory.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

constexpr int kWrongUsage = 2;

CLI::App* add_drill(CLI::App& belfry, belfry::app::DrillArguments& arguments) {
  CLI::App* drill = belfry.add_subcommand("drill", "Drill a site of yours from outside, and report what holds");
  drill->add_option("url", arguments.url, "A page of the site, https://...")->required();
  drill->add_flag("--yes-mine", arguments.yes_mine, "The site is yours; its proof is looked for");
  drill->add_option("--secret", arguments.secret, "Your secret, from which the proof's token is made");
  drill->add_option("--ca", arguments.ca, "Trust this authority (PEM) instead of the system's");
  drill->add_option("--connect-to", arguments.connect_to, "Where the host is found: ADDRESS:PORT");
  drill->add_option("--plain-port", arguments.plain_port, "Its port of plain HTTP (80 where it is on 443)");
  CLI::Option* form = drill->add_option("--form", arguments.form, "Post to this path, as from elsewhere too");
  drill->add_option("--form-field", arguments.form_fields, "A field of the form: name=value")
      ->allow_extra_args(false)
      ->needs(form);
  CLI::Option* rate = drill->add_option(
      "--rate", arguments.rate, "Consent to a burst of this many requests, which must meet a limit (at most 1000)");
  drill->add_option("--rate-path", arguments.rate_path, "The path of the burst")->needs(rate);
  drill->add_flag("--strict", arguments.strict, "What could not be told counts as broken");
  drill->add_flag("--json", arguments.json, "Print the report as JSON");
  CLI::Option* history = drill->add_flag("--verify-history", arguments.verify_history,
                                         "Verify the public history of a Belfry site instead");
  drill->add_option("--head", arguments.heads, "A head kept earlier, NUMBER:HASH, that must be in it")
      ->allow_extra_args(false)
      ->needs(history);
  drill->footer(
      "Exit codes: 0 nothing is broken (what could not be told is listed as unknown), 1 something is\n"
      "broken, the site was not reached or is not confirmed as yours, 2 wrong usage.");
  return drill;
}

int run(int argc, char** argv) {
  namespace app = belfry::app;
#ifndef BELFRY_SANITIZE
  belfry::net::keep_openssl_buffers();
#endif
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

  app::DrillArguments drill_arguments;
  CLI::App* drill = add_drill(belfry, drill_arguments);

  std::filesystem::path trace_config;
  std::string trace_id;
  CLI::App* admin = belfry.add_subcommand("admin", "Ask or change a site's data, on its machine");
  admin->require_subcommand(1);
  CLI::App* trace = admin->add_subcommand("trace", "Find a request by the X-Request-Id that its answer carried");
  trace->add_option("id", trace_id, "The id")->required();
  trace->add_option("--config", trace_config, "The configuration file (TOML)")->required();

  std::filesystem::path accounts_config;
  std::string unlocked;
  CLI::App* first = admin->add_subcommand("first-administrator", "Print the link for the first administrator, once");
  CLI::App* unlock = admin->add_subcommand("unlock", "Lift the locks that wrong passwords made on an account");
  unlock->add_option("email", unlocked, "The account's e-mail address")->required();
  CLI::App* rotate = admin->add_subcommand("rotate-key", "Seal the accounts under a new master key");
  for (CLI::App* command : {first, unlock, rotate}) {
    command->add_option("--config", accounts_config, "The configuration file (TOML)")->required();
  }

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
  if (first->parsed()) return app::first_administrator_command(accounts_config, std::cout, std::cerr);
  if (unlock->parsed()) return app::unlock_command(accounts_config, unlocked, std::cout, std::cerr);
  if (rotate->parsed()) return app::rotate_key_command(accounts_config, std::cout, std::cerr);
  if (drill->parsed()) return app::drill_command(drill_arguments, std::cout, std::cerr);
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
