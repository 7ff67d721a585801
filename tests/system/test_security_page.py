"""The security page of the site: all the claims, in two languages, for people and for programs, live where a drill is
built, honest where none is; and its history over a restart."""

import datetime
import html.parser
import signal

import pytest

import harness

CLAIMS = """availability.target availability.monitored availability.alerted availability.status_page availability.in_app
transit.encrypted transit.report transit.hsts hosting.provider data.at_rest data.durable data.separate password.policy
password.hashed account.lockout account.second_factor request.blocklist request.rate request.traced output.escaped
request.origin request.csrf_token response.csp programme.open programme.answered organisation.credentials
organisation.devices organisation.admins quality.reviewed""".split()
LIVE = {"transit.report", "transit.hsts", "request.blocklist", "request.rate", "request.traced", "request.origin",
        "response.csp"}
# Drilled with canaries, whose passwords take their time.
ACCOUNTS = {"request.csrf_token", "password.policy", "password.hashed", "account.lockout", "account.second_factor",
            "output.escaped"}
# Drilled as well, and broken: these doors are on another port than 443.
NOT_MET = "transit.encrypted"
# Addresses that the blocklist of these tests names.
LISTED = "198.51.100.0/24\n2001:db8:bad::/48\n"


def security(door):
    return door.get("/security.json", host=harness.BELFRY).json()


def live(door):
    """The rows that a drill stands behind, by their id."""
    return {claim["id"]: claim for claim in security(door)["claims"] if claim["id"] in LIVE}


def wait_until_live(door):
    harness.wait_until(lambda: all(row["state"] == "holds" for row in live(door).values()), 60, "the drills", pause=0.5)
    return live(door)


def listing(workplace):
    file = workplace.folder / "listed.txt"
    file.write_text(LISTED)
    return {"files": [str(file)]}


@pytest.fixture(scope="module")
def door(workplace, upstream):
    """With the limits as they are where nobody sets them: the drill has to meet them."""
    with workplace.door(upstream, limit={"rate": None, "burst": None}, blocklist=listing(workplace)) as door:
        yield door


