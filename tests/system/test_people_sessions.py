"""Sessions: never one that was there before, of one host, renewed where more was proven, over when they are over."""

import re
import secrets
import time
import urllib.parse

import pytest

import harness
import residents
import upstreams
from h2_client import H2
from harness import APP, BELFRY
from residents import WRONG, enter, has_signed_in, is_signed_in, try_password
from visitor import NAVIGATION, PASSWORD, Visitor, totp

SESSION, BROWSER, DEVICE = "__Host-belfry", "__Host-belfry-browser", "__Host-belfry-device"
NEW_PASSWORD = "Quiet-lantern-9-harbour"


class StreamingUpstream(upstreams.RecordingUpstream):
    """One that leaves /events and /socket open behind their first bytes."""

    def serve(self, peer):
        while True:
            request = peer.read_request()
            self.requests.append(request)
            if request.target == "/events":
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                          b"5\r\nhello\r\n")
            elif request.target == "/socket":
                peer.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x05hello")
            else:
                peer.send(self.answer)
                continue
            peer.wait_closed()
            return


@pytest.fixture(scope="module")
def upstream():
    with StreamingUpstream() as streaming:
        yield streaming


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def town(door):
    return residents.Residents(door)


def with_session(door, token, host=BELFRY):
    visitor = Visitor(door)
    visitor.cookies[host] = {SESSION: token}
    return visitor


# --- where a session comes from

def test_a_session_that_was_there_before_is_worth_nothing_after(door, town):
    resident = town.move_in()
    planted = secrets.token_urlsafe(32)
    victim = with_session(door, planted)
    assert has_signed_in(try_password(victim, resident.email))
    assert victim.cookies[BELFRY][SESSION] != planted
    assert not is_signed_in(with_session(door, planted))


def test_signing_in_again_ends_the_session_that_the_browser_had(door, town):
    attacker, resident = town.move_in(), town.move_in()
    # The attacker's own session in the victim's browser.
    theirs = attacker.cookie()
    victim = Visitor(door)
    page = victim.get(victim.url(BELFRY, "/sign-in"))
    victim.cookies[BELFRY][SESSION] = theirs
    assert has_signed_in(victim.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD))
    assert not is_signed_in(with_session(door, theirs))
    # And again, as the same person.
    before = victim.cookies[BELFRY][SESSION]
    assert has_signed_in(victim.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD))
    assert victim.cookies[BELFRY][SESSION] != before and not is_signed_in(with_session(door, before))


def test_a_sign_in_that_failed_leaves_the_session_alone(door, town):
    resident = town.move_in()
    page = Visitor(door).get(f"https://{BELFRY}:{door.port}/sign-in")
    visitor = resident.visitor
    form = page.form("sign_in")
    tokens = Visitor(door)
    tokens.cookies[BELFRY] = dict(visitor.cookies[BELFRY])
    del tokens.cookies[BELFRY][SESSION]
    form.fields["csrf_token"] = tokens.get(tokens.url(BELFRY, "/sign-in")).form("sign_in").fields["csrf_token"]
    assert visitor.post(page, form, email=resident.email, password=residents.WRONG).status == 403
    assert is_signed_in(visitor)


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "A" * 42 + "=", "A" * 4096, "../../etc/passwd", "' OR 1=1 --"])
def test_a_made_up_session_is_nobodys(door, forged):
    for host in (BELFRY, APP):
        answer = door.get("/account" if host == BELFRY else "/", f"Cookie: {SESSION}={forged}", host=host)
        assert answer.status == 401, (host, answer)


def test_two_sessions_at_once_are_nobodys(door, town, upstream):
    one, two = town.move_in(), town.move_in()
    for resident in (one, two):
        enter(resident.visitor)
    for host, path in ((BELFRY, "/account"), (APP, "/")):
        a, b = one.cookie(host=host), two.cookie(host=host)
        assert door.get(path, f"Cookie: {SESSION}={a}", host=host).status == 200
        upstream.forget()
        for lines in ([f"Cookie: {SESSION}={a}; {SESSION}={b}"], [f"Cookie: {SESSION}={a}", f"Cookie: {SESSION}={b}"],
                      [f"Cookie: {SESSION}={a}; x=1; {SESSION}={a}"], [f"Cookie: {SESSION}=; {SESSION}={a}"]):
            assert door.get(path, *lines, host=host).status == 401, lines
        assert not upstream.requests


