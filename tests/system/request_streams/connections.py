"""Connection and what it names, Upgrade before the 101, Expect, and what requests leave behind them on a connection."""

from request_streams.stream import AFTER, CHUNKED, END, EVIL, HELLO, SMUGGLED, Seen, admitted, chunk, either, get
from request_streams.stream import length, own_answer, post, posted, refused, request

HANDSHAKE = (b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://app.test\r\n")
H2C = b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"
CONTINUE = b"Expect: 100-continue\r\n"
HIDDEN = Seen("GET", SMUGGLED)


def expecting(name, line):
    return refused(name, post(line + b"\r\n" + length(len(EVIL)), EVIL))


STREAMS = [
    # Connection. What it must not take away it may not name.
    either("names_length", post(b"Connection: Content-Length\r\n" + length(5), b"hello"), posted(b"hello")),
    either("names_coding", post(b"Connection: Transfer-Encoding\r\n" + CHUNKED, HELLO), posted(b"hello")),
    either("names_length_of_a_request", post(b"Connection: content-length\r\n" + length(len(EVIL)), EVIL),
           posted(EVIL)),
    either("names_length_with_close", post(b"Connection: close, Content-Length\r\n" + length(len(EVIL)), EVIL),
           posted(EVIL), last=True),
    either("names_coding_twice", post(b"Connection: Transfer-Encoding\r\n" * 2 + CHUNKED, HELLO), posted(b"hello")),
    either("names_host", get(b"Connection: Host\r\n")),
    either("names_cookie", get(b"Connection: Cookie\r\nCookie: a=1\r\n")),
    either("names_forwarding", get(b"Connection: X-Forwarded-For, Forwarded, X-Real-IP\r\n")),
    either("names_underscored_length", post(b"Connection: Content_Length\r\n" + length(5), b"hello"), posted(b"hello")),
    either("names_many", get(b"Connection: " + b",".join(b"x-%d" % number for number in range(500)) + b"\r\n")),
    refused("length_as_option_with_value", post(b"Connection: Content-Length: 0\r\n" + length(5), b"hello")),
    refused("blank_before_colon", post(b"Connection : Content-Length\r\n" + length(5), b"hello")),
    refused("quoted_option", get(b'Connection: "close"\r\n')),
    refused("option_of_words", get(b"Connection: close keep-alive\r\n")),
    refused("nul_in_option", get(b"Connection: close\0\r\n")),
    refused("vertical_tab_before_option", get(b"Connection: \x0bclose\r\n")),
    refused("non_ascii_option", get(b"Connection: clos\xe9\r\n")),
    refused("folded", get(b"Connection:\r\n close\r\n")),
    admitted("close", get(b"Connection: close\r\n"), last=True),
    admitted("close_in_upper_case", get(b"CONNECTION: CLOSE\r\n"), last=True),
    admitted("close_among_others", get(b"Connection: keep-alive, close\r\n"), last=True),
    admitted("close_on_a_second_line", get(b"Connection: keep-alive\r\nConnection: close\r\n"), last=True),
    admitted("close_with_body_and_more", post(b"Connection: close\r\n" + length(5), b"hello") + EVIL, posted(b"hello"),
             last=True),
    admitted("keep_alive", get(b"Connection: keep-alive\r\nKeep-Alive: timeout=5, max=1\r\n")),
    admitted("names_another", get(b"Connection: X-Private\r\nX-Private: 1\r\n")),
    admitted("empty_options", get(b"Connection: ,, keep-alive ,\r\n")),
    admitted("proxy_connection", get(b"Proxy-Connection: close\r\n")),
    admitted("te", get(b"TE: trailers\r\nConnection: TE\r\n")),
    # Upgrade: HTTP goes on until a 101 (Pingora's CVE-2026-2833), and here the application never sends one.
    admitted("h2c", get(H2C)),
    admitted("h2c_with_body", post(H2C + length(len(EVIL)), EVIL), posted(EVIL)),
    admitted("h2c_with_more", get(H2C) + EVIL, Seen(), HIDDEN),
    admitted("h2c_with_preface_as_body", post(H2C + length(24), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
             posted(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    refused("h2c_with_preface", get(H2C, target=b"/first") + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Seen("GET", "/first")),
    admitted("websocket_with_more", get(HANDSHAKE) + EVIL, Seen(), HIDDEN),
    admitted("websocket_with_body", get(HANDSHAKE + length(len(EVIL)), EVIL), Seen("GET", "/", EVIL)),
    admitted("websocket_with_chunks", get(HANDSHAKE + CHUNKED, chunk(EVIL) + END), Seen("GET", "/", EVIL)),
    refused("websocket_with_length_and_coding", get(HANDSHAKE + length(4) + CHUNKED, HELLO)),
    refused("websocket_with_a_frame", get(HANDSHAKE, target=b"/first") + b"\x81\x85\0\0\0\0hello",
            Seen("GET", "/first")),
    admitted("websocket_http10", get(HANDSHAKE, version=b"HTTP/1.0"), last=True),
    admitted("websocket_without_key", get(HANDSHAKE.replace(b"Sec-WebSocket-Key", b"X-Key")) + EVIL, Seen(), HIDDEN),
    admitted("websocket_version_0", get(HANDSHAKE.replace(b": 13", b": 0")) + EVIL, Seen(), HIDDEN),
    admitted("websocket_and_others", get(HANDSHAKE.replace(b"websocket\r", b"websocket, h2c\r")) + EVIL,
             Seen(), HIDDEN),
    admitted("upgrade_unnamed", get(b"Upgrade: websocket\r\n") + EVIL, Seen(), HIDDEN),
    admitted("upgrade_unknown_with_body", post(b"Upgrade: foo\r\nConnection: Upgrade\r\n" + length(len(EVIL)), EVIL),
             posted(EVIL)),
    admitted("upgrade_tls", get(b"Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n") + EVIL, Seen(), HIDDEN),
    # Expect: the body may be here already, or follow, or never.
    expecting("expects_something_else", b"Expect: 200-ok"),
    expecting("expects_two_things", b"Expect: 100-continue, 200-ok"),
    expecting("expects_twice_in_a_list", b"Expect: 100-continue, 100-continue"),
    expecting("expects_a_word_before", b"Expect: y 100-continue"),
    expecting("expects_a_word_behind", b"Expect: 100-continue y"),
    expecting("expects_with_parameter", b"Expect: 100-continue;x=1"),
    expecting("expects_quoted", b'Expect: "100-continue"'),
    expecting("expects_nothing", b"Expect:"),
    expecting("expects_folded", b"Expect:\r\n 100-continue"),
    expecting("expects_with_blank_before_colon", b"Expect : 100-continue"),
    expecting("expects_behind_lf", b"X: y\nExpect: 100-continue"),
    expecting("expects_with_vertical_tab", b"Expect: \x0b100-continue"),
    expecting("expects_one_good_one_bad", b"Expect: 100-continue\r\nExpect: 200-ok"),
    admitted("expects_continue", post(CONTINUE + length(len(EVIL)), EVIL), posted(EVIL)),
    admitted("expects_continue_chunked", post(CONTINUE + CHUNKED, chunk(EVIL) + END), posted(EVIL)),
    admitted("expects_continue_in_upper_case", post(b"Expect: 100-CONTINUE\r\n" + length(5), b"hello"),
             posted(b"hello")),
    admitted("expects_continue_twice", post(CONTINUE * 2 + length(5), b"hello"), posted(b"hello")),
    admitted("expects_continue_without_body", get(CONTINUE)),
    admitted("expects_continue_of_nothing", post(CONTINUE + length(0)), posted()),
    admitted("expects_continue_get", get(CONTINUE + length(len(EVIL)), EVIL), Seen("GET", "/", EVIL)),
    admitted("expects_continue_head", request(b"HEAD", CONTINUE + length(len(EVIL)), EVIL), Seen("HEAD", "/", EVIL)),
    admitted("expects_continue_options", request(b"OPTIONS", CONTINUE + length(len(EVIL)), EVIL, b"*"),
             Seen("OPTIONS", "*", EVIL)),
    admitted("expects_continue_http10", post(CONTINUE + length(5), b"hello", version=b"HTTP/1.0"), posted(b"hello"),
             last=True),
    refused("expects_continue_broken", post(CONTINUE + CHUNKED, b"zz\r\n" + EVIL), begun=True),
    own_answer("expects_continue_of_the_door", post(CONTINUE + length(len(EVIL)), EVIL, target=b"/.belfry/nothing")),
    own_answer("expects_continue_of_another_host", post(CONTINUE + length(len(EVIL)), EVIL,
                                                        host=b"Host: evil.example\r\n")),
    # What stands behind a body is the next request, and nothing else.
    admitted("two", get(target=b"/first") + get(target=b"/second"), Seen("GET", "/first"), Seen("GET", "/second")),
    admitted("ten", b"".join(get(target=b"/%d" % number) for number in range(10)),
             *(Seen("GET", f"/{number}") for number in range(10))),
    admitted("behind_a_body", post(length(5), b"hello") + EVIL, posted(b"hello"), HIDDEN),
    admitted("behind_chunks", post(CHUNKED, HELLO) + EVIL, posted(b"hello"), HIDDEN),
    admitted("behind_an_empty_post", post(length(0)) + EVIL, posted(), HIDDEN),
    admitted("behind_a_post_without_length", post() + EVIL, posted(), HIDDEN),
    admitted("behind_a_head", request(b"HEAD") + EVIL, Seen("HEAD"), HIDDEN),
    admitted("begins_in_the_body", post(length(7), b"bodyGET") + b"POST " + SMUGGLED.encode() + b" HTTP/1.1\r\n" +
             b"Host: app.test\r\n\r\n", posted(b"bodyGET"), Seen("POST", SMUGGLED)),
    admitted("letters_before_the_next", post(length(5), b"helloX"), posted(b"hello"), Seen("XGET", AFTER),
             follows=False),
    # A zero-length reading of the outer one (0.CL) would find the inner one, whose length takes in the follower.
    admitted("double", post(length(len(EVIL) + 20), EVIL[:-2] + length(500)[:20] + b"\r\n"),
             posted(EVIL[:-2] + length(500)[:20] + b"\r\n")),
    refused("junk_behind_a_body", post(length(5), b"hello\0\0"), posted(b"hello")),
    refused("lf_behind_a_body", post(length(5), b"hello\n"), posted(b"hello")),
    refused("blank_behind_a_body", post(length(5), b"hello "), posted(b"hello")),
    refused("ambiguous_behind_a_body", post(length(5), b"hello") + post(length(4) + CHUNKED, HELLO), posted(b"hello")),
    refused("dots_behind_a_body", post(length(5), b"hello") + get(target=b"/a/../b"), posted(b"hello")),
    refused("response_behind_a_body", post(length(5), b"hello") + b"HTTP/1.1 200 OK\r\n\r\n", posted(b"hello")),
    # RFC 9112, section 2.2, speaks of clients that send one line end too many.
    either("line_end_behind_a_body", post(length(5), b"hello\r\n"), posted(b"hello"), before=(posted(b"hello"),)),
    either("line_end_behind_chunks", post(CHUNKED, HELLO + b"\r\n"), posted(b"hello"), before=(posted(b"hello"),)),
]
