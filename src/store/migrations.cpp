#include "store/migrations.hpp"

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <string>

namespace belfry::store {

namespace {

// Times are milliseconds since 1970-01-01T00:00:00Z. AUTOINCREMENT: a number is never given twice, so the latest row is
// the one with the largest, whatever the clock said.
constexpr std::array<std::string_view, 5> kEvidence{
    R"sql(
  CREATE TABLE evidence (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    claim      TEXT NOT NULL,
    part       TEXT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('holds', 'broken', 'inconclusive')),
    finding_en TEXT NOT NULL,
    finding_fr TEXT NOT NULL,
    observed   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX evidence_of_part ON evidence (claim, part, number);

  CREATE TABLE state_change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    claim  TEXT NOT NULL,
    state  TEXT NOT NULL CHECK (state IN ('holds', 'unknown', 'broken')),
    at     INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX state_change_of_claim ON state_change (claim, number);
  CREATE TRIGGER state_change_stays BEFORE UPDATE ON state_change
    BEGIN SELECT RAISE(ABORT, 'the history of states is never changed'); END;
  CREATE TRIGGER state_change_is_kept BEFORE DELETE ON state_change
    BEGIN SELECT RAISE(ABORT, 'the history of states is never dropped'); END;
)sql",
    // The history of states as a chain. A row can only be put behind the last one and stays as it is; REPLACE, whose
    // deletion fires no trigger, cannot put one in another's place either. Neither hinders whoever can write the file
    // itself: the hashes are what tells.
    R"sql(
  CREATE TABLE history (
    number   INTEGER PRIMARY KEY,
    claim    TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('holds', 'unknown', 'broken')),
    at       INTEGER NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_of_claim ON history (claim, number);
  CREATE TRIGGER history_grows BEFORE INSERT ON history
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM history)
      OR NEW.previous IS NOT coalesce((SELECT hash FROM history ORDER BY number DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'the history of states only grows at its end'); END;
  CREATE TRIGGER history_stays BEFORE UPDATE ON history
    BEGIN SELECT RAISE(ABORT, 'the history of states is never changed'); END;
  CREATE TRIGGER history_is_kept BEFORE DELETE ON history
    BEGIN SELECT RAISE(ABORT, 'the history of states is never dropped'); END;
)sql",
    // The last lapse of each part, which outlives the evidence that it is made of.
    R"sql(
  CREATE TABLE lapse (
    claim      TEXT NOT NULL,
    part       TEXT NOT NULL,
    began      INTEGER NOT NULL,
    ended      INTEGER CHECK (ended >= began),
    finding_en TEXT NOT NULL,
    finding_fr TEXT NOT NULL,
    PRIMARY KEY (claim, part)
  ) STRICT, WITHOUT ROWID;
)sql",
    // How much of what there is a figure was computed from; NULL for what is no figure.
    R"sql(
  ALTER TABLE evidence ADD COLUMN coverage_observed INTEGER CHECK (coverage_observed BETWEEN 0 AND 4294967295);
  ALTER TABLE evidence ADD COLUMN coverage_expected INTEGER CHECK (coverage_expected BETWEEN 0 AND 4294967295);
)sql",
    // The drills that act, or that were cut off while they did.
    R"sql(
  CREATE TABLE drill_entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    claim  TEXT NOT NULL,
    begun  INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE drill_artefact (
    entry INTEGER NOT NULL REFERENCES drill_entry (number),
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    UNIQUE (entry, kind, name)
  ) STRICT;
)sql"};

}  // namespace

std::span<const std::string_view> evidence_migrations() {
  return kEvidence;
}

void migrate(Sqlite& database, std::span<const std::string_view> steps, const AfterStep& after_step) {
  Transaction transaction{database};
  Statement version = database.prepare("PRAGMA user_version");
  version.step();
  const auto done = static_cast<std::size_t>(version.number(0));
  version.reset();
  if (done > steps.size()) {
    throw SqliteFailure{SQLITE_SCHEMA, "written by a newer version (" + std::to_string(done) + " steps)"};
  }
  for (std::size_t step = done; step < steps.size(); ++step) {
    database.execute(std::string{steps[step]});
    if (after_step) after_step(step + 1);
  }
  database.execute("PRAGMA user_version = " + std::to_string(steps.size()));
  transaction.commit();
}

}  // namespace belfry::store
