#include "app/accounts_office.hpp"

#include "accounts/address_slowing.hpp"
#include "app/mail_setup.hpp"
#include "base/boot.hpp"
#include "net/smtp_client.hpp"
#include "people/letters.hpp"
#include "people/notices.hpp"

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <utility>

namespace belfry::app {

namespace {

// The store lets in one at a time; a second thread judges passwords meanwhile.
constexpr std::size_t kDatabaseThreads = 2;
constexpr std::size_t kDatabaseQueue = 256;
// Attempts are reserved and settled apart from what pages ask, and who does either holds a place among the passwords
// that are hashed: with room for as many, nobody's right password is turned away after it was counted.
constexpr std::size_t kAttemptThreads = 1;
const std::size_t kAttemptQueue = accounts::PasswordHashingOptions{}.threads + accounts::PasswordHashingOptions{}.queue;

// For the mails that wait when the program ends: one try each.
constexpr std::chrono::seconds kMailPatience{5};

// What mails leave by.
struct Mailing {
  Mailing(net::SmtpOptions options, const AccountsOfficeParts& parts)
      : client{std::move(options)},
        outbox{parts.clock, parts.random, client, parts.log, parts.metrics},
        letters{parts.clock, outbox} {}

  net::SmtpClient client;
  people::Outbox outbox;
  people::Letters letters;
};

std::expected<std::unique_ptr<Mailing>, std::string> mailing_of(const AccountsOfficeParts& parts) {
  if (!parts.mail) return nullptr;
  auto options = make_smtp_options(*parts.mail, parts.belfry_host);
  if (!options) return std::unexpected(options.error().message);
  return std::make_unique<Mailing>(std::move(*options), parts);
}

std::expected<store::MasterKey, std::string> master_key_of(const std::filesystem::path& directory, base::Random& random,
                                                           record::Log& log) {
  const std::filesystem::path file = master_key_file(directory);
  const std::filesystem::path accounts = accounts_file(directory);
  std::error_code error;
  if (std::filesystem::exists(file, error)) return store::MasterKey::read(file);
  if (std::filesystem::exists(accounts, error)) {
    return std::unexpected("the master key " + file.string() + " is missing: without it the accounts in " +
                           accounts.string() + " cannot be opened; put your copy of it there");
  }
  auto made = store::MasterKey::make(file, random);
  if (!made) return made;
  log.warning("a master key was made: keep a copy of it elsewhere; whoever loses it loses all accounts",
              {{"file", file.string()}});
  // Shown this once, and to a person alone: a log is kept by others.
  if (::isatty(STDERR_FILENO) == 1) {
    std::cerr << "\nThe master key, to be copied now and kept elsewhere (print it, or put it into a safe):\n\n"
              << made->text() << '\n';
  }
  return made;
}

std::expected<std::vector<std::shared_ptr<const accounts::PasswordList>>, std::string> lists_of(
    const std::vector<std::filesystem::path>& files) {
  std::vector<std::shared_ptr<const accounts::PasswordList>> lists;
  for (const std::filesystem::path& file : files) {
    auto list = accounts::PasswordList::open(file);
    if (!list) return std::unexpected(list.error().to_string());
    lists.push_back(std::move(*list));
  }
  return lists;
}

accounts::PasswordHashingOptions hashing_options(const accounts::AccountOptions& options) {
  accounts::PasswordHashingOptions hashing;
  hashing.format = accounts::format_of(options.passwords.preset);
  hashing.cost = options.bcrypt_cost;
  return hashing;
}

}  // namespace

std::filesystem::path master_key_file(const std::filesystem::path& directory) {
  return directory / "master.key";
}
std::filesystem::path accounts_file(const std::filesystem::path& directory) {
  return directory / "accounts.sqlite";
}

std::expected<std::unique_ptr<store::SqliteAccountStore>, std::string> open_account_store(
    const std::filesystem::path& directory, const accounts::AccountOptions& options, const base::Clock& clock,
    base::Random& random, record::Log& log) {
  auto key = master_key_of(directory, random, log);
  if (!key) return std::unexpected(key.error());
  const std::filesystem::path file = accounts_file(directory);
  auto store = store::SqliteAccountStore::open(
      file, key->keys(), clock, random,
      {.boot = base::boot_id(), .limits = {.lockout = options.lockout, .sessions = options.sessions}});
  if (!store) return std::unexpected("cannot open " + file.string() + ": " + store.error().message);
  return std::move(*store);
}

// In the order in which they need each other.
struct AccountsOffice::Rooms {
  Rooms(AccountsOfficeParts parts, std::unique_ptr<store::SqliteAccountStore> opened,
        std::vector<std::shared_ptr<const accounts::PasswordList>> lists, std::unique_ptr<Mailing> outgoing)
      : options{parts.options},
        store{std::move(opened)},
        mailing{std::move(outgoing)},
        database{kDatabaseThreads, kDatabaseQueue},
        attempts{kAttemptThreads, kAttemptQueue},
        hashing{hashing_options(parts.options), store->password_key(), parts.random},
        policy{parts.options.passwords, std::move(lists), parts.password_judge},
        notices{parts.clock, parts.log, mailing ? &mailing->outbox : nullptr,
                people::MailSite{.name = parts.site, .origin = parts.mail_origin}},
        slowing{parts.clock, parts.random},
        sessions{*store, parts.clock, parts.options.sessions, accounts::kCachedSessions, parts.second_factor_rule},
        credentials{*store, attempts, hashing, parts.clock, notices, parts.credentials},
        sign_in{*store, database, credentials, sessions, parts.clock, parts.random, notices},
        offers{parts.site, parts.clock, parts.random},
        second_factor{*store, database, credentials, sessions, offers, parts.clock, parts.random, notices},
        hand_over{*store, database, sessions, parts.clock, parts.random},
        csrf{parts.random, parts.clock},
        house{.store = *store,
              .database = database,
              .hashing = hashing,
              .policy = policy,
              .sessions = sessions,
              .credentials = credentials,
              .sign_in = sign_in,
              .offers = offers,
              .second_factor = second_factor,
              .hand_over = hand_over,
              .csrf = csrf,
              .slowing = slowing,
              .notices = notices,
              .letters = mailing ? &mailing->letters : nullptr,
              .sign_up = parts.options.sign_up,
              .clock = parts.clock,
              .random = parts.random,
              .render = parts.render},
        reception{house, parts.token_check} {}