# --- cookies

def test_cookies_are_kept_to_the_host_and_from_scripts(door, town):
    resident = town.move_in()
    visitor = Visitor(door)
    first = visitor.fetch(visitor.url(BELFRY, "/sign-in"))
    brought = first.response.all("set-cookie")
    answer = try_password(visitor, resident.email)
    brought += answer.response.all("set-cookie")
    enter(visitor)  # through the hand-over
    to_application = Visitor(door).fetch(f"https://{APP}:{door.port}/", lines=NAVIGATION)
    brought += to_application.response.all("set-cookie")
    arrived = visitor.fetch(visitor.url(BELFRY, "/sign-out"))
    brought += arrived.response.all("set-cookie")
    names = {cookie.split("=", 1)[0] for cookie in brought}
    assert names == {SESSION, BROWSER, DEVICE}
    for cookie in brought:
        attributes = [part.strip().lower() for part in cookie.split(";")[1:]]
        assert {"path=/", "secure", "httponly", "samesite=lax"} <= set(attributes), cookie
        assert not any(attribute.startswith("domain") for attribute in attributes), cookie
        is_device = cookie.startswith(DEVICE)
        token = cookie.split("=", 1)[1].split(";")[0]
        if is_device:
            tag, token = token.split(".")
            assert len(tag) == 8
        assert len(token) == 43, "256 bits"
        assert any(attribute.startswith("max-age") for attribute in attributes) == is_device, cookie
    for answer_with_cookie in (first, answer, to_application):
        assert answer_with_cookie.response.get("cache-control") == "no-store"


@pytest.mark.parametrize("cookie", [f"{SESSION}=x", f"{SESSION.lower()}=x; Path=/", f" {SESSION} = x", f"={SESSION}=x",
                                    f"{DEVICE}=x", f"{BROWSER}=x; Secure; Path=/", "__Host-Belfry-anything=x",
                                    "__Secure-belfry=x"])
def test_the_application_cannot_set_our_cookies(door, town, upstream, cookie):
    visitor = town.administrator.visitor
    upstream.answer = ("HTTP/1.1 200 OK\r\nSet-Cookie: own=1\r\n"
                       f"Set-Cookie: {cookie}\r\nContent-Length: 2\r\n\r\nok").encode()
    page = enter(visitor)
    assert [one.split(";")[0] for one in page.response.all("set-cookie")] == ["own=1"]


@pytest.mark.parametrize("spelled", [SESSION, SESSION.lower(), SESSION.upper(), DEVICE, BROWSER, f"{SESSION}-x",
                                     f" {SESSION} "])
def test_the_application_never_sees_our_cookies(door, town, upstream, spelled):
    visitor = town.administrator.visitor
    enter(visitor)
    upstream.forget()
    of_application = town.administrator.cookie(host=APP)
    extra = "" if spelled == SESSION else f"; {spelled}=secret"
    answer = door.get("/x", f"Cookie: before=1{extra}; {SESSION}={of_application}; after=2", "Accept: */*")
    assert answer.status == 200
    raw = upstream.last().raw.lower()
    assert b"belfry=" not in raw.replace(b"x-belfry", b"") and b"secret" not in raw
    assert of_application.encode().lower() not in raw
    assert b"before=1" in raw and b"after=2" in raw


# --- two hosts

def test_a_session_is_of_one_host(door, town):
    resident = town.move_in()
    enter(resident.visitor)
    of_belfry, of_application = resident.cookie(), resident.cookie(host=APP)
    assert of_belfry != of_application
    assert not is_signed_in(with_session(door, of_belfry, APP), APP)
    assert not is_signed_in(with_session(door, of_application, BELFRY))
    assert is_signed_in(with_session(door, of_application, APP), APP)


