#!/usr/bin/python3
"""A guestbook without any protection: what stands behind Belfry's door in the demo and in the tests.

It escapes nothing, checks no origin, sets a cookie without attributes and limits nobody, on purpose. Never give it an
address that others can reach. Python 3, standard library only, one file.

    guestbook.py [--port N] [--bind ADDRESS]      --port 0 takes any free port
"""

import argparse
import base64
import hashlib
import http.server
import json
import random
import socket
import struct
import sys
import threading
import time
import urllib.parse

PIECE = 64 * 1024
FORM_LIMIT = 64 * 1024
FRAME_LIMIT = 1024 * 1024
TICK_SECONDS = 1.0

# What /download repeats, so that every range of it is known to whoever asks.
DOWNLOAD_BLOCK = random.Random(1).randbytes(PIECE)

WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3

TEXTS = {
    "en": {
        "language": "en",
        "title": "Guestbook",
        "notice": "An unprotected sample. It shows what it is given as it is: whoever writes here can run a script in"
                  " your browser. It is meant to stand behind a door.",
        "book": "The book", "chat": "Echo", "files": "Files", "ticks": "Clock",
        "name": "Your name", "text": "Your words", "sign": "Sign the book",
        "visits": "You were here {} times.", "none": "Nobody has signed yet.",
        "echo_lead": "A WebSocket that says back what you say.",
        "say": "Say", "send": "Send", "open": "connected", "closed": "disconnected",
        "files_lead": "A file that is sent goes nowhere; its size and SHA-256 come back.",
        "file": "A file", "upload": "Send the file", "download": "Download 1 MiB",
        "ticks_lead": "One server-sent event a second.",
        "not_found": "There is no such page.",
    },
    "fr": {
        "language": "fr",
        "title": "Livre d’or",
        "notice": "Un exemple sans protection. Il montre tel quel ce qu’on lui donne : qui écrit ici peut exécuter un"
                  " script dans votre navigateur. Sa place est derrière une porte.",
        "book": "Le livre", "chat": "Écho", "files": "Fichiers", "ticks": "Horloge",
        "name": "Votre nom", "text": "Votre mot", "sign": "Signer le livre",
        "visits": "Vous êtes venu {} fois.", "none": "Personne n’a encore signé.",
        "echo_lead": "Un WebSocket qui répète ce que vous dites.",
        "say": "Dites", "send": "Envoyer", "open": "connecté", "closed": "déconnecté",
        "files_lead": "Un fichier envoyé ne va nulle part ; sa taille et son SHA-256 reviennent.",
        "file": "Un fichier", "upload": "Envoyer le fichier", "download": "Télécharger 1 Mio",
        "ticks_lead": "Un événement du serveur par seconde.",
        "not_found": "Cette page n’existe pas.",
    },
}

STYLE = """\
:root { color-scheme: light dark; --paper: #faf6ee; --ink: #2b2620; --soft: #6a6055; --line: #ddd2c0; --link: #7a3b12;
  --warn: #fbe9c8; }
@media (prefers-color-scheme: dark) { :root { --paper: #1d1a17; --ink: #ece4d8; --soft: #b3a797; --line: #453d34;
  --link: #e8a878; --warn: #463615; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 40rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 Georgia, "Liberation Serif", serif; overflow-wrap: anywhere; }
h1 { font-size: 2rem; font-weight: normal; margin: 0 0 .25rem; }
nav { display: flex; gap: 1.25rem; flex-wrap: wrap; border-bottom: 1px solid var(--line); padding-bottom: .75rem; }
a { color: var(--link); }
.notice { background: var(--warn); padding: .6rem .9rem; font-size: .95rem; }
.entry { border-bottom: 1px solid var(--line); padding: .5rem 0; }
.entry b { font-weight: normal; font-style: italic; color: var(--soft); }
label { display: block; margin-top: .75rem; }
input, textarea, button { font: inherit; color: inherit; width: 100%; padding: .45rem .6rem; background: transparent;
  border: 1px solid var(--soft); border-radius: 2px; }
button { width: auto; margin-top: .9rem; padding: .45rem 1.2rem; cursor: pointer; }
.soft { color: var(--soft); }
"""

