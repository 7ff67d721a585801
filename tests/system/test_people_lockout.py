"""Guessing: passwords and codes lock, in the same words and for all ways in, and do not lock out their owner."""

import concurrent.futures
import re
import signal
import urllib.parse

import pytest

import residents
from h2_client import H2
from harness import BELFRY
from residents import WRONG, attempts, has_signed_in, is_signed_in, same_device, try_code, try_password
from visitor import PASSWORD, Visitor

NEW_PASSWORD = "Quiet-lantern-9-harbour"
ATTEMPTS = 5
WRONG_CODE = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


@pytest.fixture(scope="module")
def town(door):
    return residents.Residents(door)


def lock_for_strangers(door, resident):
    for _ in range(ATTEMPTS):
        assert try_password(Visitor(door), resident.email, WRONG).status == 403
    assert attempts(door, resident)[2] == 1


def words_of(page, email):
    """All of an answer but what is new in each."""
    head = [field for field in page.response.fields if field[0] not in ("date", "x-request-id")]
    text = f"{page.status}\n{head}\n{page.response.body.decode()}"
    new = re.findall(r"'nonce-([^']+)'", text) + [form.fields["csrf_token"] for form in page.forms]
    new += re.findall(r"__Host-belfry-browser=([^;]+)", text)
    for one in [*new, email]:
        text = text.replace(one, "-")
    return text


def test_locked_wrong_and_unknown_are_told_the_same(door, town):
    locked, known = town.move_in(), town.move_in()
    lock_for_strangers(door, locked)
    unknown, awaits = "nobody0000@example.com", "invite0000@example.com"
    town.invitation(awaits)
    answers = {
        "right, locked": (locked.email, PASSWORD), "wrong, locked": (locked.email, WRONG),
        "wrong": (known.email, WRONG), "unknown": (unknown, PASSWORD), "invited": (awaits, PASSWORD),
        "no address": ("this_is_no_address_at", PASSWORD),
    }
    told = {}
    for case, (email, password) in answers.items():
        page = try_password(Visitor(door), email, password)
        assert page.status == 403, (case, page.text)
        told[case] = re.sub(r"(content-length', ')\d+", r"\1", words_of(page, email))
        assert len(email) == len(known.email) or case == "no address"
    for case, words in told.items():
        assert words == told["wrong"], case


def test_parallel_guesses_spend_five_attempts(door, town):
    resident = town.move_in()
    visitors = [Visitor(door) for _ in range(40)]
    pages = [visitor.get(visitor.url(BELFRY, "/sign-in")) for visitor in visitors]

    def guess(number):
        page = pages[number]
        return visitors[number].post(page, page.form("sign_in"), email=resident.email,
                                     password=f"{WRONG}{number}").status

    def guesses_of_one_connection(of_browser):
        page = of_browser.get(of_browser.url(BELFRY, "/sign-in"))
        fields = page.form("sign_in").fields
        cookie = "; ".join("=".join(pair) for pair in of_browser.cookies[BELFRY].items())
        with H2(door, host=BELFRY) as client:
            client.host = f"{BELFRY}:{door.port}"
            numbers = [client.begin("POST", "/sign-in", ("content-type", "application/x-www-form-urlencoded"),
                                    ("origin", f"https://{BELFRY}:{door.port}"), ("cookie", cookie),
                                    body=urllib.parse.urlencode({**fields, "email": resident.email,
                                                                 "password": f"{WRONG}h2{number}"}).encode())
                       for number in range(60)]
            client.wait(*numbers, seconds=60)
            return [client.streams[number].status for number in numbers]

    with concurrent.futures.ThreadPoolExecutor(41) as threads:
        over_one = threads.submit(guesses_of_one_connection, Visitor(door))
        statuses = list(threads.map(guess, range(40))) + over_one.result()
    # Who found no place among those that are hashed spent nothing.
    assert set(statuses) <= {403, 503} and statuses.count(403) >= ATTEMPTS, statuses
    assert attempts(door, resident) == (ATTEMPTS, 0, 1)
    assert try_password(Visitor(door), resident.email).status == 403


def test_a_known_device_gets_in_while_strangers_are_locked(door, town):
    resident = town.move_in()
    lock_for_strangers(door, resident)
    device = same_device(resident)
    for _ in range(ATTEMPTS - 1):
        assert try_password(device, resident.email, WRONG).status == 403
    assert has_signed_in(try_password(device, resident.email))
    # That the owner is in is no reason to give strangers more tries.
    assert attempts(door, resident) == (ATTEMPTS, 0, 1)
    assert try_password(Visitor(door), resident.email).status == 403
    # And what the device was known as is worth nothing any more.
    assert try_password(same_device(resident), resident.email).status == 403


