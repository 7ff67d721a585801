"""Forms: only one that was made here, for who sends it, for what it does and lately; and what a body must not be."""

import signal
import urllib.parse

import pytest

import residents
from harness import APP, BELFRY
from residents import has_signed_in, is_signed_in, try_password
from visitor import PASSWORD, Visitor

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def town(door):
    return residents.Residents(door)


@pytest.fixture(scope="module")
def resident(town):
    return town.move_in()


@pytest.fixture(scope="module")
def neighbour(town):
    return town.move_in()


def send(visitor, path, body, *lines, kind=FORM, method="POST", host=BELFRY):
    """A form by hand, with all that a browser sends along unless `lines` say otherwise."""
    usual = ["Sec-Fetch-Site: same-origin", f"Origin: https://{host}:{visitor.door.port}"]
    if kind:
        usual.append(f"Content-Type: {kind}")
    return visitor.fetch(visitor.url(host, path), method, body.encode() if isinstance(body, str) else body,
                         [*usual, *lines]).response


def name_form(resident):
    return resident.page("/account").form("name").fields


def body_of(fields, **changes):
    return urllib.parse.urlencode({**fields, **changes})


def name_of(resident):
    return name_form(resident)["name"]


def is_refused(door, resident, answer, statuses=(403,), reason=None):
    assert answer.status in statuses, answer
    assert answer.get("location") is None and not answer.all("set-cookie")
    if reason:
        assert door.record_of(answer.id)["reason"] == reason
    assert name_of(resident) != "Changed" and is_signed_in(resident.visitor)


def test_the_right_form_is_taken(resident):
    assert send(resident.visitor, "/account", body_of(name_form(resident), name="Taken")).status == 200
    assert name_of(resident) == "Taken"


def test_a_token_is_of_its_form_its_session_and_its_browser(door, resident, neighbour):
    visitor, fields = resident.visitor, name_form(resident)
    token = fields["csrf_token"]
    page, security = resident.page("/account"), resident.page("/account/security")
    stranger = Visitor(door)
    others = [form.fields["csrf_token"] for form in page.forms + security.forms if form.intent != "name"]
    others += [name_form(neighbour)["csrf_token"],
               stranger.get(stranger.url(BELFRY, "/sign-in")).form("sign_in").fields["csrf_token"],
               "", "x", token[:-1], token + "A", token.swapcase(), "A" * len(token), token[1:] + token[0],
               token.lower(),
               token + "=", " " + token, "%00" + token]
    for other in others:
        answer = send(visitor, "/account", body_of(fields, name="Changed", csrf_token=other))
        is_refused(door, resident, answer, (403,), "csrf_token")
    without = {name: value for name, value in fields.items() if name != "csrf_token"}
    is_refused(door, resident, send(visitor, "/account", body_of(without, name="Changed")), (403,), "csrf_token")
    # By other ways than the field.
    is_refused(door, resident, send(visitor, f"/account?csrf_token={token}", body_of(without, name="Changed")), (403,))
    is_refused(door, resident,
               send(visitor, "/account", body_of(without, name="Changed"), f"X-CSRF-Token: {token}"), (403,))


def test_an_intent_is_the_one_that_the_token_is_for(door, resident):
    fields = name_form(resident)
    for intent in ("delete", "export", "sign_out", "password", "turn_off", "end_others", "", "NAME", "name ", "name\0",
                   "unheard_of"):
        for path in ("/account", "/account/security", "/sign-out", "/sign-in"):
            answer = send(resident.visitor, path, body_of(fields, name="Changed", intent=intent, password=PASSWORD))
            is_refused(door, resident, answer, (400, 403))
    missing = {name: value for name, value in fields.items() if name != "intent"}
    is_refused(door, resident, send(resident.visitor, "/account", body_of(missing, name="Changed")), (403,))
    # The right token at another page, which has no such form.
    for path in ("/account/security", "/sign-out"):
        answer = send(resident.visitor, path, body_of(fields, name="Changed"))
        is_refused(door, resident, answer, (403, 404))