SCRIPT = """\
"use strict";
const at = id => document.getElementById(id);
if (at("echo")) {
  const state = at("state"), log = at("log");
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/echo");
  socket.onopen = () => { state.textContent = state.dataset.open; };
  socket.onclose = () => { state.textContent = state.dataset.closed; };
  socket.onmessage = event => { log.append(event.data, document.createElement("br")); };
  at("echo").onsubmit = event => { event.preventDefault(); socket.send(at("words").value); at("words").value = ""; };
}
if (at("tick")) {
  new EventSource("/events").addEventListener("tick", event => {
    const tick = JSON.parse(event.data);
    at("tick").textContent = tick.count + " · " + new Date(tick.time * 1000).toLocaleTimeString();
  });
}
if (at("upload")) {
  at("upload").onsubmit = async event => {
    event.preventDefault();
    const answer = await fetch("/upload", { method: "POST", body: at("file").files[0] });
    at("result").textContent = await answer.text();
  };
}
"""


def etag_of(text):
    return '"' + hashlib.sha256(text.encode()).hexdigest()[:16] + '"'


STATIC = {
    "/style.css": ("text/css; charset=utf-8", STYLE, etag_of(STYLE)),
    "/script.js": ("text/javascript; charset=utf-8", SCRIPT, etag_of(SCRIPT)),
}


class Book:
    """The entries, newest last; the oldest go when it is full."""

    LIMIT = 200

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = [("Ada", "What a <em>lovely</em> view from up there."), ("Grace", "I found no moth in it.")]

    def sign(self, name, text):
        with self.lock:
            self.entries = (self.entries + [(name, text)])[-self.LIMIT:]