class Page(html.parser.HTMLParser):
    """Element names with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page(door, *lines, path="/security"):
    response = door.get(path, "Accept: text/html", *lines, host=harness.BELFRY)
    assert response.status == 200 and response.get("content-type").lower().startswith("text/html")
    return response, Page(response.body.decode())


def test_json_has_every_claim_in_its_fixed_form(door):
    answer = security(door)
    assert answer["site"] == harness.APP
    assert len(CLAIMS) == 29 and [claim["id"] for claim in answer["claims"]] == CLAIMS
    for row in answer["claims"]:
        assert set(row) >= {"id", "scope", "basis", "state", "value", "observed", "expires", "since", "check"}
        assert row["scope"] in ("belfry", "application")
        assert row["basis"] in ("enforced", "drilled", "measured", "declared")
        assert row["state"] in ("holds", "broken", "unknown")
    generated = datetime.datetime.fromisoformat(answer["generated"].replace("Z", "+00:00"))
    assert abs((datetime.datetime.now(datetime.timezone.utc) - generated).total_seconds()) < 60


def test_drilled_claims_hold_within_a_minute(door):
    for row in wait_until_live(door).values():
        assert row["observed"] and row["expires"] > row["observed"] and row["since"] and row["check"]


def test_what_has_no_drill_is_unknown(door):
    for row in security(door)["claims"]:
        if row["id"] not in LIVE | ACCOUNTS and row["id"] != NOT_MET:
            assert row["state"] == "unknown", row["id"]


def test_claims_on_accounts_hold_too(door):
    def holding():
        return {row["id"] for row in security(door)["claims"] if row["state"] == "holds"}
    harness.wait_until(lambda: ACCOUNTS <= holding(), 180, "the drills with canaries", pause=1)


def test_staff_are_tried_while_the_register_of_services_is_missing(door):
    def row():
        return next(row for row in security(door)["claims"] if row["id"] == "organisation.credentials")
    harness.wait_until(lambda: (row()["value"] or "").startswith("2 of 3"), 180, "the drill", pause=1)
    assert row()["state"] == "unknown" and row()["observed"] and row()["basis"] == "declared"
    assert row()["value"] == "2 of 3 parts hold: signing in here, control; register of services: it is not kept yet"
    # Of a claim that counts for a year, this much counts for a day.
    seen, ends = (datetime.datetime.fromisoformat(row()[name].replace("Z", "+00:00")) for name in ("observed", "expires"))
    assert ends - seen == datetime.timedelta(days=1)
    assert "il n’est pas encore tenu" in page(door, path="/security?lang=fr")[1].text


def test_another_port_than_443_is_told(door):
    def encrypted():
        return next(row for row in security(door)["claims"] if row["id"] == NOT_MET)
    harness.wait_until(lambda: encrypted()["state"] == "broken", 60, "the drill", pause=0.5)
    assert encrypted()["value"] == "9 of 10 parts hold; port 443: details after the repair"
    assert f"transit.encrypted, port: the site is on port {door.port}, not on 443 alone" in door.log()


def test_report_on_the_encryption_is_shown_and_linked(door):
    wait_until_live(door)
    report = door.get("/tls.json", host=harness.BELFRY).json()
    (address,) = report["addresses"]
    assert (report["site"], address["address"]) == (harness.APP, f"127.0.0.1:{door.port}")
    # The authority is the test's own, and the door is told to trust it.
    assert (address["grade"], address["grade_without_trust"]) == ("A+", "A+")
    assert [one["name"] for one in address["protocols"]] == ["TLS 1.3", "TLS 1.2"]
    assert address["certificate"]["name_matches"] and address["certificate"]["trusted"]
    assert {one["answer"] for one in address["offers"][2:]} == {"refused"}
    for language in ("en", "fr"):
        response, shown = page(door, f"Accept-Language: {language}", path="/tls")
        assert address["certificate"]["fingerprint"] in response.body.decode() and not shown.of("script")
    assert {"href": "/tls"} in page(door)[1].of("a")


def test_page_shows_every_claim_without_script(door):
    for language in ("en", "fr"):
        response, shown = page(door, f"Accept-Language: {language}")
        text = response.body.decode()
        assert all(name in text for name in CLAIMS), language
        assert not shown.of("script")
        assert all(not key.startswith("on") for _, attributes in shown.elements for key in attributes)
        assert all("style" not in attributes for _, attributes in shown.elements), "inline style needs unsafe-inline"
        for style in shown.of("style"):
            assert f"'nonce-{style['nonce']}'" in response.get("content-security-policy")


@pytest.mark.parametrize("asked,path,language", [
    ("fr", "/security", "fr"), ("en", "/security", "en"), ("fr-CA,en;q=0.5", "/security", "fr"),
    ("de", "/security", "en"), ("en;q=0.3, fr;q=0.9", "/security", "fr"), ("fr", "/security?lang=en", "en"),
    ("en", "/security?lang=fr", "fr"), ("", "/security", "en"), ("*", "/security", "en"),
    ("en", "/security?lang=<script>", "en")])
def test_language_is_the_visitors(door, asked, path, language):
    response, shown = page(door, f"Accept-Language: {asked}", path=path)
    assert shown.of("html")[0]["lang"] == language
    assert response.get("content-language") == language
    assert "accept-language" in response.get("vary", "").lower()
    assert "<script>" not in response.body.decode()


def test_the_languages_differ_and_lead_to_each_other(door):
    _, english = page(door, path="/security?lang=en")
    _, french = page(door, path="/security?lang=fr")
    assert english.text != french.text
    for shown, other in ((english, "fr"), (french, "en")):
        assert any(f"lang={other}" in link.get("href", "") for link in shown.of("a"))


def test_without_an_application_the_front_page_leads_to_it(workplace):
    with workplace.door(1, site={"upstream": None, "host": harness.BELFRY}, belfry=None) as door:
        response = door.get("/", host=harness.BELFRY)
        assert response.status == 200 and "/security" in response.body.decode() or \
            response.status in (302, 303, 307) and response.get("location").endswith("/security")
        assert len(security(door)["claims"]) == 29


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_history_survives_a_restart_and_a_kill(workplace, upstream, end):
    door = workplace.door(upstream, limit={"rate": None, "burst": None}, blocklist=listing(workplace)).start()
    try:
        before = wait_until_live(door)
        assert door.stop(end) == (0 if end == signal.SIGTERM else -signal.SIGKILL)
        door.start()
        for name, after in live(door).items():
            assert after["since"] == before[name]["since"], "the state did not change"
            assert after["observed"] >= before[name]["observed"]
            assert after["state"] == "holds", "known from before"
    finally:
        assert door.stop() == 0
