#pragma once

// The steps that brought a database's tables to their present form, oldest first. A step that was released is never
// changed; the next one is added behind it. PRAGMA user_version counts the steps that were done.

#include "store/sqlite.hpp"

#include <span>
#include <string_view>

namespace belfry::store {

// The tables of the evidence and the history of states.
std::span<const std::string_view> evidence_migrations();

// Does the steps that are missing, all of them or none. Throws SqliteFailure; a database that knows more steps than are
// given was written by a newer Belfry and is refused with SQLITE_SCHEMA, as writing into it might break it.
void migrate(Sqlite& database, std::span<const std::string_view> steps);

}  // namespace belfry::store
