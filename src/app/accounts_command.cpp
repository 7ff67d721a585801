#include "app/accounts_command.hpp"

#include "app/accounts_office.hpp"
#include "app/configuration.hpp"
#include "base/clock.hpp"
#include "base/private_directory.hpp"
#include "base/random.hpp"

#include <optional>
#include <ostream>

namespace belfry::app {

namespace {

// What such a command works with.
struct Bench {
  base::SystemClock clock;
  base::SystemRandom random;
  record::Log log{clock, record::LogLevel::Warning, record::LogFormat::Text};
};

std::optional<Configuration> configuration_of(const std::filesystem::path& config, std::ostream& err) {
  auto configuration = load_configuration(config);
  if (configuration) return std::move(*configuration);
  for (const Problem& problem : configuration.error()) err << problem.to_string() << '\n';
  return std::nullopt;
}

int fail(std::ostream& err, const std::string& why) {
  err << "belfry: " << why << '\n';
  return 1;
}

std::expected<std::unique_ptr<store::SqliteAccountStore>, std::string> open_store(const Configuration& configuration,
                                                                                  Bench& bench) {
  if (const auto opened = base::open_private_directory(configuration.data_directory); !opened) {
    return std::unexpected(opened.error());
  }
  return open_account_store(configuration.data_directory, configuration.accounts, bench.clock, bench.random, bench.log);
}

}  // namespace

int first_administrator_command(const std::filesystem::path& config, std::ostream& out, std::ostream& err) {
  const auto configuration = configuration_of(config, err);
  if (!configuration) return 2;
  Bench bench;
  const auto store = open_store(*configuration, bench);
  if (!store) return fail(err, store.error());
  const auto offered = offer_first_administrator(**store, bench.random);
  if (!offered) return fail(err, offered.error());
  const std::optional<std::string>& path = *offered;
  if (!path) {
    return fail(err, "there is an administrator already, who can invite others at " + belfry_origin(*configuration) +
                         "/admin/people");
  }
  out << belfry_origin(*configuration) << *path << '\n';
  return 0;
}

int unlock_command(const std::filesystem::path& config, const std::string& email, std::ostream& out,
                   std::ostream& err) {
  const auto configuration = configuration_of(config, err);
  if (!configuration) return 2;
  const auto address = accounts::EmailAddress::parse(email);
  if (!address) return fail(err, "this is no e-mail address: " + std::string{to_string(address.error())});
  Bench bench;
  const auto store = open_store(*configuration, bench);
  if (!store) return fail(err, store.error());
  const auto person = (*store)->find(*address);
  const auto lifted = person ? (*store)->lift_locks(person->id) : std::unexpected{person.error()};
  if (!lifted) {
    const bool is_nobodys = lifted.error() == accounts::AccountError::NotFound;
    return fail(err, is_nobodys ? "nobody has the e-mail address " + address->text()
                                : "the account store failed: " + std::string{to_string(lifted.error())});
  }
  out << "the locks of " << address->text() << " are lifted\n";
  return 0;
}

int rotate_key_command(const std::filesystem::path& config, std::ostream& out, std::ostream& err) {
  const auto configuration = configuration_of(config, err);
  if (!configuration) return 2;
  Bench bench;
  const auto store = open_store(*configuration, bench);
  if (!store) return fail(err, store.error());
  const std::filesystem::path file = master_key_file(configuration->data_directory);
  auto key = store::MasterKey::read(file);
  if (!key) return fail(err, key.error());
  if (const auto begun = key->begin_rotation(file, bench.random); !begun) return fail(err, begun.error());
  if (const auto rewrapped = (*store)->rewrap(key->keys()); !rewrapped) {
    return fail(err, "the accounts stay under the old key, and the new one waits in " + file.string() + ": " +
                         std::string{to_string(rewrapped.error())} + "; run this again");
  }
  if (const auto finished = key->finish_rotation(file); !finished) return fail(err, finished.error());
  out << "the accounts are sealed under a new master key; keep a copy of " << file.string()
      << " elsewhere, in place of the old one's\n";
  return 0;
}

}  // namespace belfry::app
