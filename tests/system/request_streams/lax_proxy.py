"""A proxy with the habit of one of the lax readers, so that the judgement has something to find."""

import contextlib
import socket
import threading

import harness
import upstreams
from request_streams.strict import Unreadable

BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class LaxProxy(upstreams.Upstream):
    """Forwards, byte for byte, what `read_one` takes for a request, all of it on one connection to the application.

    `goes_on`: behind what it cannot read it looks for the next line instead of closing.
    """

    def __init__(self, read_one, port, goes_on=False):
        self.read_one, self.goes_on, self.application_port = read_one, goes_on, port
        self.application, self.lock = None, threading.Lock()
        super().__init__()

    def forward(self, data, method):
        """The application's answer, whichever request it belongs to."""
        with self.lock:
            if self.application is None:
                self.application = harness.Raw(socket.create_connection(("127.0.0.1", self.application_port)), 1)
            try:
                self.application.send(data)
                response = self.application.read_response(method)
            except (OSError, harness.BrokenOff):
                self.application.close()
                self.application = None
                return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
        head = f"HTTP/1.1 {response.status} \r\n" + "".join(f"{name}: {value}\r\n" for name, value in response.fields)
        return head.encode("latin-1") + b"\r\n" + response.body

    def serve(self, peer):
        while True:
            # Its own to keep: the connection to the application goes on.
            peer.unread = peer.unread.replace(b"Connection: close\r\n", b"")
            try:
                request = peer.unread and self.read_one(peer.unread)
            except Unreadable:
                peer.send(BAD_REQUEST)
                if not self.goes_on or b"\n" not in peer.unread:
                    return
                peer.unread = peer.unread.split(b"\n", 1)[1]
                continue
            if not request:
                peer.more()
                continue
            data, peer.unread = peer.unread[:request.size], peer.unread[request.size:]
            last = not peer.unread and b"Connection: close\r\n" in peer.received
            answer = self.forward(data, request.method)
            peer.send(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) if last else answer)
            if last:
                return

    def close(self):
        super().close()
        if self.application:
            with contextlib.suppress(OSError):
                self.application.close()

    def connect(self):
        return harness.Raw(socket.create_connection(("127.0.0.1", self.port)), 2)