  const accounts::AccountOptions options;
  std::unique_ptr<store::SqliteAccountStore> store;
  std::unique_ptr<Mailing> mailing;  // nullptr without a mail server
  base::BlockingPool database;
  base::BlockingPool attempts;
  accounts::PasswordHashing hashing;
  accounts::PasswordPolicy policy;
  people::MailNotices notices;
  accounts::AddressSlowing slowing;
  accounts::SessionCache sessions;
  accounts::CredentialCheck credentials;
  accounts::SignIn sign_in;
  accounts::EnrolmentOffers offers;
  accounts::SecondFactorSettings second_factor;
  accounts::HandOver hand_over;
  accounts::CsrfTokens csrf;
  people::House house;
  people::Reception reception;
};

std::expected<std::unique_ptr<AccountsOffice>, std::string> AccountsOffice::open(AccountsOfficeParts parts) {
  const std::filesystem::path file = accounts_file(parts.directory);
  auto store = open_account_store(parts.directory, parts.options, parts.clock, parts.random, parts.log);
  if (!store) return std::unexpected(store.error());
  auto lists = lists_of(parts.options.password_lists);
  if (!lists) return std::unexpected(lists.error());
  auto mailing = mailing_of(parts);
  if (!mailing) return std::unexpected(mailing.error());
  auto rooms = std::make_unique<Rooms>(std::move(parts), std::move(*store), std::move(*lists), std::move(*mailing));
  const auto hashes = rooms->store->password_hashes();
  if (!hashes) {
    return std::unexpected("cannot read " + file.string() + ": " + std::string{to_string(hashes.error())});
  }
  rooms->hashing.equalize(*hashes);
  if (const auto loaded = rooms->sessions.load(); !loaded) {
    return std::unexpected("cannot read " + file.string() + ": " + std::string{to_string(loaded.error())});
  }
  return std::unique_ptr<AccountsOffice>{new AccountsOffice{std::move(rooms)}};
}

AccountsOffice::AccountsOffice(std::unique_ptr<Rooms> rooms) : rooms_{std::move(rooms)} {}

AccountsOffice::~AccountsOffice() {
  rooms_->hashing.stop();
  rooms_->attempts.stop();
  rooms_->database.stop();
  if (rooms_->mailing) rooms_->mailing->outbox.stop(kMailPatience);
  flush_sessions();
}

people::Reception& AccountsOffice::reception() {
  return rooms_->reception;
}
accounts::SessionCache& AccountsOffice::sessions() {
  return rooms_->sessions;
}
accounts::AccountStore& AccountsOffice::store() {
  return *rooms_->store;
}
accounts::PasswordHashing& AccountsOffice::hashing() {
  return rooms_->hashing;
}
const accounts::CsrfTokens& AccountsOffice::form_tokens() const {
  return rooms_->csrf;
}
const accounts::AccountOptions& AccountsOffice::options() const {
  return rooms_->options;
}

void AccountsOffice::flush_sessions() {
  rooms_->sessions.flush();
}

std::expected<std::optional<std::string>, std::string> offer_first_administrator(accounts::AccountStore& store,
                                                                                 base::Random& random) {
  const std::string token = accounts::new_token(random);
  const auto offered = store.offer_first_administrator(accounts::SecretHash::of(token));
  if (offered) return "/first-administrator?token=" + token;
  if (offered.error() == accounts::AccountError::AlreadyThere) return std::nullopt;
  return std::unexpected("the account store failed: " + std::string{to_string(offered.error())});
}

}  // namespace belfry::app
