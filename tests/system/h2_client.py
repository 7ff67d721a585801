"""An HTTP/2 client that does as it is told, also what no honest client would do.

Windows are updated for a stream only while it is not held, so that a test can be a slow reader on one stream and a
quick one on another.
"""

import contextlib
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

import harness
from h2_frames import frame  # for those who send some by hand beside it


class Stream:
    def __init__(self):
        self.fields, self.interim, self.body, self.trailers = [], [], b"", []
        self.ended, self.reset, self.held, self.unacknowledged = False, None, False, 0

    @property
    def status(self):
        return int(self.get(":status", 0))

    def get(self, name, default=None):
        return next((value for field, value in self.fields if field == name), default)

    def all(self, name):
        return [value for field, value in self.fields if field == name]

    @property
    def id(self):
        return self.get("x-request-id")

    @property
    def done(self):
        return self.ended or self.reset is not None


class H2:
    """One connection. `raw` is the TLS connection below, for frames made by hand."""

    def __init__(self, door, host=harness.APP, source="127.0.0.1", settings=None):
        self.host = host
        self.raw = door.raw(host=host, source=source, alpn=("h2",))
        assert self.raw.sock.selected_alpn_protocol() == "h2"
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False))
        if settings:
            self.connection.local_settings = h2.settings.Settings(client=True, initial_values=settings)
        self.connection.initiate_connection()
        # So that one held stream does not hold the whole connection.
        self.connection.increment_flow_control_window(8 * 1024 * 1024)
        self.streams, self.goaway, self.closed, self.pings = {}, None, False, 0
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.raw.close()

    def flush(self):
        with contextlib.suppress(OSError):
            self.raw.sock.sendall(self.connection.data_to_send())

    def send_bytes(self, data):
        """Past the library. False where the peer has closed."""
        try:
            self.raw.sock.sendall(data)
            return True
        except OSError:
            self.closed = True
            return False

    def pump(self, seconds=0.0):
        """Takes in what is there, waiting up to `seconds` for something. False once the connection has ended."""
        if self.closed:
            return False
        self.raw.sock.settimeout(max(seconds, 0.001))
        try:
            data = self.raw.sock.recv(65536)
        except TimeoutError:
            return True
        except OSError:
            data = b""
        if not data:
            self.closed = True
            return False
        try:
            events = self.connection.receive_data(data)
        except h2.exceptions.ProtocolError:
            # What this client sent by hand the library does not know of; the peer's answer to it may surprise it.
            return True
        for event in events:
            self._take(event)
        self.flush()
        return True

    def _take(self, event):
        stream = self.streams.setdefault(getattr(event, "stream_id", 0), Stream())
        if isinstance(event, h2.events.InformationalResponseReceived):
            stream.interim.append(list(event.headers))
        elif isinstance(event, h2.events.ResponseReceived):
            stream.fields = list(event.headers)
        elif isinstance(event, h2.events.TrailersReceived):
            stream.trailers = list(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            stream.body += event.data
            stream.unacknowledged += event.flow_controlled_length
            if not stream.held:
                self._acknowledge(event.stream_id, stream)
        elif isinstance(event, h2.events.StreamEnded):
            stream.ended = True
        elif isinstance(event, h2.events.StreamReset):
            stream.reset = event.error_code
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.goaway = event.error_code
        elif isinstance(event, h2.events.PingAckReceived):
            self.pings += 1

    def _acknowledge(self, stream_id, stream):
        with contextlib.suppress(h2.exceptions.ProtocolError):
            self.connection.acknowledge_received_data(stream.unacknowledged, stream_id)
        stream.unacknowledged = 0

    def release(self, stream_id):
        """The held stream is read again."""
        stream = self.streams[stream_id]
        stream.held = False
        self._acknowledge(stream_id, stream)
        self.flush()

    def begin(self, method="GET", path="/", *fields, body=None, end=True, held=False, pseudo=None):
        """Sends a request's head (and body) and gives its stream's number."""
        number = self.connection.get_next_available_stream_id()
        self.streams[number] = Stream()
        self.streams[number].held = held
        head = pseudo if pseudo is not None else [(":method", method), (":scheme", "https"),
                                                  (":authority", self.host), (":path", path)]
        self.connection.send_headers(number, [*head, *fields], end_stream=end and body is None)
        self.flush()
        if body is not None:
            self.send_body(number, body, end)
        return number

    def begin_by_hand(self, block, flags):
        """A request with a header block that the test encoded, whatever is in it, and gives its stream's number. On one
        connection either all requests begin so or none: the library's encoder is not told."""
        number = self.connection.get_next_available_stream_id()
        self.streams[number] = Stream()
        self.connection.send_headers(number, [(":method", "GET")])
        self.connection.data_to_send()  # the library's own words are for its state alone
        self.send_bytes(frame(1, 4 | flags, number, block))  # HEADERS, END_HEADERS
        return number

    def send_body(self, number, body, end=True):
        """As fast as the peer's windows allow; nothing more once the peer has reset the stream."""
        deadline = time.monotonic() + 60 * harness.PATIENCE
        while body and self.streams[number].reset is None:
            room = min(self.connection.local_flow_control_window(number), self.connection.max_outbound_frame_size)
            if room <= 0:
                assert self.pump(0.2) and time.monotonic() < deadline, "the peer opens no window"
                continue
            self.connection.send_data(number, body[:room])
            body = body[room:]
            self.flush()
            self.pump()
        if end and self.streams[number].reset is None:
            self.connection.end_stream(number)
            self.flush()

    def wait(self, *numbers, seconds=20.0):
        """Until these streams are done; gives the first."""
        end = time.monotonic() + seconds * harness.PATIENCE
        while not all(self.streams[number].done for number in numbers):
            if not self.pump(0.1):
                break
            assert time.monotonic() < end, f"stream not done: {self.streams}"
        return self.streams[numbers[0]]

    def request(self, method="GET", path="/", *fields, body=None):
        return self.wait(self.begin(method, path, *fields, body=body))

    def wait_closed(self, seconds=20.0):
        """True when the peer ends the connection in time."""
        end = time.monotonic() + seconds * harness.PATIENCE
        while time.monotonic() < end:
            if not self.pump(0.1):
                return True
        return False
