#include "store/sqlite_evidence_store.hpp"

#include "store/domain_terms.hpp"
#include "store/migrations.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace belfry::store {

namespace {

using proof::Evidence;
using proof::HistoryEntry;
using proof::HistoryHead;
using proof::Lapse;
using proof::StateChange;
using proof::StoreError;

constexpr std::array kOutcomes{proof::Outcome::Holds, proof::Outcome::Broken, proof::Outcome::Inconclusive};
constexpr std::array kStates{proof::State::Holds, proof::State::Unknown, proof::State::Broken};

std::vector<StateChange> read_changes(Statement& rows) {
  std::vector<StateChange> changes;
  while (rows.step()) {
    changes.push_back(
        {.claim = rows.text(0), .state = read_word(rows.text(1), kStates), .at = time_of(rows.number(2))});
  }
  return changes;
}

std::optional<proof::Coverage> read_coverage(const Statement& row) {
  const auto observed = row.optional_number(6);
  const auto expected = row.optional_number(7);
  if (!observed || !expected) return std::nullopt;
  return proof::Coverage{.observed = static_cast<std::uint32_t>(*observed),
                         .expected = static_cast<std::uint32_t>(*expected)};
}

Evidence read_evidence(const Statement& row) {
  return {.claim = row.text(0),
          .part = row.text(1),
          .outcome = read_word(row.text(2), kOutcomes),
          .finding = {row.text(3), row.text(4)},
          .observed = time_of(row.number(5)),
          .coverage = read_coverage(row)};
}

HistoryEntry read_entry(Statement& row) {
  return {.number = static_cast<std::uint64_t>(row.number(0)),
          .claim = row.text(1),
          .state = read_word(row.text(2), kStates),
          .at = time_of(row.number(3)),
          .previous = row.text(4),
          .hash = row.text(5)};
}

HistoryHead read_head(Sqlite& database) {
  Statement row =
      database.prepare("SELECT number, claim, state, at, previous, hash FROM history ORDER BY number DESC LIMIT 1");
  return row.step() ? proof::head_of(read_entry(row)) : HistoryHead{};
}

// Within a transaction.
void append_to_history(Sqlite& database, std::span<const StateChange> changes) {
  HistoryHead head = read_head(database);
  Statement insert =
      database.prepare("INSERT INTO history (number, claim, state, at, previous, hash) VALUES (?, ?, ?, ?, ?, ?)");
  for (const StateChange& change : changes) {
    const HistoryEntry entry = proof::next_entry(head, change);
    insert.bind(1, static_cast<std::int64_t>(entry.number))
        .bind(2, entry.claim)
        .bind(3, to_string(entry.state))
        .bind(4, milliseconds_of(entry.at))
        .bind(5, entry.previous)
        .bind(6, entry.hash)
        .run();
    head = proof::head_of(entry);
  }
}

// The history of a database that knew no hashes becomes the beginning of the chain.
void chain_earlier_changes(Sqlite& database) {
  {
    Statement rows = database.prepare("SELECT claim, state, at FROM state_change ORDER BY number");
    append_to_history(database, read_changes(rows));
  }
  // Its triggers go with it.
  database.execute("DROP TABLE state_change");
}

Lapse read_lapse(const Statement& row) {
  const auto ended = row.optional_number(3);
  return {.claim = row.text(0),
          .part = row.text(1),
          .from = time_of(row.number(2)),
          .to = ended ? std::optional{time_of(*ended)} : std::nullopt,
          .finding = {row.text(4), row.text(5)}};
}

// Keeps the lapses in step with the evidence. Within a transaction.
class LapseWriter {
 public:
  explicit LapseWriter(Sqlite& database)
      : find_{database.prepare("SELECT claim, part, began, ended, finding_en, finding_fr FROM lapse "
                               "WHERE claim = ? AND part = ?")},
        write_{database.prepare("INSERT OR REPLACE INTO lapse (claim, part, began, ended, finding_en, finding_fr) "
                                "VALUES (?, ?, ?, ?, ?, ?)")} {}

  void follow(const Evidence& evidence) {
    find_.bind(1, evidence.claim).bind(2, evidence.part);
    const std::optional<Lapse> last = find_.step() ? std::optional{read_lapse(find_)} : std::nullopt;
    find_.reset();
    const std::optional<Lapse> next = proof::follow(last, evidence);
    if (!next || next == last) return;
    write_.bind(1, next->claim)
        .bind(2, next->part)
        .bind(3, milliseconds_of(next->from))
        .bind(4, next->to ? std::optional{milliseconds_of(*next->to)} : std::nullopt)
        .bind(5, next->finding.en)
        .bind(6, next->finding.fr)
        .run();
  }

 private:
  Statement find_;
  Statement write_;
};

// The evidence of a database that knew no lapses tells of them, as far as it is kept.
void find_lapses(Sqlite& database) {
  LapseWriter lapses{database};
  Statement rows = database.prepare(
      "SELECT claim, part, outcome, finding_en, finding_fr, observed, NULL, NULL FROM evidence ORDER BY number");
  while (rows.step()) lapses.follow(read_evidence(rows));
}

}  // namespace

