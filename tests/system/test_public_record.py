"""What the site publishes of its states beside the page: the line of 90 days, the feed of changes, the badge, and the
page's address with a slash."""

import hashlib
import re
import sqlite3
import time
import xml.etree.ElementTree as ElementTree

import pytest

import harness

ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"
DAY = 86_400_000


def wait_for_entries(door, number=29):
    harness.wait_until(lambda: door.get("/security/head", host=harness.BELFRY).json()["number"] >= number, 60,
                       f"entry {number}", pause=0.5)


def feed(door, query="", *lines):
    response = door.get(f"/security/feed.atom{query}", *lines, host=harness.BELFRY)
    assert response.status == 200 and response.get("content-type") == "application/atom+xml; charset=utf-8", response
    return response, ElementTree.fromstring(response.body)


def badge(door, query="", *lines):
    response = door.get(f"/security/badge.svg{query}", *lines, host=harness.BELFRY)
    assert response.status == 200 and response.get("content-type") == "image/svg+xml", response
    return response, ElementTree.fromstring(response.body)


def timestamp(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


def rewrite(database, changes):
    """As a door would have written them that has been running for long: (claim, state, milliseconds)."""
    with sqlite3.connect(database) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM history")
        previous = "0" * 64
        for number, (claim, state, at) in enumerate(changes, 1):
            lines = ["belfry-history-1", str(number), claim, state, timestamp(at), previous]
            digest = hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()
            connection.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)",
                               (number, claim, state, at, previous, digest))
            previous = digest
    connection.close()


def summaries(door, language="en"):
    """claim -> the words of its 90 days."""
    text = door.get(f"/security?lang={language}", host=harness.BELFRY).body.decode()
    return dict(re.findall(r'<article class="[^"]*" id="([^"]*)".*?<summary>([^<]*)</summary>', text, re.DOTALL))


def test_ninety_days_are_drawn_from_the_history_over_a_restart(workplace, upstream):
    door = workplace.door(upstream, drill={"enabled": False}).start()
    try:
        wait_for_entries(door)
        assert summaries(door)["quality.reviewed"] == "90 days: 1 unknown, 89 without a record"
        claims = door.get("/security.json", host=harness.BELFRY).json()["claims"]
        assert door.stop() == 0
        # Noon of today, in UTC.
        noon = int(time.time() * 1000) // DAY * DAY + DAY // 2
        claims = [row["id"] for row in claims if row["id"] != "quality.reviewed"]
        rewrite(door.data / "proof.sqlite", [(claim, "unknown", noon - 200 * DAY) for claim in claims] +
                [("quality.reviewed", "unknown", noon - 40 * DAY),
                 ("quality.reviewed", "holds", noon - 39 * DAY),
                 ("quality.reviewed", "broken", noon - 5 * DAY),
                 ("quality.reviewed", "holds", noon - 5 * DAY + 60_000),
                 ("quality.reviewed", "unknown", noon - 2 * DAY)])
        door.start()
        said = summaries(door)
        assert len(said) == 29 and said["data.durable"] == "90 days: 90 unknown"
        assert said["quality.reviewed"] == "90 days: 35 held, 1 broken, 5 unknown, 49 without a record"
        assert summaries(door, "fr")["quality.reviewed"] == "90 jours\u00a0: 35 tenus, 1 rompu, 5 inconnus, 49 sans relevé"
        for words in said.values():
            assert sum(map(int, re.findall(r"(\d+) (?!days)", words))) == 90, words
    finally:
        assert door.stop() == 0


@pytest.mark.parametrize("query,asked,language", [("", "fr", "fr"), ("", "en", "en"), ("?lang=fr", "en", "fr"),
                                                  ("?lang=en", "fr", "en"), ("?lang=xx", "de", "en")])
def test_feed_is_atom_in_the_readers_language(door, query, asked, language):
    wait_for_entries(door)
    response, root = feed(door, query, f"Accept-Language: {asked}")
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language == response.get("content-language")
    assert response.get("vary") == "accept-language"
    assert response.get("cross-origin-resource-policy") == "cross-origin"
    # RFC 4287, section 4.1.1 and 4.1.2: exactly one of each.
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
    assert len(root.findall(f"{ATOM}author")) == 1
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"https://{harness.BELFRY}/security/feed.atom?lang={language}"
    assert links["alternate"] == f"https://{harness.BELFRY}/security?lang={language}"


def test_feed_shows_the_latest_entries_of_the_history(door):
    wait_for_entries(door)
    history = door.get("/security/history.json", host=harness.BELFRY).json()["entries"]
    _, root = feed(door)
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) <= 50
    ids = {entry.findtext(f"{ATOM}id"): entry.findtext(f"{ATOM}updated") for entry in entries}
    assert len(ids) == len(entries)
    for entry in history[-20:]:
        found = [at for name, at in ids.items() if name.endswith(f":security/history/{entry['number']}/{entry['hash']}")]
        assert found == [entry["at"]], entry
    assert all(name.startswith(f"tag:{harness.BELFRY},{history[0]['at'][:10]}:") for name in ids)
    _, french = feed(door, "?lang=fr")
    both = {entry.findtext(f"{ATOM}id") for entry in french.findall(f"{ATOM}entry")} & set(ids)
    assert len(both) >= 20, "an entry has one name in either language"


def test_badge_can_be_shown_anywhere_and_is_kept_for_a_minute_at_most(door):
    response, root = badge(door)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")
    assert response.get("cross-origin-resource-policy") == "cross-origin"
    assert response.get("vary") == "accept-language"
    age = re.fullmatch(r"public, max-age=(\d+)", response.get("cache-control"))
    assert age and 0 < int(age.group(1)) <= 60
    assert not {element.tag for element in root.iter()} - {f"{SVG}{name}" for name in
                                                           ("svg", "title", "rect", "circle", "path", "text")}


@pytest.mark.parametrize("query,asked,words", [("", "en", "29 hold"), ("?lang=fr", "en", "sur 29"), ("", "fr", "sur 29"),
                                               ("?lang=<script>", "", "29 hold"), ("?lang=", "fr", "sur 29")])
def test_badge_speaks_the_readers_language(door, query, asked, words):
    response, root = badge(door, query, f"Accept-Language: {asked}")
    assert words in root.findtext(f"{SVG}text")
    assert b"script" not in response.body


def test_badge_counts_as_the_page_does(door):
    def same():
        claims = door.get("/security.json", host=harness.BELFRY).json()["claims"]
        holding = sum(row["state"] == "holds" for row in claims)
        return f"Belfry · {holding} of 29 hold" in badge(door, "?lang=en")[1].findtext(f"{SVG}text")
    harness.wait_until(same, 30, "the same count", pause=0.5)


@pytest.mark.parametrize("query", ["", "?lang=fr", "?", "?lang=fr&a=%0d%0aX:%201", "?//elsewhere.invalid"])
def test_the_address_with_a_slash_leads_on_with_its_query(door, query):
    response = door.get(f"/security/{query}", host=harness.BELFRY)
    assert response.status == 308 and response.get("location") == f"/security{query}"


@pytest.mark.parametrize("path", ["/security/feed.atom", "/security/badge.svg"])
def test_only_reading_is_offered(door, path):
    response = door.request("PUT", path, "Sec-Fetch-Site: same-origin", host=harness.BELFRY)
    assert response.status == 405
    response = door.request("HEAD", path, host=harness.BELFRY)
    assert response.status == 200 and response.body == b""
