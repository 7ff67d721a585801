"""People: the first administrator, an invitation, signing in with a second factor, and what the application learns."""

import subprocess
import urllib.parse

import pytest

import harness
from harness import APP, BELFRY
from visitor import PASSWORD, Visitor, accept

OTHER_PASSWORD = "Quiet-lantern-9-harbour"


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


def admin(door, *arguments):
    return subprocess.run([harness.BINARY, "admin", *arguments, "--config", str(door.config_path)],
                          capture_output=True, text=True, timeout=60 * harness.PATIENCE)


@pytest.fixture(scope="module")
def administrator(door):
    """(visitor, secret) of the first administrator, who is signed in."""
    link = admin(door, "first-administrator")
    assert link.returncode == 0, link.stderr
    url = link.stdout.strip()
    assert url.startswith(f"https://{BELFRY}:{door.port}/first-administrator?token=")
    visitor = Visitor(door)
    page, secret = accept(visitor, url, email="ann@example.com")
    assert page.status == 200 and len(page.recovery_codes()) == 10, page.text
    assert Visitor(door).get(url).status == 410
    return visitor, secret, page.recovery_codes()


def test_there_is_one_first_administrator(door, administrator):
    again = admin(door, "first-administrator")
    assert again.returncode == 1 and "already" in again.stderr


def test_the_application_is_behind_the_sign_in(door):
    stranger = Visitor(door)
    first = stranger.fetch(stranger.url(APP, "/orders?x=1"), lines=("Accept: text/html", "Sec-Fetch-Mode: navigate"))
    assert first.status == 303
    assert first.response.get("location").startswith(f"https://{BELFRY}:{door.port}/enter?browser=")
    page = stranger.follow(first)
    assert page.status == 200 and page.form("sign_in")
    # A program is told, not led.
    answer = door.get("/orders", "Accept: application/json")
    assert answer.status == 401 and answer.json()["reason"] == "sign_in_needed"
    assert "Cookie realm=" in answer.get("www-authenticate")
    assert door.request("POST", "/orders", "Sec-Fetch-Site: same-origin", body=b"x").status == 401


def test_signing_in_leads_back_and_the_application_learns_who_it_is(door, upstream, administrator):
    _, secret, codes = administrator
    visitor = Visitor(door)
    page = visitor.get(visitor.url(APP, "/orders?x=1"))
    page = visitor.send(page, "sign_in", email="ANN@example.com", password=PASSWORD)
    page = visitor.send(page, "recovery", code=codes[0])
    assert page.url == visitor.url(APP, "/orders?x=1"), (page.url, page.text)
    seen = upstream.last()
    assert seen.target == "/orders?x=1"
    assert seen.all("x-belfry-email") == ["ann@example.com"] and seen.all("x-belfry-role") == ["administrator"]
    assert len(seen.get("x-belfry-user")) == 32
    assert "__Host-belfry" not in (seen.get("cookie") or "")


def test_the_administrator_reaches_the_pages_of_the_account(door, administrator):
    visitor, _, _ = administrator
    for path in ("/account", "/account/security", "/admin/people"):
        page = visitor.get(visitor.url(BELFRY, path))
        assert page.status == 200 and page.url.endswith(path), page.text
    assert visitor.get(visitor.url(BELFRY, "/admin")).url.endswith("/admin/people")


def invite(administrator, email, role):
    visitor = administrator[0]
    page = visitor.send(visitor.get(visitor.url(BELFRY, "/admin/people")), "invite", email=email, role=role)
    link = next(word for word in page.words if "/invitation?" in word).strip()
    return link


def test_a_member_comes_by_invitation_and_may_not_administer(door, administrator):
    visitor = Visitor(door)
    page = visitor.send(visitor.get(invite(administrator, "bob@example.com", "member")), "welcome", name="Bob",
                        new_password=OTHER_PASSWORD)
    page = visitor.send(page, "skip")
    assert page.url.startswith(visitor.url(APP, "/")), page.url
    assert visitor.get(visitor.url(BELFRY, "/account")).status == 200
    refused = visitor.get(visitor.url(BELFRY, "/admin/people"))
    assert refused.status == 403


