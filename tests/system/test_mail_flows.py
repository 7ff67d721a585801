"""What goes by e-mail: invitations, resets, signing up, another address, notices. And what there is without mail."""

import contextlib
import concurrent.futures
import re
import subprocess
import time

import pytest

import harness
from harness import APP, BELFRY
from smtp_sink import SmtpSink
from visitor import PASSWORD, Visitor, accept

OTHER_PASSWORD = "Quiet-lantern-9-harbour"
THIRD_PASSWORD = "Slow-orchard-3-violin"
STEP = 0.25  # of people/even_time.hpp


@pytest.fixture(scope="module")
def sink():
    with SmtpSink() as sink:
        yield sink


class House:
    """A door with its first administrator, ann@example.com, and perhaps a mail server."""

    def __init__(self, door, sink):
        self.door, self.sink = door, sink
        command = [harness.BINARY, "admin", "first-administrator", "--config", str(door.config_path)]
        link = subprocess.run(command, capture_output=True, text=True, timeout=60 * harness.PATIENCE, check=True)
        self.ann = Visitor(door)
        page, _ = accept(self.ann, link.stdout.strip(), email="ann@example.com")
        assert page.status == 200, page.text

    def get(self, path, visitor=None):
        visitor = visitor or Visitor(self.door)
        return visitor, visitor.get(visitor.url(BELFRY, path))

    def people(self):
        return self.get("/admin/people", self.ann)[1]

    def row(self, intent, email):
        """The form of the list that does this to that person."""
        page = self.people()
        html = page.response.body.decode()
        row = next(part for part in html.split("<li>") if f">{email}</span>" in part)
        person = re.search(r'name="person" value="([^"]+)"', row)[1]
        return page, page.form(intent, person=person)

    def invite(self, email, role="member"):
        page = self.ann.send(self.people(), "invite", email=email, role=role)
        assert page.status == 200, page.text
        return page

    def link(self, email, path, count=1):
        """The newest link to that path in somebody's mailbox, once there are so many."""
        links = []

        def found():
            links[:] = [link for mail in self.sink.mails(email) for link in mail.links if f"{path}?" in link]
            return len(links) >= count
        harness.wait_until(found, 10, f"{count} links to {path} for {email}")
        return links[-1]

    def member(self, email, password=OTHER_PASSWORD):
        """Somebody who came by an invitation."""
        page = self.invite(email)
        link = self.link(email, "/invitation") if self.sink else handed(page, "/invitation")
        visitor = Visitor(self.door)
        page = visitor.send(visitor.get(link), "welcome", name=email.split("@")[0], new_password=password)
        visitor.post(page, page.form("skip"))
        return visitor

    def sign_in(self, email, password):
        """The status of what follows: 303 where it was right."""
        visitor, page = self.get("/sign-in")
        return visitor.post(page, page.form("sign_in"), email=email, password=password).status

    def ask(self, path, intent, **fields):
        """Sends one form of that page; the answer and how long it took."""
        visitor, page = self.get(path)
        begun = time.monotonic()
        return visitor.post(page, page.form(intent), **fields), time.monotonic() - begun


def handed(page, path):
    return next(word for word in page.words if f"{path}?" in word).strip()


def subjects(sink, email):
    return [mail.subject for mail in sink.mails(email)]


def told(page):
    """All that somebody sees of an answer, without what is random."""
    lines = {name: page.response.get(name) for name in ("content-type", "location", "retry-after", "content-length")}
    return page.status, lines, re.sub(rb'(nonce="|csrf_token" value=")[^"]*', rb"\1", page.response.body)


@contextlib.contextmanager
def house_of(workplace, upstream, sink=None, mail_port=None, **accounts):
    port = sink.port if sink else mail_port
    mail = {"server": f"smtp://127.0.0.1:{port}", "from": "belfry@example.com"} if port else None
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}, accounts=accounts,
                        mail=mail) as door:
        yield House(door, sink)


@pytest.fixture(scope="module")
def open_house(workplace, upstream, sink):
    with house_of(workplace, upstream, sink, sign_up="open") as house:
        yield house


@pytest.fixture(scope="module")
def bare_house(workplace, upstream):
    """Without a mail server."""
    with house_of(workplace, upstream, sign_up="approval") as house:
        yield house


