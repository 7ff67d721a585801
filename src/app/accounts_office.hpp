#pragma once

// Everything that the pages of people need, made in order: the master key, the store, the pools, what signs people in,
// the reception. Taken down in reverse, behind the workers whose requests wait for it.

#include "accounts/account_store.hpp"
#include "accounts/options.hpp"
#include "app/configuration.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "people/reception.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"
#include "store/master_key.hpp"
#include "store/sqlite_account_store.hpp"

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace belfry::app {

struct AccountsOfficeParts {
  std::filesystem::path directory;  // of the data
  std::string site;                 // which authenticators show
  std::string belfry_host;
  std::string mail_origin;  // of Belfry's pages, in the notices (configuration.hpp, belfry_origin())
  accounts::AccountOptions options;
  std::optional<MailOptions> mail;
  const base::Clock& clock;
  base::Random& random;
  record::Log& log;
  record::Metrics& metrics;
  // Of app/measures.hpp.
  people::Reception::TokenCheck token_check = &people::Reception::check_token;
  accounts::PasswordJudge password_judge = &accounts::judge_by_rules;
  accounts::CredentialPieces credentials{};
  accounts::SecondFactorRule second_factor_rule = &accounts::requires_second_factor;
  web::Renderer render = &web::render;
};

// Where accounts are kept in the folder of the data.
std::filesystem::path master_key_file(const std::filesystem::path& directory);
std::filesystem::path accounts_file(const std::filesystem::path& directory);
// The store in that folder, with its master key, which is made where there are no accounts yet. Blocking. An error is a
// sentence for the operator.
std::expected<std::unique_ptr<store::SqliteAccountStore>, std::string> open_account_store(
    const std::filesystem::path& directory, const accounts::AccountOptions& options, const base::Clock& clock,
    base::Random& random, record::Log& log);

// A new link for the first administrator, as its path on Belfry's host; nullopt where there is one. Blocking.
std::expected<std::optional<std::string>, std::string> offer_first_administrator(accounts::AccountStore& store,
                                                                                 base::Random& random);

class AccountsOffice {
 public:
  // Blocking. A master key is made where there are no accounts yet. An error is a sentence for the operator.
  static std::expected<std::unique_ptr<AccountsOffice>, std::string> open(AccountsOfficeParts parts);
  ~AccountsOffice();
  AccountsOffice(const AccountsOffice&) = delete;
  AccountsOffice& operator=(const AccountsOffice&) = delete;

  people::Reception& reception();
  accounts::SessionCache& sessions();
  accounts::AccountStore& store();
  accounts::PasswordHashing& hashing();
  const accounts::CsrfTokens& form_tokens() const;
  // As it was opened with, and as they are in force.
  const accounts::AccountOptions& options() const;

  // To be called every accounts::kSessionFlushInterval, and once at the end. Blocking; not on a worker's thread.
  void flush_sessions();

 private:
  struct Rooms;
  explicit AccountsOffice(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace belfry::app
