"""`belfry drill`: a door of ours, a site that does everything wrong, a site of somebody else's, and the verification of a
public history. All on loopback; what is "somebody else's" is so by its name alone."""

import contextlib
import datetime
import http.server
import json
import os
import ssl
import subprocess
import threading

import pytest

import harness

FOREIGN = "foreign.test"
OWN, BELFRY = "door.localhost", "belfry.door.localhost"


def belfry(*arguments, state=None, expect=None, timeout=180):
    environment = {**os.environ, **({"XDG_STATE_HOME": str(state)} if state else {})}
    result = subprocess.run([harness.BINARY, "drill", *map(str, arguments)], capture_output=True, text=True,
                            timeout=timeout * harness.PATIENCE, env=environment, stdin=subprocess.DEVNULL)
    print(result.stdout[-6000:], result.stderr[-2000:])
    if expect is not None:
        assert result.returncode == expect, (result.returncode, result.stdout, result.stderr)
    return result


def drill(*arguments, expect=None, **options):
    """The report as JSON, with its rows by id (the first of each)."""
    report = json.loads(belfry(*arguments, "--json", expect=expect, **options).stdout)
    rows = {}
    for row in report["checks"] or []:
        assert set(row) == {"id", "claim", "state", "finding", "details"}
        rows.setdefault(row["id"], row)
    return report, rows


class Site:
    """An HTTPS server that answers by `answer(handler)`, and keeps what it was asked."""

    def __init__(self, certificate, key, answer):
        self.requests = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version, sys_version = "Bad", ""

            def respond(self):
                length = int(self.headers.get("content-length", 0))
                self.sent = self.rfile.read(length)
                site.requests.append((self.command, self.path, dict(self.headers)))
                status, fields, body = answer(self)
                self.send_response(status)
                for name, value in fields:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = respond

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # every offer of the scan ends as one

            def finish_request(self, request, client_address):
                request.settimeout(10)
                if site.context:
                    request = site.context.wrap_socket(request, server_side=True)
                super().finish_request(request, client_address)

        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def bad_answer(handler):
    """No guard, no header that protects, a form that takes everything, a policy that allows everything."""
    if handler.path == "/.well-known/security.txt":
        return 200, [("Content-Type", "text/plain")], b"Contact: security@bad.example\nExpires: 2020-01-01T00:00:00Z\n"
    if handler.path.startswith("/belfry-drill-"):
        return 404, [], b"no"
    if handler.command == "POST":
        return 303, [("Location", "/")], b""
    return 200, [("Content-Type", "text/html"), ("Set-Cookie", "sessionid=1; Path=/"),
                 ("Content-Security-Policy", "script-src 'unsafe-inline' *"),
                 ("Access-Control-Allow-Origin", handler.headers.get("origin", "null")),
                 ("Access-Control-Allow-Credentials", "true")], b"<script src=//cdn.example/x.js></script>"


@pytest.fixture(scope="module")
def bad_site(workplace):
    certificate, key = workplace.certificates.issue("bad", ["bad.localhost"])
    with Site(certificate, key, bad_answer) as site:
        yield site


@pytest.fixture(scope="module")
def plain_site():
    with Site(None, None, lambda _: (200, [], b"in the clear")) as site:
        yield site


class LocalDoor(harness.Door):
    """A door of loopback names, which are everybody's to drill."""

    def get(self, target, *lines, host=BELFRY, **connection):
        host = OWN if host == OWN else BELFRY
        with self.raw(host=host, **connection) as raw:
            return raw.request("GET", target, "Connection: close", *lines, host=host)


def local_door(workplace, upstream, name, **sections):
    certificate, key = workplace.certificates.issue(name, [OWN, BELFRY])
    return LocalDoor(workplace.folder / name, workplace.certificates, upstream.port,
                     {"site": {"host": OWN}, "belfry": {"host": BELFRY},
                      "tls": {"certificate": str(certificate), "key": str(key)}, **sections})


@pytest.fixture(scope="module")
def own_door(workplace, upstream):
    with local_door(workplace, upstream, "own-door") as door:
        yield door


def test_door_is_drilled_and_what_it_promises_holds(own_door):
    ca = own_door.certificates.ca
    report, rows = drill(f"https://{OWN}:{own_door.port}/", "--ca", ca, "--form", "/sign", "--form-field", "name=a b",
                         "--plain-port", harness.free_port())
    assert report["ownership"]["proof"] == "loopback"
    assert report["controls"]["seen"] == report["controls"]["made"] >= 10 and "this machine" in report["controls"]["note"]
    for row in ("tls.offers", "tls.certificate", "plain_http", "hsts.page", "form.origin"):
        assert rows[row]["state"] == "holds", rows[row]
    assert rows["tls.offers"]["claim"] == "transit.encrypted"
    assert rows["form.origin"]["claim"] == "request.origin" and "403" in rows["form.origin"]["finding"]
    assert rows["trace"]["state"] == "unknown" and rows["cookies"]["claim"] is None
    assert rows["hsts.error"]["state"] == "unknown", "this application answers everything with 200"
    assert report["tls"][0]["certificate"]["trusted"] is True
    assert {row["state"] for row in report["checks"]} <= {"holds", "broken", "unknown", "graded"}
    for state in ("holds", "broken", "unknown", "graded"):
        assert report["summary"][state] == sum(row["state"] == state for row in report["checks"])


