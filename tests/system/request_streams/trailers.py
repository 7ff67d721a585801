"""What stands behind the last chunk. A field of the head that comes here must not become one for anybody."""

from request_streams.stream import CHUNKED, EVIL, admitted, get, post, posted, refused, Seen


def trailed(trailers):
    return post(CHUNKED, b"5\r\nhello\r\n0\r\n" + trailers + b"\r\n")


def broken(name, trailers):
    return refused(name, trailed(trailers), begun=True)


def harmless(name, trailers):
    """Passes or is left out; the strict reader knows which names may not pass."""
    return admitted(name, trailed(trailers), posted(b"hello"))


STREAMS = [
    broken("lf", b"X: y\n"),
    broken("lf_splits", b"X: y\nContent-Length: 5\r\n"),
    broken("cr_splits", b"X: y\rContent-Length: 5\r\n"),
    broken("lf_ends_the_section", b"X: y\r\n\n"),
    broken("cr_ends_the_section", b"X: y\r\n\r"),
    broken("without_colon", b"X\r\n"),
    broken("folded", b"X: y\r\n z\r\n"),
    broken("folded_first", b" X: y\r\n"),
    broken("blank_before_colon", b"X : y\r\n"),
    broken("empty_name", b": y\r\n"),
    broken("nul", b"X: a\0b\r\n"),
    broken("control", b"X: a\x01b\r\n"),
    broken("non_ascii_name", b"X\xe9: y\r\n"),
    broken("coding_hidden_by_blank", b"Transfer-Encoding : chunked\r\n"),
    broken("a_request", EVIL[:-4]),
    broken("a_request_behind_an_empty_name", b":\r\n" + EVIL),
    broken("too_large", b"X: " + b"y" * 20_000 + b"\r\n"),
    broken("too_many", b"X: y\r\n" * 2000),
    harmless("content_length", b"Content-Length: 500\r\n"),
    harmless("transfer_encoding", b"Transfer-Encoding: chunked\r\n"),
    harmless("alias_of_the_length", b"Content_Length: 500\r\n"),
    harmless("alias_of_the_coding", b"Transfer.Encoding: identity\r\n"),
    harmless("host", b"Host: other.test\r\n"),
    harmless("connection", b"Connection: close\r\n"),
    harmless("upgrade", b"Upgrade: websocket\r\n"),
    harmless("expect", b"Expect: 100-continue\r\n"),
    harmless("te", b"TE: chunked\r\n"),
    harmless("authorization", b"Authorization: Basic eDp5\r\n"),
    harmless("cookie", b"Cookie: a=1\r\n"),
    harmless("forwarding", b"X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"),
    harmless("several", b"X-One: 1\r\nContent-Length: 0\r\nX-Two: 2\r\n"),
    # CVE-2023-40175: a reader that ends the body two bytes behind the last chunk takes the value for a request.
    harmless("value_is_a_request", b"X-A: GET /smuggled HTTP/1.1\r\n"),
    harmless("none_announced", b""),
    admitted("announced", post(b"Trailer: X-Sum\r\n" + CHUNKED, b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"),
             posted(b"hello")),
    admitted("announced_length", post(b"Trailer: Content-Length\r\n" + CHUNKED,
                                      b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"), posted(b"hello")),
    admitted("followed_by_another", trailed(b"X-Sum: 1\r\n") + get(target=b"/second"), posted(b"hello"),
             Seen("GET", "/second")),
]