# --- with mail


def test_an_invitation_comes_by_mail_and_is_shown_to_nobody_else(open_house, sink):
    page = open_house.invite("ida@example.com")
    assert "/invitation?" not in page.response.body.decode() and "on its way" in page.text
    link = open_house.link("ida@example.com", "/invitation")
    assert link.startswith(f"https://{BELFRY}:{open_house.door.port}/invitation?")
    assert "Ann Example invites you" in sink.mails("ida@example.com")[0].text
    assert open_house.get(link.split(f":{open_house.door.port}", 1)[1])[1].form("welcome")


def test_a_reset_sets_a_password_once_and_lifts_the_lock(open_house, sink):
    bob = open_house.member("bob@example.com")
    for _ in range(12):
        open_house.sign_in("bob@example.com", "Wrong-password-1")
    assert open_house.sign_in("bob@example.com", OTHER_PASSWORD) == 403
    harness.wait_until(lambda: any("is locked" in subject for subject in subjects(sink, "bob@example.com")), 10, "lock")

    answer, _ = open_house.ask("/reset", "ask", email="Bob@Example.com")
    assert answer.status == 200
    first = open_house.link("bob@example.com", "/reset")
    open_house.ask("/reset", "ask", email="bob@example.com")
    second = open_house.link("bob@example.com", "/reset", 2)
    visitor = Visitor(open_house.door)
    assert visitor.get(first).status == 410, "the older link is dead"

    page = visitor.get(second)
    assert page.status == 200 and "bob@example.com" in page.response.body.decode()
    weak = visitor.send(page, "set", new_password="bob")
    assert weak.status == 422 and weak.form("set")
    done = visitor.send(weak, "set", new_password=THIRD_PASSWORD)
    assert done.url.startswith(visitor.url(BELFRY, "/sign-in")) and "new password is set" in done.text
    assert visitor.get(second).status == 410
    assert visitor.post(page, page.form("set"), new_password=PASSWORD).status == 410
    assert bob.fetch(bob.url(BELFRY, "/account"), lines=("Accept: text/html",)).status == 303, "sessions have ended"
    assert open_house.sign_in("bob@example.com", OTHER_PASSWORD) == 403
    assert open_house.sign_in("bob@example.com", THIRD_PASSWORD) == 303
    harness.wait_until(lambda: any("was changed" in subject for subject in subjects(sink, "bob@example.com")), 10,
                       "the notice of a new password")


def test_a_reset_tells_nothing_of_who_has_an_account(open_house, sink):
    open_house.member("cat@example.com")
    known, known_time = open_house.ask("/reset", "ask", email="cat@example.com")
    unknown, unknown_time = open_house.ask("/reset", "ask", email="nobody@example.com")
    assert told(known) == told(unknown) and known.status == 200
    assert known_time >= STEP and unknown_time >= STEP
    open_house.link("cat@example.com", "/reset")
    assert not sink.mails("nobody@example.com")
    assert told(open_house.ask("/reset", "ask", email="no address")[0])[0] == 422


def test_nobody_floods_a_mailbox(open_house, sink):
    open_house.member("dora@example.com")
    answers = {told(open_house.ask("/reset", "ask", email="dora@example.com")[0]) [2] for _ in range(8)}
    assert len(answers) == 1
    newest = open_house.link("dora@example.com", "/reset", 5)
    assert sum("/reset?" in link for mail in sink.mails("dora@example.com") for link in mail.links) == 5
    assert open_house.get("/")[0].get(newest).status == 200, "the last one still works"


def test_the_host_header_chooses_no_port_of_a_link(open_house, sink):
    open_house.member("eli@example.com")
    visitor = Visitor(open_house.door)
    page = visitor.get(f"https://{BELFRY}:1/reset")
    assert visitor.post(page, page.form("ask"), email="eli@example.com").status == 200
    assert open_house.link("eli@example.com", "/reset").startswith(f"https://{BELFRY}:{open_house.door.port}/reset?")


