"""What a broken or hostile application may answer, and what may come of it: one response, whole and of one reading, or
the door's own word."""

import dataclasses

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
EMPTY = b"Content-Length: 0\r\n"
OK = HEAD + b"Content-Length: 2\r\n\r\nok"
EVIL_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n"
EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nSet-Cookie: evil=1\r\n\r\nevil"
HANDSHAKE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://app.test")


@dataclasses.dataclass(frozen=True)
class Answer:
    """`status` and `body` are what the client gets if it passes; without them it is a 502, or breaks off where its head
    was in order (`begun`). `spoils`: nobody may be asked again on its connection."""
    name: str
    data: bytes
    status: int = 0
    body: bytes = b""
    may_fail: bool = True
    begun: bool = False
    spoils: bool = True
    closes: bool = False  # the application, behind it
    method: str = "GET"
    lines: tuple = ()  # of the request

    @property
    def is_control(self):
        return not self.may_fail


def bad(name, data, **more):
    """A 502 of the door's."""
    return Answer(name, data, **more)


def broken(name, data, **more):
    """The head was in order; the body is never passed as whole."""
    return Answer(name, data, begun=True, **more)


def either(name, data, body=b"", status=200, spoils=False, **more):
    return Answer(name, data, status, body, spoils=spoils, **more)


def good(name, data, body=b"", status=200, spoils=False, **more):
    return Answer(name, data, status, body, may_fail=False, spoils=spoils, **more)


def line(name, text):
    return bad(f"line_{name}", text + b"\r\n" + EMPTY + b"\r\n")


def field(name, text):
    """A field of the head that somebody reads as another one, or as two."""
    return bad(f"field_{name}", HEAD + text + b"\r\n" + EMPTY + b"\r\n")


def framed(name, lines, body=b"ok"):
    return bad(f"framing_{name}", HEAD + lines + b"\r\n" + body)


def chunks(name, body, **more):
    return broken(f"chunks_{name}", CHUNKED + body, **more)


