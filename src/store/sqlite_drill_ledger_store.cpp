#include "store/sqlite_drill_ledger_store.hpp"

#include "store/domain_terms.hpp"

#include <stdexcept>

namespace belfry::store {

using proof::LedgerEntry;
using proof::StoreError;

std::expected<std::unique_ptr<SqliteDrillLedgerStore>, SqliteError> SqliteDrillLedgerStore::open(
    const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
  auto database = Sqlite::open(file, busy_timeout);
  if (!database) return std::unexpected{database.error()};
  return std::unique_ptr<SqliteDrillLedgerStore>{new SqliteDrillLedgerStore{std::move(*database)}};
}

std::expected<std::uint64_t, StoreError> SqliteDrillLedgerStore::enter(std::string_view claim, base::WallTime begun) {
  return in_domain_terms([&] {
    Transaction transaction{database_};
    Statement insert = database_.prepare("INSERT INTO drill_entry (claim, begun) VALUES (?, ?) RETURNING number");
    insert.bind(1, claim).bind(2, milliseconds_of(begun));
    insert.step();
    const auto number = static_cast<std::uint64_t>(insert.number(0));
    insert.reset();
    transaction.commit();
    return number;
  });
}

std::expected<void, StoreError> SqliteDrillLedgerStore::note(std::uint64_t entry, const proof::Artefact& artefact) {
  return in_domain_terms([&] {
    Transaction transaction{database_};
    const auto number = static_cast<std::int64_t>(entry);
    Statement count = database_.prepare(
        "SELECT (SELECT count(*) FROM drill_artefact WHERE entry = drill_entry.number), "
        "(SELECT count(*) FROM drill_artefact WHERE entry = drill_entry.number AND kind = ?2 AND name = ?3) "
        "FROM drill_entry WHERE number = ?1");
    count.bind(1, number).bind(2, artefact.kind).bind(3, artefact.name);
    if (!count.step()) throw std::invalid_argument{"no such entry"};
    if (count.number(1) != 0) return;
    if (count.number(0) >= static_cast<std::int64_t>(proof::kArtefactsPerEntry)) {
      throw std::invalid_argument{"too many artefacts"};
    }
    count.reset();
    Statement insert = database_.prepare("INSERT INTO drill_artefact (entry, kind, name) VALUES (?, ?, ?)");
    insert.bind(1, number).bind(2, artefact.kind).bind(3, artefact.name).run();
    transaction.commit();
  });
}

std::expected<void, StoreError> SqliteDrillLedgerStore::strike(std::uint64_t entry) {
  return in_domain_terms([&] {
    Transaction transaction{database_};
    for (const char* sql : {"DELETE FROM drill_artefact WHERE entry = ?", "DELETE FROM drill_entry WHERE number = ?"}) {
      Statement statement = database_.prepare(sql);
      statement.bind(1, static_cast<std::int64_t>(entry)).run();
    }
    transaction.commit();
  });
}

std::expected<std::vector<LedgerEntry>, StoreError> SqliteDrillLedgerStore::open_entries() {
  return in_domain_terms([&] {
    std::vector<LedgerEntry> entries;
    Statement rows = database_.prepare("SELECT number, claim, begun FROM drill_entry ORDER BY number");
    Statement artefacts = database_.prepare("SELECT kind, name FROM drill_artefact WHERE entry = ? ORDER BY rowid");
    while (rows.step()) {
      LedgerEntry& entry = entries.emplace_back(LedgerEntry{.number = static_cast<std::uint64_t>(rows.number(0)),
                                                            .claim = rows.text(1),
                                                            .begun = time_of(rows.number(2)),
                                                            .artefacts = {}});
      artefacts.bind(1, rows.number(0));
      while (artefacts.step()) entry.artefacts.push_back({.kind = artefacts.text(0), .name = artefacts.text(1)});
      artefacts.reset();
    }
    return entries;
  });
}

}  // namespace belfry::store