def test_a_field_comes_once(door, resident):
    body = body_of(name_form(resident), name="Changed")
    token = name_form(resident)["csrf_token"]
    for more in ("&intent=name", "&intent=delete", f"&csrf_token={token}", "&csrf_token=", "&name=Other", "&intent",
                 "&%69ntent=delete", "&INTENT=delete", "&intent[]=delete", "&intent%00=x", "&x=%", "&x=%f", "&x=%80",
                 "&x=%00", "&", "&&x=1", ";intent=delete\n", "&x=" + "a" * 5000, "&=x", "&x=\x01",
                 "&" + "n" * 40 + "=x"):
        answer = send(resident.visitor, "/account", body + more)
        is_refused(door, resident, answer, (400,), "malformed_body")
    answer = send(resident.visitor, "/account", body + "".join(f"&x{number}=1" for number in range(40)))
    is_refused(door, resident, answer, (400,), "malformed_body")


def test_a_form_is_posted(door, resident):
    body = body_of(name_form(resident), name="Changed")
    for method in ("GET", "HEAD"):
        answer = send(resident.visitor, f"/account?{body}", "", method=method)
        assert answer.status == 200
        assert name_of(resident) != "Changed"
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        is_refused(door, resident, send(resident.visitor, "/account", body, method=method), (405,),
                   "method_not_allowed")
    for method in ("GET", "PUT"):
        for line in ("X-HTTP-Method-Override: POST", "X-HTTP-Method: POST", "X-Method-Override: POST"):
            answer = send(resident.visitor, f"/account?{body}&_method=post", "", line, method=method)
            assert answer.status in (200, 400, 405) and name_of(resident) != "Changed"
    # Signing out by a link or an image.
    for method in ("GET", "HEAD"):
        assert send(resident.visitor, "/sign-out", "", method=method).status == 303
        assert is_signed_in(resident.visitor)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json", "multipart/form-data; boundary=x",
                                  "multipart/form-data", f"{FORM}; charset=utf-16", f"{FORM}; charset=utf-7",
                                  f"{FORM}, text/plain",
                                  f"{FORM}; boundary=x", f"text/plain; {FORM}", "application/x-www-form-urlencoded2",
                                  "", "*/*"])
def test_a_body_is_of_the_forms_type(door, resident, kind):
    fields = name_form(resident)
    body = body_of(fields, name="Changed")
    if kind and kind.startswith("multipart"):
        body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                       for name, value in {**fields, "name": "Changed"}.items()) + "--x--\r\n"
    lines = ["Content-Type:"] if kind == "" else []
    is_refused(door, resident, send(resident.visitor, "/account", body, *lines, kind=kind or None), (400,),
               "malformed_body")


@pytest.mark.parametrize("kind", [f"{FORM};charset=UTF-8", FORM.upper(), f'{FORM}; charset="utf-8"'])
def test_the_forms_type_may_be_spelled_otherwise(resident, kind):
    assert send(resident.visitor, "/account", body_of(name_form(resident), name="Spelled"), kind=kind).status == 200


def test_a_body_is_small(door, resident):
    body = body_of(name_form(resident), name="Changed")
    is_refused(door, resident, send(resident.visitor, "/account", body + "&x=" + "a" * 20_000), (413,),
               "body_too_large")

    def chunked(*pieces):
        data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        return send(resident.visitor, "/account", data, "Transfer-Encoding: chunked")
    is_refused(door, resident, chunked(body.encode(), *[b"&x=" + b"a" * 997] * 20), (413,), "body_too_large")
    # A small one may come so, byte by byte.
    assert chunked(*[bytes([byte]) for byte in body_of(name_form(resident), name="Pieces").encode()]).status == 200
    assert name_of(resident) == "Pieces"


