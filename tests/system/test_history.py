"""The public history of states: a chain of hashes that anybody can verify, that only grows, and that a kept head stays
in, over a restart and a kill. The hashes are computed here by what docs/decisions/0007 says alone."""

import concurrent.futures
import hashlib
import signal
import sqlite3

import pytest

import harness

STATES = ("holds", "unknown", "broken")


def ask(door, path):
    response = door.get(path, host=harness.BELFRY)
    assert response.status == 200 and response.get("content-type") == "application/json", response
    assert response.get("cross-origin-resource-policy") == "cross-origin"
    assert response.get("cache-control") == "no-store"
    return response.json()


def head(door):
    answer = ask(door, "/security/head")
    assert set(answer) == {"site", "number", "hash", "at"} and answer["site"] == harness.APP
    return answer


def verified(door):
    """All entries, by their number; fails where the chain does not fit."""
    entries, after, previous = [], 0, "0" * 64
    while after is not None:
        page = ask(door, f"/security/history.json?after={after}")
        assert set(page) == {"site", "after", "entries", "head", "next"}
        assert page["site"] == harness.APP and page["after"] == after and len(page["entries"]) <= 1000
        for entry in page["entries"]:
            assert set(entry) == {"number", "claim", "state", "at", "previous", "hash"}
            assert entry["number"] == len(entries) + 1 and entry["previous"] == previous
            assert entry["state"] in STATES and entry["at"].endswith("Z")
            lines = ["belfry-history-1", str(entry["number"]), entry["claim"], entry["state"], entry["at"], previous]
            previous = hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()
            assert entry["hash"] == previous, entry
            entries.append(entry)
        after = page["next"]
    if page["head"]["number"] == len(entries):
        assert page["head"]["hash"] == previous
    return entries


def wait_for_entries(door, number):
    return harness.wait_until(lambda: (now := head(door))["number"] >= number and now, 60, f"entry {number}", pause=0.5)


def wait_for_holds(door):
    def live():
        claims = ask(door, "/security.json")["claims"]
        return any(claim["state"] == "holds" for claim in claims)
    harness.wait_until(live, 60, "a drill", pause=0.5)


def add_rows(database, wanted):
    """More history than drills make in a test, chained as the product does it."""
    with sqlite3.connect(database) as connection:
        number, previous = connection.execute("SELECT number, hash FROM history ORDER BY number DESC LIMIT 1").fetchone()
        while number < wanted:
            number += 1
            lines = ["belfry-history-1", str(number), "transit.report", "unknown", "2026-03-12T14:00:00.000Z", previous]
            digest = hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()
            connection.execute("INSERT INTO history VALUES (?, 'transit.report', 'unknown', 1773324000000, ?, ?)",
                               (number, previous, digest))
            previous = digest
    connection.close()


def test_history_is_a_chain_that_ends_at_the_head(door):
    kept = wait_for_entries(door, 29)
    entries = verified(door)
    assert len({entry["claim"] for entry in entries}) == 29, "each claim's state has a beginning"
    at_kept = entries[kept["number"] - 1]
    assert (at_kept["hash"], at_kept["at"]) == (kept["hash"], kept["at"])
    page = ask(door, f"/security/history.json?after={len(entries) - 2}")
    assert [entry["number"] for entry in page["entries"]][:2] == [len(entries) - 1, len(entries)]
    assert ask(door, "/security/history.json?after=999999")["entries"] == []


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=", "after", "after=1&after=2", "after=1.5",
                                   "after=99999999999999999999", "after=%31"])
def test_malformed_after_is_refused_with_its_reason(door, query):
    response = door.get(f"/security/history.json?{query}", "Accept: application/json", host=harness.BELFRY)
    assert response.status == 400
    refusal = response.json()
    assert refusal["reason"] == "malformed_query" and "digits" in refusal["detail"]
    assert door.record_of(response.id)["reason"] == "malformed_query"


