"""Who may see what of the application, and that it believes nobody but Belfry about who asks."""

import contextlib
import itertools
import sqlite3
import urllib.parse

import pytest

import residents
from h2_client import H2
from harness import APP, BELFRY
from residents import enter, has_signed_in, is_signed_in, try_password
from visitor import NAVIGATION, PASSWORD, Visitor

PUBLIC, CLOSED = ["/open", "/static"], ["/open/inner", "/admin"]


@pytest.fixture(scope="module")
def door(workplace, upstream):
    """The application is for who is signed in; some of it is public, and some of that is not."""
    with workplace.door(upstream, access={"default": None, "public": PUBLIC, "signed_in": CLOSED},
                        drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def open_door(workplace, upstream):
    """The other way round."""
    with workplace.door(upstream, access={"default": "public", "signed_in": CLOSED}, drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def closed_door(workplace, upstream):
    with workplace.door(upstream, access={"default": "deny", "public": PUBLIC, "signed_in": CLOSED},
                        drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def town(door):
    return residents.Residents(door)


@pytest.fixture(scope="module")
def session(town):
    """The cookie of the administrator's session on the application's host."""
    enter(town.administrator.visitor)
    return f"__Host-belfry={town.administrator.cookie(host=APP)}"


# --- forged identity

NAMES = ["X-Belfry-User", "x-belfry-user", "X_Belfry_User", "x_belfry_user", "X-Belfry.Email", "x.belfry.email",
         "X-Belfry_Role", "X~Belfry~Role", "X-Belfry-Role", "X-BELFRY-ANYTHING", "x-belfry", "X!Belfry-User",
         "X-Belfry-Assertion", "X-Forwarded-User", "X_Forwarded_User", "Remote-User", "Remote_User", "X-Remote-User",
         "X.Authenticated.User", "X-Auth-Request-Email", "X-WebAuth-User", "X-Original-URL", "X-Rewrite-URL",
         "Cf-Access-Authenticated-User-Email", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]


def is_untouched(upstream, signed_in):
    seen = upstream.last()
    assert b"forged" not in seen.raw.lower(), seen.raw
    for name in ("user", "email", "role"):
        assert len(seen.all(f"x-belfry-{name}")) == (1 if signed_in else 0), seen.raw
    folded = ["".join(c if c.isalnum() else "-" for c in name) for name, _ in seen.fields]
    assert folded.count("x-belfry-user") == (1 if signed_in else 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_identity_never_arrives(door, upstream, session, name):
    for signed_in in (False, True):
        cookie = [f"Cookie: {session}"] if signed_in else []
        for lines in ([f"{name}: forged"], [f"{name}: forged", f"{name}: forged"], [f"{name}:forged",
                                                                                    f"Connection: {name}"]):
            upstream.forget()
            answer = door.get("/open", *cookie, *lines)
            # A name that is no token, or a "Connection" that names what matters, may be refused instead.
            assert answer.status == 200 and upstream.requests or answer.status == 400 and not upstream.requests
            if upstream.requests:
                is_untouched(upstream, signed_in)


def test_a_forged_identity_never_arrives_over_http2(door, upstream, session):
    with H2(door) as client:
        for name, signed_in in itertools.product(NAMES, (False, True)):
            upstream.forget()
            fields = [(name.lower(), "forged")] + ([("cookie", session)] if signed_in else [])
            stream = client.request("GET", "/open", *fields)
            if stream.status == 200:
                is_untouched(upstream, signed_in)
            else:  # a name that no server needs
                assert stream.status == 400 and not upstream.requests, (name, stream.fields)


def test_our_identity_cannot_be_struck_out_by_connection(door, upstream, session):
    """Traefik CVE-2024-45410."""
    answer = door.get("/open", f"Cookie: {session}", "Connection: X-Belfry-User, X-Belfry-Email, X-Belfry-Role, Cookie")
    assert answer.status in (200, 400)
    if answer.status == 200:
        seen = upstream.last()
        assert len(seen.all("x-belfry-user")) in (0, 1)
        assert bool(seen.all("x-belfry-user")) == bool(seen.all("x-belfry-role"))
        is_untouched(upstream, bool(seen.all("x-belfry-user")))


def test_a_forged_identity_does_not_come_by_trailers(door, upstream, session):
    body = b"1\r\nx\r\n0\r\nX-Belfry-User: forged\r\nX_Belfry_Role: forged\r\n\r\n"
    with door.raw() as raw:
        answer = raw.request("POST", "/open", f"Cookie: {session}", "Sec-Fetch-Site: same-origin",
                             "Transfer-Encoding: chunked", "Trailer: X-Belfry-User", body=body)
    if answer.status == 200:
        seen = upstream.last()
        assert b"forged" not in seen.raw, seen.raw
    else:
        assert answer.status == 400 and not upstream.requests


# --- paths

# What some program or other takes for a path of CLOSED.
TRICKS = ["/admin", "/admin/", "/admin/x", "/Admin", "/ADMIN/x", "/aDmIn", "/%61dmin", "/adm%69n", "/%41DMIN",
          "//admin",
          "///admin///x", "/admin;x=1", "/admin;/x", "/;/admin", "/;x=1/admin", "/./admin", "/x/../admin",
          "/open/../admin",
          "/open/..;/admin", "/static/..;x/admin", "/open/%2e%2e/admin", "/open%2f..%2fadmin", "/open/..%2fadmin",
          "/open/%2e%2e%2fadmin", "/open\\..\\admin", "/open/..\\admin", "/admin%2fx", "/admin%00", "/admin%00.png",
          "/admin%20", "/admin.", "/admin./x", "/admin%2e", "/admin%3b", "/admin%3fx", "/admin%23", "/admin%09",
          "/%2561dmin", "/admin?x=/open", "/admin?/../open", "/admin?/open#/open", "/open/inner", "/open/Inner",
          "/open//inner", "/open/inner;x", "/OPEN/INNER", "/open;x/inner", "/%6fpen/inner", "/open/%69nner/x"]


def raw_status(door, target, *lines, method="GET"):
    with door.raw() as raw:
        return raw.request(method, target, *lines).status


@pytest.mark.parametrize("target", TRICKS)
def test_no_spelling_opens_a_closed_path(door, closed_door, upstream, target):
    for where in (door, closed_door):
        status = raw_status(where, target)
        assert status in (400, 401, 403), (target, status)
    assert not upstream.requests


# These are other paths to a careful program, and no careless one is known to read them as /admin.
OTHERS = {"/admin%20", "/admin.", "/admin./x", "/admin%09", "/%2561dmin"}


@pytest.mark.parametrize("target", [target for target in TRICKS if target not in OTHERS])
def test_no_spelling_gets_around_a_closed_path_of_an_open_site(open_door, upstream, target):
    assert raw_status(open_door, target) in (400, 401), target
    assert not upstream.requests


@pytest.mark.parametrize("target", ["/Open", "/OPEN", "/openly", "/open.", "/open;x", "/%6fpen;x", "/open%20",
                                    "/open%2e",
                                    "/open%2fx", "/statics", "/x/open", "/", "/open..", "/static..;/"])
def test_a_public_path_is_public_byte_for_byte(door, upstream, target):
    assert raw_status(door, target) in (400, 401), target


@pytest.mark.parametrize("target", ["/open", "/open/", "/open/x", "/%6fpen", "/open?next=/admin", "/static/a.png",
                                    "//open", "/open/x;y"])
def test_a_public_path_is_public(door, upstream, target):
    assert raw_status(door, target) == 200
    assert not upstream.last().all("x-belfry-user")


@pytest.mark.parametrize("host", [APP.upper(), "App.Test", f"{APP}.", f"{APP}:443", f"{APP}:1"])
def test_no_spelling_of_the_host_is_another_rule(door, upstream, host):
    with door.raw() as raw:
        assert raw.request("GET", "/x", host=host).status in (400, 401, 421)
    assert not upstream.requests


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "BREW",
                                    "get",
                                    "TRACE", "CONNECT"])
def test_no_method_goes_round_the_sign_in(door, upstream, method):
    status = raw_status(door, "/x", "Sec-Fetch-Site: same-origin", method=method)
    assert status in (400, 401, 405, 501), status
    with H2(door) as client:
        stream = client.request(method, "/x", ("sec-fetch-site", "same-origin"))
        assert stream.status in (400, 401, 405, 501) or stream.reset is not None
    assert not upstream.requests


@pytest.mark.parametrize("line", ["X-HTTP-Method-Override: GET", "X-HTTP-Method: GET", "X-Method-Override: OPTIONS",
                                  "X-Original-URL: /open", "X-Rewrite-URL: /open", "X-Forwarded-Prefix: /open",
                                  "X-Forwarded-Uri: /open", "X-Original-URI: /open", "Forwarded: for=127.0.0.1",
                                  "X-Forwarded-For: 127.0.0.1", "User-Agent: kube-probe/1.29",
                                  "Authorization: Basic YTpi",
                                  "User-Agent: GoogleHC/1.0", "X-Belfry-User: x", "Access-Control-Request-Method: GET",
                                  "Upgrade-Insecure-Requests: 1", "Range: bytes=0-", "Max-Forwards: 0",
                                  "Purpose: prefetch",
                                  "Service-Worker: script", "Sec-Purpose: prefetch", "Early-Data: 1"])
def test_no_field_goes_round_the_sign_in(door, upstream, line):
    assert raw_status(door, "/x", line) == 401
    assert raw_status(door, "/x", line, "Sec-Fetch-Site: same-origin", method="POST") in (400, 401)
    assert not upstream.requests


def test_an_old_client_and_an_upgrade_are_asked_too(door, upstream):
    with door.raw() as raw:
        raw.send(f"GET /x HTTP/1.0\r\nHost: {APP}\r\n\r\n")
        assert raw.read_response().status in (400, 401, 505)
    handshake = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    for mode in ([], ["Sec-Fetch-Mode: websocket"], ["Sec-Fetch-Mode: navigate"], ["Accept: text/html"]):
        assert raw_status(door, "/x", *handshake, f"Origin: https://{APP}", *mode) == 401
    for target in (f"https://{APP}/x", f"http://{APP}/x", f"https://{BELFRY}/open", "*"):
        assert raw_status(door, target) in (400, 401, 421), target
    assert not upstream.requests


# --- how somebody is told

def test_a_program_is_told_in_json_and_a_browser_is_led(door, upstream):
    told = door.get("/x", "Accept: application/json")
    assert told.status == 401 and told.get("content-type").startswith("application/json")
    assert told.json()["reason"] == "sign_in_needed" and told.json()["request_id"] == told.id
    assert told.get("www-authenticate").startswith("Cookie realm=") and told.get("cache-control") == "no-store"
    assert told.get("location") is None and not told.all("set-cookie")
    for lines in (["Sec-Fetch-Mode: cors", "Accept: text/html"], ["Sec-Fetch-Mode: no-cors"], ["Accept: */*"], []):
        assert door.get("/x", *lines).status == 401, lines
    for lines in (["Sec-Fetch-Mode: navigate"], ["Accept: text/html,*/*"]):
        led = door.get("/x", *lines)
        assert led.status == 303 and led.get("cache-control") == "no-store", lines
        assert door.request("POST", "/x", "Sec-Fetch-Site: same-origin", *lines, body=b"x").status == 401
    assert not upstream.requests


@pytest.mark.parametrize("target", ["/50%25/x", "/%2561dmin", "/s?q=a%0Ab", "/s?q=a%0D%0AX:y", "/s?q=%E0%A4%A",
                                    "/x%7Fy", "/s?next=//evil.test", "/a%20b?c=d&return_to=e"])
def test_every_address_of_the_application_is_reached_by_signing_in(door, town, upstream, target):
    resident, visitor = town.move_in(), Visitor(door)
    page = visitor.get(visitor.url(APP, target))
    page = visitor.send(page, "sign_in", email=resident.email, password=PASSWORD)
    assert page.status == 200 and page.url == visitor.url(APP, target), (page.url, page.text)
    assert upstream.last().target == target


def test_an_address_that_cannot_be_led_back_to_ends_at_the_front_of_its_host(door, town):
    resident, visitor = town.move_in(), Visitor(door)
    page = visitor.get(visitor.url(APP, "/" + "a" * 3000))
    page = visitor.send(page, "sign_in", email=resident.email, password=PASSWORD)
    assert page.status == 200 and page.url == visitor.url(APP, "/"), (page.url, page.text)
    # Whatever a link to /enter says, somebody from the application comes to a form, and nobody leaves the site.
    stranger = Visitor(door)
    front = f"https://{APP}:{door.port}/"
    for wish in (f"{front}/x", f"{front}../x", f"{front}%2f/x", f"{front}\\x", front):
        page = stranger.get(stranger.url(BELFRY, f"/enter?browser={'0' * 64}&return_to={urllib.parse.quote(wish)}"))
        assert page.form("sign_in").fields["return_to"] == front, wish
    for wish in ("https://evil.test/", f"https://{APP}.evil.test/", f"https://{APP}@evil.test/", "//evil.test/", "/x"):
        led = stranger.fetch(stranger.url(BELFRY, f"/enter?browser={'0' * 64}&return_to={urllib.parse.quote(wish)}"))
        assert led.status == 303 and led.response.get("location") == "/", wish
    arrival = "/.belfry/enter?code=x&return_to="
    for wish in ("//evil.test/", "/%5Cevil.test", "/\\evil.test", "https://evil.test/", "@evil.test/", ".evil.test/",
                 ":1/", ""):
        led = visitor.fetch(visitor.url(APP, arrival + urllib.parse.quote(wish)))
        assert led.status == 303 and led.response.get("location") == front, wish


def test_another_language_leads_to_the_same_place(door, town):
    resident, visitor = town.move_in(), Visitor(door)
    page = visitor.get(visitor.url(APP, "/x?a=1&b=%26"))

    def in_french(page):
        link = next(link for link in page.links if "lang=fr" in link and "return_to" in link)
        return visitor.get(urllib.parse.urljoin(page.url, link))
    page = in_french(page)
    assert "Se connecter" in page.text
    page = visitor.send(page, "sign_in", email=resident.email, password=residents.WRONG)
    assert page.status == 403
    page = visitor.send(page, "sign_in", email=resident.email, password=PASSWORD)
    assert page.url == visitor.url(APP, "/x?a=1&b=%26"), page.url


# --- the way on from a refusal

def test_a_refusal_on_belfrys_host_leads_on(door, closed_door, town):
    resident, stranger = town.move_in(), Visitor(door)
    page = stranger.get(stranger.url(BELFRY, "/sign-in"))
    refused = stranger.post(page, page.form("sign_in"), csrf_token="x")
    assert refused.status == 403 and "/sign-in?lang=en" in refused.links, refused.links
    page = resident.page("/account/security")
    refused = stranger.post(page, page.form("password"))
    assert refused.status == 401 and "/account/security?lang=en" in refused.links, refused.links
    # Which leads to a form, and back.
    page = stranger.get(stranger.url(BELFRY, "/account/security?lang=en"))
    page = stranger.send(page, "sign_in", email=resident.email, password=PASSWORD)
    assert page.url == stranger.url(BELFRY, "/account/security?lang=en"), page.url
    refused = resident.page("/admin/people?lang=fr")
    assert refused.status == 403 and "/account?lang=fr" in refused.links, refused.links
    page = resident.page("/account")
    refused = resident.visitor.post(page, page.form("sign_out"), csrf_token="x")
    assert refused.status == 403 and "/sign-out?lang=en" in refused.links
    assert resident.page("/sign-out?lang=en").url.endswith("/account?lang=en")
    # The application's host has no such pages.
    of_application = Visitor(closed_door)
    refused = of_application.get(of_application.url(APP, "/x"))
    assert refused.status == 403 and not any("lang=" in link for link in refused.links), refused.links


def test_a_denied_path_is_nobodys(closed_door, upstream):
    assert closed_door.get("/x", *NAVIGATION).status == 403
    assert closed_door.get("/open").status == 200
    upstream.forget()
    assert closed_door.get("/admin").status == 401
    assert not upstream.requests


def test_belfrys_own_folder_is_never_the_applications(door, open_door, upstream):
    for where in (door, open_door):
        for target in ("/.belfry", "/.belfry/", "/.belfry/x", "/.Belfry/enter", "/%2ebelfry/x", "/.BELFRY/x",
                       "//.belfry/x"):
            assert raw_status(where, target) in (303, 400, 404), target
    assert not upstream.requests


def test_pages_of_people_are_not_the_applications(door, session):
    """The session of the application's host opens nothing on Belfry's."""
    for path in ("/account", "/account/security", "/admin/people", "/admin"):
        assert door.get(path, f"Cookie: {session}", host=BELFRY).status == 401, path
    for path in ("/Account", "/account/", "/admin/People", "/admin/people/", "/account;x", "//account/security;x"):
        assert door.get(path, host=BELFRY).status in (401, 404), path


def give_role(town, resident, role):
    page = town.administrator.page("/admin/people")
    form = next(form for form in page.forms if form.intent == "role" and form.fields["person"] == resident.person)
    return town.administrator.visitor.post(page, form, role=role)


def test_nobody_becomes_staff_without_a_second_factor(door, town):
    """Whoever knew the password alone would be the first to enrol an authenticator for the new rights."""
    resident, protected = town.move_in(), town.move_in(second_factor=True)
    refused = give_role(town, resident, "administrator")
    assert refused.status == 200 and "needs a second factor" in refused.text
    assert is_signed_in(resident.visitor)
    assert resident.page("/account").status == 200
    given = give_role(town, protected, "staff")
    assert given.status == 200 and "The role is changed" in given.text
    assert not is_signed_in(protected.visitor), "it ends the sessions of before"


def test_staff_reach_nothing_without_a_second_factor(door, town, upstream):
    """However they came to be without: no page leads there."""
    resident, visitor = town.move_in(), Visitor(door)
    with contextlib.closing(sqlite3.connect(door.data / "accounts.sqlite", timeout=20)) as database, database:
        database.execute("UPDATE person SET role = 'administrator' WHERE id = ?", (resident.person,))
    answer = try_password(visitor, resident.email)
    assert has_signed_in(answer) and answer.response.get("location").startswith("/account/security")
    upstream.forget()
    assert visitor.fetch(visitor.url(APP, "/x"), lines=("Accept: application/json",)).status == 401
    assert not upstream.requests
    for path in ("/account", "/admin/people"):
        assert visitor.fetch(visitor.url(BELFRY, path), lines=("Accept: application/json",)).status == 403, path
        assert visitor.get(visitor.url(BELFRY, path)).url.endswith("/account/security"), path
    # Not by way of the hand-over either, and a public path knows nobody.
    assert visitor.get(visitor.url(APP, "/x")).url.startswith(visitor.url(BELFRY, "/account/security"))
    assert visitor.get(visitor.url(APP, "/open")).status == 200
    assert not upstream.last().all("x-belfry-user")
