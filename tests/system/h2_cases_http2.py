"""The cases of h2spec's section "http2": what RFC 7540 (and, but for priorities, RFC 9113) says that a server must or
must not do; those of section 8 are in h2_cases_http2_messages.py. Section numbers are RFC 7540's, as h2spec has them:
8.1.2 is 8.2 of RFC 9113, 8.1.2.3 is 8.3.1, 8.1.2.6 is 8.1.1, and 8.2 is 8.4.

Where h2spec writes each frame by itself, the frames here go out in one piece if the case is about the state that the
first left behind: then no answer can come in between.
"""

from h2_cases import (Cases, acknowledged_settings, acknowledges_ping, answered, body_of, closes, connection_error,
                      data_of_length, first_frame_is_settings, nothing_more, response, stream_error, takes_goaway,
                      wait_for)
from h2_frames import (ACK, COMPRESSION_ERROR, DATA, ENABLE_PUSH, END_HEADERS, END_STREAM, FIRST_WINDOW,
                       FLOW_CONTROL_ERROR, FRAME_SIZE, FRAME_SIZE_ERROR, GOAWAY, INITIAL_WINDOW_SIZE,
                       MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE, MAX_WINDOW, PADDED, PING, PREFACE, PRIORITY,
                       PROTOCOL_ERROR, REFUSED_STREAM, RST_STREAM, SETTINGS, STREAM_CLOSED, WINDOW_UPDATE, continuation,
                       data, frame, goaway, headers, literal, ping, priority, rst_stream, settings, window_update)

HTTP2 = Cases()
case = HTTP2.case

# A type that RFC 9113 does not define, as h2spec has it.
UNKNOWN = frame(0x16, 0, 0, bytes(8))


def dummy(number=0):
    """A field of h2spec's usual size."""
    return literal(f"x-dummy{number}", "x" * 4000)


def finish_a_request(wire):
    """Stream 1 is closed by both sides behind it."""
    wire.send(headers(1, wire.head()))
    body_of(wire, response(wire))


# --- 3.5: the preface

@case("http2/3.5/1", first_frame_is_settings, handshake=False)
def preface(wire):
    wire.send(PREFACE, settings((INITIAL_WINDOW_SIZE, FIRST_WINDOW)))


@case("http2/3.5/2", connection_error(PROTOCOL_ERROR), handshake=False)
def wrong_preface(wire):
    wire.send(b"INVALID CONNECTION PREFACE\r\n\r\n")


# --- 4: frames

@case("http2/4.1/1", acknowledges_ping())
def frame_of_unknown_type(wire):
    wire.send(UNKNOWN, ping())


@case("http2/4.1/2", acknowledges_ping())
def undefined_flags(wire):
    wire.send(ping(flags=0x16))


@case("http2/4.1/3", acknowledges_ping())
def reserved_bit(wire):
    wire.send(ping(flags=0x16, stream=0x8000_0000))


@case("http2/4.2/1", answered(body=b"x" * FRAME_SIZE))
def largest_data(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"x" * FRAME_SIZE, END_STREAM))


@case("http2/4.2/2", stream_error(FRAME_SIZE_ERROR))
def data_too_large(wire):
    size = wire.settings.get(MAX_FRAME_SIZE, FRAME_SIZE) + 1
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"x" * size, END_STREAM))


@case("http2/4.2/3", connection_error(FRAME_SIZE_ERROR))
def headers_too_large(wire):
    count = wire.settings.get(MAX_FRAME_SIZE, FRAME_SIZE) // 4000 + 1
    wire.send(headers(1, wire.head() + b"".join(dummy(number) for number in range(count))))


@case("http2/4.3/1", connection_error(COMPRESSION_ERROR))
def block_that_breaks_off(wire):
    wire.send(headers(1, b"\x40"))


@case("http2/4.3/2", connection_error(PROTOCOL_ERROR))
def priority_inside_a_block(wire):
    wire.send(headers(1, wire.head(), 0), priority(1), continuation(1, dummy()))


@case("http2/4.3/3", connection_error(PROTOCOL_ERROR))
def headers_of_another_stream_inside_a_block(wire):
    wire.send(headers(1, wire.head(), 0), headers(3, wire.head()), continuation(1, dummy()))


# --- 5.1: states of a stream

@case("http2/5.1/1", connection_error(PROTOCOL_ERROR))
def data_on_an_idle_stream(wire):
    wire.send(data(1, b"test", END_STREAM))


@case("http2/5.1/2", connection_error(PROTOCOL_ERROR))
def rst_stream_on_an_idle_stream(wire):
    wire.send(rst_stream(1))


