"""What RFC 9113 asks of a server that passes requests on, and h2spec does not look for. Numbers begin with the section.
"""

from h2_cases import (Cases, acknowledged_settings, answered, body_of, closes, connection_error, data_of_length, lives,
                      malformed, malformed_body, nothing_more, refused, response, stream_error, wait_for)
from h2_frames import (DATA, END_HEADERS, END_STREAM, FIRST_WINDOW, FLOW_CONTROL_ERROR, FRAME_SIZE, GOAWAY,
                       HEADER_TABLE_SIZE, HEADERS, INDEXED, INITIAL_WINDOW_SIZE, NO_ERROR, PREFACE, PROTOCOL_ERROR,
                       RST_STREAM, STREAM_CLOSED, Frame, continuation, data, goaway, headers, integer, literal, ping,
                       rst_stream, settings, window_update)

BEYOND = Cases()
case = BEYOND.case

# RFC 7541, section 2.3.3: the newest entry of the dynamic table.
NEWEST = integer(62, 7, 0x80)


def answer(body, *lines, status="200 OK"):
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines))
    return head.encode() + b"\r\n" + body


BIG = b"0123456789abcdef" * 16_384  # 256 KiB
SWITCHES = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
WITH_TRAILERS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n"


def variants(number, expect, sends, application=None):
    """A case for each of `sends`: {name: a function that sends}."""
    for index, (name, send) in enumerate(sends.items(), 1):
        send.__name__ = name
        case(f"{number}/{index}", expect, application=application)(send)


def get_with(*fields, **pseudo):
    return lambda wire: wire.send(headers(1, wire.by_hand(*fields, **pseudo)))


def post_with(*fields, body=b"test", trailers=None, ends=END_STREAM):
    """A request, its body in one frame, and trailers if any."""
    def send(wire):
        frames = [headers(1, wire.by_hand(*fields, method="POST"), END_HEADERS),
                  data(1, body, 0 if trailers is not None else ends)]
        if trailers is not None:
            frames.append(headers(1, b"".join(literal(*field) for field in trailers)))
        wire.send(*frames)
    return send


# --- 3.4, 4.1, 4.3: the connection, frames, the table

@case("3.4/1", connection_error(PROTOCOL_ERROR), handshake=False)
def request_where_settings_belong(wire):
    wire.send(PREFACE, headers(1, wire.head()))


@case("4.1/1", answered())
def reserved_bit_of_a_stream(wire):
    wire.send(headers(0x8000_0001, wire.head()))


@case("4.3/1", answered(stream=3, x_kept="yes"))
def block_of_a_malformed_request_counts_for_the_table(wire):
    wire.send(headers(1, wire.by_hand() + literal("x-kept", "yes", INDEXED) + literal("Upper", "1")))
    malformed(wire)
    wire.send(headers(3, wire.by_hand() + NEWEST))


@case("6.10/1", answered())
def empty_continuations(wire):
    wire.send(headers(1, b"", END_STREAM), continuation(1, b"", 0), continuation(1, wire.head(), 0),
              continuation(1, b""))


@case("6.2/1", answered())
def padded_headers_with_priority(wire):
    wire.send(headers(1, wire.head(), padding=255, priority=(0, True, 7)))


# --- 5.1: states

@case("5.1/1", answered(stream=3, x_kept="yes"))
def frames_that_were_under_way_when_the_server_reset_the_stream(wire):
    # "An endpoint that sends a RST_STREAM frame [...] could receive any type of frame [...] MUST minimally process and
    # then discard".
    wire.send(headers(1, wire.by_hand(("Upper", "1"), method="POST"), END_HEADERS))
    malformed(wire)
    wire.send(data(1, b"late"), window_update(1, 10), data(1, b"late", padding=3),
              headers(1, literal("x-kept", "yes", INDEXED)), headers(3, wire.by_hand() + NEWEST))


@case("5.1/2", lives)
def window_update_and_rst_stream_on_a_closed_stream(wire):
    wire.send(headers(1, wire.head()))
    body_of(wire, response(wire))
    wire.send(window_update(1, 10), rst_stream(1))