# --- the end of one

def end_by_itself(resident):
    page = resident.page("/account")
    assert resident.visitor.post(page, page.form("sign_out")).status == 303


def end_from_elsewhere(resident):
    elsewhere = Visitor(resident.visitor.door)
    assert has_signed_in(try_password(elsewhere, resident.email))
    page = elsewhere.get(elsewhere.url(BELFRY, "/account/security"))
    assert elsewhere.post(page, page.form("end_others")).status == 200


def open_event_stream(door, token):
    raw = door.raw()
    raw.send(f"GET /events HTTP/1.1\r\nHost: {APP}:{door.port}\r\nCookie: {SESSION}={token}\r\n"
             "Accept: text/event-stream\r\nSec-Fetch-Site: same-origin\r\n\r\n")
    raw.read_until(b"hello")
    return raw


def open_websocket(door, token):
    raw = door.raw()
    response = raw.request("GET", "/socket", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Origin: https://{APP}:{door.port}",
                           f"Cookie: {SESSION}={token}", host=f"{APP}:{door.port}")
    assert response.status == 101, response
    raw.read_until(b"hello")
    return raw


def test_signing_out_clears_what_the_browser_keeps_of_the_pages(door, town):
    resident = town.move_in()
    device = resident.cookie(DEVICE)
    page = resident.page("/account")
    answer = resident.visitor.post(page, page.form("sign_out"))
    assert answer.status == 303 and answer.response.get("clear-site-data") == '"cache", "storage"'
    # And leaves it known to who signs in there.
    assert SESSION not in resident.visitor.cookies[BELFRY] and resident.cookie(DEVICE) == device
    refused = resident.visitor.post(page, page.form("sign_out"), csrf_token="x")
    assert refused.status == 403 and not refused.response.get("clear-site-data")


@pytest.mark.parametrize("end", [end_by_itself, end_from_elsewhere])
def test_what_is_open_ends_with_the_session(door, town, upstream, end):
    resident, bystander = town.move_in(), town.move_in()
    for one in (resident, bystander):
        enter(one.visitor)
    token = resident.cookie(host=APP)
    opened = [open_event_stream(door, token), open_websocket(door, token)]
    left_alone = open_event_stream(door, bystander.cookie(host=APP))
    end(resident)
    ended = time.monotonic()
    for raw in opened:
        raw.read_to_end()
        raw.close()
    took = time.monotonic() - ended
    assert took < 1.0 * harness.PATIENCE, f"{took:.2f} s"
    assert not is_signed_in(with_session(door, token, APP), APP)
    left_alone.sock.settimeout(0.3)
    with pytest.raises(TimeoutError):
        left_alone.sock.recv(1)
    left_alone.close()


def test_a_stream_of_http2_ends_with_the_session_and_at_the_application_too(door, town, upstream):
    resident, bystander = town.move_in(), town.move_in()
    for one in (resident, bystander):
        enter(one.visitor)
    with H2(door) as client:
        client.host = f"{APP}:{door.port}"
        streams, peers = [], []
        for one in (resident, bystander):
            streams.append(client.begin("GET", "/events", ("cookie", f"{SESSION}={one.cookie(host=APP)}")))
            harness.wait_until(lambda: client.pump(0.05) and client.streams[streams[-1]].body == b"hello", 10,
                               "an event")
            peers.append(next(peer for peer in upstream.peers if b"/events" in peer.received and peer not in peers
                              and not peer.closed_by_door.is_set()))
        end_by_itself(resident)
        ended = time.monotonic()
        assert client.wait(streams[0]).reset is not None
        assert time.monotonic() - ended < 1.0 * harness.PATIENCE
        # The application does not go on for nobody; and others on the same connection are left alone.
        assert peers[0].closed_by_door.wait(2 * harness.PATIENCE)
        client.pump(0.3)
        assert not client.streams[streams[1]].done and not peers[1].closed_by_door.is_set()


