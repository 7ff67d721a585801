"""Requests of HTTP/2 that would be more than one, or another, once they are written as HTTP/1.1.

HTTP/2 has lengths for everything, so names and values may hold any byte on the wire; what may not stand in HTTP/1.1 has
to be refused, and lengths that the fields tell have to be those of the frames (RFC 9113, sections 8.1.1 and 8.2.1).
"""

import dataclasses

from request_streams.stream import CHUNKED, END, EVIL, HELLO, Seen, chunk, posted

INJECTED = b"a\r\n\r\n" + EVIL  # ends the head, and begins a request
SPLIT = b"a\r\nx-evil: 1"


@dataclasses.dataclass(frozen=True)
class Downgrade:
    """`head` and `trailers` as fields, `data` as the payloads of DATA frames; END_STREAM stands on the last of them.

    Behind these come `frames`, each of (type, flags, payload), whatever was ended before. `apart`: the frames behind
    the head come one by one, each after the door had time to act on the one before.
    """
    name: str
    head: list
    data: tuple = ()
    trailers: list | None = None
    frames: tuple = ()
    ends: bool = True
    apart: bool = False
    seen: Seen | None = None
    may_refuse: bool = True
    begun: bool = False

    @property
    def is_control(self):
        return not self.may_refuse


def head(*fields, method=b"GET", scheme=b"https", authority=b"app.test", path=b"/"):
    pseudo = ((b":method", method), (b":scheme", scheme), (b":authority", authority), (b":path", path))
    return [(name, value) for name, value in pseudo if value is not None] + list(fields)


def refused(name, fields, *data, **more):
    return Downgrade(name, fields, data, begun=bool(data), **more)


def either(name, fields, *data, seen=Seen(), **more):
    return Downgrade(name, fields, data, seen=seen, begun=bool(data), **more)


def admitted(name, fields, *data, seen=Seen(), **more):
    return Downgrade(name, fields, data, seen=seen, may_refuse=False, **more)


def named(label, name, value=b"1"):
    return refused(f"name_{label}", head((name, value)))


def valued(label, value, name=b"x"):
    return refused(f"value_{label}", head((name, value)))


def coded(label, *fields):
    """With a body that is chunks already: who believes the field reads a request behind it."""
    return refused(f"connection_{label}", head(*fields, method=b"POST"), END + EVIL)


def long(label, *lengths, data=(b"hello",), **more):
    fields = [(b"content-length", one) for one in lengths]
    return refused(f"length_{label}", head(*fields, method=b"POST"), *data, **more)


def pseudo(label, **parts):
    return refused(label, head(**parts))


