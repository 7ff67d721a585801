"""The people of a door under test: its first administrator, whoever that one invites, what the store counts of them."""

import concurrent.futures
import contextlib
import itertools
import sqlite3
import subprocess
import threading
import urllib.parse

import harness
from harness import APP, BELFRY
from visitor import PASSWORD, Visitor, accept

WRONG = "Wrong-horse-7-battery"


def admin(door, *arguments):
    """`belfry admin`, which must succeed; what it printed."""
    ran = subprocess.run([harness.BINARY, "admin", *arguments, "--config", str(door.config_path)],
                         capture_output=True, text=True, timeout=60 * harness.PATIENCE)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


class Resident:
    """Somebody with an account, and the browser in which they are signed in."""

    def __init__(self, visitor, email, person, secret=None, codes=()):
        self.visitor, self.email, self.person = visitor, email, person
        self.secret, self.codes = secret, list(codes)

    def page(self, path):
        return self.visitor.get(self.visitor.url(BELFRY, path))

    def cookie(self, name="__Host-belfry", host=BELFRY):
        return self.visitor.cookies[host][name]


class Residents:
    """To be made once for a door. `now` gives the door's time, where it is not this machine's."""

    def __init__(self, door, now=lambda: None):
        self.door, self.now, self._numbers = door, now, itertools.count(1)
        visitor = Visitor(door)
        page, secret = accept(visitor, admin(door, "first-administrator"), email="ann@example.com", at=now())
        assert page.status == 200, page.text
        self.administrator = Resident(visitor, "ann@example.com", self._newest(), secret, page.recovery_codes())

    def invitation(self, email, role="member"):
        visitor = self.administrator.visitor
        page = visitor.send(visitor.get(visitor.url(BELFRY, "/admin/people")), "invite", email=email, role=role)
        return next(word for word in page.words if "/invitation?" in word).strip()

    def move_in(self, role="member", second_factor=False):
        """A new person, signed in on Belfry's host. All their e-mail addresses are of one length."""
        email = f"person{next(self._numbers):04}@example.com"
        visitor, link = Visitor(self.door), self.invitation(email, role)
        if second_factor:
            page, secret = accept(visitor, link, at=self.now())
            assert page.status == 200, page.text
            return Resident(visitor, email, self._newest(), secret, page.recovery_codes())
        page = visitor.send(visitor.get(link), "welcome", name="Somebody", new_password=PASSWORD)
        assert visitor.post(page, page.form("skip")).status == 303
        return Resident(visitor, email, self._newest())

    def _newest(self):
        return accounts(self.door, "SELECT id FROM person ORDER BY number DESC LIMIT 1")[0][0]


def accounts(door, sql, *values):
    """Rows of the accounts' database."""
    file = door.data / "accounts.sqlite"
    with contextlib.closing(sqlite3.connect(file, timeout=20 * harness.PATIENCE)) as database, database:
        return database.execute(sql, values).fetchall()


def attempts(door, resident, counter="strangers"):
    """(reserved, forgiven, locks) of a counter; all devices' of a person together."""
    subject = f"{resident.person}.%" if counter == "device" else resident.person
    rows = accounts(door, "SELECT sum(reserved), sum(forgiven), sum(locks) FROM lockout WHERE counter = ? AND "
                          "subject LIKE ?", counter, subject)
    return tuple(value or 0 for value in rows[0])


def try_password(visitor, email, password=PASSWORD):
    """The answer to it, as it came."""
    page = visitor.get(visitor.url(BELFRY, "/sign-in"))
    return visitor.post(page, page.form("sign_in"), email=email, password=password)


def try_code(visitor, email, code, intent="code", password=PASSWORD):
    """The password, which is right, and then that code."""
    page = try_password(visitor, email, password)
    assert page.status == 200, page.text
    return visitor.post(page, page.form(intent), code=code)


def has_signed_in(page):
    return page.status == 303 and any(cookie.startswith("__Host-belfry=") and "Max-Age=0" not in cookie
                                      for cookie in page.response.all("set-cookie"))


def same_device(resident):
    """Another browser that has the device's cookie alone."""
    visitor = Visitor(resident.visitor.door)
    visitor.cookies[BELFRY] = {"__Host-belfry-device": resident.cookie("__Host-belfry-device")}
    return visitor


def is_signed_in(visitor, host=BELFRY):
    path = "/account/security" if host == BELFRY else "/"
    return visitor.fetch(visitor.url(host, path), lines=("Accept: application/json",)).status == 200


def enter(visitor, path="/"):
    """Goes to the application, over which Belfry hands the session."""
    page = visitor.get(visitor.url(APP, path))
    assert page.status == 200 and page.url == visitor.url(APP, path), (page.status, page.url, page.text)
    return page


class Flood:
    """Sign-ins without end on connections that stay, from these addresses in turn; as many at a time as there are
    connections."""

    def __init__(self, door, connections, addresses):
        self.door, self.answers, self.ended = door, [], threading.Event()
        self.sources = [addresses[number % len(addresses)] for number in range(connections)]

    def _send(self, source):
        visitor = Visitor(self.door)
        page = visitor.get(visitor.url(BELFRY, "/sign-in"))
        fields = {**page.form("sign_in").fields, "email": "nobody0000@example.com", "password": WRONG}
        cookie = "; ".join("=".join(pair) for pair in visitor.cookies[BELFRY].items())
        with self.door.raw(BELFRY, source=source, timeout=60) as raw:
            while not self.ended.is_set():
                answer = raw.request("POST", "/sign-in", "Content-Type: application/x-www-form-urlencoded",
                                     "Sec-Fetch-Site: same-origin", f"Cookie: {cookie}",
                                     host=f"{BELFRY}:{self.door.port}", body=urllib.parse.urlencode(fields).encode())
                self.answers.append(answer)
                # Quicker ones are the rate limit's to slow.
                if answer.status == 503:
                    self.ended.wait(0.25)

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(len(self.sources))
        self.sent = [self.pool.submit(self._send, source) for source in self.sources]
        harness.wait_until(lambda: any(answer.status == 503 for answer in self.answers), 60, "the flood")
        return self

    def __exit__(self, *_):
        self.ended.set()
        for one in self.sent:
            one.result()
        self.pool.shutdown()