@case("http2/5.1/3", connection_error(PROTOCOL_ERROR))
def window_update_on_an_idle_stream(wire):
    wire.send(window_update(1, 100))


@case("http2/5.1/4", connection_error(PROTOCOL_ERROR))
def continuation_on_an_idle_stream(wire):
    wire.send(continuation(1, wire.head()))


@case("http2/5.1/5", stream_error(STREAM_CLOSED))
def data_on_a_half_closed_stream(wire):
    wire.send(headers(1, wire.head()), data(1, b"test", END_STREAM))


@case("http2/5.1/6", stream_error(STREAM_CLOSED))
def headers_on_a_half_closed_stream(wire):
    wire.send(headers(1, wire.head()), headers(1, wire.head()))


@case("http2/5.1/7", stream_error(STREAM_CLOSED, PROTOCOL_ERROR))
def continuation_on_a_half_closed_stream(wire):
    wire.send(headers(1, wire.head()), continuation(1, wire.head()))


@case("http2/5.1/8", stream_error(STREAM_CLOSED))
def data_after_rst_stream(wire):
    wire.send(headers(1, wire.head(), END_HEADERS), rst_stream(1), data(1, b"test", END_STREAM))


@case("http2/5.1/9", stream_error(STREAM_CLOSED))
def headers_after_rst_stream(wire):
    wire.send(headers(1, wire.head(), END_HEADERS), rst_stream(1), headers(1, wire.head()))


@case("http2/5.1/10", stream_error(STREAM_CLOSED, PROTOCOL_ERROR))
def continuation_after_rst_stream(wire):
    wire.send(headers(1, wire.head(), END_HEADERS), rst_stream(1), continuation(1, dummy()))


@case("http2/5.1/11", stream_error(STREAM_CLOSED))
def data_on_a_closed_stream(wire):
    finish_a_request(wire)
    wire.send(data(1, b"test", END_STREAM))


@case("http2/5.1/12", connection_error(STREAM_CLOSED))
def headers_on_a_closed_stream(wire):
    finish_a_request(wire)
    wire.send(headers(1, wire.head()))


@case("http2/5.1/13", connection_error(STREAM_CLOSED, PROTOCOL_ERROR))
def continuation_on_a_closed_stream(wire):
    finish_a_request(wire)
    wire.send(continuation(1, dummy()))


@case("http2/5.1.1/1", connection_error(PROTOCOL_ERROR))
def even_stream(wire):
    wire.send(headers(2, wire.head()))


@case("http2/5.1.1/2", connection_error(PROTOCOL_ERROR))
def stream_below_one_that_was_opened(wire):
    wire.send(headers(5, wire.head()), headers(3, wire.head()))


@case("http2/5.1.2/1", stream_error(PROTOCOL_ERROR, REFUSED_STREAM, stream=None))
def more_streams_than_allowed(wire):
    # h2spec passes over this where the server sets no limit; this door does.
    most = wire.settings[MAX_CONCURRENT_STREAMS]
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)),
              *(headers(stream, wire.head()) for stream in range(1, 2 * most + 2, 2)))


# --- 5.3.1: priorities, RFC 7540

@case("http2/5.3.1/1", stream_error(PROTOCOL_ERROR))
def headers_that_depend_on_themselves(wire):
    wire.send(headers(1, wire.head(), priority=(1, False, 255)))


@case("http2/5.3.1/2", stream_error(PROTOCOL_ERROR))
def priority_that_depends_on_itself(wire):
    wire.send(priority(1, depends_on=1))


# --- 5.4.1, 5.5: errors, extensions

@case("http2/5.4.1/1", closes)
def error_that_ends_the_connection(wire):
    wire.send(ping(stream=3))


@case("http2/5.5/1", acknowledges_ping())
def extension_frame(wire):
    wire.send(UNKNOWN, ping())


@case("http2/5.5/2", connection_error(PROTOCOL_ERROR))
def extension_frame_inside_a_block(wire):
    wire.send(headers(1, wire.head(), END_STREAM), UNKNOWN)


# --- 6.1 to 6.4

@case("http2/6.1/1", connection_error(PROTOCOL_ERROR))
def data_of_no_stream(wire):
    wire.send(data(0, b"test", END_STREAM))


@case("http2/6.1/2", stream_error(STREAM_CLOSED))
def data_behind_the_end_of_a_stream(wire):
    wire.send(headers(1, wire.head("POST")), data(1, b"test", END_STREAM))


@case("http2/6.1/3", connection_error(PROTOCOL_ERROR))
def data_of_too_much_padding(wire):
    wire.send(headers(1, wire.head("POST", ("content-length", "4")), END_HEADERS),
              frame(DATA, END_STREAM | PADDED, 1, b"\x06Test"))


