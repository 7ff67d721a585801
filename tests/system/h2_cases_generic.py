"""The cases of h2spec's section "generic": that a server takes what every client may send.

The facts (which cases there are, what is sent in each) are those of h2spec 2.6.0; numbers are its own.
"""

import hpack

from h2_cases import (Cases, acknowledged_settings, acknowledges_ping, answered, body_of, data_of_length,
                      first_frame_is_settings, nothing_more, response, takes_goaway)
from h2_frames import (END_HEADERS, END_STREAM, ENABLE_PUSH, HEADER_TABLE_SIZE, INDEXED, INITIAL_WINDOW_SIZE,
                       MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE, NEVER_INDEXED, NO_ERROR, PREFACE,
                       WITHOUT_INDEXING, continuation, data, goaway, headers, integer, literal, ping, priority,
                       rst_stream, settings, string, table_size, window_update)

GENERIC = Cases()
case = GENERIC.case

# RFC 7541, appendix A: the static table's index of user-agent.
USER_AGENT = 58


@case("generic/1/1", first_frame_is_settings, handshake=False)
def preface(wire):
    wire.send(PREFACE, settings((INITIAL_WINDOW_SIZE, 65_535)))


# --- 2: frames that are welcome in every state of a stream

@case("generic/2/1", acknowledges_ping())
def priority_on_an_idle_stream(wire):
    wire.send(priority(1), ping())


@case("generic/2/2", data_of_length(1))
def window_update_on_a_half_closed_stream(wire):
    # A window of nothing keeps the response, and so the stream, from ending.
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)), headers(1, wire.head()), window_update(1, 1))


@case("generic/2/3", data_of_length(1))
def priority_on_a_half_closed_stream(wire):
    wire.send(settings((INITIAL_WINDOW_SIZE, 0)), headers(1, wire.head()), priority(1), window_update(1, 1))


@case("generic/2/4", acknowledges_ping())
def rst_stream_on_a_half_closed_stream(wire):
    wire.send(headers(1, wire.head()), rst_stream(1), ping())


@case("generic/2/5", acknowledges_ping())
def priority_on_a_closed_stream(wire):
    wire.send(headers(1, wire.head()))
    body_of(wire, response(wire))
    wire.send(priority(1), ping())


# --- 3: each kind of frame