def test_a_device_is_known_of_its_own_people_alone(door, town):
    neighbour, resident = town.move_in(), town.move_in()
    lock_for_strangers(door, resident)
    assert try_password(same_device(neighbour), resident.email).status == 403
    forged = Visitor(door)
    forged.cookies[BELFRY] = {"__Host-belfry-device": "A" * 43}
    assert try_password(forged, resident.email).status == 403
    twice = Visitor(door)
    of_device = f"__Host-belfry-device={resident.cookie('__Host-belfry-device')}"
    page = twice.get(twice.url(BELFRY, "/sign-in"))
    cookies = "; ".join(f"{name}={value}" for name, value in twice.cookies[BELFRY].items())
    twice.cookies[BELFRY] = {}
    twice.lines = [f"Cookie: {cookies}; {of_device}; {of_device}"]
    assert twice.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD).status == 403


def test_one_browser_is_known_by_several_people(door, town):
    """A family's computer: who signs in there last is not the only one whom strangers cannot lock out on it."""
    bob, eve = town.move_in(), town.move_in()
    shared = same_device(bob)

    def gets_in(visitor, resident):
        answer = try_password(visitor, resident.email)
        # As if everybody signed out.
        visitor.cookies[BELFRY].pop("__Host-belfry", None)
        return has_signed_in(answer)
    for resident in (bob, eve, bob, eve):
        assert gets_in(shared, resident)
    for resident in (bob, eve):
        lock_for_strangers(door, resident)
        assert gets_in(shared, resident)
        assert not gets_in(Visitor(door), resident)
    # Each renews their own entry: what it was before is worth nothing.
    copied = Visitor(door)
    copied.cookies[BELFRY] = {"__Host-belfry-device": shared.cookies[BELFRY]["__Host-belfry-device"]}
    assert gets_in(shared, bob)
    assert not gets_in(copied, bob) and gets_in(copied, eve)


def test_an_account_that_is_deleted_leaves_the_others_known_there(door, town):
    bob, eve = town.move_in(), town.move_in()
    shared = same_device(bob)
    assert has_signed_in(try_password(shared, eve.email))
    page = shared.get(shared.url(BELFRY, "/account"))
    assert shared.post(page, page.form("delete"), password=PASSWORD).status == 200
    lock_for_strangers(door, bob)
    assert has_signed_in(try_password(shared, bob.email))


def test_a_devices_own_row_locks_that_device_alone(door, town):
    resident = town.move_in()
    device = same_device(resident)
    for _ in range(ATTEMPTS):
        assert try_password(device, resident.email, WRONG).status == 403
    assert try_password(device, resident.email).status == 403
    assert attempts(door, resident) == (0, 0, 0)
    assert has_signed_in(try_password(Visitor(door), resident.email))


def test_email_spelled_otherwise_is_the_same_counter(door, town):
    resident = town.move_in()
    name, domain = resident.email.split("@")
    for spelling in (resident.email.upper(), f" {resident.email} ", f"{name}@Example.COM", f"{name.title()}@{domain}",
                     f"{name}@EXAMPLE.com"):
        assert try_password(Visitor(door), spelling, WRONG).status == 403
    assert attempts(door, resident) == (ATTEMPTS, 0, 1)


def change_password(resident, password):
    page = resident.page("/account/security")
    return resident.visitor.post(page, page.form("password"), password=password, new_password=NEW_PASSWORD)