def test_whoever_has_a_mailbox_signs_up_where_it_is_open(open_house):
    assert any("/sign-up" in link for link in open_house.get("/sign-in")[1].links)
    page = open_house.get("/sign-up")[1]
    assert not {"name", "new_password"} & page.form("sign_up").fields.keys()
    answer, _ = open_house.ask("/sign-up", "sign_up", email="Fay@example.com")
    assert answer.status == 200
    link = open_house.link("fay@example.com", "/sign-up")
    visitor = Visitor(open_house.door)
    for _ in range(2):
        page = visitor.get(link)  # as a program that reads mail does
    assert "fay@example.com" in page.response.body.decode() and "This address is yours" in page.text
    weak = visitor.send(page, "welcome", name="Fay", new_password="abc")
    assert weak.status == 422
    assert open_house.sign_in("fay@example.com", OTHER_PASSWORD) == 403
    page = visitor.send(weak, "welcome", name="Fay", new_password=OTHER_PASSWORD)
    assert open_house.sign_in("fay@example.com", OTHER_PASSWORD) == 403, "nothing is kept before the last step"
    done = visitor.send(page, "skip")
    assert done.status == 200 and "fay@example.com" in visitor.get(visitor.url(BELFRY, "/account")).text
    assert visitor.get(link).status == 410
    assert visitor.post(weak, weak.form("welcome"), name="Fay", new_password=THIRD_PASSWORD).status == 410
    assert visitor.post(page, page.form("skip")).status == 410
    assert open_house.sign_in("fay@example.com", OTHER_PASSWORD) == 303


def test_whoever_signs_up_may_set_a_second_factor(open_house):
    open_house.ask("/sign-up", "sign_up", email="finn@example.com")
    visitor = Visitor(open_house.door)
    page, _ = accept(visitor, open_house.link("finn@example.com", "/sign-up"), name="Finn", password=OTHER_PASSWORD)
    assert len(page.recovery_codes()) == 10
    assert visitor.get(visitor.url(BELFRY, "/account")).status == 200
    other, page = open_house.get("/sign-in")
    assert other.send(page, "sign_in", email="finn@example.com", password=OTHER_PASSWORD).form("code")


def test_a_stranger_signs_nobody_up_in_advance(open_house):
    """A stranger asks for an account with somebody's address, before and after its owner does, and waits for the owner
    to follow a link: the stranger's password opens nothing, and the owner's link stays good."""
    stranger, page = open_house.get("/sign-up")
    fields = {"email": "olga@example.com", "name": "Stranger", "new_password": THIRD_PASSWORD}
    assert stranger.post(page, page.form("sign_up"), **fields).status == 200
    first = open_house.link("olga@example.com", "/sign-up")
    assert open_house.ask("/sign-up", "sign_up", email="olga@example.com")[0].status == 200
    own = open_house.link("olga@example.com", "/sign-up", 2)
    assert stranger.post(page, page.form("sign_up"), **fields).status == 200
    last = open_house.link("olga@example.com", "/sign-up", 3)

    for link in (last, first, own):
        olga = Visitor(open_house.door)
        page = olga.get(link)
        assert page.status == 200 and "Stranger" not in page.response.body.decode()
    assert open_house.sign_in("olga@example.com", THIRD_PASSWORD) == 403
    # What the stranger has of it leads nowhere: the page behind the link wants the link itself.
    assert stranger.post(page, page.form("welcome"), name="Stranger", new_password=THIRD_PASSWORD).status == 403
    olga.send(olga.send(page, "welcome", name="Olga", new_password=OTHER_PASSWORD), "skip")
    assert "Olga" in olga.get(olga.url(BELFRY, "/account")).response.body.decode()
    assert open_house.sign_in("olga@example.com", THIRD_PASSWORD) == 403
    assert open_house.sign_in("olga@example.com", OTHER_PASSWORD) == 303
    assert [Visitor(open_house.door).get(link).status for link in (first, own, last)] == [410, 410, 410]


def test_signing_up_tells_nothing_of_who_has_an_account(open_house, sink):
    open_house.member("gil@example.com")
    known, known_time = open_house.ask("/sign-up", "sign_up", email="gil@example.com")
    unknown, unknown_time = open_house.ask("/sign-up", "sign_up", email="gus@example.com")
    assert told(known) == told(unknown)
    assert known_time >= STEP and unknown_time >= STEP
    open_house.link("gus@example.com", "/sign-up")
    harness.wait_until(lambda: any("You have an account" in subject for subject in subjects(sink, "gil@example.com")),
                       10, "the mail to who has an account")
    assert open_house.ask("/sign-up", "sign_up", email="no address")[0].status == 422