def test_staff_reach_nothing_before_their_second_factor(door, administrator):
    visitor = Visitor(door)
    page = visitor.send(visitor.get(invite(administrator, "cat@example.com", "staff")), "welcome", name="Cat",
                        new_password=OTHER_PASSWORD)
    assert [form.intent for form in page.forms] == ["enrol"]
    forged = page.forms[0]
    forged.fields["intent"] = "skip"
    assert visitor.post(page, forged).status == 403


@pytest.mark.parametrize("password,word", [("abc12", "short"), ("aaaaaa", ""), ("Password1!", ""),
                                           ("Ann-Example-1", ""), ("x" * 73 + "A1", "")])
def test_weak_passwords_are_refused_by_an_invitation(door, administrator, password, word):
    visitor = Visitor(door)
    page = visitor.get(invite(administrator, "dan@example.com", "member"))
    page = visitor.send(page, "welcome", name="Ann Example", new_password=password)
    assert page.status == 422 and page.form("welcome"), page.text


def test_a_form_needs_its_own_token(door, administrator):
    visitor = administrator[0]
    page = visitor.get(visitor.url(BELFRY, "/account"))
    name = page.form("name")
    assert visitor.post(page, name, name="Ann", csrf_token="").status == 403
    of_another = page.form("export").fields["csrf_token"]
    assert visitor.post(page, name, name="Ann", csrf_token=of_another).status == 403
    stranger = Visitor(door)
    theirs = stranger.get(stranger.url(BELFRY, "/sign-in")).form("sign_in").fields["csrf_token"]
    answer = visitor.post(page, name, name="Ann", csrf_token=theirs)
    assert answer.status == 403
    assert door.record_of(answer.response.id)["reason"] == "csrf_token"
    assert visitor.post(page, name, name="Ann Other").status == 200
    assert "Ann Other" in visitor.get(visitor.url(BELFRY, "/account")).response.body.decode()


def test_signing_out_ends_the_session_on_both_hosts(door, administrator):
    _, _, codes = administrator
    visitor = Visitor(door)
    page = visitor.send(visitor.get(visitor.url(APP, "/x")), "sign_in", email="ann@example.com", password=PASSWORD)
    page = visitor.send(page, "recovery", code=codes[1])
    assert page.url == visitor.url(APP, "/x")
    account = visitor.get(visitor.url(BELFRY, "/account"))
    page = visitor.send(account, "sign_out")
    assert page.url.startswith(visitor.url(BELFRY, "/sign-in"))
    assert visitor.fetch(visitor.url(BELFRY, "/account"), lines=("Accept: text/html",)).status == 303
    assert visitor.fetch(visitor.url(APP, "/x"), lines=("Accept: application/json",)).status == 401


def test_two_tabs_can_sign_in_at_once(door, administrator):
    _, _, codes = administrator
    visitor = Visitor(door)
    one, two = (visitor.get(visitor.url(BELFRY, "/sign-in")) for _ in range(2))
    one = visitor.send(one, "sign_in", email="ann@example.com", password=PASSWORD)
    two = visitor.send(two, "sign_in", email="ann@example.com", password=PASSWORD)
    assert visitor.post(one, one.form("recovery"), code=codes[2]).status == 303
    assert visitor.post(two, two.form("recovery"), code=codes[3]).status == 303


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test", "https:evil.test",
                                    "https://app.test.evil.test/", "https://app.test@evil.test/", "javascript:alert(1)",
                                    "/%2f%2fevil.test", "https://app.test:1/"])
def test_only_the_sites_own_hosts_are_followed(door, administrator, target):
    visitor = administrator[0]
    page = visitor.fetch(visitor.url(BELFRY, "/sign-in?return_to=" + urllib.parse.quote(target, safe="")))
    assert page.status == 303
    assert page.response.get("location") in (f"https://{APP}:{door.port}/",), page.response.get("location")
