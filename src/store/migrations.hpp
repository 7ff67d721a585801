#pragma once

// The steps that brought a database's tables to their present form, oldest first. A step that was released is never
// changed; the next one is added behind it. PRAGMA user_version counts the steps that were done. What a step cannot say
// in SQL it leaves to the code that opens the database, in the same transaction.

#include "store/sqlite.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace belfry::store {

// The step that made the history of states a chain: the code behind it moves the rows of state_change into it.
inline constexpr std::size_t kHistoryStep = 2;

// The step that keeps the lapses: the code behind it reads them off the evidence that is there.
inline constexpr std::size_t kLapseStep = 3;

// The tables of the evidence, the history of states and the drills' ledger.
std::span<const std::string_view> evidence_migrations();

// The step that made the table of the data keys: the code behind it makes them.
inline constexpr std::size_t kDataKeyStep = 1;

// The tables of people, in a file of their own.
std::span<const std::string_view> account_migrations();

// Called within the transaction, behind the SQL of the step with this number, counted from 1.
using AfterStep = std::function<void(std::size_t step)>;

// Does the steps that are missing, all of them or none. Throws SqliteFailure; a database that knows more steps than are
// given was written by a newer Belfry and is refused with SQLITE_SCHEMA, as writing into it might break it.
void migrate(Sqlite& database, std::span<const std::string_view> steps, const AfterStep& after_step = {});

}  // namespace belfry::store