@case("5.1/3", stream_error(STREAM_CLOSED, PROTOCOL_ERROR, stream=3))
def data_on_a_stream_that_was_passed_over(wire):
    wire.send(headers(5, wire.head()), data(3, b"test", END_STREAM))


@case("5.1/4", stream_error(STREAM_CLOSED))
def trailers_behind_the_end_of_a_body(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test", END_STREAM),
              headers(1, wire.encode(("x-test", "ok"))))


@case("5.1/5", connection_error(STREAM_CLOSED))
def body_behind_a_closed_stream_of_many(wire):
    for stream in range(1, 21, 2):
        wire.send(headers(stream, wire.head()))
        body_of(wire, response(wire, stream))
    wire.send(data(7, b"test", END_STREAM))


@case("5.1.1/1", answered(stream=2**31 - 1))
def the_last_stream_that_there_is(wire):
    wire.send(headers(2**31 - 1, wire.head()))


# h2spec runs its own 5.4.1/2 with --strict alone, because it is a SHOULD.
@case("5.4.1/1", nothing_more)
def error_of_the_connection_names_the_last_stream(wire):
    wire.send(headers(1, wire.head()))
    body_of(wire, response(wire))
    wire.send(ping(stream=3))
    got = wait_for(wire, lambda got: got.kind == GOAWAY, "GOAWAY")
    assert got.code == PROTOCOL_ERROR and int.from_bytes(got.payload[:4], "big") == 1, str(got)
    closes(wire)


# --- 6.5.2, 6.8, 6.9: what the server sends keeps to what the client allows

@case("6.5.2/1", nothing_more, application=answer(BIG))
def no_frame_is_larger_than_allowed(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, len(BIG))), window_update(0, len(BIG)), headers(1, wire.head()))
    head = response(wire)
    assert body_of(wire, head)[0] == BIG
    assert max(len(each.payload) for each in wire.seen if isinstance(each, Frame)) <= FRAME_SIZE


@case("6.5.2/2", nothing_more)
def no_table_where_the_client_wants_none(wire):
    wire.send(settings((HEADER_TABLE_SIZE, 0)))
    acknowledged_settings(wire)
    # RFC 7541, section 4.2: from here on it must have been told so at the head of a block, or it is an error.
    wire.decoder.max_allowed_table_size = 0
    for stream in (1, 3):
        wire.send(headers(stream, wire.head()))
        answered(stream)(wire)
        assert not wire.decoder.header_table.dynamic_entries


@case("6.8/1", nothing_more)
def goaway_of_the_client_breaks_nothing_off(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)), headers(1, wire.head()), goaway(0, NO_ERROR))
    head = response(wire)
    wire.send(window_update(1, 1000))
    assert body_of(wire, head)[0]
    closes(wire)


@case("6.9.1/1", nothing_more, application=answer(BIG))
def window_of_the_connection_is_kept(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, len(BIG))), headers(1, wire.head()))
    response(wire)

    def received():
        return sum(len(each.payload) for each in wire.seen if isinstance(each, Frame) and each.kind == DATA)
    while received() < FIRST_WINDOW:
        wait_for(wire, lambda got: got.kind == DATA, "DATA")
    # What comes until a PING is answered would be too much.
    lives(wire)
    assert received() == FIRST_WINDOW, received()
    wire.send(window_update(0, 7))
    data_of_length(7)(wire)


def refused_upload(wire, stream, size):
    """The guards refuse it at once, and the client takes no byte of their answer: nobody reads the body, so the window
    is not given back beyond the little that is read and dropped."""
    frames = [headers(stream, wire.head("POST", ("origin", "https://evil.test")), END_HEADERS)]
    frames += [data(stream, b"x" * FRAME_SIZE) for _ in range(size // FRAME_SIZE)]
    wire.send(*frames)


@case("6.9.1/2", stream_error(FLOW_CONTROL_ERROR))
def body_beyond_the_window_of_its_stream(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)))
    refused_upload(wire, 1, 2 * wire.settings.get(INITIAL_WINDOW_SIZE, FIRST_WINDOW) + 4 * FRAME_SIZE)