@case("http2/6.2/1", connection_error(PROTOCOL_ERROR))
def headers_followed_by_priority(wire):
    wire.send(headers(1, wire.head(), 0), priority(1), continuation(1, dummy()))


@case("http2/6.2/2", connection_error(PROTOCOL_ERROR))
def headers_followed_by_headers_of_another_stream(wire):
    wire.send(headers(1, wire.head(), 0), headers(3, wire.head()), continuation(1, dummy()))


@case("http2/6.2/3", connection_error(PROTOCOL_ERROR))
def headers_of_no_stream(wire):
    wire.send(headers(0, wire.head()))


@case("http2/6.2/4", stream_error(PROTOCOL_ERROR))
def headers_of_too_much_padding(wire):
    block = wire.head()
    wire.send(headers(1, bytes([len(block) + 2]) + block, END_HEADERS | END_STREAM | PADDED))


@case("http2/6.3/1", connection_error(PROTOCOL_ERROR))
def priority_of_no_stream(wire):
    wire.send(priority(0))


@case("http2/6.3/2", stream_error(FRAME_SIZE_ERROR))
def priority_of_four_bytes(wire):
    wire.send(headers(1, wire.head()), frame(PRIORITY, 0, 1, b"\x80\0\0\1"))


@case("http2/6.4/1", connection_error(PROTOCOL_ERROR))
def rst_stream_of_no_stream(wire):
    wire.send(rst_stream(0))


@case("http2/6.4/2", connection_error(PROTOCOL_ERROR))
def rst_stream_of_an_idle_stream(wire):
    wire.send(rst_stream(1))


@case("http2/6.4/3", stream_error(FRAME_SIZE_ERROR))
def rst_stream_of_three_bytes(wire):
    wire.send(headers(1, wire.head()), frame(RST_STREAM, 0, 1, bytes(3)))


# --- 6.5: SETTINGS

@case("http2/6.5/1", connection_error(FRAME_SIZE_ERROR))
def acknowledgement_with_a_payload(wire):
    wire.send(frame(SETTINGS, ACK, 0, b"\0"))


@case("http2/6.5/2", connection_error(PROTOCOL_ERROR))
def settings_of_a_stream(wire):
    wire.send(settings((MAX_CONCURRENT_STREAMS, 100), stream=1))


@case("http2/6.5/3", stream_error(PROTOCOL_ERROR, FRAME_SIZE_ERROR))
def settings_of_three_bytes(wire):
    wire.send(frame(SETTINGS, 0, 0, b"\0\3\0"))


@case("http2/6.5.2/1", connection_error(PROTOCOL_ERROR))
def push_neither_on_nor_off(wire):
    wire.send(settings((ENABLE_PUSH, 2)))


@case("http2/6.5.2/2", connection_error(FLOW_CONTROL_ERROR))
def window_too_large(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, MAX_WINDOW + 1)))


@case("http2/6.5.2/3", connection_error(PROTOCOL_ERROR))
def frame_size_too_small(wire):
    wire.send(settings((MAX_FRAME_SIZE, FRAME_SIZE - 1)))


@case("http2/6.5.2/4", connection_error(PROTOCOL_ERROR))
def frame_size_too_large(wire):
    wire.send(settings((MAX_FRAME_SIZE, 2**24)))


@case("http2/6.5.2/5", acknowledges_ping())
def unknown_setting(wire):
    wire.send(settings((0xFF, 1)), ping())


@case("http2/6.5.3/1", data_of_length(1))
def the_last_of_two_values_counts(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 1)))
    acknowledged_settings(wire)
    wire.send(headers(1, wire.head()))


@case("http2/6.5.3/2", acknowledged_settings)
def settings_to_acknowledge(wire):
    wire.send(settings((ENABLE_PUSH, 0)))


# --- 6.7, 6.8: PING, GOAWAY

@case("http2/6.7/1", acknowledges_ping(b"h2spec\0\0"))
def ping_to_acknowledge(wire):
    wire.send(ping(b"h2spec\0\0"))


@case("http2/6.7/2", acknowledges_ping(b"h2spec\0\0"))
def acknowledgement_that_nobody_answers(wire):
    wire.send(ping(b"invalid\0", flags=ACK), ping(b"h2spec\0\0"))


@case("http2/6.7/3", connection_error(PROTOCOL_ERROR))
def ping_of_a_stream(wire):
    wire.send(ping(bytes(8), stream=1))