def test_where_a_form_comes_from(door, resident):
    own = f"https://{BELFRY}:{door.port}"
    body = body_of(name_form(resident), name="Changed")
    cookie = "Cookie: " + "; ".join(f"{name}={value}" for name, value in resident.visitor.cookies[BELFRY].items())
    for lines in (["Origin: https://evil.test"], ["Origin: null"], ["Origin: http://" + own[8:]],
                  [f"Origin: https://{BELFRY}"],
                  [f"Origin: https://{APP}:{door.port}"], [f"Origin: {own}.evil.test"], [f"Origin: {own}",
                                                                                         f"Origin: {own}"],
                  ["Sec-Fetch-Site: cross-site", f"Origin: {own}"], ["Sec-Fetch-Site: same-site", f"Origin: {own}"],
                  ["Sec-Fetch-Site: same-site", f"Origin: https://{APP}:{door.port}"], ["Sec-Fetch-Site: SAME-ORIGIN"],
                  ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"], [f"Referer: {own}/account"], []):
        with door.raw(BELFRY) as raw:
            answer = raw.request("POST", "/account", f"Content-Type: {FORM}", cookie, *lines, body=body.encode(),
                                 host=f"{BELFRY}:{door.port}")
        is_refused(door, resident, answer, (403,))


def test_what_sends_a_form_without_a_session_is_refused_and_not_led(door, resident):
    stranger = Visitor(door)
    stranger.get(stranger.url(BELFRY, "/sign-in"))
    for path in ("/account", "/account/security", "/admin/people"):
        answer = send(stranger, path, body_of(name_form(resident), name="Changed"), "Accept: text/html",
                      "Sec-Fetch-Mode: navigate")
        assert answer.status == 401 and answer.get("location") is None, path
    for path in ("/enter", "/"):
        assert send(stranger, path, "intent=x").status in (403, 404, 405)
    assert send(stranger, "/.belfry/enter", "intent=x&code=x", host=APP).status in (403, 404)


def test_a_member_cannot_send_an_administrators_forms(door, town, resident, neighbour):
    page = town.administrator.page("/admin/people")
    for form in page.forms:
        answer = send(resident.visitor, "/admin/people", body_of(form.fields, person=neighbour.person,
                                                                 email="x@example.com"))
        assert answer.status == 403 and door.record_of(answer.id)["reason"] == "not_allowed"
    assert is_signed_in(neighbour.visitor)


def test_an_administrator_does_not_lock_out_themselves(town):
    administrator = town.administrator
    page = administrator.page("/admin/people")
    for intent in ("lock", "delete", "role", "sign_out_person"):
        form = next(form for form in page.forms if form.intent == intent)
        answer = administrator.visitor.post(page, form, person=administrator.person, role="member",
                                            email=administrator.email)
        assert answer.status in (200, 403, 404, 410, 422)
        assert administrator.page("/admin/people").status == 200, intent


def test_a_form_from_before_a_restart_is_over(door, town):
    resident = town.move_in()
    fields = name_form(resident)
    stranger = Visitor(door)
    page = stranger.get(stranger.url(BELFRY, "/sign-in"))
    door.stop(signal.SIGKILL)
    door.start()
    is_refused(door, resident, send(resident.visitor, "/account", body_of(fields, name="Changed")), (403,),
               "csrf_token")
    assert stranger.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD).status == 403
    # The page of the refusal leads on, and a new one works.
    assert has_signed_in(try_password(stranger, resident.email))


def test_a_form_from_before_signing_in_anew_is_over(door, town):
    resident = town.move_in()
    fields = name_form(resident)
    sign_in_form = Visitor(door)
    visitor = resident.visitor
    answer = send(visitor, "/sign-out", body_of(resident.page("/account").form("sign_out").fields))
    assert answer.status == 303
    assert has_signed_in(try_password(visitor, resident.email))
    is_refused(door, resident, send(visitor, "/account", body_of(fields, name="Changed")), (403,), "csrf_token")
    del sign_in_form


def test_markup_in_what_people_type_is_shown_as_text(door, town, resident):
    for name in ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "{{7*7}}",
                 "</title><b>",
                 "=HYPERLINK(\"https://evil.test\")"):
        assert send(resident.visitor, "/account", body_of(name_form(resident), name=name)).status == 200
        for visitor, path in ((resident.visitor, "/account"), (town.administrator.visitor, "/admin/people")):
            body = visitor.get(visitor.url(BELFRY, path)).response.body.decode()
            assert "<script" not in body and "<img src=x" not in body and "</title><b>" not in body
        assert name_of(resident) == name
    for name in ("", " ", "\t", "a\r\nb", "a\x00b", "\x1b[31m", "x" * 500):
        assert send(resident.visitor, "/account", body_of(name_form(resident), name=name)).status in (400, 422)
    page = Visitor(door).get(f"https://{BELFRY}:{door.port}/sign-in?return_to=%22%3E%3Cscript%3E")
    assert b"<script" not in page.response.body
