#pragma once

// An account store on a disk of its own with a clock that stands still, for the tests of each of its parts.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/temporary_folder_test_support.hpp"
#include "crypto/sealed_box.hpp"
#include "store/sqlite_account_store.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::store {

class AccountStoreTest : public testing::Test {
 protected:
  AccountStoreTest() : store_{open()} {}

  std::filesystem::path file() const { return folder_ / "accounts.db"; }

  std::unique_ptr<SqliteAccountStore> open(std::string boot = "boot") {
    auto store = SqliteAccountStore::open(file(), master_, clock_, random_, {.boot = std::move(boot)});
    if (!store) throw std::runtime_error{store.error().message};
    return std::move(*store);
  }
  // As a restart of the program does, or with another boot of the machine.
  void reopen(std::string boot = "boot") {
    store_.reset();
    store_ = open(std::move(boot));
  }

  static accounts::EmailAddress email(std::string_view text) { return accounts::EmailAddress::parse(text).value(); }
  static accounts::SecretHash secret(std::string_view text) { return accounts::SecretHash::of(text); }
  accounts::NewPerson new_person(std::string_view address) {
    return {.id = accounts::PersonId::random(random_),
            .email = email(address),
            .name = "Ann d’Arc",
            .password_hash = "$2b$12$hash of " + std::string{address},
            .second_factor = std::nullopt};
  }
  accounts::Person add(std::string_view address, accounts::Role role = accounts::Role::Member) {
    return store_->add(new_person(address), role, accounts::PersonState::Active).value();
  }
  accounts::PersonId inviter() {
    const auto there = store_->find(email("inviter@example.com"));
    return there ? there->id : add("inviter@example.com", accounts::Role::Administrator).id;
  }
  accounts::Answer<void> invite(std::string_view token, std::string_view address, accounts::Role role) {
    return store_->invite(secret(token), email(address), role, inviter());
  }
  static accounts::Enrolment enrolment() {
    return {.secret = {std::byte{0}, std::byte{1}, std::byte{2}},
            .confirmed = 100,
            .recovery_codes = {secret("code 1"), secret("code 2")}};
  }
  accounts::Session new_session(const accounts::Person& person, std::string_view token) {
    return {.token = secret(token),
            .person = person.id,
            .parent = std::nullopt,
            .proven = accounts::Proven::Password,
            .host = "belfry.example.com",
            .device = "Firefox on Debian",
            .address = "192.0.2.1",
            .created = {},
            .used = {}};
  }

  base::TemporaryFolder folder_;
  base::FakeClock clock_;
  base::FakeRandom random_;
  crypto::KeyRing master_{1, crypto::Key256::random(random_)};
  std::unique_ptr<SqliteAccountStore> store_;
};

}  // namespace belfry::store