DOWNGRADES = [
    # Values
    valued("splits", SPLIT),
    valued("ends_the_head", INJECTED),
    valued("lf", b"a\nx-evil: 1"),
    valued("lf_lf", b"a\n\n" + EVIL),
    valued("cr", b"a\rx-evil: 1"),
    valued("cr_at_end", b"a\r"),
    valued("lf_at_end", b"a\n"),
    valued("crlf_at_end", b"a\r\n"),
    valued("crlf_first", b"\r\na"),
    valued("folds", b"a\r\n b"),
    valued("nul", b"a\0b"),
    valued("nul_at_end", b"a\0"),
    valued("control", b"a\x01b"),
    valued("escape", b"a\x1bb"),
    valued("vertical_tab", b"a\x0bb"),
    valued("delete", b"a\x7fb"),
    valued("blank_first", b" a"),
    valued("blank_at_end", b"a "),
    valued("tab_first", b"\ta"),
    valued("tab_at_end", b"a\t"),
    valued("cookie_splits", b"a=1\r\nx-evil: 1", b"cookie"),
    valued("user_agent_ends_the_head", INJECTED, b"user-agent"),
    valued("coding_by_split", b"a\r\nTransfer-Encoding: chunked", b"foo"),
    # Names
    named("upper_case", b"X-Upper"),
    named("upper_case_letter", b"x-upPer"),
    named("upper_case_coding", b"Transfer-Encoding", b"chunked"),
    named("half_upper_case_coding", b"transfer-Encoding", b"chunked"),
    named("upper_case_length", b"Content-Length", b"0"),
    named("upper_case_host", b"Host", b"other.test"),
    named("empty", b""),
    named("blank", b" "),
    named("blank_inside", b"x y"),
    named("blank_first", b" x"),
    named("blank_at_end", b"x "),
    named("coding_and_blank", b"transfer-encoding ", b"chunked"),
    named("blank_and_coding", b" transfer-encoding", b"chunked"),
    named("length_and_blank", b"content-length ", b"0"),
    named("tab_at_end", b"x\t"),
    named("colon", b"x:y"),
    named("colon_at_end", b"x:"),
    named("colon_alone", b":"),
    named("colon_and_value", b"transfer-encoding: chunked\r\nx", b"y"),
    named("colon_and_value_alone", b"transfer-encoding:chunked ", b"chunked"),
    named("splits", b"x: 1\r\ny"),
    named("ends_the_head", b"x: 1\r\n\r\nGET /smuggled HTTP/1.1\r\nhost", b"app.test"),
    named("lf", b"x\ny"),
    named("cr", b"x\ry"),
    named("nul", b"x\0"),
    named("nul_first", b"\0x"),
    named("coding_and_nul", b"transfer-encoding\0", b"chunked"),
    named("control", b"x\x01"),
    named("delete", b"x\x7f"),
    named("non_ascii", b"x\xe9"),
    named("parenthesis", b"x()"),
    named("slash", b"x/y"),
    named("request_line", b"get /smuggled http/1.1", b""),
    named("alias_of_the_length", b"content_length", b"5"),
    named("alias_of_the_length_by_dot", b"content.length", b"5"),
    named("alias_of_the_coding", b"transfer_encoding", b"chunked"),
    named("alias_of_the_coding_by_dot", b"transfer.encoding", b"chunked"),
    # Fields of a connection (RFC 9113, section 8.2.2).
    coded("close", (b"connection", b"close")),
    coded("keep_alive", (b"keep-alive", b"timeout=5")),
    coded("proxy", (b"proxy-connection", b"keep-alive")),
    coded("names_length", (b"connection", b"content-length"), (b"content-length", b"47")),
    coded("coding", (b"transfer-encoding", b"chunked")),
    coded("coding_identity", (b"transfer-encoding", b"identity")),
    coded("coding_empty", (b"transfer-encoding", b"")),
    coded("coding_twice", (b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")),
    coded("coding_and_length", (b"transfer-encoding", b"chunked"), (b"content-length", b"47")),
    coded("coding_splits", (b"transfer-encoding", b"chunked\r\nx: y")),
    coded("coding_named", (b"connection", b"transfer-encoding"), (b"transfer-encoding", b"chunked")),
    coded("upgrade", (b"upgrade", b"websocket")),
    coded("upgrade_h2c", (b"upgrade", b"h2c"), (b"connection", b"upgrade, http2-settings"),
          (b"http2-settings", b"AAMAAABkAAQ")),
    coded("te_chunked", (b"te", b"chunked")),
    coded("te_of_two", (b"te", b"trailers, chunked")),
    # Lengths beside the frames' own.
    long("two", b"5", b"6"),
    long("two_equal", b"5", b"5"),
    long("list", b"5, 5"),
    long("plus", b"+5"),
    long("minus", b"-5"),
    long("hexadecimal", b"0x5"),
    long("word", b"five"),
    long("empty", b""),
    long("fraction", b"5.0"),
    long("blank_first", b" 5"),
    long("splits", b"5\r\nx-evil: 1"),
    long("ends_the_head", b"5\r\n\r\nhello" + EVIL),
    long("over_64_bits", b"18446744073709551621"),
    long("too_short", b"4"),
    long("too_long", b"6"),
    long("zero", b"0"),
    long("zero_hides_a_request", b"0", data=(EVIL,)),
    long("too_short_hides_a_request", b"5", data=(b"hello", EVIL)),
    long("too_long_takes_the_next", b"500", data=(b"hello",)),
    # RFC 9113, section 8.1.1: nothing of these is a request, whichever way the frames came.
    long("zero_apart", b"0", data=(EVIL,), apart=True),
    long("zero_and_an_end_apart", b"0", data=(b"", b"hello"), apart=True),
    long("too_short_apart", b"5", data=(b"hello", b"!"), apart=True),
    long("too_short_hides_a_request_apart", b"5", data=(b"hello", EVIL), apart=True),
    long("too_short_by_trailers_apart", b"6", trailers=[(b"x-sum", b"1")], apart=True),
    long("too_long_apart", b"12", data=(b"hello", b"hello"), apart=True),
    long("right_and_cut", b"5", frames=((3, 0, b"\0\0\0\x08"),), ends=False, apart=True),  # RST_STREAM, CANCEL
    long("of_a_body_that_is_missing", b"5", data=()),
    long("of_an_empty_frame", b"5", data=(b"",)),
    refused("length_of_a_get_without_body", head((b"content-length", b"5"))),
    refused("length_of_a_head_without_body", head((b"content-length", b"5"), method=b"HEAD")),
    refused("length_of_a_get_too_short", head((b"content-length", b"1")), EVIL),
    refused("length_told_in_trailers_too_short", head((b"content-length", b"5"), method=b"POST"), b"hell",
            trailers=[(b"content-length", b"4")]),
    either("length_with_leading_zeros", head((b"content-length", b"005"), method=b"POST"), b"hello",
           seen=posted(b"hello")),
    # Methods
    pseudo("method_with_target", method=b"GET /smuggled HTTP/1.1"),
    pseudo("method_is_a_request", method=EVIL + b"GET"),
    pseudo("method_crlf", method=b"GET\r\n"),
    pseudo("method_blank", method=b"GET "),
    pseudo("method_nul", method=b"GET\0"),
    pseudo("method_colon", method=b"GET:"),
    pseudo("method_non_ascii", method=b"G\xc3\x89T"),
    pseudo("method_empty", method=b""),
    pseudo("method_missing", method=None),
    pseudo("method_trace", method=b"TRACE"),
    pseudo("method_pri", method=b"PRI"),
    pseudo("method_too_long", method=b"A" * 300),
    pseudo("method_connect", method=b"CONNECT", scheme=None, path=None, authority=b"app.test:443"),
    pseudo("method_connect_with_path", method=b"CONNECT"),
    refused("method_connect_extended", head((b":protocol", b"websocket"), method=b"CONNECT"), ends=False),
    refused("method_twice", [(b":method", b"GET"), *head(method=b"POST")]),
    # Paths
    pseudo("path_with_version", path=b"/ HTTP/1.1"),
    pseudo("path_is_a_request", path=b"/ HTTP/1.1\r\nhost: app.test\r\n\r\n" + EVIL[:-4]),
    pseudo("path_splits", path=b"/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nx: x"),
    pseudo("path_crlf", path=b"/\r\nx-evil: 1"),
    pseudo("path_lf", path=b"/\nx"),
    pseudo("path_cr", path=b"/\rx"),
    pseudo("path_blank", path=b"/a b"),
    pseudo("path_blank_at_end", path=b"/a "),
    pseudo("path_tab", path=b"/a\tb"),
    pseudo("path_nul", path=b"/a\0b"),
    pseudo("path_delete", path=b"/a\x7fb"),
    pseudo("path_non_ascii", path=b"/\xc3\xa9"),
    pseudo("path_empty", path=b""),
    pseudo("path_missing", path=None),
    pseudo("path_without_slash", path=b"x"),
    pseudo("path_query_alone", path=b"?x"),
    pseudo("path_at", path=b"@evil.test/"),
    pseudo("path_absolute", path=b"https://app.test/"),
    pseudo("path_absolute_elsewhere", path=b"http://evil.example/"),
    pseudo("path_asterisk", path=b"*"),
    pseudo("path_fragment", path=b"/a#b"),
    pseudo("path_backslash", path=b"/a\\b"),
    pseudo("path_dots", path=b"/a/../b"),
    pseudo("path_encoded_dots", path=b"/%2e%2e/b"),
    pseudo("path_encoded_slash", path=b"/a%2fb"),
    pseudo("path_encoded_nul", path=b"/a%00b"),
    refused("path_twice", [*head(), (b":path", b"/other")]),
    refused("path_behind_fields", [*head(path=None), (b"x", b"1"), (b":path", b"/")]),
    # Schemes
    pseudo("scheme_is_a_request", scheme=b"https://app.test/smuggled HTTP/1.1\r\nhost: app.test\r\n\r\nGET /"),
    pseudo("scheme_is_a_url", scheme=b"https://app.test/smuggled?"),
    pseudo("scheme_ftp", scheme=b"ftp"),
    pseudo("scheme_crlf", scheme=b"https\r\nx-evil: 1"),
    pseudo("scheme_blank", scheme=b"https "),
    pseudo("scheme_empty", scheme=b""),
    pseudo("scheme_missing", scheme=None),
    refused("scheme_twice", [(b":scheme", b"http"), *head()]),
    either("scheme_http", head(scheme=b"http")),
    either("scheme_upper_case", head(scheme=b"HTTPS")),
    # Hosts
    pseudo("authority_crlf", authority=b"app.test\r\nx-evil: 1"),
    pseudo("authority_ends_the_head", authority=b"app.test\r\n\r\n" + EVIL),
    pseudo("authority_coding", authority=b"app.test:443\r\nTransfer-Encoding: chunked\r\nx: x"),
    pseudo("authority_blank", authority=b"app.test other.test"),
    pseudo("authority_nul", authority=b"app.test\0"),
    pseudo("authority_userinfo", authority=b"user@app.test"),
    pseudo("authority_list", authority=b"app.test,other.test"),
    pseudo("authority_path", authority=b"app.test/smuggled"),
    pseudo("authority_port_of_letters", authority=b"app.test:https"),
    pseudo("authority_port_twice", authority=b"app.test:443:443"),
    pseudo("authority_unknown", authority=b"evil.example"),
    pseudo("authority_ipv6", authority=b"[::1]"),
    pseudo("authority_empty", authority=b""),
    pseudo("authority_missing", authority=None),
    refused("authority_twice", [*head(), (b":authority", b"other.test")]),
    refused("host_differs", head((b"host", b"other.test"))),
    refused("host_twice", head((b"host", b"app.test"), (b"host", b"other.test"))),
    refused("host_twice_and_no_authority", head((b"host", b"app.test"), (b"host", b"app.test"), authority=None)),
    refused("host_list", head((b"host", b"app.test, other.test"))),
    refused("host_crlf", head((b"host", b"app.test\r\nx-evil: 1"), authority=None)),
    refused("host_empty_and_no_authority", head((b"host", b""), authority=None)),
    either("host_with_port_of_the_scheme", head((b"host", b"app.test:443"))),
    # Pseudo-fields that are none.
    refused("pseudo_unknown", head((b":unknown", b"1"))),
    refused("pseudo_of_responses", head((b":status", b"200"))),
    refused("pseudo_in_upper_case", head((b":Path", b"/other"))),
    refused("pseudo_with_blank", head((b":path ", b"/other"))),
    # Trailers, and frames behind the end.
    refused("trailers_with_pseudo", head(method=b"POST"), b"hello", trailers=[(b":path", b"/smuggled")]),
    refused("trailers_splitting", head(method=b"POST"), b"hello", trailers=[(b"x", SPLIT)]),
    refused("trailers_in_upper_case", head(method=b"POST"), b"hello", trailers=[(b"X", b"1")]),
    refused("trailers_with_coding", head(method=b"POST"), b"hello", trailers=[(b"transfer-encoding", b"chunked")]),
    refused("trailers_without_the_end", head(method=b"POST"), b"hello", trailers=[(b"x", b"1")], ends=False),
    either("data_behind_the_end", head(method=b"POST"), b"hello", seen=posted(b"hello"), frames=((0, 1, EVIL),)),
    either("data_behind_a_head_that_was_all", head(), frames=((0, 1, EVIL),)),
    # What HTTP/1.1 can say too.
    admitted("plain", head()),
    admitted("host_alone", head((b"host", b"app.test"), authority=None)),
    admitted("host_the_same", head((b"host", b"app.test"))),
    admitted("host_in_upper_case", head((b"host", b"APP.TEST"))),
    admitted("authority_with_port", head(authority=b"app.test:443")),
    admitted("te_trailers", head((b"te", b"trailers"))),
    admitted("cookie_crumbs", head((b"cookie", b"a=1"), (b"cookie", b"b=2"))),
    admitted("value_empty", head((b"x", b""))),
    admitted("value_non_ascii", head((b"x", b"\xe9\x85\xa0"))),
    admitted("value_is_a_request", head((b"x", b"GET /smuggled HTTP/1.1"))),
    admitted("value_escaped", head((b"x", b"a\\r\\nx-evil: 1"))),
    admitted("path_slashes", head(path=b"//evil.test//a"), seen=Seen("GET", "/evil.test/a")),
    admitted("path_query", head(path=b"/?a=b&c=%0d%0a"), seen=Seen("GET", "/?a=b&c=%0d%0a")),
    admitted("path_asterisk_options", head(method=b"OPTIONS", path=b"*"), seen=Seen("OPTIONS", "*")),
    admitted("method_propfind", head(method=b"PROPFIND"), seen=Seen("PROPFIND")),
    admitted("head", head(method=b"HEAD"), seen=Seen("HEAD")),
    admitted("post_empty", head(method=b"POST"), seen=posted()),
    admitted("post_with_length", head((b"content-length", b"5"), method=b"POST"), b"hello", seen=posted(b"hello")),
    admitted("post_without_length", head(method=b"POST"), b"hello", seen=posted(b"hello")),
    admitted("post_in_pieces", head(method=b"POST"), b"he", b"", b"l", b"lo", seen=posted(b"hello")),
    admitted("post_length_zero", head((b"content-length", b"0"), method=b"POST"), seen=posted()),
    admitted("post_length_zero_and_an_empty_frame", head((b"content-length", b"0"), method=b"POST"), b"",
             seen=posted()),
    admitted("post_with_length_apart", head((b"content-length", b"5"), method=b"POST"), b"hel", b"lo", b"",
             seen=posted(b"hello"), apart=True),
    admitted("post_with_length_and_trailers_apart", head((b"content-length", b"5"), method=b"POST"), b"hello",
             trailers=[(b"x-sum", b"1")], seen=posted(b"hello"), apart=True),
    admitted("post_a_request", head((b"content-length", b"%d" % len(EVIL)), method=b"POST"), EVIL, seen=posted(EVIL)),
    admitted("post_a_request_without_length", head(method=b"POST"), EVIL, seen=posted(EVIL)),
    admitted("post_chunks", head(method=b"POST"), HELLO + EVIL, seen=posted(HELLO + EVIL)),
    admitted("post_an_end_of_chunks", head(method=b"POST"), END, EVIL, seen=posted(END + EVIL)),
    admitted("post_chunks_with_length", head((b"content-length", b"%d" % len(HELLO)), method=b"POST"), HELLO,
             seen=posted(HELLO)),
    admitted("post_a_head_with_chunks", head(method=b"POST"), b"\r\n" + CHUNKED + b"\r\n" + chunk(EVIL) + END,
             seen=posted(b"\r\n" + CHUNKED + b"\r\n" + chunk(EVIL) + END)),
    admitted("get_with_body", head(), EVIL, seen=Seen("GET", "/", EVIL)),
    admitted("head_with_body", head(method=b"HEAD"), EVIL, seen=Seen("HEAD", "/", EVIL)),
    admitted("trailers", head(method=b"POST"), b"hello", trailers=[(b"x-sum", b"1")], seen=posted(b"hello")),
    either("trailers_with_length", head(method=b"POST"), b"hello", trailers=[(b"content-length", b"500")],
           seen=posted(b"hello")),
    either("trailers_with_the_same_length", head((b"content-length", b"5"), method=b"POST"), b"hello",
           trailers=[(b"content-length", b"5")], seen=posted(b"hello")),
    admitted("expects_continue", head((b"expect", b"100-continue"), method=b"POST"), EVIL, seen=posted(EVIL)),
    refused("expects_something_else", head((b"expect", b"200-ok"), method=b"POST"), EVIL),
]
