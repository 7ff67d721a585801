"""The rest of h2spec's section "http2": section 8, messages. See h2_cases_http2.py for the numbers."""

from h2_cases import Cases, connection_error, malformed, malformed_body
from h2_frames import END_HEADERS, END_STREAM, PROTOCOL_ERROR, data, headers, literal, push_promise

HTTP2_MESSAGES = Cases()
case = HTTP2_MESSAGES.case


@case("http2/8.1/1", malformed_body)
def second_headers_without_an_end(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test"),
              headers(1, wire.encode(("x-test", "ok")), END_HEADERS))


@case("http2/8.1.2/1", malformed)
def field_name_in_upper_case(wire):
    wire.send(headers(1, wire.head("GET", ("X-TEST", "ok"))))


@case("http2/8.1.2.1/1", malformed)
def unknown_pseudo_field(wire):
    wire.send(headers(1, wire.head() + literal(":test", "ok")))


@case("http2/8.1.2.1/2", malformed)
def pseudo_field_of_responses(wire):
    wire.send(headers(1, wire.head() + literal(":status", "200")))


@case("http2/8.1.2.1/3", malformed_body)
def pseudo_field_in_trailers(wire):
    wire.send(headers(1, wire.head("POST"), END_HEADERS), data(1, b"test"),
              headers(1, wire.encode((":method", "POST")), END_HEADERS))


@case("http2/8.1.2.1/4", malformed)
def pseudo_fields_behind_a_field(wire):
    wire.send(headers(1, literal("x-test", "ok") + wire.head()))


@case("http2/8.1.2.2/1", malformed)
def field_of_the_connection(wire):
    wire.send(headers(1, wire.head("GET", ("connection", "keep-alive"))))


@case("http2/8.1.2.2/2", malformed)
def te_of_more_than_trailers(wire):
    wire.send(headers(1, wire.head("GET", ("trailers", "test"), ("te", "trailers, deflate"))))


@case("http2/8.1.2.3/1", malformed)
def empty_path(wire):
    wire.send(headers(1, wire.head(path="")))


@case("http2/8.1.2.3/2", malformed)
def no_method(wire):
    wire.send(headers(1, wire.head(without=("method",))))


@case("http2/8.1.2.3/3", malformed)
def no_scheme(wire):
    wire.send(headers(1, wire.head(without=("scheme",))))


@case("http2/8.1.2.3/4", malformed)
def no_path(wire):
    wire.send(headers(1, wire.head(without=("path",))))


@case("http2/8.1.2.3/5", malformed)
def two_methods(wire):
    wire.send(headers(1, wire.head() + literal(":method", "GET")))


@case("http2/8.1.2.3/6", malformed)
def two_schemes(wire):
    wire.send(headers(1, wire.head() + literal(":scheme", "https")))


@case("http2/8.1.2.3/7", malformed)
def two_paths(wire):
    wire.send(headers(1, wire.head() + literal(":path", wire.path)))


@case("http2/8.1.2.6/1", malformed_body)
def more_data_than_announced(wire):
    wire.send(headers(1, wire.head("POST", ("content-length", "1")), END_HEADERS), data(1, b"test", END_STREAM))


@case("http2/8.1.2.6/2", malformed_body)
def more_data_than_announced_in_two_frames(wire):
    wire.send(headers(1, wire.head("POST", ("content-length", "1")), END_HEADERS), data(1, b"test"),
              data(1, b"test", END_STREAM))


@case("http2/8.2/1", connection_error(PROTOCOL_ERROR))
def push_promise_of_a_client(wire):
    wire.send(push_promise(1, 3, wire.head()))