ANSWERS = [
    # Nothing, or something else.
    bad("nothing", b"", closes=True),
    bad("half_a_head", b"HTTP/1.1 200 OK\r\nContent-Le", closes=True),
    bad("head_without_its_empty_line", HEAD + EMPTY, closes=True),
    bad("ssh", b"SSH-2.0-OpenSSH\r\n\r\n"),
    bad("a_request", b"GET / HTTP/1.1\r\nHost: app.test\r\n\r\n"),
    bad("http09", b"<html>hello</html>", closes=True),
    bad("http09_lines", b"hello\r\nworld\r\n\r\n"),
    bad("http2_settings", b"\0\0\0\4\0\0\0\0\0", closes=True),
    bad("tls_alert", b"\x15\x03\x01\0\2\2\x46", closes=True),
    bad("nul_bytes", b"\0" * 40),
    # The status line
    line("version_2", b"HTTP/2.0 200 OK"),
    line("version_2_short", b"HTTP/2 200"),
    line("version_3", b"HTTP/3.0 200 OK"),
    line("version_09", b"HTTP/0.9 200 OK"),
    line("version_1_2", b"HTTP/1.2 200 OK"),
    line("version_1_10", b"HTTP/1.10 200 OK"),
    line("version_01_1", b"HTTP/01.1 200 OK"),
    line("version_lower_case", b"http/1.1 200 OK"),
    line("version_icy", b"ICY 200 OK"),
    line("version_missing", b"200 OK"),
    line("status_missing", b"HTTP/1.1"),
    line("status_empty", b"HTTP/1.1  OK"),
    line("status_letters", b"HTTP/1.1 2xx OK"),
    line("status_of_two_digits", b"HTTP/1.1 20 OK"),
    line("status_of_four_digits", b"HTTP/1.1 2000 OK"),
    line("status_099", b"HTTP/1.1 099 OK"),
    line("status_000", b"HTTP/1.1 000 OK"),
    line("status_600", b"HTTP/1.1 600 OK"),
    line("status_999", b"HTTP/1.1 999 OK"),
    line("status_minus", b"HTTP/1.1 -20 OK"),
    line("status_plus", b"HTTP/1.1 +20 OK"),
    line("status_hex", b"HTTP/1.1 0xc OK"),
    line("status_full_width", b"HTTP/1.1 \xef\xbc\x92 OK"),
    line("tab_for_blank", b"HTTP/1.1\t200\tOK"),
    line("two_blanks", b"HTTP/1.1  200 OK"),
    line("blank_first", b" HTTP/1.1 200 OK"),
    line("empty_line_first", b"\r\nHTTP/1.1 200 OK"),
    line("lf_first", b"\nHTTP/1.1 200 OK"),
    line("phrase_with_cr", b"HTTP/1.1 200 OK\rSet-Cookie: evil=1"),
    line("phrase_with_lf", b"HTTP/1.1 200 OK\nSet-Cookie: evil=1"),
    line("phrase_with_nul", b"HTTP/1.1 200 O\0K"),
    line("phrase_with_control", b"HTTP/1.1 200 O\x01K"),
    line("phrase_too_long", b"HTTP/1.1 200 " + b"O" * 100_000),
    # Fields
    field("lf_splits", b"X: a\nSet-Cookie: evil=1"),
    field("cr_splits", b"X: a\rSet-Cookie: evil=1"),
    field("cr_cr_lf", b"X: a\r\r\nSet-Cookie: evil=1"),
    field("lf_cr_splits", b"X: a\n\rSet-Cookie: evil=1"),
    field("location_splits", b"Location: /\nSet-Cookie: evil=1"),
    field("cookie_splits", b"Set-Cookie: a=1\rSet-Cookie: evil=1"),
    field("lf_ends_the_head", b"X: a\n\n" + EVIL),
    field("cr_ends_the_head", b"X: a\r\r" + EVIL),
    field("nul", b"X: a\0b"),
    field("nul_at_end", b"X: a\0"),
    field("control", b"X: a\x01b"),
    field("vertical_tab", b"X: \x0ba"),
    field("delete", b"X: a\x7fb"),
    field("folded", b"X: a\r\n evil"),
    field("folded_by_tab", b"X: a\r\n\tevil"),
    field("folded_first", b" X: a"),
    field("blank_before_colon", b"X : a"),
    field("tab_before_colon", b"X\t: a"),
    field("no_colon", b"evil"),
    field("empty_name", b": a"),
    field("name_with_blank", b"X Y: a"),
    field("name_with_nul", b"X\0: a"),
    field("name_non_ascii", b"X\xe9: a"),
    field("name_with_parenthesis", b"X(): a"),
    field("huge", b"X: " + b"a" * 200_000),
    field("huge_name", b"X" * 200_000 + b": a"),
    field("many", b"X: y\r\n" * 20_000 + b"X: y"),
    bad("lf_everywhere", b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
    bad("lf_behind_the_status_line", b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
    bad("lf_ends_the_head", HEAD + EMPTY + b"\n"),
    bad("cr_everywhere", b"HTTP/1.1 200 OK\rContent-Length: 0\r\r"),
    bad("cr_and_a_byte_end_the_head", HEAD + EMPTY + b"\rX"),
    # Framing
    framed("length_and_coding", b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"2\r\nok\r\n0\r\n\r\n"),
    framed("coding_and_length", b"Transfer-Encoding: chunked\r\nContent-Length: 12\r\n", b"2\r\nok\r\n0\r\n\r\n"),
    framed("length_zero_and_coding", b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", b"2\r\nok\r\n0\r\n\r\n"),
    framed("two_lengths", b"Content-Length: 2\r\nContent-Length: 3\r\n", b"ok!"),
    framed("two_lengths_zero_first", b"Content-Length: 0\r\nContent-Length: 67\r\n", EVIL),
    framed("length_list_differing", b"Content-Length: 2, 3\r\n", b"ok!"),
    framed("length_minus", b"Content-Length: -1\r\n"),
    framed("length_plus", b"Content-Length: +2\r\n"),
    framed("length_hex", b"Content-Length: 0x2\r\n"),
    framed("length_empty", b"Content-Length:\r\n"),
    framed("length_word", b"Content-Length: two\r\n"),
    framed("length_fraction", b"Content-Length: 2.0\r\n"),
    framed("length_underscore", b"Content-Length: 0_2\r\n"),
    framed("length_junk_behind", b"Content-Length: 2 bytes\r\n"),
    framed("length_nul_behind", b"Content-Length: 2\0\r\n"),
    framed("length_no_break_space", b"Content-Length: \xa02\r\n"),
    framed("length_over_64_bits", b"Content-Length: 18446744073709551618\r\n"),
    framed("length_over_64_bits_by_far", b"Content-Length: " + b"9" * 40 + b"\r\n"),
    framed("length_blank_before_colon", b"Content-Length : 2\r\n"),
    framed("length_folded", b"Content-Length:\r\n 2\r\n"),
    framed("coding_unknown", b"Transfer-Encoding: cow\r\n"),
    framed("coding_identity", b"Transfer-Encoding: identity\r\n"),
    framed("coding_empty", b"Transfer-Encoding:\r\n"),
    framed("coding_twice", b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n"),
    framed("coding_two_lines", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    framed("coding_gzip_chunked", b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
    framed("coding_chunked_identity", b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"),
    framed("coding_parameter", b"Transfer-Encoding: chunked;x=1\r\n", b"0\r\n\r\n"),
    framed("coding_quoted", b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n"),
    framed("coding_vertical_tab", b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
    framed("coding_nul", b"Transfer-Encoding: chunked\0\r\n", b"0\r\n\r\n"),
    framed("coding_blank_before_colon", b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    framed("coding_folded", b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
    bad("framing_coding_in_http10", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    # RFC 9112, section 6.3 lets a recipient take several equal lengths for one.
    either("framing_two_equal_lengths", HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    either("framing_length_list_equal", HEAD + b"Content-Length: 2, 2\r\n\r\nok", b"ok"),
    # Interim responses
    bad("interim_flood", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000 + OK),
    bad("interim_flood_of_hints", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 1000 + OK),
    bad("interim_flood_of_continue", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + OK),
    bad("interim_flood_of_unknown", b"HTTP/1.1 199 X\r\n\r\n" * 1000 + OK),
    bad("interim_alone", b"HTTP/1.1 102 Processing\r\n\r\n", closes=True),
    bad("interim_with_length", b"HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\nevil" + OK),
    bad("interim_with_chunks", b"HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + OK),
    bad("interim_that_splits", b"HTTP/1.1 103 Early Hints\r\nLink: a\nSet-Cookie: evil=1\r\n\r\n" + OK),
    bad("interim_and_junk", b"HTTP/1.1 103 Early Hints\r\n\r\nevil"),
    bad("switch_unasked", SWITCH + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\nraw"),
    bad("switch_unasked_to_nothing", SWITCH + b"\r\n" + EVIL),
    bad("switch_to_nothing", SWITCH + b"\r\n" + EVIL, lines=HANDSHAKE),
    bad("switch_without_connection", SWITCH + b"Upgrade: websocket\r\n\r\n", lines=HANDSHAKE),
    bad("switch_to_another", SWITCH + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", lines=HANDSHAKE),
    bad("switch_with_length", SWITCH + b"Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nevil",
        lines=HANDSHAKE),
    good("interim_and_response", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
         b"HTTP/1.1 102 Processing\r\n\r\n" + OK, b"ok"),
    good("interim_unknown", b"HTTP/1.1 199 X\r\n\r\n" + OK, b"ok"),
    # No body where there may be none; what stands there all the same is no response.
    good("no_content_with_length", b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil", status=204,
         spoils=True),
    good("no_content_with_chunks", b"HTTP/1.1 204 No Content\r\n" + EVIL_CHUNKS, status=204, spoils=True),
    good("no_content_and_a_response", b"HTTP/1.1 204 No Content\r\n\r\n" + EVIL, status=204, spoils=True),
    good("not_modified_and_its_body", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil", status=304,
         spoils=True),
    good("not_modified_and_chunks", b"HTTP/1.1 304 Not Modified\r\n" + EVIL_CHUNKS, status=304, spoils=True),
    good("head_and_its_body", HEAD + b"Content-Length: 4\r\n\r\nevil", method="HEAD", spoils=True),
    good("head_and_chunks", HEAD + EVIL_CHUNKS, method="HEAD", spoils=True),
    good("head_and_a_response", HEAD + EMPTY + b"\r\n" + EVIL, method="HEAD", spoils=True),
    good("no_content", b"HTTP/1.1 204 No Content\r\n\r\n", status=204),
    good("not_modified", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n", status=304),
    good("head", HEAD + b"Content-Length: 4\r\n\r\n", method="HEAD"),
    # Bodies that end too early, or never.
    broken("length_too_long", HEAD + b"Content-Length: 100\r\n\r\nhalf", closes=True),
    broken("length_of_nothing", HEAD + b"Content-Length: 100\r\n\r\n", closes=True),
    chunks("cut", b"4\r\nhalf\r\n", closes=True),
    chunks("cut_inside", b"64\r\nhalf", closes=True),
    chunks("cut_at_the_start", b"", closes=True),
    chunks("cut_before_the_last_line", b"4\r\nhalf\r\n0\r\n", closes=True),
    chunks("size_letters", b"4\r\nhalf\r\nzz\r\n"),
    chunks("size_empty", b"4\r\nhalf\r\n\r\n"),
    chunks("size_minus", b"4\r\nhalf\r\n-1\r\n"),
    chunks("size_hex_prefix", b"0x4\r\nevil\r\n0\r\n\r\n"),
    chunks("size_blank_before", b" 4\r\nevil\r\n0\r\n\r\n"),
    chunks("size_underscore", b"0_4\r\nevil\r\n0\r\n\r\n"),
    chunks("size_over_64_bits", b"4\r\nhalf\r\nfffffffffffffffff\r\n"),
    chunks("size_over_64_bits_to_small", b"10000000000000004\r\nevil\r\n0\r\n\r\n"),
    chunks("line_lf", b"4\nevil\r\n0\r\n\r\n"),
    chunks("line_cr", b"4\revil\r\n0\r\n\r\n"),
    chunks("end_lf", b"4\r\nevil\n0\r\n\r\n"),
    chunks("end_missing", b"4\r\nhalfXX"),
    chunks("end_twice", b"4\r\nhalf\r\n\r\n0\r\n\r\n"),
    chunks("data_too_long", b"3\r\nevil\r\n0\r\n\r\n"),
    chunks("extension_lf", b"4;a\nb\r\nevil\r\n0\r\n\r\n"),
    chunks("extension_nul", b"4;a\0\r\nevil\r\n0\r\n\r\n"),
    chunks("last_lf", b"4\r\nhalf\r\n0\n\n"),
    chunks("trailer_splits", b"4\r\nhalf\r\n0\r\nX: a\nSet-Cookie: evil=1\r\n\r\n"),
    chunks("trailer_cr_splits", b"4\r\nhalf\r\n0\r\nX: a\rSet-Cookie: evil=1\r\n\r\n"),
    chunks("trailer_nul", b"4\r\nhalf\r\n0\r\nX: a\0\r\n\r\n"),
    chunks("trailer_folded", b"4\r\nhalf\r\n0\r\nX: a\r\n b\r\n\r\n"),
    chunks("trailer_without_colon", b"4\r\nhalf\r\n0\r\nevil\r\n\r\n"),
    chunks("trailer_huge", b"4\r\nhalf\r\n0\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
    either("chunks_extension", CHUNKED + b"2;a=b\r\nok\r\n0\r\n\r\n", b"ok", begun=True),
    # More than one response was asked for: what stands behind it belongs to nobody.
    good("another_response_behind", OK + EVIL, b"ok", spoils=True),
    good("another_response_behind_chunks", CHUNKED + b"2\r\nok\r\n0\r\n\r\n" + EVIL, b"ok", spoils=True),
    good("another_response_behind_nothing", HEAD + EMPTY + b"\r\n" + EVIL, spoils=True),
    good("junk_behind", OK + b"!", b"ok", spoils=True),
    good("line_end_behind", OK + b"\r\n", b"ok", spoils=True),
    good("nul_behind", OK + b"\0", b"ok", spoils=True),
    good("failure_behind", OK + b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", b"ok", spoils=True),
    # In order
    good("plain", OK, b"ok"),
    good("without_phrase", b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", b"ok"),
    good("without_phrase_and_blank", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    good("phrase_non_ascii", b"HTTP/1.1 200 D\xe9j\xe0 vu\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    good("status_unregistered", b"HTTP/1.1 299 X\r\nContent-Length: 2\r\n\r\nok", b"ok", status=299),
    good("names_in_upper_case", HEAD + b"CONTENT-LENGTH:2\r\n\r\nok", b"ok"),
    good("value_non_ascii", HEAD + b"X: \xc3\xa9\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    good("value_empty", HEAD + b"X:\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    good("body_is_a_response", HEAD + b"Content-Length: %d\r\n\r\n" % len(EVIL) + EVIL, EVIL),
    good("chunks", CHUNKED + b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n", b"ok"),
    good("chunks_over_a_response", CHUNKED + b"%x\r\n" % len(EVIL) + EVIL + b"\r\n0\r\n\r\n", EVIL),
    good("chunks_in_upper_case", HEAD + b"Transfer-Encoding: CHUNKED\r\n\r\n2\r\nok\r\n0\r\n\r\n", b"ok"),
    good("chunks_with_trailer", CHUNKED + b"2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", b"ok"),
    good("chunks_with_trailers_of_the_head",
         CHUNKED + b"2\r\nok\r\n0\r\nContent-Length: 4\r\nSet-Cookie: evil=1\r\n\r\n", b"ok"),
    good("until_the_end", HEAD + b"\r\nok", b"ok", closes=True, spoils=True),
    good("http10", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok", closes=True, spoils=True),
    good("http10_until_the_end", b"HTTP/1.0 200 OK\r\n\r\nok", b"ok", closes=True, spoils=True),
    good("connection_close", HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", b"ok", spoils=True),
]
