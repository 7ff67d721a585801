#include "store/migrations.hpp"

#include <array>

namespace belfry::store {

namespace {

// Columns of type BLOB are sealed for their table, row and column (crypto/sealed_box.hpp): the row is the person's id,
// or the token of a link or session. Of tokens and codes there are SHA-256 hashes in hex, of e-mail addresses keyed
// ones. Times are in milliseconds, by the wall since 1970-01-01T00:00:00Z and by the running clock
// (accounts/running_time.hpp).
constexpr std::array<std::string_view, 5> kAccounts{
    R"sql(
  -- When the running clock was last read: comparable within one boot of the machine.
  CREATE TABLE running_clock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    boot    TEXT NOT NULL,
    steady  INTEGER NOT NULL,
    running INTEGER NOT NULL
  ) STRICT;
  INSERT INTO running_clock (one, boot, steady, running) VALUES (1, '', 0, 0);

  CREATE TABLE data_key (
    purpose TEXT NOT NULL CHECK (purpose IN ('sealing', 'lookup', 'password')),
    number  INTEGER NOT NULL CHECK (number BETWEEN 1 AND 4294967295),
    wrapped BLOB NOT NULL,
    PRIMARY KEY (purpose, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE person (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    email_hash TEXT NOT NULL UNIQUE,
    email      BLOB NOT NULL,
    name       BLOB NOT NULL,
    password   BLOB NOT NULL,
    -- How many passwords they had; the same one hashed anew is no other.
    passwords  INTEGER NOT NULL DEFAULT 1,
    role       TEXT NOT NULL CHECK (role IN ('administrator', 'staff', 'member')),
    state      TEXT NOT NULL CHECK (state IN ('awaiting', 'active', 'locked')),
    created    INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE second_factor (
    person      TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    secret      BLOB NOT NULL,
    confirmed   INTEGER NOT NULL,
    newest_used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE recovery_code (
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    code   TEXT NOT NULL,
    PRIMARY KEY (person, code)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE link (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    token          TEXT NOT NULL UNIQUE,
    step           TEXT NOT NULL
                   CHECK (step IN ('first administrator', 'invitation', 'password reset', 'e-mail from', 'e-mail to')),
    person         TEXT REFERENCES person (id) ON DELETE CASCADE,
    email_hash     TEXT,
    email          BLOB,
    role           TEXT NOT NULL CHECK (role IN ('administrator', 'staff', 'member')),
    issued         INTEGER NOT NULL,
    issued_running INTEGER NOT NULL,
    confirmed      INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))
  ) STRICT;
  CREATE INDEX link_of_person ON link (person);

  -- Whose attempts: of a person ('strangers', 'codes'), of a device that a person signed in on, of many unknown e-mails.
  CREATE TABLE lockout (
    counter  TEXT NOT NULL CHECK (counter IN ('strangers', 'device', 'codes', 'nobody')),
    subject  TEXT NOT NULL,
    reserved INTEGER NOT NULL,
    forgiven INTEGER NOT NULL CHECK (forgiven BETWEEN 0 AND reserved),
    locks    INTEGER NOT NULL CHECK (locks BETWEEN 0 AND 4294967295),
    until    INTEGER,
    PRIMARY KEY (counter, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE known_device (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    UNIQUE (person, device)
  ) STRICT;

  CREATE TABLE session (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    token           TEXT NOT NULL UNIQUE,
    person          TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    proven          TEXT NOT NULL CHECK (proven IN ('password', 'second factor')),
    host            TEXT NOT NULL,
    device          BLOB NOT NULL,
    address         BLOB NOT NULL,
    created         INTEGER NOT NULL,
    created_running INTEGER NOT NULL,
    used            INTEGER NOT NULL,
    used_running    INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX session_of_person ON session (person, used_running);
)sql",
    // What a session was handed over from: no reference, as that may be over, and gone, before it.
    R"sql(
  ALTER TABLE session ADD COLUMN parent TEXT;
  CREATE INDEX session_of_parent ON session (parent) WHERE parent IS NOT NULL;
)sql",
    // One more step of links, and what somebody who signed up typed. A CHECK cannot be altered: the table is made anew.
    // Its indexes are for the ten thousand links that strangers may have made.
    R"sql(
  CREATE TABLE link_anew (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    token          TEXT NOT NULL UNIQUE,
    step           TEXT NOT NULL
                   CHECK (step IN ('first administrator', 'invitation', 'sign-up', 'password reset', 'e-mail from',
                                   'e-mail to')),
    person         TEXT REFERENCES person (id) ON DELETE CASCADE,
    email_hash     TEXT,
    email          BLOB,
    role           TEXT NOT NULL CHECK (role IN ('administrator', 'staff', 'member')),
    issued         INTEGER NOT NULL,
    issued_running INTEGER NOT NULL,
    confirmed      INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))
  ) STRICT;
  INSERT INTO link_anew (number, token, step, person, email_hash, email, role, issued, issued_running, confirmed)
    SELECT number, token, step, person, email_hash, email, role, issued, issued_running, confirmed FROM link;
  DROP TABLE link;
  ALTER TABLE link_anew RENAME TO link;
  CREATE INDEX link_of_person ON link (person);
  CREATE INDEX link_of_email ON link (email_hash);
  CREATE INDEX link_of_step ON link (step, number);
  CREATE INDEX link_by_time ON link (issued_running);

  CREATE TABLE sign_up (
    token    TEXT PRIMARY KEY REFERENCES link (token) ON DELETE CASCADE,
    person   TEXT NOT NULL,  -- who they will be
    name     BLOB NOT NULL,
    password BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
)sql",
    // Whether the e-mail, which is sealed, is a canary's. Nobody who was there before has one.
    R"sql(
  ALTER TABLE person ADD COLUMN canary INTEGER NOT NULL DEFAULT 0
    CHECK (canary = 0 OR (canary = 1 AND role <> 'administrator'));
  CREATE INDEX canary ON person (number) WHERE canary = 1;
)sql",
    // What strangers typed for an address before anybody had shown that its mailbox was theirs. The links stay: behind
    // them name and password are chosen now.
    R"sql(
  DROP TABLE sign_up;
)sql"};

}  // namespace

std::span<const std::string_view> account_migrations() {
  return kAccounts;
}

}  // namespace belfry::store