def test_limit_is_met_by_a_burst_that_was_consented_to(workplace, upstream):
    with local_door(workplace, upstream, "limited-door", limit={"rate": 20, "burst": 100}) as door:
        _, rows = drill(f"https://{OWN}:{door.port}/", "--ca", workplace.certificates.ca, "--rate", 400)
    assert rows["rate"]["state"] == "holds" and rows["rate"]["claim"] == "request.rate", rows["rate"]
    assert "429" in rows["rate"]["finding"]


def test_belfrys_own_page_reaches_the_marks(own_door):
    report, rows = drill(f"https://{BELFRY}:{own_door.port}/security", "--ca", own_door.certificates.ca)
    assert rows["csp"]["state"] == "holds"
    assert not any(finding["severity"] in ("high", "medium") for finding in report["csp"]["findings"])
    assert report["headers"]["grade"] == "A+" and report["headers"]["untested"] == ["redirection"]
    assert rows["cookies"]["state"] == "holds" and rows["hsts.error"]["state"] == "holds"


def test_bad_site_is_broken_row_by_row(workplace, bad_site, plain_site):
    arguments = (f"https://bad.localhost:{bad_site.port}/", "--ca", workplace.certificates.ca, "--form", "/sign",
                 "--rate", 60, "--plain-port", plain_site.port)
    report, rows = drill(*arguments, expect=1)
    for row in ("plain_http", "hsts.page", "hsts.error", "csp", "cookies", "form.origin", "rate", "security_txt"):
        assert rows[row]["state"] == "broken", rows[row]
    assert rows["tls.certificate"]["state"] == "holds"
    assert report["headers"]["grade"] == "F" and report["headers"]["score"] == 0
    modifiers = {modifier["test"]: modifier for modifier in report["headers"]["modifiers"]}
    assert modifiers["cross-origin-resource-sharing"]["score"] == -50
    assert modifiers["redirection"]["score"] == -20 and modifiers["subresource-integrity"]["score"] == -50
    assert any("HttpOnly" in finding["finding"] for finding in report["cookies"])
    assert any(finding["value"] == "'unsafe-inline'" for finding in report["csp"]["findings"])
    text = belfry(*arguments, expect=1).stdout
    assert "broken" in text and "\x1b" not in text, "no colours into a pipe"


def test_burst_is_sent_only_with_consent_and_in_its_bounds(workplace, bad_site):
    bad_site.requests.clear()
    _, rows = drill(f"https://bad.localhost:{bad_site.port}/", "--ca", workplace.certificates.ca)
    assert "rate" not in rows and "form.origin" not in rows
    assert len(bad_site.requests) < 20 and all(method == "GET" for method, *_ in bad_site.requests)
    bad_site.requests.clear()
    drill(f"https://bad.localhost:{bad_site.port}/", "--ca", workplace.certificates.ca, "--rate", 25, "--rate-path", "/x")
    assert sum(path == "/x" for _, path, _ in bad_site.requests) == 25
    assert belfry(f"https://bad.localhost:{bad_site.port}/", "--rate", 1001).returncode == 2


def test_redirect_is_followed_within_the_site_alone(workplace, bad_site):
    certificate, key = workplace.certificates.issue("moving", ["moving.localhost"])
    target = f"https://bad.localhost:{bad_site.port}/"

    def answer(handler):
        return {"/": (302, [("Location", "/here")], b""), "/here": (302, [("Location", target)], b"")}.get(
            handler.path, (404, [], b""))

    bad_site.requests.clear()
    with Site(certificate, key, answer) as site:
        drill(f"https://moving.localhost:{site.port}/", "--ca", workplace.certificates.ca)
        assert any(path == "/here" for _, path, _ in site.requests)
    assert not bad_site.requests


