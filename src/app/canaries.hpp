#pragma once

// The accounts that drills make up, in the store of the accounts. Each is noted in the drills' ledger before it is
// made, and erased with its sessions behind the drill, or at the next start where the drill was cut off.
//
// Blocking: on the drills' thread alone.

#include "app/accounts_office.hpp"
#include "proof/canary_accounts.hpp"
#include "proof/drill_ledger_store.hpp"

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

// Without a ledger: for a twin, whose store goes with it. An error is a line for the log.
std::expected<void, std::string> add_canary(AccountsOffice& office, const proof::Canary& canary,
                                            const base::Clock& clock, base::Random& random);

class Canaries final : public proof::CanaryAccounts {
 public:
  // What a canary is called in the ledger; its name there is its e-mail.
  static constexpr std::string_view kKind = "canary";

  // All outlive this.
  Canaries(AccountsOffice& office, const base::Clock& clock, base::Random& random, proof::ArtefactNotes& notes)
      : office_{office}, clock_{clock}, random_{random}, notes_{notes} {}

  std::expected<void, std::string> make(const proof::Canary& canary) override;
  std::expected<void, std::string> age_locks(const proof::Canary& canary, std::chrono::milliseconds by) override;
  std::string stale_form_token(std::string_view session, std::string_view action) override;
  std::expected<std::string, std::string> password_hash(const proof::Canary& canary) override;
  std::expected<std::vector<std::string>, std::string> password_hashes() override;

  // Erases the canary that was noted by this name, if it is there.
  std::expected<void, std::string> clean_up(std::string_view name);

 private:
  std::expected<accounts::PersonId, std::string> id_of(const proof::Canary& canary);

  AccountsOffice& office_;
  const base::Clock& clock_;
  base::Random& random_;
  proof::ArtefactNotes& notes_;
};

}  // namespace belfry::app
