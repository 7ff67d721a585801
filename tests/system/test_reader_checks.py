"""Each command that the security page gives its readers is run as it is printed, against a live door, and what the page
says of its outcome must come true. The only help: a curlrc that knows the test's CA and where the names lead, and an
openssl that goes to loopback."""

import html.parser
import os
import re
import shutil
import subprocess

import pytest

import harness

LISTED = "127.0.0.66"
HSTS = re.compile(r"^strict-transport-security: max-age=(\d+)", re.IGNORECASE)
IDENTIFIER = re.compile(r"^x-request-id: (\S+)\s*$", re.IGNORECASE)


@pytest.fixture(scope="module")
def door(workplace, upstream):
    """With the limits as they are where nobody sets them."""
    listed = workplace.folder / "reader-listed.txt"
    listed.write_text(f"{LISTED}/32\n198.51.100.0/24\n")
    with workplace.door(upstream, limit={"rate": None, "burst": None}, drill={"enabled": False},
                        blocklist={"files": [str(listed)]}) as door:
        yield door


class Commands(html.parser.HTMLParser):
    """claim -> the command in its row."""

    def __init__(self, text):
        super().__init__()
        self.found, self.claim, self.inside = {}, None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "article":
            self.claim = dict(attributes)["id"]
        self.inside = self.inside or tag == "pre"

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "pre"

    def handle_data(self, data):
        if self.inside:
            self.found[self.claim] = self.found.get(self.claim, "") + data


def ask(door, path):
    """As a reader who came by the door's port."""
    def answered():
        response = door.get(path, host=f"{harness.BELFRY}:{door.port}")
        return response if response.status == 200 else None
    # A test before may have spent what this address may ask for.
    return harness.wait_until(answered, 20, path, pause=0.5)


@pytest.fixture(scope="module")
def commands(door):
    return Commands(ask(door, "/security?lang=en").body.decode()).found


@pytest.fixture
def shell(door, tmp_path):
    def run(command, source=None):
        lines = [f'cacert = "{door.certificates.ca}"', 'connect-to = "::127.0.0.1:"', 'noproxy = "*"']
        if source:
            lines.append(f'interface = "{source}"')
        (tmp_path / ".curlrc").write_text("\n".join(lines) + "\n")
        openssl = tmp_path / "openssl"
        openssl.write_text(f"""#!/bin/bash
arguments=()
for argument; do arguments+=("${{argument/{harness.APP}:/127.0.0.1:}}"); done
exec {shutil.which("openssl")} "${{arguments[@]}}"
""")
        openssl.chmod(0o755)
        environment = {**os.environ, "HOME": str(tmp_path), "CURL_HOME": str(tmp_path),
                       "PATH": f"{tmp_path}:{os.environ['PATH']}", "LC_ALL": "C"}
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60 * harness.PATIENCE,
                              env=environment, check=False)
        print(f"$ {command}\n{done.stdout}{done.stderr}")
        return done
    return run


def test_page_and_json_give_the_same_commands_in_either_language(door, commands):
    french = Commands(ask(door, "/security?lang=fr").body.decode()).found
    claims = ask(door, "/security.json").json()["claims"]
    assert commands == french == {row["id"]: row["command"] for row in claims if row["command"]}
    assert set(commands) == {row["id"] for row in claims if row["check"]}, "each row with a check, and no other"


def expect_encrypted(door, shell, command):
    done = shell(command)
    assert "curl: (" in done.stderr and "alert protocol version" in done.stdout.lower(), done


def expect_report(door, shell, command):
    said = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-enddate", "-in",
                           door.certificates.certificate], capture_output=True, text=True, check=True).stdout
    assert shell(command).stdout == said


def expect_hsts(door, shell, command):
    lines = shell(command).stdout.splitlines()
    assert len(lines) == 2 and all(int(HSTS.match(line).group(1)) >= 15768000 for line in lines), lines


def expect_blocklist(door, shell, command):
    assert shell(command).stdout == "200\n"
    done = shell(command, source=LISTED)
    assert done.stdout == "000\n" and "curl: (" in done.stderr, done


def expect_rate(door, shell, command):
    counts = {code: int(count) for count, code in (line.split() for line in shell(command).stdout.splitlines())}
    assert set(counts) == {"200", "429"} and counts["200"] >= 300 and sum(counts.values()) == 1000, counts


def expect_traced(door, shell, command):
    lines = shell(command).stdout.splitlines()
    identifiers = [IDENTIFIER.match(line).group(1) for line in lines]
    assert len(identifiers) == 2 and identifiers[0] != identifiers[1]
    for identifier in identifiers:
        assert door.record_of(identifier)["path"] == "/"


def expect_origin(door, shell, command):
    assert shell(command).stdout == "403\n200\n"


def expect_sign_in_page(door, shell, command):
    assert shell(command).stdout == "200\n"


def expect_a_row(door, shell, command):
    assert shell(command).stdout == "1\n"


def expect_401(door, shell, command):
    assert shell(command).stdout == "401\n"


def expect_no_markup(door, shell, command):
    assert shell(command).stdout == "0\n"


def expect_403(door, shell, command):
    before = len(door.requests())
    assert shell(command).stdout == "403\n"
    harness.wait_until(lambda: any(line["reason"] == "csrf_token" for line in door.requests()[before:]), 5, "its line")


def expect_policies(door, shell, command):
    lines = shell(command).stdout.splitlines()
    wanted = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
    assert len(lines) == 2 and all(part in line for line in lines for part in wanted), lines


EXPECTED = {"transit.encrypted": expect_encrypted, "transit.report": expect_report, "transit.hsts": expect_hsts,
            "request.blocklist": expect_blocklist, "request.rate": expect_rate, "request.traced": expect_traced,
            "request.origin": expect_origin, "password.policy": expect_sign_in_page, "password.hashed": expect_a_row,
            "account.lockout": expect_sign_in_page, "account.second_factor": expect_401,
            "output.escaped": expect_no_markup, "request.csrf_token": expect_403, "response.csp": expect_policies,
            "organisation.credentials": expect_401}


def test_every_command_does_what_the_page_says(door, commands, shell):
    # What this address may ask for is spent last.
    for claim in sorted(commands, key=lambda claim: claim == "request.rate"):
        EXPECTED[claim](door, shell, commands[claim])


def test_commands_find_what_is_wrong(door, shell, commands, workplace, upstream):
    """The same commands where the measures are not there: against the application itself, behind a TLS of its own."""
    with workplace.door(upstream, limit={"rate": 10_000, "burst": 1_000_000}, origin={"except": ["/.belfry"]},
                        drill={"enabled": False}) as other:
        def against(claim):
            return commands[claim].replace(f":{door.port}", f":{other.port}")
        assert shell(against("request.origin")).stdout == "200\n200\n"
        assert shell(against("request.rate")).stdout.split() == ["1000", "200"]
        assert shell(against("request.blocklist"), source=LISTED).stdout == "200\n"
        # And where the limit is out of reach the page offers no command that could not show it.
        claims = other.get("/security.json", host=harness.BELFRY).json()["claims"]
        assert next(row for row in claims if row["id"] == "request.rate")["command"] is None


def test_no_command_takes_up_what_a_visitor_sent(door):
    """The port is the visitor's own; nothing else of a request reaches a command."""
    for host in (f"{harness.BELFRY}:8443", harness.BELFRY):
        response = door.get("/security?lang=en&x=$(id)", "Referer: https://x/'$(id)", "Origin: https://$(id)", host=host)
        text = response.body.decode()
        assert "$(id)" not in text
        assert (":8443/" in text) == host.endswith(":8443")