def test_an_administrators_lock_ends_what_is_open(door, town):
    resident = town.move_in()
    enter(resident.visitor)
    raw = open_websocket(door, resident.cookie(host=APP))
    page = town.administrator.page("/admin/people")
    assert town.administrator.visitor.post(page, page.form("lock", person=resident.person)).status == 200
    raw.read_to_end()
    raw.close()
    assert not is_signed_in(resident.visitor) and not is_signed_in(resident.visitor, APP)
    assert try_password(Visitor(door), resident.email).status == 403
    assert try_password(residents.same_device(resident), resident.email).status == 403


def test_a_new_password_ends_all_sessions_and_renews_its_own(door, town):
    resident = town.move_in()
    enter(resident.visitor)
    elsewhere = Visitor(door)
    assert has_signed_in(try_password(elsewhere, resident.email))
    before, of_application = resident.cookie(), resident.cookie(host=APP)
    page = resident.page("/account/security")
    changed = resident.visitor.send(page, "password", password=PASSWORD, new_password=NEW_PASSWORD)
    assert changed.status == 200 and "changed" in changed.text, changed.text
    assert resident.cookie() != before
    assert is_signed_in(resident.visitor) and not is_signed_in(elsewhere)
    for token, host in ((before, BELFRY), (of_application, APP)):
        assert not is_signed_in(with_session(door, token, host), host)
    assert not has_signed_in(try_password(Visitor(door), resident.email))
    assert has_signed_in(try_password(Visitor(door), resident.email, NEW_PASSWORD))


def test_a_new_password_forgets_the_devices_of_before_but_its_own(door, town):
    resident = town.move_in()
    thief = Visitor(door)
    assert has_signed_in(try_password(thief, resident.email))
    page = resident.page("/account/security")
    changed = resident.visitor.post(page, page.form("password"), password=PASSWORD, new_password=NEW_PASSWORD)
    assert changed.status == 303
    for _ in range(5):
        assert try_password(Visitor(door), resident.email, WRONG).status == 403
    assert try_password(thief, resident.email, NEW_PASSWORD).status == 403, "a stranger, as all are that are locked"
    assert has_signed_in(try_password(residents.same_device(resident), resident.email, NEW_PASSWORD))


def test_what_was_opened_by_one_sign_in_is_one_row_and_ends_as_one(door, town):
    resident = town.move_in()
    elsewhere = Visitor(door)
    assert has_signed_in(try_password(elsewhere, resident.email))
    enter(elsewhere)
    page = resident.page("/account/security")
    (row,) = [form for form in page.forms if form.intent == "end_session"]
    assert resident.visitor.post(page, row).status == 200
    assert not is_signed_in(elsewhere) and not is_signed_in(elsewhere, APP)
    assert elsewhere.get(elsewhere.url(APP, "/")).url.startswith(elsewhere.url(BELFRY, "/sign-in"))


def test_a_second_factor_renews_the_session(door, town):
    resident = town.move_in()
    enter(resident.visitor)
    visitor, before, of_application = resident.visitor, resident.cookie(), resident.cookie(host=APP)
    page = resident.page("/account/security")
    page = visitor.post(page, page.form("set_up"), password=PASSWORD)
    page = visitor.post(page, page.form("enrol"), code=totp(page.secret()))
    codes = page.recovery_codes()
    assert len(codes) == 10, page.text
    enrolled = resident.cookie()
    assert enrolled != before and is_signed_in(visitor)
    for token, host in ((before, BELFRY), (of_application, APP)):
        assert not is_signed_in(with_session(door, token, host), host)

    page = resident.page("/account/security")
    page = visitor.post(page, page.form("turn_off"), password=PASSWORD, code=codes[0])
    assert page.status == 303, page.text
    assert resident.cookie() != enrolled and is_signed_in(visitor)
    assert not is_signed_in(with_session(door, enrolled))


