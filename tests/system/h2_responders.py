"""Servers that are wrong about HTTP/2, to try the conformance cases on: a case that none of them fails says nothing.

They speak in the clear; the cases do not see the difference.
"""

import socket

from h2_frames import (ACK, CONTINUATION, END_HEADERS, END_STREAM, FIRST_WINDOW, GOAWAY, HEADERS,
                       MAX_CONCURRENT_STREAMS, PING, PREFACE, PROTOCOL_ERROR, SETTINGS, Wire, data, goaway, headers,
                       ping, settings)
from upstreams import Upstream

# :status 200, RFC 7541, appendix A.
OK = b"\x88"


class Responder(Upstream):
    """Takes frames one by one and answers with what `answer(kind, flags, stream, payload)` yields. `Upstream` gives it
    its threads."""

    preface = settings((MAX_CONCURRENT_STREAMS, 3))

    def serve(self, peer):
        start = peer.take(len(PREFACE))
        peer.send(self.preface)
        if start != PREFACE:
            peer.wait_closed()
        over = False
        while not over:
            head = peer.take(9)
            payload = peer.take(int.from_bytes(head[:3], "big"))
            for piece in self.answer(head[3], head[4], int.from_bytes(head[5:], "big") & 0x7FFF_FFFF, payload):
                peer.send(piece)
                over = over or piece[3] == GOAWAY

    def wire(self, **how):
        sock = socket.create_connection(("127.0.0.1", self.port), 20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(sock, **how)


class Lax(Responder):
    """Finds nothing wrong, and knows neither windows nor states: every head is answered, every PING and every SETTINGS
    is acknowledged."""

    body = b"a body that asks for no window"

    def answer(self, kind, flags, stream, payload):
        if kind == SETTINGS and (payload or not flags & ACK):
            yield settings(flags=ACK)
        elif kind == PING:
            yield ping(payload[:8], flags=ACK)
        elif kind in (HEADERS, CONTINUATION) and flags & END_HEADERS:
            yield headers(stream, OK, END_HEADERS)
            yield data(stream, self.body, END_STREAM)


class Harsh(Responder):
    """Finds everything wrong behind the handshake."""

    def answer(self, kind, flags, _stream, payload):
        if kind == SETTINGS and len(payload) == 6 and payload.endswith(FIRST_WINDOW.to_bytes(4, "big")):
            yield settings(flags=ACK)
        elif kind != SETTINGS or payload or not flags & ACK:
            yield goaway(code=PROTOCOL_ERROR)


class Backward(Lax):
    """Begins with something else than its preface."""

    preface = ping() + Lax.preface