def test_every_form_that_takes_a_password_is_behind_the_lock(door, town):
    """Keycloak CVE-2026-9798: a lock that one of the ways in did not know of."""
    plain, protected = town.move_in(), town.move_in(second_factor=True)
    for resident in (plain, protected):
        for _ in range(ATTEMPTS):
            assert change_password(resident, WRONG).status not in (200, 303)
        assert attempts(door, resident, "device") == (ATTEMPTS, 0, 1)

    def refused(resident, path, intent, **fields):
        page = resident.page(path)
        answer = resident.visitor.post(page, page.form(intent), password=PASSWORD, **fields)
        assert answer.status in (403, 422), (path, intent, answer.status, answer.text)
        assert not answer.response.all("set-cookie"), (path, intent)

    code = protected.codes[0]
    for resident in (plain, protected):
        refused(resident, "/account/security", "password", new_password=NEW_PASSWORD)
    refused(plain, "/account/security", "set_up")
    refused(plain, "/account", "delete")
    refused(protected, "/account/security", "turn_off", code=code)
    refused(protected, "/account/security", "renew_codes", code=code)
    refused(protected, "/account", "delete", code=code)
    for resident in (plain, protected):
        assert try_password(same_device(resident), resident.email).status == 403
        assert is_signed_in(resident.visitor), "the session is not what is locked"
        assert attempts(door, resident, "device") == (ATTEMPTS, 0, 1)
    # Nothing was changed, and the code was not spent.
    assert has_signed_in(try_code(Visitor(door), protected.email, code, "recovery"))
    assert has_signed_in(try_password(Visitor(door), plain.email))


def test_wrong_codes_lock_the_account_and_not_the_flow(door, town):
    resident = town.move_in(second_factor=True)
    for number in range(ATTEMPTS):
        # Each with a new beginning, in a new browser.
        intent = "recovery" if number % 2 else "code"
        assert try_code(Visitor(door), resident.email, WRONG_CODE, intent).status == 403
    assert attempts(door, resident, "codes") == (ATTEMPTS, 0, 1)
    # Passwords are counted apart: the right one still leads to the code.
    assert try_code(Visitor(door), resident.email, resident.codes[0], "recovery").status == 403
    assert try_code(same_device(resident), resident.email, resident.codes[0], "recovery").status == 403
    for path, intent in (("/account/security", "turn_off"), ("/account/security", "renew_codes"), ("/account",
                                                                                                   "delete")):
        page = resident.page(path)
        answer = resident.visitor.post(page, page.form(intent), password=PASSWORD, code=resident.codes[0])
        assert answer.status in (403, 422), (intent, answer.text)
    assert attempts(door, resident, "codes") == (ATTEMPTS, 0, 1)
    residents.admin(door, "unlock", resident.email)
    assert has_signed_in(try_code(Visitor(door), resident.email, resident.codes[0], "recovery"))


def test_parallel_codes_spend_five_attempts(door, town):
    resident = town.move_in(second_factor=True)
    visitor = Visitor(door)
    page = try_password(visitor, resident.email)
    fields = page.form("recovery")
    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda _: visitor.post(page, fields, code=WRONG_CODE).status, range(40)))
    # An address has a share of what is under way.
    assert set(statuses) <= {403, 503} and statuses.count(403) >= ATTEMPTS
    assert attempts(door, resident, "codes") == (ATTEMPTS, 0, 1)


def test_a_recovery_code_is_good_once(door, town):
    resident = town.move_in(second_factor=True)
    pages, visitors = [], [Visitor(door) for _ in range(4)]
    for visitor in visitors:
        pages.append(try_password(visitor, resident.email))
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda pair: pair[0].post(pair[1], pair[1].form("recovery"), code=resident.codes[0]),
                                   zip(visitors, pages)))
    assert sorted(answer.status for answer in answers) == [303, 403, 403, 403]
    assert try_code(Visitor(door), resident.email, resident.codes[0], "recovery").status == 403


def test_a_pending_sign_in_is_of_its_browser(door, town):
    resident = town.move_in(second_factor=True)
    page = try_password(Visitor(door), resident.email)
    other = Visitor(door)
    theirs = try_password(other, resident.email)
    stolen = other.post(theirs, theirs.form("recovery"), flow=page.form("recovery").fields["flow"],
                        code=resident.codes[0])
    assert not has_signed_in(stolen) and stolen.form("sign_in")
    assert other.post(theirs, theirs.form("recovery"), code=resident.codes[0]).status == 303
    # It is over once it was used.
    again = other.post(theirs, theirs.form("recovery"), code=resident.codes[1])
    assert not has_signed_in(again) and again.form("sign_in")


def test_a_lock_outlives_a_kill_and_an_administrator_lifts_it(door, town):
    resident = town.move_in()
    lock_for_strangers(door, resident)
    door.stop(signal.SIGKILL)
    door.start()
    assert attempts(door, resident) == (ATTEMPTS, 0, 1)
    assert try_password(Visitor(door), resident.email).status == 403
    assert is_signed_in(resident.visitor), "who was signed in stays so"
    residents.admin(door, "unlock", resident.email.upper())
    assert has_signed_in(try_password(Visitor(door), resident.email))