@case("6.9.1/3", stream_error(FLOW_CONTROL_ERROR, stream=None))
def bodies_beyond_the_window_of_the_connection(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)))
    window = wire.settings.get(INITIAL_WINDOW_SIZE, FIRST_WINDOW)
    for stream in range(1, 16, 2):
        refused_upload(wire, stream, window)


@case("6.9.1/4", nothing_more)
def padding_is_given_back(wire):
    """Section 6.1: "The entire DATA frame payload is included in flow control, including the Pad Length and Padding
    fields if present"; if it were not given back, the windows would run out."""
    wire.send(headers(1, wire.head("POST"), END_HEADERS))
    piece, padding, frames, sent = b"y", 255, 5000, 0
    size, window = len(piece) + padding + 1, wire.settings.get(INITIAL_WINDOW_SIZE, FIRST_WINDOW)
    for _ in range(frames):
        # As much as the smaller window has room for.
        while sent + size > min(FIRST_WINDOW + wire.given[0], window + wire.given[1]):
            got = wire.next()
            assert isinstance(got, Frame) and got.kind not in (RST_STREAM, GOAWAY), f"{got} after {sent} bytes"
        wire.send(data(1, piece, padding=padding))
        sent += size
    wire.send(data(1, b"", END_STREAM))
    answered(body=piece * frames)(wire)


# --- 8.1: messages

@case("8.1/1", nothing_more)
def trailers_without_a_body(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), headers(1, wire.encode(("x-test", "ok"))))
    answered(body=b"")(wire)
    assert wire.upstream is None or wire.forwarded()[-1].trailers == [("x-test", "ok")]


variants("8.1/2", malformed_body, {
    "trailer_in_upper_case": post_with(trailers=[("X-Test", "ok")]),
    "trailer_with_a_line_break": post_with(trailers=[("x-test", "a\r\nb: c")]),
    "pseudo_field_in_trailers_that_end_the_stream": post_with(trailers=[(":path", "/other")]),
    "unknown_pseudo_field_in_trailers": post_with(trailers=[(":test", "ok")]),
    "transfer_encoding_in_trailers": post_with(trailers=[("transfer-encoding", "chunked")]),
    "connection_in_trailers": post_with(trailers=[("connection", "close")]),
})


@case("8.1/3", nothing_more, application=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer(b"ok"))
def interim_response_is_passed_on(wire):
    wire.send(headers(1, wire.head()))
    early = wait_for(wire, lambda got: got.kind == HEADERS, "an interim response")
    assert early.get(":status") == "103" and early.get("link") == "</a.css>" and not early.ends_stream, early.fields
    head = response(wire)
    assert head.get(":status") == "200" and body_of(wire, head)[0] == b"ok"


@case("8.1/4", nothing_more)
def client_that_waits_is_told_to_go_on(wire):
    wire.send(headers(1, wire.head("POST", ("expect", "100-continue")), END_HEADERS))
    early = wait_for(wire, lambda got: got.kind == HEADERS, "100")
    assert early.get(":status") == "100" and not early.ends_stream, early.fields
    wire.send(data(1, b"test", END_STREAM))
    answered(body=b"test")(wire)


# Section 8.6: "HTTP/2 does not support the 101 (Switching Protocols) informational status code".
@case("8.1/5", nothing_more, application=SWITCHES)
def switching_of_protocols_is_not_passed_on(wire):
    wire.send(headers(1, wire.head()))
    got = wait_for(wire, lambda got: got.kind in (HEADERS, RST_STREAM), "an answer")
    assert got.kind == RST_STREAM or got.get(":status") == "502", got.fields


def without_a_body(method, status, length):
    def send(wire):
        wire.send(headers(1, wire.head(method)))
        head = response(wire)
        assert head.get(":status") == status and head.get("content-length") == length, head.fields
        # Section 8.1: END_STREAM is in the head, and no DATA follows.
        assert head.ends_stream
        lives(wire)
        assert all(each.kind != DATA for each in wire.seen), wire.story()
    send.__name__ = f"{method}_answered_with_{status}"
    return send