def test_only_reading_is_offered(door):
    for path in ("/security/history.json", "/security/head"):
        for method in ("PUT", "DELETE"):
            response = door.request(method, path, "Sec-Fetch-Site: same-origin", host=harness.BELFRY)
            assert response.status == 405, response
        response = door.request("HEAD", path, host=harness.BELFRY)
        assert response.status == 200 and response.body == b""
        assert door.get(path, host=harness.APP).body != door.get(path, host=harness.BELFRY).body


def test_security_page_leads_to_it(door):
    for language in ("en", "fr"):
        page = door.get(f"/security?lang={language}", "Accept: text/html", host=harness.BELFRY).body.decode()
        assert 'href="/security/history.json"' in page


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_history_goes_on_over_a_restart(workplace, upstream, end):
    door = workplace.door(upstream).start()
    try:
        kept = [wait_for_entries(door, 29)]
        wait_for_holds(door)
        kept.append(head(door))
        before = verified(door)
        assert door.stop(end) == (0 if end == signal.SIGTERM else -signal.SIGKILL)
        door.start()
        after = verified(door)
        assert after[:len(before)] == before, "nothing was changed or lost"
        for old in kept:
            assert after[old["number"] - 1]["hash"] == old["hash"]
    finally:
        assert door.stop() == 0


def test_long_history_comes_in_pages(workplace, upstream):
    door = workplace.door(upstream).start()
    try:
        wait_for_entries(door, 29)
        assert door.stop() == 0
        add_rows(door.data / "proof.sqlite", 2500)
        door.start()
        first = ask(door, "/security/history.json")
        assert len(first["entries"]) == 1000 and first["next"] == 1000
        assert len(verified(door)) >= 2500
        # Many readers at a time, and a writer beside them: a page, or a refusal that says when to come back.
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: door.get("/security/history.json?after=1", host=harness.BELFRY), range(150)))
        assert {answer.status for answer in answers} <= {200, 503}
        assert all(answer.get("retry-after") for answer in answers if answer.status == 503)
        assert sum(answer.status == 200 for answer in answers) > 0
    finally:
        assert door.stop() == 0


def test_row_that_was_changed_by_hand_is_found(workplace, upstream):
    door = workplace.door(upstream).start()
    try:
        wait_for_entries(door, 29)
        assert door.stop() == 0
        with sqlite3.connect(door.data / "proof.sqlite") as connection:
            with pytest.raises(sqlite3.Error):
                connection.execute("UPDATE history SET state = 'holds' WHERE number = 7")
            connection.executescript("DROP TRIGGER history_stays; UPDATE history SET state = 'holds' WHERE number = 7")
        connection.close()
        door.start()
        with pytest.raises(AssertionError):
            verified(door)
    finally:
        assert door.stop() == 0


def test_history_of_an_earlier_version_becomes_the_chains_beginning(workplace, upstream):
    door = workplace.door(upstream).start()
    try:
        wait_for_entries(door, 29)
        assert door.stop() == 0
        database = door.data / "proof.sqlite"
        # Back to the form of the first version.
        with sqlite3.connect(database) as connection:
            connection.executescript("""
                CREATE TABLE state_change (number INTEGER PRIMARY KEY AUTOINCREMENT, claim TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('holds', 'unknown', 'broken')), at INTEGER NOT NULL) STRICT;
                CREATE INDEX state_change_of_claim ON state_change (claim, number);
                CREATE TRIGGER state_change_stays BEFORE UPDATE ON state_change BEGIN SELECT RAISE(ABORT, 'no'); END;
                CREATE TRIGGER state_change_is_kept BEFORE DELETE ON state_change BEGIN SELECT RAISE(ABORT, 'no'); END;
                INSERT INTO state_change SELECT number, claim, state, at FROM history ORDER BY number;
                DROP TABLE history;
                DROP TABLE lapse;
                ALTER TABLE evidence DROP COLUMN coverage_observed;
                ALTER TABLE evidence DROP COLUMN coverage_expected;
                DROP TABLE drill_artefact;
                DROP TABLE drill_entry;
                PRAGMA user_version = 1;""")
        connection.close()
        door.start()
        assert len(verified(door)) >= 29
    finally:
        assert door.stop() == 0