def test_a_deleted_account_is_gone_everywhere(door, town):
    resident = town.move_in()
    enter(resident.visitor)
    token, of_application = resident.cookie(), resident.cookie(host=APP)
    page = resident.page("/account")
    assert resident.visitor.post(page, page.form("delete"), password=PASSWORD).status == 200
    assert not is_signed_in(with_session(door, token))
    assert not is_signed_in(with_session(door, of_application, APP), APP)
    assert not has_signed_in(try_password(Visitor(door), resident.email))


def test_nobody_ends_anothers_session(door, town):
    attacker, victim = town.move_in(), town.move_in()
    row = residents.accounts(door, "SELECT token FROM session WHERE person = ?", victim.person)[0][0]
    page = attacker.page("/account/security")
    form = page.form("end_session") if any(one.intent == "end_session" for one in page.forms) else None
    if form is None:
        other = Visitor(door)
        assert has_signed_in(try_password(other, attacker.email))
        page = attacker.page("/account/security")
        form = next(one for one in page.forms if one.intent == "end_session")
    attacker.visitor.post(page, form, session=row)
    assert is_signed_in(victim.visitor)


# --- the hand-over

def way(visitor, path="/"):
    """The addresses of a hand-over: of Belfry's host, and of the application's with the code in it."""
    first = visitor.fetch(visitor.url(APP, path), lines=NAVIGATION)
    assert first.status == 303
    enter_url = first.response.get("location")
    arrive_url = visitor.fetch(enter_url, lines=NAVIGATION).response.get("location")
    assert arrive_url.startswith(visitor.url(APP, "/.belfry/enter?code=")), arrive_url
    return enter_url, arrive_url


def is_refused(page):
    return not page.response.all("set-cookie") or not any(cookie.startswith(f"{SESSION}=")
                                                          for cookie in page.response.all("set-cookie"))


def test_a_code_is_of_the_browser_that_asked(door, town):
    attacker = town.move_in()
    _, arrive_url = way(attacker.visitor)
    victim = Visitor(door)
    victim.fetch(victim.url(APP, "/"), lines=NAVIGATION)  # has a cookie of its own
    stolen = victim.fetch(arrive_url, lines=NAVIGATION)
    assert is_refused(stolen) and stolen.status == 403, stolen.status
    assert not is_signed_in(victim, APP)
    # Whatever came of it, it is used.
    assert is_refused(attacker.visitor.fetch(arrive_url, lines=NAVIGATION))


def test_a_code_is_good_once(door, town):
    resident = town.move_in()
    _, arrive_url = way(resident.visitor)
    assert has_signed_in(resident.visitor.fetch(arrive_url, lines=NAVIGATION))
    del resident.visitor.cookies[APP][SESSION]
    assert is_refused(resident.visitor.fetch(arrive_url, lines=NAVIGATION))


def test_a_code_dies_with_the_session_that_it_is_from(door, town):
    resident = town.move_in()
    _, arrive_url = way(resident.visitor)
    end_by_itself(resident)
    assert is_refused(resident.visitor.fetch(arrive_url, lines=NAVIGATION))


def test_a_code_is_not_belfrys(door, town):
    resident = town.move_in()
    _, arrive_url = way(resident.visitor)
    elsewhere = arrive_url.replace(APP, BELFRY)
    assert resident.visitor.fetch(elsewhere, lines=NAVIGATION).status == 404


def test_an_attackers_hand_over_link_signs_nobody_in(door, town):
    """Login CSRF: a victim who is signed in nowhere follows the attacker's link to the end."""
    attacker = town.move_in()
    enter_url, _ = way(attacker.visitor)
    victim = town.move_in()
    page = victim.visitor.get(enter_url)
    # The victim's session was bound to the attacker's browser: worth nothing in the victim's.
    assert not is_signed_in(victim.visitor, APP), page.url