case("8.1/6", nothing_more, application=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")(
    without_a_body("HEAD", "200", "99"))
case("8.1/7", nothing_more, application=b"HTTP/1.1 204 No Content\r\n\r\n")(without_a_body("GET", "204", None))
case("8.1/8", nothing_more, application=b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n")(
    without_a_body("GET", "304", "99"))


@case("8.1/9", nothing_more, application=WITH_TRAILERS)
def trailers_of_a_response_are_passed_on(wire):
    wire.send(headers(1, wire.head("GET", ("te", "trailers"))))
    assert body_of(wire, response(wire)) == (b"ok", [("x-sum", "7")])


# --- 8.1.1: content-length

variants("8.1.1/1", malformed_body, {
    "less_data_than_announced": post_with(("content-length", "5")),
    "less_data_than_announced_and_trailers": post_with(("content-length", "5"), trailers=[("x-test", "ok")]),
    "no_data_where_some_was_announced": post_with(("content-length", "1"), body=b""),
})
variants("8.1.1/2", refused, {
    "end_where_a_body_was_announced": get_with(("content-length", "4"), method="POST"),
    "two_lengths": post_with(("content-length", "4"), ("content-length", "5")),
    "length_with_a_sign": post_with(("content-length", "+4")),
    "length_as_a_list": post_with(("content-length", "4,4")),
    "length_in_hexadecimal": post_with(("content-length", "0x4")),
    "length_beyond_every_number": post_with(("content-length", "4" * 40)),
    "length_of_nothing": post_with(("content-length", "")),
})


@case("8.1.1/3", answered(body=b"test", content_length="4"))
def padding_is_no_content(wire):
    wire.send(headers(1, wire.head("POST", ("content-length", "4")), END_HEADERS), data(1, b"te", padding=9),
              data(1, b"st", END_STREAM, padding=0))


def breaks_off(peer, _head):
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


@case("8.1.1/4", nothing_more, application=breaks_off)
def response_that_breaks_off_does_not_end_well(wire):
    wire.send(headers(1, wire.head()))
    response(wire)
    got = wait_for(wire, lambda got: got.kind == RST_STREAM or got.ends_stream, "RST_STREAM")
    assert got.kind == RST_STREAM, str(got)


# --- 8.2: fields

@case("8.2/1", nothing_more, application=answer(b"ok", "X-Mixed: A", "Connection: x-private, close", "X-Private: 1",
                                               "Keep-Alive: timeout=5", "Proxy-Connection: close"))
def fields_of_a_response(wire):
    wire.send(headers(1, wire.head()))
    head = response(wire)
    names = [name for name, _ in head.fields]
    assert names[0] == ":status" and not [name for name in names[1:] if name.startswith(":")], names
    assert all(name == name.lower() for name in names) and "x-mixed" in names, names
    assert not {"connection", "x-private", "keep-alive", "proxy-connection", "transfer-encoding"} & set(names), names


# Section 8.2.1: what no name and no value may hold.
variants("8.2.1/1", refused, {
    "name_with_" + name: get_with((bad, "1")) for name, bad in {
        "nul": "x\0y", "control": "x\x01y", "tab": "x\ty", "line_feed": "x\ny", "blank": "x y", "upper_case": "xY",
        "delete": "x\x7fy", "high_byte": "x\x80y", "colon": "x:y", "parenthesis": "x(y", "nothing": ""}.items()})
variants("8.2.1/2", refused, {
    "value_with_" + name: get_with(("x-test", bad)) for name, bad in {
        "nul": "a\0b", "line_feed": "a\nb", "carriage_return": "a\rb", "new_field": "a\r\nevil: 1",
        "blank_before": " a", "tab_before": "\ta", "blank_behind": "a ", "tab_behind": "a\t"}.items()})