def change_address(house, visitor, email, password=OTHER_PASSWORD):
    page = visitor.get(visitor.url(BELFRY, "/account"))
    return visitor.post(page, page.form("email"), email=email, password=password)


def test_another_address_needs_both_mailboxes(open_house, sink):
    hal = open_house.member("hal@example.com")
    assert change_address(open_house, hal, "hal@new.example", "Wrong-password-1").status == 422
    assert change_address(open_house, hal, "HAL@example.com").status == 422
    assert change_address(open_house, hal, "hal@new.example").status == 200
    half = hal.send(hal.get(open_house.link("hal@new.example", "/confirm-email")), "confirm")
    assert "Half" in half.text and open_house.sign_in("hal@new.example", OTHER_PASSWORD) == 403
    assert not any("has another address" in subject for subject in subjects(sink, "hal@example.com"))
    old = open_house.link("hal@example.com", "/confirm-email")
    visitor = Visitor(open_house.door)
    page = visitor.get(old)
    assert "hal@example.com" in page.text and "hal@new.example" in page.text
    done = visitor.send(page, "confirm")
    assert "has changed" in done.text, done.text
    harness.wait_until(lambda: any("has another address" in subject for subject in subjects(sink, "hal@example.com")),
                       10, "the notice to the address of before")
    assert visitor.get(old).status == 410 and visitor.post(page, page.form("confirm")).status == 410
    assert open_house.sign_in("hal@new.example", OTHER_PASSWORD) == 303
    assert open_house.sign_in("hal@example.com", OTHER_PASSWORD) == 403
    assert "hal@new.example" in hal.get(hal.url(BELFRY, "/account")).text


def test_another_address_tells_nothing_of_who_has_it(open_house, sink):
    jan, kim = open_house.member("jan@example.com"), open_house.member("kim@example.com")
    change_address(open_house, jan, "jan@free.example")
    first = open_house.link("jan@example.com", "/confirm-email")
    taken = change_address(open_house, jan, "ann@example.com")
    free = change_address(open_house, kim, "kim@free.example")
    assert told(taken) == told(free)
    # The mailbox of before tells nothing either, however often its link is followed.
    answers = []
    for email, count in (("jan@example.com", 2), ("kim@example.com", 1)):
        visitor = Visitor(open_house.door)
        link = open_house.link(email, "/confirm-email", count)
        page = visitor.get(link)
        assert page.status == 200
        half, again, late = (visitor.send(page, "confirm"), visitor.send(page, "confirm"), visitor.get(link))
        assert [half.status, again.status, late.status] == [200, 410, 410]
        answers.append([told(answer) for answer in (half, again, late)])
    assert answers[0] == answers[1]
    assert Visitor(open_house.door).get(first).status == 410, "ended by the change that cannot be"
    assert not any("/confirm-email" in link for mail in sink.mails("ann@example.com") for link in mail.links)


def test_nobody_gives_their_account_a_mailbox_that_agrees_unknowingly(open_house, sink):
    """Somebody asks for the address of another's mailbox, and waits for its owner to press the button."""
    mallory, pat = open_house.member("mallory@example.com"), open_house.member("pat@example.com")
    assert change_address(open_house, mallory, "quinn@example.com").status == 200
    link = open_house.link("quinn@example.com", "/confirm-email")
    assert "The account mallory@example.com at " in sink.mails("quinn@example.com")[-1].text
    own = open_house.link("mallory@example.com", "/confirm-email")
    assert "Half" in mallory.send(mallory.get(own), "confirm").text

    quinn = Visitor(open_house.door)
    page = quinn.get(link)
    assert page.url.startswith(quinn.url(BELFRY, "/sign-in")) and not [f for f in page.forms if f.intent == "confirm"]
    assert pat.get(link).status == 403, "another account"
    # The form is good for nothing either, where nobody is signed in any more.
    form = mallory.get(link)
    assert "mallory@example.com" in form.text and "quinn@example.com" in form.text
    mallory.send(mallory.get(mallory.url(BELFRY, "/account")), "sign_out")
    refused = mallory.post(form, form.form("confirm"))
    assert refused.status == 303 and refused.response.get("location").startswith("/sign-in?")
    assert open_house.sign_in("quinn@example.com", OTHER_PASSWORD) == 403

    # Who is that person signs in, and is led back.
    page = quinn.send(page, "sign_in", email="mallory@example.com", password=OTHER_PASSWORD)
    assert page.status == 200 and "has changed" in quinn.send(page, "confirm").text
    assert open_house.sign_in("quinn@example.com", OTHER_PASSWORD) == 303


