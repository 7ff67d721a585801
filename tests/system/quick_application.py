#!/usr/bin/python3
"""An application that is quick and holds thousands of connections on one thread, to stand behind a door under load.

`GET /big?bytes=N` gives N bytes as fast as they are read; a request with a body is told how many bytes it had; everything
else gets "ok". It reads only what a door writes, which is strict HTTP/1.1.
"""

import asyncio
import json
import resource
import socket
import urllib.parse

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PIECE = bytes(range(256)) * 256


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=len(PIECE))
        self.unread = b""
        self.writable = asyncio.Event()
        self.writable.set()
        self.sending = None
        self.begin_head()

    def connection_lost(self, _error):
        if self.sending:
            self.sending.cancel()

    def pause_writing(self):
        self.writable.clear()

    def resume_writing(self):
        self.writable.set()

    def begin_head(self):
        self.read, self.body_bytes, self.left = self.read_head, 0, 0

    def data_received(self, data):
        self.unread += data
        while self.read():
            pass

    # Each of these gives False where it needs more bytes than there are.

    def read_head(self):
        end = self.unread.find(b"\r\n\r\n")
        if end < 0 or self.sending:
            return False
        head, self.unread = self.unread[:end].lower(), self.unread[end + 4:]
        self.target = head.split(b" ", 2)[1]
        if b"\r\ntransfer-encoding: chunked" in head:
            self.read = self.read_size
        elif b"\r\ncontent-length: " in head:
            self.left = int(head.split(b"\r\ncontent-length: ", 1)[1].split(b"\r\n", 1)[0])
            self.read = self.read_counted
        else:
            self.answer()
        return True

    def take(self):
        piece = self.unread[:self.left]
        self.unread = self.unread[len(piece):]
        self.left -= len(piece)
        self.body_bytes += len(piece)
        return not self.left

    def read_counted(self):
        if not self.take():
            return False
        self.answer_count()
        return True

    def read_size(self):
        line, found, rest = self.unread.partition(b"\r\n")
        if not found:
            return False
        self.unread, self.left = rest, int(line, 16)
        self.read = self.read_chunk if self.left else self.read_trailers
        return True

    def read_chunk(self):
        if not self.take() or len(self.unread) < 2:
            return False
        self.unread = self.unread[2:]
        self.read = self.read_size
        return True

    def read_trailers(self):
        line, found, rest = self.unread.partition(b"\r\n")
        if not found:
            return False
        self.unread = rest
        if not line:
            self.answer_count()
        return True

    def answer(self):
        self.begin_head()
        if self.target.startswith(b"/big?"):
            size = int(urllib.parse.parse_qs(self.target[5:])[b"bytes"][0])
            self.sending = asyncio.ensure_future(self.send_big(size))
        else:
            self.transport.write(OK)

    def answer_count(self):
        body = json.dumps({"bytes": self.body_bytes}).encode()
        self.begin_head()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async def send_big(self, size):
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while size and not self.transport.is_closing():
            await self.writable.wait()
            piece = PIECE[:size]
            self.transport.write(piece)
            size -= len(piece)
        self.sending = None
        self.data_received(b"")


async def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    # So that a thousand readers who are slow do not take all the memory that the kernel has for TCP.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * len(PIECE))
    server = await loop.create_server(Connection, sock=listening, backlog=4096)
    print(f"quick application on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
