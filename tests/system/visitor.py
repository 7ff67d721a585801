"""Somebody with a browser that runs no script: keeps cookies, follows redirects, fills in the forms of a page.

Codes of the second factor are computed here by RFC 6238 itself, not by Belfry.
"""

import base64
import hashlib
import hmac
import html.parser
import re
import struct
import time
import urllib.parse

LIMIT_OF_REDIRECTS = 10
PASSWORD = "Correct-horse-7-battery"


def totp(secret, at=None):
    """The code of a base32 secret at a time (RFC 6238 with SHA-1, 6 digits, 30 s)."""
    key = base64.b32decode(secret.replace(" ", "").upper())
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class Form:
    def __init__(self, action):
        self.action, self.fields = action, {}

    @property
    def intent(self):
        return self.fields.get("intent")


class Page(html.parser.HTMLParser):
    """What came of a request: the response, where it came from, and its forms and words."""

    def __init__(self, url, response):
        super().__init__()
        self.url, self.response, self.status = url, response, response.status
        self.forms, self.links, self.words, self._inside, self._select = [], [], [], None, None
        if "html" in response.get("content-type", ""):
            self.feed(response.body.decode())

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words)).strip()

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self._inside = Form(a.get("action", ""))
            self.forms.append(self._inside)
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif self._inside and tag == "input" and "name" in a:
            self._inside.fields[a["name"]] = a.get("value", "")
        elif self._inside and tag == "select":
            self._select = a["name"]
        elif self._inside and tag == "option" and self._select and "selected" in a:
            self._inside.fields[self._select] = a["value"]

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        self.words.append(data)

    def form(self, intent, **fields):
        """The one form with this intent, and with these values already in it."""
        found = [form for form in self.forms if form.intent == intent and fields.items() <= form.fields.items()]
        assert len(found) == 1, (intent, [form.fields for form in self.forms], self.status, self.text[:500])
        return found[0]

    def secret(self):
        """Of the second factor, as it stands on the page to be typed."""
        match = re.search(r"((?:[A-Z2-7]{4} ?){8})", self.text)
        assert match, self.text
        return match[1].replace(" ", "")

    def recovery_codes(self):
        return re.findall(r"\b(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}\b", self.text)


class Visitor:
    def __init__(self, door, user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"):
        """`door` has raw(host), a harness.Raw to it, and `port`."""
        self.door, self.user_agent = door, user_agent
        self.cookies = {}
        self.lines = []  # of head, added to each request

    def url(self, host, path):
        return f"https://{host}:{self.door.port}{path}"

    def fetch(self, url, method="GET", body=b"", lines=()):
        """One request, with the cookies of its host; nothing is followed."""
        parts = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(parts.hostname, {})
        head = [f"User-Agent: {self.user_agent}", *self.lines, *lines]
        if jar:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in jar.items()))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self.door.raw(parts.hostname) as raw:
            response = raw.request(method, target, *head, host=parts.netloc, body=body)
        for cookie in response.all("set-cookie"):
            name, value = cookie.split(";", 1)[0].split("=", 1)
            if "max-age=0" in cookie.lower():
                jar.pop(name, None)
            else:
                jar[name] = value
        return Page(url, response)

    def follow(self, page):
        for _ in range(LIMIT_OF_REDIRECTS):
            if page.status not in (301, 302, 303, 307, 308):
                return page
            page = self.fetch(urllib.parse.urljoin(page.url, page.response.get("location")), lines=NAVIGATION)
        raise AssertionError("redirected without end")

    def get(self, url):
        return self.follow(self.fetch(url, lines=NAVIGATION))

    def post(self, page, form, **fields):
        """Sends a form of the page; nothing is followed."""
        url = urllib.parse.urljoin(page.url, form.action)
        parts = urllib.parse.urlsplit(url)
        body = urllib.parse.urlencode({**form.fields, **fields}).encode()
        return self.fetch(url, "POST", body,
                          ("Content-Type: application/x-www-form-urlencoded", f"Origin: https://{parts.netloc}",
                           "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Accept: text/html"))

    def send(self, page, intent, **fields):
        return self.follow(self.post(page, page.form(intent), **fields))


NAVIGATION = ("Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none")


def accept(visitor, url, email=None, name="Ann Example", password=PASSWORD, at=None):
    """Follows a link of an invitation to its end; gives the last page and the secret of the second factor."""
    fields = {"name": name, "new_password": password, **({"email": email} if email else {})}
    page = visitor.send(visitor.get(url), "welcome", **fields)
    secret = page.secret()
    return visitor.send(page, "enrol", code=totp(secret, at)), secret