def test_a_forged_sign_in_needs_the_browsers_own_cookie(door, town):
    attacker = town.move_in()
    mine = Visitor(door)
    form = mine.get(mine.url(BELFRY, "/sign-in")).form("sign_in").fields
    body = urllib.parse.urlencode({**form, "email": attacker.email, "password": PASSWORD}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    for lines, reason in ((["Origin: https://evil.test"], "foreign_origin"), (["Origin: null"], "foreign_origin"),
                          (["Sec-Fetch-Site: cross-site"], "foreign_origin"),
                          (["Sec-Fetch-Site: same-site", f"Origin: https://{APP}:{door.port}"], "foreign_origin"),
                          (["Sec-Fetch-Site: same-origin"], "csrf_token"), ([], "csrf_token"),
                          ([f"Origin: https://{BELFRY}:{door.port}"], "csrf_token")):
        with door.raw(BELFRY) as raw:
            answer = raw.request("POST", "/sign-in", kind, *lines, host=f"{BELFRY}:{door.port}", body=body)
        assert answer.status == 403 and not any(one.startswith(f"{SESSION}=") for one in answer.all("set-cookie"))
        assert door.record_of(answer.id)["reason"] == reason, lines


ELSEWHERE = ["https://evil.test/", "//evil.test/", "///evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test",
             "\t//evil.test", "/\n/evil.test", "/..//evil.test", "/.//evil.test", "/a/..//evil.test", "https:evil.test",
             "https:/evil.test", "https:///evil.test", "http://app.test/", "HTTPS://evil.test", "javascript:alert(1)",
             "data:text/html,x", "https://app.test.evil.test/", "https://app.test@evil.test/",
             "https://app.test:443@evil.test/", "https://evil.test#app.test", "https://evil.test\\@app.test",
             "https://app.test%2eevil.test", "https://app.test%00.evil.test/", "https://app.test\\.evil.test",
             "/%2f%2fevil.test", "/%5cevil.test", "/%09/evil.test", "/%2e%2e//evil.test", "%2f%2fevil.test",
             "https://app.test:1/", "https://app.test:/", "https://[::1]/", "https://ａpp.test/", "/;//evil.test",
             "//app.test/", "/x\r\nSet-Cookie: a=b", "/x%0d%0aSet-Cookie:%20a=b", " https://evil.test", "", "?x",
             "/" + "a" * 5000]


def own_origin(door, page):
    location = page.response.get("location")
    assert location and not any(character in location for character in "\r\n\t\\ "), location
    parts = urllib.parse.urlsplit(urllib.parse.urljoin(page.url, location))
    assert parts.scheme == "https" and parts.netloc in (f"{APP}:{door.port}", f"{BELFRY}:{door.port}"), location
    assert not location.startswith("//") and "evil" not in parts.netloc
    return parts


@pytest.fixture(scope="module")
def signed_in(town):
    resident = town.move_in()
    enter(resident.visitor)
    return resident


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_elsewhere(door, signed_in, target):
    visitor = signed_in.visitor
    wish = urllib.parse.quote(target, safe="")
    for host, path in ((BELFRY, f"/sign-in?return_to={wish}"), (BELFRY, f"/enter?browser={'0' * 64}&return_to={wish}"),
                       (APP, f"/.belfry/enter?code=x&return_to={wish}")):
        page = visitor.fetch(visitor.url(host, path), lines=NAVIGATION)
        if page.status == 303:
            parts = own_origin(door, page)
            # A path of ours that a browser would read as a host.
            assert not re.match(r"^[/\\]{2}", parts.path), parts
            query = urllib.parse.parse_qs(parts.query)
            for inner in query.get("return_to", []):
                assert re.match(r"^/(?![/\\])", inner), inner
        else:
            assert page.status in (400, 414), (path, page.status)


def test_nobody_is_led_elsewhere_from_the_form(door, town):
    resident = town.move_in()
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "https://app.test@evil.test/"):
        visitor = Visitor(door)
        page = visitor.get(visitor.url(BELFRY, "/sign-in"))
        answer = visitor.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD, return_to=target)
        assert has_signed_in(answer)
        own_origin(door, answer)