def test_unknown_is_told_and_strict_counts_it(workplace):
    certificate, key = workplace.certificates.issue("good", ["good.localhost"])

    def answer(handler):
        fields = [("Strict-Transport-Security", "max-age=63072000"), ("X-Content-Type-Options", "nosniff"),
                  ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")]
        if handler.path == "/.well-known/security.txt":
            return 200, fields + [("Content-Type", "text/plain")], (
                b"Contact: mailto:a@good.example\nExpires: " + soon.encode() + b"\n")
        return (200 if handler.path == "/" else 404), fields, b"<p>"

    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Site(certificate, key, answer) as site:
        url = f"https://good.localhost:{site.port}/"
        report, rows = drill(url, "--ca", workplace.certificates.ca)
        for row in ("hsts.page", "hsts.error", "csp", "cookies", "security_txt"):
            assert rows[row]["state"] == "holds", rows[row]
        broken = [row["id"] for row in report["checks"] if row["state"] == "broken"]
        assert broken in ([], ["tls.offers"]), "Python's server may take a weak offer, and nothing else is wrong"
        belfry(url, "--ca", workplace.certificates.ca, expect=1 if broken else 0)
        belfry(url, "--ca", workplace.certificates.ca, "--strict", expect=1)


@pytest.mark.parametrize("status", [421, 503])
def test_error_page_tells_nothing_of_the_sites_pages_nor_of_its_limit(workplace, status):
    certificate, key = workplace.certificates.issue("down", ["down.localhost"])
    fields = [("Strict-Transport-Security", "max-age=63072000"), ("X-Content-Type-Options", "nosniff"),
              ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")]
    with Site(certificate, key, lambda _: (status, fields, b"no")) as site:
        report, rows = drill(f"https://down.localhost:{site.port}/", "--ca", workplace.certificates.ca, "--rate", 20)
    for row in ("headers", "csp", "cookies"):
        assert rows[row]["state"] == "unknown" and f"status {status}" in rows[row]["finding"], rows[row]
    assert report["headers"] is None and report["csp"]["findings"] == [] and report["cookies"] == []
    assert rows["hsts.page"]["state"] == "holds"
    assert rows["rate"]["state"] == "unknown", rows["rate"]


def test_site_that_is_not_there_is_a_failure(workplace):
    report, rows = drill(f"https://gone.localhost:{harness.free_port()}/", "--ca", workplace.certificates.ca, expect=1)
    assert rows["hsts.page"]["state"] == "unknown" and report["summary"]["holds"] == 0


@pytest.mark.parametrize("arguments", [
    ["http://a.localhost/"], ["a.localhost"], ["https://user@a.localhost/"], ["https://a.localhost/", "--rate", "many"],
    ["https://a.localhost/", "--form-field", "a=b"], ["https://a.localhost/", "--form", "x"],
    ["https://a.localhost/", "--form", "/x", "--form-field", "novalue"], ["https://a.localhost/", "--connect-to", "b:1"],
    ["https://a.localhost/", "--ca", "/nowhere"], ["https://a.localhost/", "--head", "1:" + "0" * 64],
    ["https://a.localhost/", "--verify-history", "--head", "1:xyz"],
    ["https://a.localhost/", "--verify-history", "--form", "/x"], ["https://a.localhost/", "--verify-history", "--rate", "9"],
    ["https://a.localhost/", "--verify-history", "--strict"],
    ["https://a.localhost/", "--verify-history", "--plain-port", "80"],
    ["https://app.localhost/", "--connect-to", "192.0.2.2:443"],
    ["https://a.example/", "--secret", "/missing/folder/secret"], []])
def test_wrong_usage(arguments):
    result = belfry(*arguments, expect=2)
    assert result.stderr


# --- a site of somebody else's


@pytest.fixture()
def foreign_site(workplace):
    certificate, key = workplace.certificates.issue("foreign", [FOREIGN])
    files = {}

    def answer(handler):
        body = files.get(handler.path)
        return (200, [("Content-Type", "text/plain")], body) if body else (404, [], b"")

    with Site(certificate, key, answer) as site:
        site.files = files
        site.arguments = [f"https://{FOREIGN}/", "--ca", workplace.certificates.ca, "--connect-to",
                          f"127.0.0.1:{site.port}"]
        yield site


def test_foreign_site_is_not_touched_without_a_word(foreign_site, tmp_path):
    first = belfry(*foreign_site.arguments, state=tmp_path, expect=1)
    assert not foreign_site.requests, "not even its proof is looked for"
    assert f"https://{FOREIGN}/.well-known/belfry-drill.txt" in first.stdout
    assert f"_belfry-drill.{FOREIGN}" in first.stdout and "--yes-mine" in first.stdout
    assert belfry(*foreign_site.arguments, state=tmp_path).stdout == first.stdout, "the same token each time"
    another = belfry(*foreign_site.arguments, state=tmp_path / "another", expect=1)
    assert another.stdout != first.stdout, "and another caller's is another"


def test_foreign_site_without_proof_is_asked_for_its_proof_alone(foreign_site, tmp_path):
    report, _ = drill(*foreign_site.arguments, "--yes-mine", "--form", "/sign", "--rate", 100, state=tmp_path, expect=1)
    assert [path for _, path, _ in foreign_site.requests] == ["/.well-known/belfry-drill.txt"]
    assert report["checks"] is None and report["ownership"]["proof"] is None
    token = report["ownership"]["token"]
    # Another caller's token, and one that is not a line by itself.
    for body in (token[:-1] + ("0" if token[-1] != "0" else "1"), f"you want {token}"):
        foreign_site.files["/.well-known/belfry-drill.txt"] = body.encode()
        drill(*foreign_site.arguments, "--yes-mine", state=tmp_path, expect=1)
    assert {path for _, path, _ in foreign_site.requests} == {"/.well-known/belfry-drill.txt"}


def test_foreign_site_is_drilled_with_its_proof(foreign_site, tmp_path):
    report, _ = drill(*foreign_site.arguments, "--yes-mine", state=tmp_path, expect=1)
    foreign_site.files["/.well-known/belfry-drill.txt"] = f"{report['ownership']['token']}\n".encode()
    report, rows = drill(*foreign_site.arguments, "--yes-mine", state=tmp_path, expect=1)
    assert report["ownership"]["proof"] == "file"
    assert rows["hsts.page"]["state"] == "broken" and rows["tls.certificate"]["state"] == "holds"
    assert "this machine" in report["controls"]["note"]


def test_proof_counts_over_a_good_certificate_alone(foreign_site, tmp_path):
    without_ca = [foreign_site.arguments[0], *foreign_site.arguments[3:]]
    report, _ = drill(*without_ca, "--yes-mine", state=tmp_path, expect=1)
    foreign_site.files["/.well-known/belfry-drill.txt"] = report["ownership"]["token"].encode()
    report, _ = drill(*without_ca, "--yes-mine", state=tmp_path, expect=1)
    assert report["checks"] is None and not foreign_site.requests


def test_private_address_of_a_foreign_name_is_refused(tmp_path):
    report, _ = drill("https://10.0.0.1/", "--yes-mine", state=tmp_path, expect=1)
    assert report["checks"] is None and "--connect-to" in report["ownership"]["why"]


# --- the public history


@pytest.fixture(scope="module")
def history_door(own_door):
    harness.wait_until(lambda: own_door.get("/security/head").json()["number"] >= 29, 60, "the first entries", pause=0.5)
    return own_door


@contextlib.contextmanager
def relay(workplace, door, change):
    """The door's history as somebody in between would tell it."""
    certificate, key = workplace.certificates.issue("relay", ["relay.localhost"])

    def answer(handler):
        page = door.get(handler.path).json()
        change(page)
        return 200, [("Content-Type", "application/json")], json.dumps(page).encode()

    with Site(certificate, key, answer) as site:
        yield f"https://relay.localhost:{site.port}"


def verify(workplace, url, *arguments, expect):
    return json.loads(belfry(url, "--verify-history", "--json", "--ca", workplace.certificates.ca, *arguments,
                             expect=expect).stdout)


def test_history_of_a_door_verifies(workplace, history_door):
    url = f"https://{BELFRY}:{history_door.port}"
    first = verify(workplace, url, expect=0)
    assert first["sound"] and first["fault"] is None and first["verified"]["number"] >= 29
    head = f"{first['verified']['number']}:{first['verified']['hash']}"
    again = verify(workplace, url + "/", "--head", head, expect=0)
    assert again["kept"] == again["kept_found"] == 1
    text = belfry(url, "--verify-history", "--ca", workplace.certificates.ca, "--head", head, expect=0).stdout
    assert "sound" in text and "--head" in text


def test_history_that_was_changed_on_the_way_does_not(workplace, history_door):
    def change(page):
        for entry in page.get("entries", []):
            if entry["number"] == 7:
                entry["state"] = "holds" if entry["state"] != "holds" else "broken"

    with relay(workplace, history_door, change) as url:
        result = verify(workplace, url, expect=1)
    assert (result["sound"], result["fault"], result["number"]) == (False, "chain_broken", 7)
    assert result["verified"]["number"] == 6
    with relay(workplace, history_door, lambda _: None) as url:
        assert verify(workplace, url, expect=0)["sound"], "the relay itself is not what is found"


def test_head_that_was_kept_and_is_gone_is_found(workplace, history_door):
    url = f"https://{BELFRY}:{history_door.port}"
    result = verify(workplace, url, "--head", "5:" + "a" * 64, expect=1)
    assert (result["fault"], result["number"]) == ("kept_missing", 5)
    result = verify(workplace, url, "--head", "999999:" + "a" * 64, expect=1)
    assert result["fault"] == "head_backwards"


def test_history_that_is_not_there_is_a_failure(workplace, bad_site):
    assert verify(workplace, f"https://bad.localhost:{bad_site.port}", expect=1)["fault"] in ("no_answer", "unreadable")
