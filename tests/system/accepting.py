"""A listening socket, each of whose connections is served by a thread of its own."""

import contextlib
import socket
import threading


class Accepting:
    """Whoever inherits says in `_serve` what becomes of a connection."""

    def __init__(self, listener):
        self.socket = listener
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()

    def _accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()
