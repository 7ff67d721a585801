"""A mail server on loopback that keeps what it is sent: SMTP in plaintext, without a sign-in, as `[mail] server =
"smtp://127.0.0.1:PORT"` asks for it."""

import contextlib
import dataclasses
import email.message
import email.parser
import email.policy
import re
import socketserver
import threading

import harness


@dataclasses.dataclass(frozen=True)
class Mail:
    sender: str
    to: str
    message: email.message.EmailMessage

    @property
    def subject(self):
        return str(self.message["Subject"])

    @property
    def text(self):
        """Decoded, with lines that end in a newline."""
        return self.message.get_content().replace("\r\n", "\n")

    @property
    def links(self):
        return re.findall(r"https://\S+", self.text)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        with contextlib.suppress(OSError):
            self._converse()

    def _say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def _converse(self):
        sink = self.server.sink
        sender = recipient = ""
        self._say("220 sink.localhost ESMTP")
        while line := self.rfile.readline(2048):
            verb = line.split(b" ")[0].strip().upper().decode("ascii", "replace")
            if refusal := sink.refusals.get(verb):
                self._say(refusal)
            elif verb in ("EHLO", "HELO"):
                self._say("250 sink.localhost")
            elif verb == "MAIL":
                sender = self._address(line)
                self._say("250 yes")
            elif verb == "RCPT":
                recipient = self._address(line)
                self._say("250 yes")
            elif verb == "DATA":
                self._say("354 go on")
                sink._keep(sender, recipient, self._message())
                self._say("250 taken")
            elif verb == "QUIT":
                return self._say("221 goodbye")
            else:
                self._say("502 no")

    @staticmethod
    def _address(line):
        return line[line.index(b"<") + 1:line.index(b">")].decode()

    def _message(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise OSError("the client went away inside a mail")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class SmtpSink:
    """`refusals` gives the reply to a verb ({"RCPT": "450 later"}); it may be changed at any time."""

    def __init__(self):
        self.refusals = {}
        self._changed = threading.Condition()
        self._mails = []
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.sink = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def mails(self, to=None):
        """Those so far, oldest first; of one recipient, or all."""
        with self._changed:
            return [mail for mail in self._mails if to in (None, mail.to)]

    def wait_for(self, count=1, to=None, seconds=10.0):
        """The mails of a recipient, once there are so many."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.mails(to)) >= count, seconds * harness.PATIENCE)
            assert there, f"{len(self.mails(to))} of {count} mails for {to or 'anybody'} came in {seconds} seconds"
            return self.mails(to)

    def _keep(self, sender, recipient, message):
        parsed = email.parser.BytesParser(policy=email.policy.default).parsebytes(message)
        with self._changed:
            self._mails.append(Mail(sender, recipient, parsed))
            self._changed.notify_all()
