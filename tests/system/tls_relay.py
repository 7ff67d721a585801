"""Somebody who stands between the visitors and the door: he ends TLS under a set-up of his own choice, and may change
what passes. One thread a connection; each connection is one request, as the drills make them."""

import contextlib
import re
import socket
import ssl

from accepting import Accepting

HSTS = re.compile(rb"(?im)^strict-transport-security:[^\r\n]*\r\n")


def _context(certificate, key, ciphers, minimum, options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    context.minimum_version = minimum
    context.options |= options
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key)
    return context


def strong_context(certificate, key):
    """As good as the door's own, as far as a drill looks."""
    return _context(certificate, key, "ECDHE+AESGCM:ECDHE+CHACHA20", ssl.TLSVersion.TLSv1_2,
                    ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION)


def old_context(certificate, key):
    """TLS 1.0 and CBC besides, and keys of any size."""
    return _context(certificate, key, "ECDHE+AESGCM:ECDHE+AES:@SECLEVEL=0", ssl.TLSVersion.TLSv1,
                    ssl.OP_NO_RENEGOTIATION)


def weak_key_context(certificate, key):
    """Nothing weak but the certificate's key."""
    return _context(certificate, key, "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2,
                    ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION)


class Relay(Accepting):
    """`strips_hsts` is the host whose answers lose the field. `context`, `strips_hsts` and `speaks_plain_http` may be
    changed at any time, for connections from then on."""

    def __init__(self, address, door, context):
        self.door, self.context = door, context
        self.strips_hsts, self.speaks_plain_http = None, False
        super().__init__(socket.create_server((address, 443), backlog=64))

    def _serve(self, client):
        with contextlib.suppress(OSError), client:
            client.settimeout(10)
            if self.speaks_plain_http and client.recv(4, socket.MSG_PEEK) == b"GET ":
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nplain")
                return
            with self.context.wrap_socket(client, server_side=True) as tls:
                self._relay(tls)

    def _relay(self, client):
        """One request and its response; the drills' own end with Content-Length."""
        outwards = ssl.create_default_context()
        outwards.check_hostname, outwards.verify_mode = False, ssl.CERT_NONE
        request = self._message(client)
        if not request:
            return
        with socket.create_connection((self.door.address, self.door.port), 10) as tcp:
            with outwards.wrap_socket(tcp, server_hostname="app.test") as door:
                door.sendall(request)
                response = self._message(door, b"HEAD " == request[:5])
        host = re.search(rb"(?im)^host:\s*([^\r\n:]+)", request)
        if self.strips_hsts and host and host.group(1) == self.strips_hsts.encode():
            head, mark, body = response.partition(b"\r\n\r\n")
            response = HSTS.sub(b"", head + b"\r\n")[:-2] + mark + body
        client.sendall(response)

    @staticmethod
    def _message(connection, without_body=False):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        wanted = int(length.group(1)) if length and not without_body else 0
        while len(body) < wanted:
            piece = connection.recv(65536)
            if not piece:
                break
            body += piece
        return head + b"\r\n\r\n" + body
