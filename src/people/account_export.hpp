#pragma once

// All that is kept of a person, as a file for them (GDPR, article 20: "in a structured, commonly used and
// machine-readable format").

#include "accounts/account_store.hpp"

#include <string>

namespace belfry::people {

// JSON. Holds no hash and no secret.
std::string account_export(const accounts::AccountExport& kept);

}  // namespace belfry::people