# Section 8.2.2.
variants("8.2.2/1", malformed, {
    name.replace("-", "_"): get_with((name, value)) for name, value in {
        "connection": "close", "proxy-connection": "keep-alive", "keep-alive": "timeout=5",
        "transfer-encoding": "chunked", "upgrade": "h2c", "te": "gzip"}.items()})


@case("8.2.2/2", answered())
def te_of_trailers(wire):
    wire.send(headers(1, wire.head("GET", ("te", "trailers"))))


@case("8.2.3/1", answered(cookie="a=1; b=2; c=3"))
def crumbs_of_a_cookie(wire):
    wire.send(headers(1, wire.head("GET", ("cookie", "a=1"), ("cookie", "b=2"), ("x-between", "1"), ("cookie", "c=3"))))


# --- 8.3.1: pseudo-fields

variants("8.3.1/1", refused, {
    "path_without_a_slash": lambda wire: get_with(path=wire.path[1:])(wire),
    "path_as_a_url": lambda wire: get_with(path="https://" + wire.host + wire.path)(wire),
    "path_with_a_fragment": lambda wire: get_with(path=wire.path + "#a")(wire),
    "path_with_a_blank": lambda wire: get_with(path=wire.path + " HTTP/1.1")(wire),
    "path_with_a_line_break": lambda wire: get_with(path=wire.path + "\r\nx: y")(wire),
    "asterisk_of_another_method_than_options": get_with(path="*"),
    "odd_method": get_with(method="GET /"),
    "empty_method": get_with(method=""),
    "empty_scheme": get_with(scheme=""),
    "odd_scheme": get_with(scheme="https://x"),
    "authority_with_user": lambda wire: get_with(authority="user@" + wire.host)(wire),
    "authority_of_two": lambda wire: get_with(authority=wire.host + "," + wire.host)(wire),
    "two_authorities": lambda wire: wire.send(headers(1, wire.by_hand() + literal(":authority", wire.host))),
    "authority_behind_a_field": lambda wire: wire.send(
        headers(1, wire.by_hand(("x-test", "1"), (":authority", wire.host), authority=None))),
    "host_that_differs": get_with(("host", "other.test")),
    "two_hosts": lambda wire: get_with(("host", wire.host), ("host", wire.host))(wire),
    "neither_authority_nor_host": get_with(authority=None),
    "empty_authority_and_no_host": get_with(authority=""),
})


@case("8.3.1/2", answered(host="app.test"))
def host_that_agrees(wire):
    # "An intermediary that needs to generate a Host header field [...] MUST use the value from the ":authority"".
    wire.send(headers(1, wire.by_hand(("host", wire.host))))


@case("8.3.1/3", answered(host="app.test"))
def host_alone(wire):
    wire.send(headers(1, wire.by_hand(("host", wire.host), authority=None)))


@case("8.3.1/4", answered(host="app.test"))
def authority_alone(wire):
    wire.send(headers(1, wire.by_hand()))


# --- 8.5: CONNECT

variants("8.5/1", refused, {
    "connect": lambda wire: get_with(method="CONNECT", scheme=None, path=None, authority=wire.host + ":443")(wire),
    "connect_with_scheme_and_path": get_with(method="CONNECT"),
    "connect_without_authority": get_with(method="CONNECT", scheme=None, path=None, authority=None),
    # RFC 8441, section 3: only where the server has announced it.
    "extended_connect_that_was_not_offered": get_with(method="CONNECT", protocol="websocket"),
})


# --- 10.5.1: the size of a head

@case("10.5.1/1", lives)
def head_larger_than_announced(wire):
    wire.send(headers(1, wire.by_hand(*((f"x-{number}", "a" * 1000) for number in range(8))), END_STREAM),
              continuation(1, b"".join(literal(f"y-{number}", "a" * 1000) for number in range(12))))
    got = wait_for(wire, lambda got: got.kind in (HEADERS, RST_STREAM), "a refusal")
    assert got.kind == RST_STREAM or got.get(":status") == "431", got.fields
    assert not wire.reached_the_application()