class BadBody(Exception):
    """A body whose end can't be found: the connection is of no use any more."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 300
    disable_nagle_algorithm = True
    book = Book()

    # --- reading

    def body_pieces(self):
        """The request's body, piece by piece, however it is framed."""
        if self.body_read:
            return
        self.body_read = True
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := self.chunk_size():
                yield from self.exactly(size)
                if self.rfile.readline(3) != b"\r\n":
                    raise BadBody("a chunk is longer than it says")
            while self.rfile.readline(PIECE) not in (b"\r\n", b""):
                pass
        else:
            yield from self.exactly(int(self.headers.get("Content-Length") or 0))

    def chunk_size(self):
        try:
            return int(self.rfile.readline(256).split(b";")[0], 16)
        except ValueError as error:
            raise BadBody("no chunk size") from error

    def exactly(self, size):
        while size:
            piece = self.rfile.read1(min(size, PIECE))
            if not piece:
                raise BadBody("the body broke off")
            size -= len(piece)
            yield piece

    def form(self):
        body = b""
        for piece in self.body_pieces():
            body += piece
            if len(body) > FORM_LIMIT:
                raise BadBody("more than a form")
        fields = urllib.parse.parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    def number(self, name, default):
        try:
            return max(0, float(self.query.get(name, [default])[0]))
        except ValueError:
            return default

    # --- answering

    def answer(self, status, kind="text/plain; charset=utf-8", body="", fields=()):
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if status not in (204, 304):
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(content)

    def answer_json(self, value):
        self.answer(200, "application/json", json.dumps(value) + "\n")

    def answer_page(self, status, body, fields=()):
        text = self.text
        links = "".join(f'<a href="{path}">{text[word]}</a>' for path, word in
                        (("/", "book"), ("/chat", "chat"), ("/files", "files"), ("/ticks", "ticks")))
        page = (f'<!doctype html><html lang="{text["language"]}"><head><meta charset="utf-8">'
                f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{text["title"]}</title>'
                f'<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head><body>'
                f'<header><h1>{text["title"]}</h1><nav>{links}</nav></header>'
                f'<main><p class="notice">{text["notice"]}</p>{body}</main>'
                f'<script src="/script.js"></script></body></html>\n')
        self.answer(status, "text/html; charset=utf-8", page, [("Vary", "Accept-Language"), *fields])

    def send_chunk(self, data):
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    # --- the pages

    def front(self):
        try:
            visits = int(self.headers.get("Cookie", "").split("visits=")[1].split(";")[0]) + 1
        except (IndexError, ValueError):
            visits = 1
        text = self.text
        # Unescaped, on purpose: this is the application that nobody hardened.
        entries = "".join(f'<div class="entry">{words}<br><b>{name}</b></div>' for name, words in self.book.entries)
        form = (f'<form method="post" action="/sign"><label for="name">{text["name"]}</label>'
                f'<input id="name" name="name"><label for="text">{text["text"]}</label>'
                f'<textarea id="text" name="text" rows="3"></textarea><button>{text["sign"]}</button></form>')
        self.answer_page(200, (entries or f'<p>{text["none"]}</p>') + form +
                         f'<p class="soft" id="visits">{text["visits"].format(visits)}</p>',
                         [("Set-Cookie", f"visits={visits}")])

    def sign(self):
        form = self.form()
        self.book.sign(form.get("name", ""), form.get("text", ""))
        self.answer(303, fields=[("Location", "/")])

    def chat(self):
        text = self.text
        self.answer_page(200, f'<p>{text["echo_lead"]} <span class="soft" id="state" data-open="{text["open"]}"'
                              f' data-closed="{text["closed"]}"></span></p><form id="echo"><label for="words">'
                              f'{text["say"]}</label><input id="words" autocomplete="off"><button>{text["send"]}'
                              f'</button></form><p id="log"></p>')

    def files(self):
        text = self.text
        self.answer_page(200, f'<p>{text["files_lead"]}</p><form id="upload"><label for="file">{text["file"]}</label>'
                              f'<input id="file" type="file"><button>{text["upload"]}</button></form>'
                              f'<p class="soft" id="result"></p>'
                              f'<p><a href="/download?bytes=1048576">{text["download"]}</a></p>')

    def ticks(self):
        self.answer_page(200, f'<p>{self.text["ticks_lead"]}</p><p id="tick"></p>')

    def upload(self):
        size, digest = 0, hashlib.sha256()
        for piece in self.body_pieces():
            size += len(piece)
            digest.update(piece)
        self.answer_json({"bytes": size, "sha256": digest.hexdigest()})

    def download(self):
        size = int(self.number("bytes", 1024))
        first, last, fields = 0, size - 1, [("Accept-Ranges", "bytes"), ("Content-Type", "application/octet-stream")]
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes=") and "," not in wanted:
            begin, _, end = wanted[6:].partition("-")
            try:
                first = int(begin) if begin else max(0, size - int(end))
                last = min(int(end), size - 1) if begin and end else size - 1
            except ValueError:
                first = size
            if first > last:
                return self.answer(416, fields=[("Content-Range", f"bytes */{size}")])
            fields.append(("Content-Range", f"bytes {first}-{last}/{size}"))
            self.send_response(206)
        else:
            self.send_response(200)
        for name, value in [*fields, ("Content-Length", str(last + 1 - first))]:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return None
        at = first
        while at <= last:
            offset = at % PIECE
            piece = DOWNLOAD_BLOCK[offset:offset + min(PIECE - offset, last + 1 - at)]
            self.wfile.write(piece)
            at += len(piece)
        return None

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        chunked = self.request_version == "HTTP/1.1"
        self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Connection", "close")))
        self.end_headers()
        count = 0
        while self.command != "HEAD":
            count += 1
            event = f"id: {count}\nevent: tick\ndata: {json.dumps({'count': count, 'time': time.time()})}\n\n".encode()
            if chunked:
                self.send_chunk(event)
            else:
                self.wfile.write(event)
            time.sleep(TICK_SECONDS)

    def echo(self):
        """RFC 6455: what comes in a data frame goes back in one."""
        key = self.headers.get("Sec-WebSocket-Key", "").encode()
        if self.headers.get("Upgrade", "").lower() != "websocket" or not key:
            return self.answer(426, body="a WebSocket is spoken here\n", fields=[("Upgrade", "websocket")])
        accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest()).decode()
        self.close_connection = True
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)):
            self.send_header(name, value)
        self.end_headers()
        while (frame := self.read_frame()) is not None:
            head, opcode, payload = frame
            if opcode == 0x8:
                self.send_frame(0x88, payload)
                return None
            if opcode == 0x9:
                self.send_frame(0x8A, payload)
            elif opcode != 0xA:
                self.send_frame(head, payload)
        return None

    def read_frame(self):
        """(first byte, opcode, payload); None at the end or after what is no frame of a client."""
        head = self.rfile.read(2)
        if len(head) < 2:
            return None
        masked, size = head[1] & 0x80, head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(self.rfile.read(2), "big")
        elif size == 127:
            size = int.from_bytes(self.rfile.read(8), "big")
        # "a server MUST close the connection upon receiving a frame that is not masked" (section 5.1)
        if not masked or size > FRAME_LIMIT:
            self.send_frame(0x88, struct.pack("!H", 1009 if masked else 1002))
            return None
        mask = self.rfile.read(4)
        payload = self.rfile.read(size)
        if len(payload) < size:
            return None
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        return head[0], head[0] & 0x0F, (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")

    def send_frame(self, head, payload):
        size = len(payload)
        if size < 126:
            prefix = struct.pack("!BB", head, size)
        elif size < 65536:
            prefix = struct.pack("!BBH", head, 126, size)
        else:
            prefix = struct.pack("!BBQ", head, 127, size)
        self.wfile.write(prefix + payload)

    def header_fields(self):
        for _ in self.body_pieces():
            pass
        self.answer_json({"method": self.command, "target": self.path, "version": self.request_version,
                          "fields": [[name.lower(), value] for name, value in self.headers.items()]})

    def slow(self):
        time.sleep(min(self.number("seconds", 1), 300))
        self.answer(200, body="at last\n")

    def nothing(self):
        self.answer(204)

    def static(self, path):
        kind, body, etag = STATIC[path]
        fields = [("ETag", etag), ("Cache-Control", "no-cache")]
        if etag in self.headers.get("If-None-Match", ""):
            return self.answer(304, fields=fields)
        return self.answer(200, kind, body, fields)

    # --- the way to them

    ROUTES = {
        ("GET", "/"): front, ("POST", "/sign"): sign, ("GET", "/chat"): chat, ("GET", "/files"): files,
        ("GET", "/ticks"): ticks, ("POST", "/upload"): upload, ("PUT", "/upload"): upload,
        ("GET", "/download"): download, ("GET", "/events"): events, ("GET", "/echo"): echo, ("GET", "/slow"): slow,
        ("GET", "/nothing"): nothing, ("DELETE", "/nothing"): nothing,
    }

    def dispatch(self):
        self.body_read = False
        path, _, query = self.path.partition("?")
        self.query = urllib.parse.parse_qs(query)
        self.text = TEXTS["fr" if self.headers.get("Accept-Language", "").lower().startswith("fr") else "en"]
        method = "GET" if self.command == "HEAD" else self.command
        try:
            if path == "/headers":
                self.header_fields()
            elif method == "GET" and path in STATIC:
                self.static(path)
            elif (method, path) in self.ROUTES:
                self.ROUTES[method, path](self)
            else:
                for _ in self.body_pieces():
                    pass
                known = any(path == other for _, other in self.ROUTES)
                self.answer_page(405 if known else 404, f'<p>{self.text["not_found"]}</p>')
            for _ in self.body_pieces():
                pass
        except (BadBody, ValueError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = dispatch

    def version_string(self):
        return "guestbook"

    def log_message(self, format, *args):  # the door keeps the log
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True

    def handle_error(self, request, client_address):
        # Whoever goes away in the middle is no error of ours.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Server6(Server):
    address_family = socket.AF_INET6


def main():
    parser = argparse.ArgumentParser(description="A guestbook without any protection, to stand behind a door.")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="0 (the default) takes any free port")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    arguments = parser.parse_args()
    server = (Server6 if ":" in arguments.bind else Server)((arguments.bind, arguments.port), Handler)
    host = f"[{arguments.bind}]" if ":" in arguments.bind else arguments.bind
    print(f"guestbook listening on http://{host}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