@case("http2/6.7/4", connection_error(FRAME_SIZE_ERROR))
def ping_of_six_bytes(wire):
    wire.send(frame(PING, 0, 0, bytes(6)))


@case("http2/6.8/1", connection_error(PROTOCOL_ERROR))
def goaway_of_a_stream(wire):
    wire.send(goaway(stream=1))


# --- 6.9: windows

@case("http2/6.9/1", connection_error(PROTOCOL_ERROR))
def window_of_the_connection_grows_by_nothing(wire):
    wire.send(window_update(0, 0))


@case("http2/6.9/2", stream_error(PROTOCOL_ERROR))
def window_of_a_stream_grows_by_nothing(wire):
    wire.send(headers(1, wire.head(), END_HEADERS), window_update(1, 0))


@case("http2/6.9/3", connection_error(FRAME_SIZE_ERROR))
def window_update_of_three_bytes(wire):
    wire.send(frame(WINDOW_UPDATE, 0, 0, b"\0\0\1"))


@case("http2/6.9.1/1", data_of_length(1))
def window_of_one_byte(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 1)))
    acknowledged_settings(wire)
    wire.send(headers(1, wire.head()))


@case("http2/6.9.1/2", nothing_more)
def window_of_the_connection_above_the_maximum(wire):
    # Here h2spec wants the frame itself, not the end of the connection alone.
    wire.send(window_update(0, MAX_WINDOW), window_update(0, MAX_WINDOW))
    got = wait_for(wire, lambda got: got.kind == GOAWAY, "GOAWAY")
    assert got.code == FLOW_CONTROL_ERROR, str(got)


@case("http2/6.9.1/3", nothing_more)
def window_of_a_stream_above_the_maximum(wire):
    # Here too.
    wire.send(headers(1, wire.head(), END_HEADERS), window_update(1, MAX_WINDOW), window_update(1, MAX_WINDOW))
    got = wait_for(wire, lambda got: got.kind == RST_STREAM and got.stream == 1, "RST_STREAM")
    assert got.code == FLOW_CONTROL_ERROR, str(got)


@case("http2/6.9.2/1", data_of_length(1))
def first_window_changes_under_a_stream(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)))
    acknowledged_settings(wire)
    wire.send(headers(1, wire.head()), settings((INITIAL_WINDOW_SIZE, 1)))


@case("http2/6.9.2/2", data_of_length(1))
def window_below_zero(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 3)))
    acknowledged_settings(wire)
    wire.send(headers(1, wire.head()))
    data_of_length(3)(wire)
    # 2 - 3 is -1; with 2 more it is 1.
    wire.send(settings((INITIAL_WINDOW_SIZE, 2)))
    acknowledged_settings(wire)
    wire.send(window_update(1, 2))


@case("http2/6.9.2/3", connection_error(FLOW_CONTROL_ERROR))
def first_window_too_large(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, MAX_WINDOW + 1)))


# --- 6.10: CONTINUATION

@case("http2/6.10/1", answered())
def continuations(wire):
    wire.send(headers(1, wire.head(), END_STREAM), continuation(1, dummy(), 0), continuation(1, dummy(1)))


@case("http2/6.10/2", connection_error(PROTOCOL_ERROR))
def continuation_followed_by_data(wire):
    wire.send(headers(1, wire.head("POST"), 0), continuation(1, dummy(), 0), data(1, b"test", END_STREAM))


@case("http2/6.10/3", connection_error(PROTOCOL_ERROR))
def continuation_of_no_stream(wire):
    wire.send(headers(1, wire.head(), END_STREAM), continuation(0, dummy()))


@case("http2/6.10/4", connection_error(PROTOCOL_ERROR))
def continuation_of_a_block_that_ended(wire):
    wire.send(headers(1, wire.head()), continuation(1, dummy()))


@case("http2/6.10/5", connection_error(PROTOCOL_ERROR))
def continuation_behind_the_last_continuation(wire):
    wire.send(headers(1, wire.head(), END_STREAM), continuation(1, dummy()), continuation(1, dummy(1)))


@case("http2/6.10/6", connection_error(PROTOCOL_ERROR))
def continuation_behind_data(wire):
    wire.send(headers(1, wire.head("POST"), 0), data(1, b"test", END_STREAM), continuation(1, dummy(), 0),
              continuation(0, dummy(1)))


# --- 7: codes that nobody knows

@case("http2/7/1", takes_goaway)
def goaway_with_an_unknown_code(wire):
    wire.send(goaway(code=0xFF), ping())


@case("http2/7/2", acknowledges_ping())
def rst_stream_with_an_unknown_code(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), rst_stream(1, 0xFF), ping())
