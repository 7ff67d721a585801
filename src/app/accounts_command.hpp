#pragma once

// `belfry admin first-administrator`, `unlock` and `rotate-key`: what somebody with a shell on the machine does to
// accounts, beside a door that is open or not.

#include <filesystem>
#include <iosfwd>
#include <string>

namespace belfry::app {

// Each returns an exit code: 0 done, 1 it could not be, 2 a wrong configuration.

// Prints a link, once and for an hour, with which the first administrator sets a password and a second factor.
int first_administrator_command(const std::filesystem::path& config, std::ostream& out, std::ostream& err);
// Lifts the locks that wrong passwords and codes made.
int unlock_command(const std::filesystem::path& config, const std::string& email, std::ostream& out, std::ostream& err);
// Seals the accounts' keys under a new master key.
int rotate_key_command(const std::filesystem::path& config, std::ostream& out, std::ostream& err);

}  // namespace belfry::app
