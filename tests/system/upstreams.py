"""Applications to stand behind the door: one that keeps every byte it got, ones that misbehave, the real guestbook."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
GUESTBOOK = HERE.parents[1] / "examples" / "guestbook" / "guestbook.py"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Gone(Exception):
    """The peer closed the connection between two messages, or inside one."""


class Request:
    """One request as it came: the strict reading of `raw`."""

    def __init__(self, raw_head):
        self.raw_head, self.body, self.trailers, self.raw = raw_head, b"", [], raw_head
        lines = raw_head[:-4].decode("latin-1").split("\r\n")
        assert all("\r" not in line and "\n" not in line and "\0" not in line for line in lines), raw_head
        words = lines[0].split(" ")
        assert len(words) == 3 and all(words) and words[2] == "HTTP/1.1", lines[0]
        self.method, self.target, self.version = words
        self.fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon and name and not any(c in name for c in ' \t"(),/;<=>?@[]{}'), line
            self.fields.append((name.lower(), value.strip(" \t")))

    def all(self, name):
        return [value for field, value in self.fields if field == name]

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)


class Peer:
    """The upstream's end of one connection."""

    def __init__(self, sock):
        self.sock, self.received, self.unread = sock, b"", b""
        self.closed_by_door = threading.Event()
        sock.settimeout(60)

    def more(self):
        try:
            piece = self.sock.recv(65536)
        except OSError:
            piece = b""
        if not piece:
            self.closed_by_door.set()
            raise Gone
        self.received += piece
        self.unread += piece

    def take_until(self, mark):
        while mark not in self.unread:
            self.more()
        end = self.unread.index(mark) + len(mark)
        data, self.unread = self.unread[:end], self.unread[end:]
        return data

    def take(self, size):
        while len(self.unread) < size:
            self.more()
        data, self.unread = self.unread[:size], self.unread[size:]
        return data

    def read_head(self):
        return Request(self.take_until(b"\r\n\r\n"))

    def read_body(self, request):
        """Strictly: what could be read in two ways is an error of the test."""
        lengths, codings = request.all("content-length"), request.all("transfer-encoding")
        assert len(lengths) + len(codings) <= 1, request.raw_head
        if lengths:
            assert lengths[0].isdigit(), lengths
            request.body = self.take(int(lengths[0]))
            request.raw += request.body
        elif codings:
            assert codings == ["chunked"], codings
            while True:
                line = self.take_until(b"\r\n")
                request.raw += line
                size = int(line[:-2], 16)
                if not size:
                    break
                piece = self.take(size)
                request.body += piece
                end = self.take(2)
                assert end == b"\r\n", end
                request.raw += piece + end
            while (line := self.take_until(b"\r\n")) != b"\r\n":
                request.raw += line
                name, _, value = line[:-2].decode("latin-1").partition(":")
                request.trailers.append((name.lower(), value.strip()))
            request.raw += line
        return request

    def read_request(self):
        return self.read_body(self.read_head())

    def send(self, data):
        self.sock.sendall(data)

    def wait_closed(self):
        """Until the door closes this connection; what it sends meanwhile is kept in `received`."""
        with contextlib.suppress(Gone):
            while True:
                self.more()

    def reset(self):
        """Closes at once, with a RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()


class Upstream:
    """Listens on a free port; each connection is served by `serve(peer)` in a thread of its own, then closed."""

    def __init__(self, serve=None):
        self.peers, self.errors = [], []
        if serve:
            self.serve = serve
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(sock)
            self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            self.serve(peer)
        except (Gone, OSError):
            pass
        except Exception as error:  # a request that the strict reader can't read is the door's fault: shown by close()
            self.errors.append(error)
        finally:
            with contextlib.suppress(OSError):
                peer.sock.close()

    def serve(self, peer):
        raise NotImplementedError

    def received(self):
        """Every byte of every connection, in the order of the connections."""
        return b"".join(peer.received for peer in self.peers)

    def close(self):
        # Wakes accept(), which close() alone does not.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for peer in self.peers:
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close()
        if kind is None:
            assert not self.errors, self.errors


class Last(bytes):
    """An answer behind which the connection ends."""


class RecordingUpstream(Upstream):
    """Answers every request with `answer` (bytes, or a function of the request that gives bytes), keeps the requests."""

    def __init__(self, answer=OK):
        self.requests, self.answer = [], answer
        super().__init__()

    def serve(self, peer):
        while True:
            request = peer.read_request()
            self.requests.append(request)
            answer = self.answer(request) if callable(self.answer) else self.answer
            peer.send(answer)
            if isinstance(answer, Last):
                return

    def forget(self):
        self.requests, self.errors = [], []
        for peer in self.peers:
            peer.received = b""

    def last(self):
        return self.requests[-1]


def answers(*pieces, close=True, pause=0.0):
    """A serve function: reads one request's head, sends the pieces with a pause between, then closes or stays."""
    def serve(peer):
        peer.read_head()
        for number, piece in enumerate(pieces):
            if number and pause:
                time.sleep(pause)
            peer.send(piece)
        if not close:
            peer.wait_closed()
    return serve


class Program:
    """An application that is a process of its own, and whose first line says where it listens."""

    def __init__(self, *command):
        self.command = [sys.executable, *map(str, command)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.port = int(self.url.rpartition(":")[2])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Guestbook(Program):
    """The real sample application."""

    def __init__(self):
        super().__init__(GUESTBOOK, "--port", "0")


class QuickApplication(Program):
    """One that stands much load."""

    def __init__(self):
        super().__init__(HERE / "quick_application.py")