@pytest.mark.parametrize("way", ["reset", "change"])
def test_a_half_changed_address_ends_with_the_password(open_house, way):
    """Somebody in the account and with its password has their own mailbox agree; then the owner takes the account
    back."""
    email, thiefs = f"rosa.{way}@example.com", f"thief.{way}@example.com"
    rosa = open_house.member(email)
    assert change_address(open_house, rosa, thiefs).status == 200
    assert "Half" in rosa.send(rosa.get(open_house.link(thiefs, "/confirm-email")), "confirm").text
    old = open_house.link(email, "/confirm-email")
    if way == "reset":
        open_house.ask("/reset", "ask", email=email)
        visitor = Visitor(open_house.door)
        visitor.send(visitor.get(open_house.link(email, "/reset")), "set", new_password=THIRD_PASSWORD)
    else:
        page = rosa.get(rosa.url(BELFRY, "/account/security"))
        assert rosa.post(page, page.form("password"), password=OTHER_PASSWORD, new_password=THIRD_PASSWORD).status == 303
    assert Visitor(open_house.door).get(old).status == 410
    assert open_house.sign_in(email, THIRD_PASSWORD) == 303


def test_a_new_device_is_told_of(open_house, sink):
    open_house.member("lea@example.com")
    before = len([s for s in subjects(sink, "lea@example.com") if "new device" in s])
    assert open_house.sign_in("lea@example.com", OTHER_PASSWORD) == 303
    harness.wait_until(lambda: len([s for s in subjects(sink, "lea@example.com") if "new device" in s]) > before, 10,
                       "the notice of a new device")


def test_a_browser_that_several_people_use_is_new_to_each_of_them_once(open_house, sink):
    shared = Visitor(open_house.door)
    people = ("bea@example.com", "eve@example.com")
    for email in people:
        open_house.member(email)

    def told_of_devices(email):
        return len([subject for subject in subjects(sink, email) if "new device" in subject])

    def sign_in(email):
        page = shared.get(shared.url(BELFRY, "/sign-in"))
        assert shared.post(page, page.form("sign_in"), email=email, password=OTHER_PASSWORD).status == 303
        del shared.cookies[BELFRY]["__Host-belfry"]
    # One of them is of where they accepted the invitation.
    for email in people:
        sign_in(email)
        harness.wait_until(lambda: told_of_devices(email) == 2, 10, "the notice of a new device")
    for email in people * 2:
        sign_in(email)
    # Mails go out in their order: behind one that was asked for later there is none to come.
    for email in people:
        open_house.ask("/reset", "ask", email=email)
        open_house.link(email, "/reset")
        assert told_of_devices(email) == 2, email


def test_a_changed_password_is_told_of(open_house, sink):
    max_ = open_house.member("max@example.com")
    page = max_.get(max_.url(BELFRY, "/account/security"))
    assert max_.post(page, page.form("password"), password=OTHER_PASSWORD, new_password=THIRD_PASSWORD).status == 303
    harness.wait_until(lambda: any("was changed" in subject for subject in subjects(sink, "max@example.com")), 10,
                       "the notice of a changed password")


def test_an_administrator_approves_a_confirmed_address(workplace, upstream, sink):
    with house_of(workplace, upstream, sink, sign_up="approval") as house:
        house.ask("/sign-up", "sign_up", email="nia@example.com")
        visitor = Visitor(house.door)
        page = visitor.get(house.link("nia@example.com", "/sign-up"))
        assert "administrator of this site decides" in page.text
        page = visitor.send(page, "welcome", name="Nia", new_password=OTHER_PASSWORD)
        assert "nia@example.com" not in house.people().text
        done = visitor.send(page, "skip")
        assert "administrator decides" in done.text
        account = visitor.fetch(visitor.url(BELFRY, "/account"), lines=("Accept: text/html",))
        assert account.status == 303, "nobody is signed in before that"
        harness.wait_until(lambda: any("asks for an account" in subject for subject in subjects(sink, "ann@example.com")),
                           10, "the mail to the administrator")
        assert house.sign_in("nia@example.com", OTHER_PASSWORD) == 403
        page, form = house.row("approve", "nia@example.com")
        assert house.ann.post(page, form).status == 200
        assert house.sign_in("nia@example.com", OTHER_PASSWORD) == 303
        harness.wait_until(lambda: any("is open" in subject for subject in subjects(sink, "nia@example.com")), 10,
                           "the mail that the account is open")


