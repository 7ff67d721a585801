"""What two programs could read differently never gets through: each raw stream here is either refused and the connection
closed with nothing forwarded, or forwarded as exactly one well-formed request whose reading is not in doubt."""

import pytest

import harness

H = b"Host: app.test\r\n"


def post(fields, body=b"", target=b"/", version=b"HTTP/1.1"):
    return b"POST " + target + b" " + version + b"\r\n" + H + fields + b"\r\n" + body


def get(fields=b"", target=b"/", version=b"HTTP/1.1", host=H):
    return b"GET " + target + b" " + version + b"\r\n" + host + fields + b"\r\n"


CHUNKED = b"Transfer-Encoding: chunked\r\n"
END = b"0\r\n\r\n"
EVIL = b"GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n"

# Must be refused.
REFUSED = {
    # Content-Length and Transfer-Encoding
    "cl_te": post(b"Content-Length: 6\r\n" + CHUNKED, b"0\r\n\r\nG"),
    "te_cl": post(CHUNKED + b"Content-Length: 4\r\n", b"5c\r\n" + END),
    "cl_te_smuggled_get": post(b"Content-Length: 5\r\n" + CHUNKED, END + EVIL),
    "two_lengths": post(b"Content-Length: 5\r\nContent-Length: 6\r\n", b"hello!"),
    "two_equal_lengths": post(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello"),
    "length_list": post(b"Content-Length: 5, 5\r\n", b"hello"),
    "length_plus": post(b"Content-Length: +5\r\n", b"hello"),
    "length_minus": post(b"Content-Length: -5\r\n", b"hello"),
    "length_hex": post(b"Content-Length: 0x5\r\n", b"hello"),
    "length_octal_like_blank": post(b"Content-Length: 5 5\r\n", b"hello"),
    "length_empty": post(b"Content-Length:\r\n", b"hello"),
    "length_blank": post(b"Content-Length:  \r\n", b"hello"),
    "length_letters": post(b"Content-Length: five\r\n", b"hello"),
    "length_decimal": post(b"Content-Length: 5.0\r\n", b"hello"),
    "length_exponent": post(b"Content-Length: 5e0\r\n", b"hello"),
    "length_underscore": post(b"Content-Length: 1_0\r\n", b"hellohello"),
    "length_overflow": post(b"Content-Length: 18446744073709551621\r\n", b"hello"),
    "length_overflow_long": post(b"Content-Length: " + b"9" * 40 + b"\r\n", b"hello"),
    "length_quoted": post(b'Content-Length: "5"\r\n', b"hello"),
    "length_semicolon": post(b"Content-Length: 5;x=1\r\n", b"hello"),
    "length_nbsp": post(b"Content-Length: \xa05\r\n", b"hello"),
    "length_vertical_tab": post(b"Content-Length: \x0b5\r\n", b"hello"),
    "length_alias": post(b"Content_Length: 5\r\n", b"hello"),
    "length_alias_dot": post(b"Content.Length: 5\r\n", b"hello"),
    "te_alias": post(b"Transfer_Encoding: chunked\r\n", END),
    "te_xchunked": post(b"Transfer-Encoding: xchunked\r\n", END),
    "te_identity": post(b"Transfer-Encoding: identity\r\n", b"hello"),
    "te_chunked_identity": post(b"Transfer-Encoding: chunked, identity\r\n", END),
    "te_identity_chunked": post(b"Transfer-Encoding: identity, chunked\r\n", END),
    "te_gzip_chunked": post(b"Transfer-Encoding: gzip, chunked\r\n", END),
    "te_chunked_twice": post(b"Transfer-Encoding: chunked, chunked\r\n", END),
    "te_two_lines": post(CHUNKED + CHUNKED, END),
    "te_two_lines_differ": post(CHUNKED + b"Transfer-Encoding: identity\r\n", END),
    "te_cow": post(CHUNKED + b"Transfer-Encoding: cow\r\n", END),
    "te_empty": post(b"Transfer-Encoding:\r\n", b""),
    "te_comma": post(b"Transfer-Encoding: ,chunked\r\n", END),
    "te_comma_behind": post(b"Transfer-Encoding: chunked,\r\n", END),
    "te_parameter": post(b"Transfer-Encoding: chunked;x=1\r\n", END),
    "te_quoted": post(b'Transfer-Encoding: "chunked"\r\n', END),
    "te_vertical_tab": post(b"Transfer-Encoding: \x0bchunked\r\n", END),
    "te_form_feed": post(b"Transfer-Encoding: \x0cchunked\r\n", END),
    "te_nul": post(b"Transfer-Encoding: chunked\0\r\n", END),
    "te_space_before_colon": post(b"Transfer-Encoding : chunked\r\n", END),
    "te_tab_before_colon": post(b"Transfer-Encoding\t: chunked\r\n", END),
    "te_folded": post(b"Transfer-Encoding:\r\n chunked\r\n", END),
    "te_leading_blank": post(b" Transfer-Encoding: chunked\r\n", END),
    "te_newline_inside": post(b"X: y\nTransfer-Encoding: chunked\r\n", END),
    "te_cr_inside": post(b"X: y\rTransfer-Encoding: chunked\r\n", END),
    "te_http10": post(CHUNKED, END, version=b"HTTP/1.0"),
    "te_behind_nel": post(b"Transfer-Encoding: chunked\x85\r\n", END),
    # Chunks
    "chunk_size_missing": post(CHUNKED, b"\r\nhello\r\n" + END),
    "chunk_size_0x": post(CHUNKED, b"0x5\r\nhello\r\n" + END),
    "chunk_size_plus": post(CHUNKED, b"+5\r\nhello\r\n" + END),
    "chunk_size_minus": post(CHUNKED, b"-5\r\nhello\r\n" + END),
    "chunk_size_blank_before": post(CHUNKED, b" 5\r\nhello\r\n" + END),
    "chunk_size_blank_behind": post(CHUNKED, b"5 \r\nhello\r\n" + END),
    "chunk_size_tab_behind": post(CHUNKED, b"5\t\r\nhello\r\n" + END),
    "chunk_size_underscore": post(CHUNKED, b"0_5\r\nhello\r\n" + END),
    "chunk_size_letters": post(CHUNKED, b"zz\r\nhello\r\n" + END),
    "chunk_size_overflow": post(CHUNKED, b"10000000000000005\r\nhello\r\n" + END),
    "chunk_size_many_zeros": post(CHUNKED, b"0" * 40 + b"5\r\nhello\r\n" + END),
    "chunk_size_bare_lf": post(CHUNKED, b"5\nhello\r\n" + END),
    "chunk_size_bare_cr": post(CHUNKED, b"5\rhello\r\n" + END),
    "chunk_size_cr_cr_lf": post(CHUNKED, b"5\r\r\nhello\r\n" + END),
    "chunk_data_bare_lf": post(CHUNKED, b"5\r\nhello\n" + END),
    "chunk_data_too_long": post(CHUNKED, b"4\r\nhello\r\n" + END),
    "chunk_data_too_short": post(CHUNKED, b"6\r\nhello\r\n" + END),
    "chunk_data_no_end": post(CHUNKED, b"5\r\nhelloXX" + END),
    "chunk_extension_lf": post(CHUNKED, b"5;a\nb\r\nhello\r\n" + END),
    "chunk_extension_cr": post(CHUNKED, b"5;a\rb\r\nhello\r\n" + END),
    "chunk_extension_nul": post(CHUNKED, b"5;a=\0\r\nhello\r\n" + END),
    "chunk_last_bare_lf": post(CHUNKED, b"5\r\nhello\r\n0\n\n"),
    "trailer_bare_lf": post(CHUNKED, b"5\r\nhello\r\n0\r\nX: y\n\r\n"),
    "trailer_without_colon": post(CHUNKED, b"5\r\nhello\r\n0\r\nX\r\n\r\n"),
    "trailer_folded": post(CHUNKED, b"5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"),
    "trailer_space_before_colon": post(CHUNKED, b"5\r\nhello\r\n0\r\nX : y\r\n\r\n"),
    # Lines
    "bare_lf_head": b"GET / HTTP/1.1\nHost: app.test\n\n",
    "bare_lf_one_line": b"GET / HTTP/1.1\r\nHost: app.test\nX: y\r\n\r\n",
    "bare_lf_end": b"GET / HTTP/1.1\r\nHost: app.test\r\n\n",
    "bare_cr_in_value": get(b"X: a\rb\r\n"),
    "bare_cr_in_line": b"GET /\r HTTP/1.1\r\n" + H + b"\r\n",
    "nul_in_value": get(b"X: a\0b\r\n"),
    "nul_in_name": get(b"X\0Y: b\r\n"),
    "nul_in_target": get(target=b"/a\0b"),
    "control_in_value": get(b"X: a\x01b\r\n"),
    "delete_in_value": get(b"X: a\x7fb\r\n"),
    "folded": get(b"X: a\r\n b\r\n"),
    "folded_tab": get(b"X: a\r\n\tb\r\n"),
    "folded_first": b"GET / HTTP/1.1\r\n Host: app.test\r\n\r\n",
    "name_empty": get(b": value\r\n"),
    "name_blank_inside": get(b"X Y: value\r\n"),
    "name_space_before_colon": get(b"X : value\r\n"),
    "name_tab_before_colon": get(b"X\t: value\r\n"),
    "name_non_ascii": get(b"X\xe9: value\r\n"),
    "name_parenthesis": get(b"X(): value\r\n"),
    "no_colon": get(b"novalue\r\n"),
    "empty_line_first_lf": b"\n" + get(),
    "empty_line_first": b"\r\n\r\n" + get(),
    # The request line
    "two_blanks": b"GET  / HTTP/1.1\r\n" + H + b"\r\n",
    "two_blanks_behind": b"GET /  HTTP/1.1\r\n" + H + b"\r\n",
    "tab_for_blank": b"GET\t/ HTTP/1.1\r\n" + H + b"\r\n",
    "blank_first": b" GET / HTTP/1.1\r\n" + H + b"\r\n",
    "blank_at_end": b"GET / HTTP/1.1 \r\n" + H + b"\r\n",
    "no_version": b"GET /\r\n",
    "version_lower_case": get(version=b"http/1.1"),
    "version_2": get(version=b"HTTP/2.0"),
    "version_1_2": get(version=b"HTTP/1.2"),
    "version_0_9": get(version=b"HTTP/0.9"),
    "version_11": get(version=b"HTTP/11"),
    "version_01_1": get(version=b"HTTP/01.1"),
    "version_letters": get(version=b"HTTP/1.x"),
    "version_icy": get(version=b"ICY/1.1"),
    "method_empty": b" / HTTP/1.1\r\n" + H + b"\r\n",
    "method_parenthesis": b"GE(T / HTTP/1.1\r\n" + H + b"\r\n",
    "method_connect": b"CONNECT app.test:443 HTTP/1.1\r\n" + H + b"\r\n",
    "method_trace": b"TRACE / HTTP/1.1\r\n" + H + b"\r\n",
    "method_pri": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "target_empty": b"GET HTTP/1.1\r\n" + H + b"\r\n",
    "target_no_slash": get(target=b"path"),
    "target_authority": get(target=b"app.test:443"),
    "target_fragment": get(target=b"/a#b"),
    "target_encoded_slash": get(target=b"/a%2fb"),
    "target_encoded_backslash": get(target=b"/a%5cb"),
    "target_encoded_dot": get(target=b"/%2e%2e/admin"),
    "target_half_encoded_dots": get(target=b"/.%2e/admin"),
    "target_encoded_nul": get(target=b"/a%00b"),
    "target_encoded_semicolon": get(target=b"/a%3bb"),
    "target_encoded_question_mark": get(target=b"/a%3fb"),
    "target_encoded_fragment": get(target=b"/a%23b"),
    "target_dots": get(target=b"/a/../b"),
    "target_dot": get(target=b"/./b"),
    "target_dots_at_end": get(target=b"/a/.."),
    "target_dots_parameter": get(target=b"/a/..;x/b"),
    "target_backslash": get(target=b"/a\\..\\b"),
    "target_percent_broken": get(target=b"/a%g1"),
    "target_percent_cut": get(target=b"/a%4"),
    "target_percent_u": get(target=b"/a%u002f"),
    "target_non_ascii": get(target=b"/\xc3\xa9"),
    "target_control": get(target=b"/a\x1fb"),
    "target_asterisk_get": get(target=b"*"),
    "target_ftp": get(target=b"ftp://app.test/"),
    "target_userinfo": get(target=b"https://user@app.test/"),
    # Host
    "host_missing": b"GET / HTTP/1.1\r\n\r\n",
    "host_two": get(b"Host: app.test\r\n"),
    "host_two_differ": get(b"Host: other.test\r\n"),
    "host_empty": get(host=b"Host:\r\n"),
    "host_list": get(host=b"Host: app.test, other.test\r\n"),
    "host_userinfo": get(host=b"Host: user@app.test\r\n"),
    "host_path": get(host=b"Host: app.test/x\r\n"),
    "host_blank": get(host=b"Host: app.test other\r\n"),
    "host_port_letters": get(host=b"Host: app.test:http\r\n"),
    "host_port_large": get(host=b"Host: app.test:99999\r\n"),
    "host_encoded": get(host=b"Host: app%2etest\r\n"),
    "host_differs_from_target": get(target=b"https://other.test/"),
    # Too much
    "line_too_long": get(target=b"/" + b"a" * 20000),
    "field_too_long": get(b"X: " + b"a" * 20000 + b"\r\n"),
    "fields_too_many": get(b"".join(b"X-%d: y\r\n" % number for number in range(300))),
    # What is not HTTP
    "tls_in_tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40,
    "binary": bytes(range(128, 256)),
    "proxy_protocol_inside": b"PROXY TCP4 6.6.6.6 7.7.7.7 1 2\r\n" + get(),
}

# May be refused; if it is let through, it must reach the application as exactly one request of this method and body.
CLEAR = {
    "plain_get": (get(), "GET", b""),
    "plain_post": (post(b"Content-Length: 5\r\n", b"hello"), "POST", b"hello"),
    "length_zero": (post(b"Content-Length: 0\r\n"), "POST", b""),
    "length_leading_zeros": (post(b"Content-Length: 005\r\n", b"hello"), "POST", b"hello"),
    "length_name_case": (post(b"cOnTeNt-LeNgTh: 5\r\n", b"hello"), "POST", b"hello"),
    "length_blanks": (post(b"Content-Length: \t 5 \t\r\n", b"hello"), "POST", b"hello"),
    "get_with_body": (get(b"Content-Length: 5\r\n") + b"hello", "GET", b"hello"),
    "get_chunked": (get(CHUNKED) + b"5\r\nhello\r\n" + END, "GET", b"hello"),
    "chunked": (post(CHUNKED, b"5\r\nhello\r\n" + END), "POST", b"hello"),
    "chunked_case": (post(b"Transfer-Encoding: CHUNKED\r\n", b"5\r\nhello\r\n" + END), "POST", b"hello"),
    "chunk_extension": (post(CHUNKED, b"5;name=value\r\nhello\r\n" + END), "POST", b"hello"),
    "chunk_upper_case_size": (post(CHUNKED, b"A\r\nhellohello\r\n" + END), "POST", b"hellohello"),
    "chunk_leading_zero": (post(CHUNKED, b"05\r\nhello\r\n" + END), "POST", b"hello"),
    "body_looks_like_a_request": (post(b"Content-Length: %d\r\n" % len(EVIL), EVIL), "POST", EVIL),
    "chunk_looks_like_an_end": (post(CHUNKED, b"5\r\n" + END + b"\r\n" + END), "POST", END),
    "connection_names_length": (post(b"Connection: Content-Length\r\nContent-Length: 5\r\n", b"hello"), "POST", b"hello"),
    "connection_names_te": (post(b"Connection: Transfer-Encoding\r\n" + CHUNKED, b"5\r\nhello\r\n" + END), "POST",
                            b"hello"),
    "connection_names_host": (get(b"Connection: Host\r\n"), "GET", b""),
    "upgrade_h2c": (get(b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"), "GET",
                    b""),
    "upgrade_unknown_with_body": (post(b"Upgrade: foo\r\nConnection: Upgrade\r\nContent-Length: %d\r\n" % len(EVIL), EVIL),
                                  "POST", EVIL),
    "http10_keep_alive": (get(b"Connection: keep-alive\r\n", version=b"HTTP/1.0"), "GET", b""),
    "obs_text": (get(b"X: \xe9\r\n"), "GET", b""),
    "empty_value": (get(b"X:\r\n"), "GET", b""),
    "absolute_form": (get(target=b"https://app.test/"), "GET", b""),
    "one_empty_line_first": (b"\r\n" + get(), "GET", b""),
}


def test_corpus_is_as_large_as_promised():
    assert len(REFUSED) + len(CLEAR) >= 100


def exchange(door, stream):
    """(the responses' statuses, whether the door closed) for a stream behind which the client closes its sending side."""
    with door.raw(timeout=10) as raw:
        raw.send(stream)
        statuses = []
        try:
            while True:
                response = raw.read_response(stream.split(b" ", 1)[0].decode("latin-1"))
                statuses.append(response)
                if response.get("connection") == "close":
                    assert raw.at_end()
                    return statuses, True
                if len(statuses) > 3:
                    return statuses, False
                # A second response to one request would come at once; an open connection stays silent.
                raw.sock.settimeout(0.3)
        except TimeoutError:
            return statuses, False
        except harness.BrokenOff as end:
            assert not end.received, end.received
            return statuses, True


@pytest.mark.parametrize("name", REFUSED)
def test_ambiguous_stream_is_refused_and_forwarded_to_nobody(door, upstream, name):
    stream = REFUSED[name]
    # A truncated chunk is only known to be one when something else comes; a request that follows must not be read.
    responses, closed = exchange(door, stream + EVIL)
    assert closed, f"the connection stayed open: {responses}"
    assert len(responses) == 1 and 400 <= responses[0].status < 600, responses
    assert responses[0].get("strict-transport-security") and responses[0].id, responses[0]
    assert door.record_of(responses[0].id)["reason"], "the log says why"
    # Where the head was clear and the body broke, the beginning may be under way to the application; no request with an
    # end may be.
    assert not upstream.requests, [request.raw for request in upstream.requests]
    assert b"/smuggled" not in upstream.received()
    head_was_clear = name.startswith(("chunk_", "trailer_"))
    assert head_was_clear or not upstream.received(), upstream.received()


@pytest.mark.parametrize("name", CLEAR)
def test_clear_stream_is_one_request_or_none(door, upstream, name):
    stream, method, body = CLEAR[name]
    responses, _ = exchange(door, stream)
    assert len(responses) == 1, responses
    if responses[0].status == 200:
        assert [(request.method, request.body) for request in upstream.requests] == [(method, body)]
        assert upstream.received() == upstream.requests[0].raw, "bytes beside the request"
        fields = [field for field, _ in upstream.requests[0].fields]
        assert len(fields) == len(set(fields)), "a field twice"
        assert "upgrade" not in fields and "http2-settings" not in fields
    else:
        assert 400 <= responses[0].status < 500 or responses[0].status == 501
        assert not upstream.requests


def test_what_is_clear_beyond_doubt_is_let_through(door, upstream):
    """So that refusing everything does not pass."""
    for name in ("plain_get", "plain_post", "length_zero", "length_name_case", "length_blanks", "chunked",
                 "chunk_upper_case_size", "body_looks_like_a_request", "chunk_looks_like_an_end", "upgrade_h2c",
                 "obs_text", "empty_value", "absolute_form"):
        upstream.forget()
        responses, _ = exchange(door, CLEAR[name][0])
        assert [response.status for response in responses] == [200], name
        assert len(upstream.requests) == 1, name


def test_smuggled_request_behind_a_body_is_a_request_of_its_own(door, upstream):
    """Behind a complete body stands the next request, for the door as for the application."""
    responses, _ = exchange(door, post(b"Content-Length: 5\r\n", b"hello") + EVIL)
    assert [response.status for response in responses] == [200, 200]
    assert [request.target for request in upstream.requests] == ["/", "/smuggled"]


def test_bytes_behind_an_upgrade_are_no_request_before_the_101(door, upstream):
    """Pingora's CVE-2026-2833: the client does not get to the application raw by asking for an upgrade."""
    stream = get(b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://app.test\r\n") + EVIL
    responses, _ = exchange(door, stream)
    assert responses[0].status == 200, "the application did not agree, so it is a plain request"
    for request in upstream.requests:
        assert not request.body
    for peer in upstream.peers:
        # However it goes on, each connection carries whole requests only.
        assert peer.received.count(b"HTTP/1.1\r\n") == peer.received.count(b"\r\n\r\n")


def test_chunked_body_that_breaks_off_is_never_completed(door, upstream):
    with door.raw() as raw:
        raw.send(post(CHUNKED, b"5\r\nhello\r\n"))
        raw.close()
    harness.wait_until(lambda: any(peer.closed_by_door.is_set() for peer in upstream.peers if peer.received), 10,
                       "the door's end of the request to the application")
    assert not upstream.requests
    assert END not in upstream.received()