@case("generic/3.1/1", answered(body=b"test"))
def data_frame(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test", END_STREAM))


@case("generic/3.1/2", answered(body=b"testtest"))
def data_frames(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test"), data(1, b"test", END_STREAM))


@case("generic/3.1/3", answered(body=b"test"))
def padded_data(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test", END_STREAM, padding=5))


@case("generic/3.2/1", answered())
def headers_frame(wire):
    wire.send(headers(1, wire.head()))


@case("generic/3.2/2", answered())
def padded_headers(wire):
    wire.send(headers(1, wire.head(), padding=8))


@case("generic/3.2/3", answered())
def headers_with_priority(wire):
    wire.send(headers(1, wire.head(), priority=(0, False, 255)))


@case("generic/3.3/1", answered())
def least_priority(wire):
    wire.send(priority(1, weight=0), headers(1, wire.head()))


@case("generic/3.3/2", answered())
def greatest_priority(wire):
    wire.send(priority(1, weight=255), headers(1, wire.head()))


@case("generic/3.3/3", answered())
def priority_with_a_dependency(wire):
    wire.send(priority(3, depends_on=1, weight=0), headers(1, wire.head()))


@case("generic/3.3/4", answered())
def exclusive_priority(wire):
    wire.send(priority(1, exclusive=True, weight=0), headers(1, wire.head()))


@case("generic/3.3/5", answered())
def priority_of_an_idle_stream_and_a_lower_one_opened(wire):
    wire.send(priority(3), headers(1, wire.head()))


@case("generic/3.4/1", acknowledges_ping())
def rst_stream_frame(wire):
    wire.send(headers(1, wire.head(), END_HEADERS), rst_stream(1), ping())


@case("generic/3.5/1", acknowledged_settings)
def settings_frame(wire):
    wire.send(settings((HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 1), (MAX_CONCURRENT_STREAMS, 100),
                       (INITIAL_WINDOW_SIZE, 65_535), (MAX_FRAME_SIZE, 16_384), (MAX_HEADER_LIST_SIZE, 100)))


@case("generic/3.7/1", acknowledges_ping(b"h2spec\0\0"))
def ping_frame(wire):
    wire.send(ping(b"h2spec\0\0"))


@case("generic/3.8/1", takes_goaway)
def goaway_frame(wire):
    wire.send(goaway(0, NO_ERROR, b"h2spec"), ping())


@case("generic/3.9/1", acknowledges_ping())
def window_update_of_the_connection(wire):
    wire.send(window_update(0, 1), ping())


@case("generic/3.9/2", answered())
def window_update_of_a_stream(wire):
    wire.send(headers(1, wire.head()), window_update(1, 1))


@case("generic/3.10/1", answered())
def continuation_frame(wire):
    block = wire.head()
    wire.send(headers(1, block[:5], END_STREAM), continuation(1, block[5:]))


@case("generic/3.10/2", answered())
def continuation_frames(wire):
    block = wire.head()
    wire.send(headers(1, block[:5], END_STREAM), continuation(1, block[5:10], 0), continuation(1, block[10:]))


# --- 4: requests

@case("generic/4/1", answered())
def get(wire):
    wire.send(headers(1, wire.head()))


@case("generic/4/2", answered())
def head(wire):
    wire.send(headers(1, wire.head("HEAD")))


@case("generic/4/3", answered(body=b"test"))
def post(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test", END_STREAM))


@case("generic/4/4", nothing_more)
def post_with_trailers(wire):
    wire.send(headers(1, wire.head("POST", ("trailer", "x-test")), END_HEADERS), data(1, b"test"),
              headers(1, wire.encode(("x-test", "ok"))))
    answered(body=b"test")(wire)
    assert wire.upstream is None or wire.forwarded()[-1].trailers == [("x-test", "ok")]


# --- 5: every form that RFC 7541 has for a field

def huffman(text):
    packed = hpack.huffman.HuffmanEncoder(hpack.huffman_constants.REQUEST_CODES,
                                          hpack.huffman_constants.REQUEST_CODES_LENGTH).encode(text.encode())
    return integer(len(packed), 7, 0x80) + packed


def field_in_form(number, representation, **forwarded):
    @case(number, answered(**forwarded))
    def field(wire, representation=representation):
        wire.send(headers(1, wire.head() + representation))
    field.__name__ = "field_of_bytes_" + representation[:8].hex()


# What RFC 7541, section 6.2 calls an indexed name is six bits (section 6.2.1) or four (6.2.2, 6.2.3). h2spec names its
# cases so, but sends new names in all of them; here half of them are what they are called.
field_in_form("generic/5/1", integer(USER_AGENT, 7, 0x80), user_agent="")
field_in_form("generic/5/2", integer(USER_AGENT, 6, INDEXED) + string("h2spec"), user_agent="h2spec")
field_in_form("generic/5/3", integer(USER_AGENT, 6, INDEXED) + huffman("h2spec"), user_agent="h2spec")
field_in_form("generic/5/4", literal("x-test", "h2spec", INDEXED), x_test="h2spec")
field_in_form("generic/5/5", bytes([INDEXED]) + huffman("x-test") + huffman("h2spec"), x_test="h2spec")
field_in_form("generic/5/6", integer(USER_AGENT, 4, WITHOUT_INDEXING) + string("h2spec"), user_agent="h2spec")
field_in_form("generic/5/7", integer(USER_AGENT, 4, WITHOUT_INDEXING) + huffman("h2spec"), user_agent="h2spec")
field_in_form("generic/5/8", literal("x-test", "h2spec"), x_test="h2spec")
field_in_form("generic/5/9", bytes([WITHOUT_INDEXING]) + huffman("x-test") + huffman("h2spec"), x_test="h2spec")
field_in_form("generic/5/10", integer(USER_AGENT, 4, NEVER_INDEXED) + string("h2spec"), user_agent="h2spec")
field_in_form("generic/5/11", integer(USER_AGENT, 4, NEVER_INDEXED) + huffman("h2spec"), user_agent="h2spec")
field_in_form("generic/5/12", literal("x-test", "h2spec", NEVER_INDEXED), x_test="h2spec")
field_in_form("generic/5/13", bytes([NEVER_INDEXED]) + huffman("x-test") + huffman("h2spec"), x_test="h2spec")


@case("generic/5/14", answered())
def table_size_update(wire):
    wire.send(headers(1, table_size(0) + wire.head()))


@case("generic/5/15", answered())
def table_size_updates(wire):
    wire.send(headers(1, table_size(0) + table_size(4096) + wire.head()))