def test_a_mail_server_that_is_down_changes_no_answer(workplace, upstream):
    with house_of(workplace, upstream, mail_port=harness.free_port(), sign_up="open") as house:
        assert "on its way" in house.invite("ora@example.com").text
        known, _ = house.ask("/reset", "ask", email="ann@example.com")
        unknown, _ = house.ask("/reset", "ask", email="nobody@example.com")
        assert told(known) == told(unknown) and known.status == 200


# --- without mail


def test_without_mail_an_administrator_hands_over_a_link_to_reset(bare_house):
    bare_house.member("bob@example.com")
    page = bare_house.get("/reset")[1]
    assert page.status == 200 and not page.forms and "administrators can make a link" in page.text
    page, form = bare_house.row("reset_link", "bob@example.com")
    page = bare_house.ann.post(page, form)
    link = handed(page, "/reset")
    visitor = Visitor(bare_house.door)
    visitor.send(visitor.get(link), "set", new_password=THIRD_PASSWORD)
    assert visitor.get(link).status == 410
    assert bare_house.sign_in("bob@example.com", THIRD_PASSWORD) == 303
    assert "/reset?" not in bare_house.people().text


def test_without_mail_an_administrator_decides_at_once(bare_house):
    bare_house.member("cat@example.com")
    fields = {"name": "Pia", "new_password": OTHER_PASSWORD}
    known, _ = bare_house.ask("/sign-up", "sign_up", email="cat@example.com", **fields)
    unknown, _ = bare_house.ask("/sign-up", "sign_up", email="pia@example.com", **fields)
    assert told(known) == told(unknown) and known.status == 200
    assert bare_house.sign_in("pia@example.com", OTHER_PASSWORD) == 403
    page, form = bare_house.row("approve", "pia@example.com")
    assert bare_house.ann.post(page, form).status == 200
    assert bare_house.sign_in("pia@example.com", OTHER_PASSWORD) == 303


def test_without_mail_no_address_is_changed(bare_house):
    page = bare_house.get("/account", bare_house.ann)[1]
    assert not [form for form in page.forms if form.intent == "email"]
    name = page.form("name")
    assert bare_house.ann.post(page, name, intent="email", email="x@example.com", password=PASSWORD).status == 403


@pytest.mark.parametrize("mode,status", [("invitation", 200), ("off", 403)])
def test_nobody_signs_up_where_accounts_come_by_invitation(workplace, upstream, mode, status):
    with workplace.door(upstream, drill={"enabled": False}, accounts={"sign_up": mode}) as door:
        visitor = Visitor(door)
        page = visitor.get(visitor.url(BELFRY, "/sign-up"))
        assert page.status == status and not page.forms
        assert not any("/sign-up" in link for link in visitor.get(visitor.url(BELFRY, "/sign-in")).links)


def test_an_address_that_fails_on_many_accounts_is_blocked(workplace, upstream):
    with house_of(workplace, upstream) as house:
        def fail(number):
            return house.sign_in(f"person{number}@example.com", "Wrong-password-1")

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(fail, range(60)))
        assert set(statuses) <= {403, 429, 503} and statuses.count(403) >= 50, statuses
        visitor, page = house.get("/sign-in")
        refused = visitor.post(page, page.form("sign_in"), email="ann@example.com", password=PASSWORD)
        assert refused.status == 429
        assert 3000 < int(refused.response.get("retry-after")) <= 3600
        assert "closed to your address" in refused.text
        assert house.door.record_of(refused.response.id)["reason"] == "sign_in_blocked"
        assert house.people().status == 200, "who is signed in goes on"
