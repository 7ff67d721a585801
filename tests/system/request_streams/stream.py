"""What a stream is, and the words in which the families write theirs."""

import dataclasses

HOST = b"Host: app.test\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
END = b"0\r\n\r\n"
HELLO = b"5\r\nhello\r\n" + END
SMUGGLED = "/smuggled"
# What a stream hides where one reader sees a body and another the next request.
EVIL = b"GET " + SMUGGLED.encode() + b" HTTP/1.1\r\nHost: app.test\r\n\r\n"
# Stands for the unique target of the request that follows the stream on its connection.
AFTER = "<after>"


@dataclasses.dataclass(frozen=True)
class Seen:
    """A request as it has to reach the application."""
    method: str = "GET"
    target: str = "/"
    body: bytes = b""


@dataclasses.dataclass(frozen=True)
class Stream:
    """Bytes of one client, and what may come of them.

    `seen` reaches the application if the stream is let through; `before` is what comes ahead of the place where it is
    refused. Another request follows the bytes on the same connection; it is served unless the stream was refused or is
    the `last` of its connection, or has swallowed it (`follows`).
    """
    name: str
    data: bytes
    seen: tuple[Seen, ...] = ()
    may_pass: bool = True
    may_refuse: bool = True
    before: tuple[Seen, ...] = ()
    begun: bool = False  # the head was clear: a beginning of the request may be under way when the body breaks
    last: bool = False
    follows: bool = True
    cut: bool = False  # the client ends its side behind the bytes, with nothing following
    own: bool = False  # the door itself answers, before anything else

    @property
    def is_control(self):
        return self.may_pass and not self.may_refuse

    def reaches(self, target):
        """`seen` with the follower's target in its place."""
        return [dataclasses.replace(one, target=target if one.target == AFTER else one.target) for one in self.seen]


def refused(name, data, *before, begun=False):
    """Refused, and the connection closed."""
    return Stream(name, data, may_pass=False, before=before, begun=begun)


def admitted(name, data, *seen, last=False, follows=True):
    """A control: exactly this reaches the application, so that refusing everything does not pass."""
    return Stream(name, data, seen or (Seen(),), may_refuse=False, last=last, follows=follows)


def either(name, data, *seen, before=(), begun=False, last=False):
    """The RFC leaves the choice: refused, or let through as exactly this."""
    return Stream(name, data, seen or (Seen(),), before=before, begun=begun, last=last)


def unfinished(name, data):
    """Its end never comes: it may begin at the application, and never be whole there."""
    return Stream(name, data, may_pass=False, begun=True, cut=True)


def own_answer(name, data, last=False):
    """The door answers itself, and what it did not read of the request is no request."""
    return Stream(name, data, may_refuse=False, own=True, last=last)


def request(method, fields=b"", body=b"", target=b"/", version=b"HTTP/1.1", host=HOST):
    return method + b" " + target + b" " + version + b"\r\n" + host + fields + b"\r\n" + body


def get(fields=b"", body=b"", target=b"/", version=b"HTTP/1.1", host=HOST):
    return request(b"GET", fields, body, target, version, host)


def post(fields=b"", body=b"", target=b"/", version=b"HTTP/1.1", host=HOST):
    return request(b"POST", fields, body, target, version, host)


def length(size):
    return b"Content-Length: %d\r\n" % size


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def posted(body=b"", target="/"):
    return Seen("POST", target, body)
