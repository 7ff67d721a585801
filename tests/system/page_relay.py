"""Somebody who stands between the drills and the running door, at its private socket: he has the door's certificate and
key, and may change the pages and forms that pass, so that a measure no longer works as seen from outside. One thread a
connection; each connection is one request, as the drills make them."""

import contextlib
import hashlib
import html
import os
import socket
import ssl
import urllib.parse

import harness
import tls_relay
import visitor
from accepting import Accepting


class Request:
    def __init__(self, raw):
        lines = raw.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        self.line, self.method = lines[0], lines[0].split(" ")[0]
        self.fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        self.body = raw.read_exactly(int(self.get("content-length", 0)))

    def get(self, name, default=""):
        return next((value for field, value in self.fields if field == name), default)

    def form(self):
        """What a form carries; empty where the request is none."""
        is_form = self.get("content-type") == "application/x-www-form-urlencoded"
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True)) if is_form else {}

    def carry(self, form):
        self.body = urllib.parse.urlencode(form, quote_via=urllib.parse.quote).encode()


def _written(first_line, fields, body):
    """A message with the length that its body has now. One that spoke of none gets none: the handshake of a WebSocket
    with a length, be it 0, is an ordinary request."""
    framing = ("content-length", "transfer-encoding")
    head = [first_line, *(f"{name}: {value}" for name, value in fields if name not in framing)]
    if any(name in framing for name, _ in fields):
        head.append(f"content-length: {len(body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


class Change:
    """Of what passes: both see all of it, and alter the message that they are given."""

    def on_request(self, request):
        pass

    def on_response(self, request, response):
        pass


class UnescapedPages(Change):
    """Whatever a page shows as text becomes markup again."""

    def on_response(self, request, response):
        if "html" in response.get("content-type", ""):
            response.body = html.unescape(response.body.decode()).encode()


class AnyTokenWillDo(Change):
    """A form is sent on with the newest token that this browser was given for its intent, whatever token it carries."""

    def __init__(self):
        self.newest = {}

    def on_request(self, request):
        form = request.form()
        token = self.newest.get((request.get("cookie"), form.get("intent")))
        if token:
            request.carry({**form, "csrf_token": token})

    def on_response(self, request, response):
        for form in visitor.Page("", response).forms:
            if "csrf_token" in form.fields:
                self.newest[request.get("cookie"), form.intent] = form.fields["csrf_token"]


class WeakPasswordsAreTaken(Change):
    """The door gets a strong password in the place of each weak one: when it is chosen, and from then on."""

    # Shorter than any password that the drills take for a good one, longer than any weak one.
    STRONG = 16

    def __init__(self):
        self.stands_for = {}

    def on_request(self, request):
        form = request.form()
        new = form.get("new_password", "")
        if form.get("password") in self.stands_for:
            form["password"] = self.stands_for[form["password"]]
        if 0 < len(new) < self.STRONG:
            form["new_password"] = "Stand-in-7-" + hashlib.sha256(new.encode()).hexdigest()[:20]
            self.stands_for[new] = form["new_password"]
        if form:
            request.carry(form)


class Relay(Accepting):
    """As good as the door until there is something in `changes`, which may be altered at any time."""

    def __init__(self, door):
        self.changes = {}
        self.path, self.aside = door.data / "private.sock", door.data / "aside.sock"
        certificates = door.certificates
        self.inwards = tls_relay.strong_context(certificates.certificate, certificates.key)
        self.outwards = certificates.client_context()
        listener = socket.socket(socket.AF_UNIX)
        os.rename(self.path, self.aside)
        listener.bind(str(self.path))
        listener.listen(64)
        super().__init__(listener)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.replace(self.aside, self.path)
        self.close()

    def _serve(self, client):
        # Whoever breaks off, or does not come for a page, is none of ours.
        with contextlib.suppress(OSError, harness.BrokenOff), client:
            client.settimeout(20)
            proxied = self._first_line(client)
            with self.inwards.wrap_socket(client, server_side=True) as tls:
                request = Request(harness.Raw(tls))
                tls.sendall(self._answer(proxied, request))

    @staticmethod
    def _first_line(client):
        """The line of the PROXY protocol, and not a byte of the TLS behind it."""
        line = b""
        while not line.endswith(b"\r\n"):
            byte = client.recv(1)
            if not byte:
                raise harness.BrokenOff(line)
            line += byte
        return line

    def _answer(self, proxied, request):
        changes = list(self.changes.values())
        for change in changes:
            change.on_request(request)
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(20)
            way.connect(str(self.aside))
            way.sendall(proxied)
            with self.outwards.wrap_socket(way, server_hostname=harness.BELFRY) as door:
                raw = harness.Raw(door)
                raw.send(_written(request.line, request.fields, request.body))
                response = raw.read_response(request.method)
        for change in changes:
            change.on_response(request, response)
        first_line = f"{response.version} {response.status} {response.phrase}"
        return _written(first_line, response.fields, response.body)