std::expected<std::unique_ptr<SqliteEvidenceStore>, SqliteError> SqliteEvidenceStore::open(
    const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
  auto database = Sqlite::open(file, busy_timeout);
  if (!database) return std::unexpected{database.error()};
  try {
    migrate(*database, evidence_migrations(), [&](std::size_t step) {
      if (step == kHistoryStep) chain_earlier_changes(*database);
      if (step == kLapseStep) find_lapses(*database);
    });
  } catch (const UnknownWord& failure) {
    return std::unexpected{SqliteError{0, failure.what()}};
  } catch (const std::invalid_argument& failure) {
    return std::unexpected{SqliteError{0, failure.what()}};
  } catch (const SqliteFailure& failure) {
    return std::unexpected{SqliteError{failure.code(), failure.what()}};
  }
  return std::unique_ptr<SqliteEvidenceStore>{new SqliteEvidenceStore{std::move(*database)}};
}

std::expected<std::unique_ptr<proof::HistoryReader>, SqliteError> SqliteEvidenceStore::open_reader(
    const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
  auto database = Sqlite::open(file, busy_timeout);
  if (!database) return std::unexpected{database.error()};
  try {
    database->execute("PRAGMA query_only = ON");
  } catch (const SqliteFailure& failure) {
    return std::unexpected{SqliteError{failure.code(), failure.what()}};
  }
  return std::unique_ptr<proof::HistoryReader>{new SqliteEvidenceStore{std::move(*database)}};
}

std::expected<void, StoreError> SqliteEvidenceStore::append(std::span<const Evidence> evidence) {
  return in_domain_terms([&] {
    Transaction transaction{database_};
    Statement insert = database_.prepare(
        "INSERT INTO evidence (claim, part, outcome, finding_en, finding_fr, observed, coverage_observed, "
        "coverage_expected) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    // The number of the newest row that is too many, and with it every older one.
    Statement prune = database_.prepare(
        "DELETE FROM evidence WHERE claim = ?1 AND part = ?2 AND number <= ("
        "SELECT number FROM evidence WHERE claim = ?1 AND part = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?3)");
    LapseWriter lapses{database_};
    for (const Evidence& one : evidence) {
      lapses.follow(one);
      insert.bind(1, one.claim)
          .bind(2, one.part)
          .bind(3, to_string(one.outcome))
          .bind(4, one.finding.en)
          .bind(5, one.finding.fr)
          .bind(6, milliseconds_of(one.observed))
          .bind(7, one.coverage ? std::optional{std::int64_t{one.coverage->observed}} : std::nullopt)
          .bind(8, one.coverage ? std::optional{std::int64_t{one.coverage->expected}} : std::nullopt)
          .run();
      prune.bind(1, one.claim).bind(2, one.part).bind(3, static_cast<std::int64_t>(proof::kEvidenceKeptPerPart)).run();
    }
    transaction.commit();
  });
}

std::expected<std::vector<Evidence>, StoreError> SqliteEvidenceStore::latest() {
  return in_domain_terms([&] {
    Statement rows = database_.prepare(
        "SELECT claim, part, outcome, finding_en, finding_fr, observed, coverage_observed, coverage_expected FROM "
        "evidence "
        "WHERE number IN (SELECT max(number) FROM evidence GROUP BY claim, part) ORDER BY number");
    std::vector<Evidence> latest;
    while (rows.step()) latest.push_back(read_evidence(rows));
    return latest;
  });
}

std::expected<std::vector<Lapse>, StoreError> SqliteEvidenceStore::lapses() {
  return in_domain_terms([&] {
    Statement rows =
        database_.prepare("SELECT claim, part, began, ended, finding_en, finding_fr FROM lapse ORDER BY claim, part");
    std::vector<Lapse> lapses;
    while (rows.step()) lapses.push_back(read_lapse(rows));
    return lapses;
  });
}

std::expected<void, StoreError> SqliteEvidenceStore::append_changes(std::span<const StateChange> changes) {
  return in_domain_terms([&] {
    Transaction transaction{database_};
    append_to_history(database_, changes);
    transaction.commit();
  });
}

std::expected<std::vector<StateChange>, StoreError> SqliteEvidenceStore::latest_changes() {
  return in_domain_terms([&] {
    Statement rows = database_.prepare(
        "SELECT claim, state, at FROM history "
        "WHERE number IN (SELECT max(number) FROM history GROUP BY claim) ORDER BY number");
    return read_changes(rows);
  });
}

std::expected<std::vector<StateChange>, StoreError> SqliteEvidenceStore::history(std::string_view claim) {
  return in_domain_terms([&] {
    Statement rows = database_.prepare("SELECT claim, state, at FROM history WHERE claim = ? ORDER BY number");
    rows.bind(1, claim);
    return read_changes(rows);
  });
}

std::expected<std::vector<HistoryEntry>, StoreError> SqliteEvidenceStore::history_page(std::uint64_t after,
                                                                                       std::size_t limit) {
  return in_domain_terms([&] {
    std::vector<HistoryEntry> page;
    if (after > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return page;
    Statement rows = database_.prepare(
        "SELECT number, claim, state, at, previous, hash FROM history WHERE number > ? ORDER BY number LIMIT ?");
    rows.bind(1, static_cast<std::int64_t>(after)).bind(2, static_cast<std::int64_t>(limit));
    while (rows.step()) page.push_back(read_entry(rows));
    return page;
  });
}

std::expected<HistoryHead, StoreError> SqliteEvidenceStore::head() {
  return in_domain_terms([&] { return read_head(database_); });
}

}  // namespace belfry::store
