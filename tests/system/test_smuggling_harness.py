"""The judgement over the streams can fail: proxies that are lax in one way each are found out, a strict one is not."""

import pytest

import request_streams
from request_streams import carry, lax, strict
from request_streams.lax_proxy import LaxProxy
from request_streams.stream import EVIL, HELLO, get, length, post

READERS = {reader.habit: reader for reader in lax.READERS}
ALLOWED = READERS["what the RFC allows"]
LENGTH_FIRST = READERS["the length counts, where both are there"]


def reading(habit):
    return READERS[habit].read_one


def wrongs(read_one, application_reads, name, **habits):
    """What is judged wrong of a stream that goes through a proxy and to an application with these readers."""
    stream = request_streams.STREAMS[name]
    with carry.ReadingUpstream(application_reads) as application, \
            LaxProxy(read_one, application.port, **habits) as proxy, \
            carry.Courier(proxy.connect, application, patience=1) as courier:
        found = carry.judge(stream, courier.carry(stream))
        application.errors.clear()  # of a strict application that was sent what it can not read
        return found


# (the proxy's reader, the application's, a stream, what has to be among the complaints)
CAUGHT = [
    (LENGTH_FIRST.read_one, ALLOWED.read_one, "both-cl_te_hides_a_request", "more than one reading"),
    (LENGTH_FIRST.read_one, ALLOWED.read_one, "both-cl_te_hides_a_request", "the bystander was answered"),
    (LENGTH_FIRST.read_one, strict.read_one, "both-cl_te_hides_a_request", "a failure and no refusal"),
    (ALLOWED.read_one, LENGTH_FIRST.read_one, "both-te_cl_hides_a_request", "more than one reading"),
    (reading("the first of several lengths counts"), LENGTH_FIRST.read_one, "lengths-long_then_zero", "more than one"),
    (reading("digits until something else"), reading("Python's numbers"), "lengths-underscore", "more than one"),
    (reading("a length of any base"), ALLOWED.read_one, "lengths-octal_looking", "more than one"),
    (reading("names as variables"), ALLOWED.read_one, "lengths-underscore_for_hyphen", "more than one"),
    (reading("names without what is not visible"), ALLOWED.read_one, "codings-blank_before_colon", "more than one"),
    (reading("chunked anywhere in the field"), ALLOWED.read_one, "codings-chunked_identity", "more than one"),
    (reading("a CR ends a line"), ALLOWED.read_one, "lengths-behind_a_cr", "more than one"),
    (ALLOWED.read_one, ALLOWED.read_one, "lines-lf_behind_a_field", "more than one"),
    (ALLOWED.read_one, ALLOWED.read_one, "hosts-two_differing", "more than one"),
    (ALLOWED.read_one, ALLOWED.read_one, "targets-dots", "it was let through"),
    (reading("a LF ends a chunk's lines"), ALLOWED.read_one, "chunks-line_lf", "more than one"),
    (reading("any two bytes end a chunk"), ALLOWED.read_one, "chunks-end_two_other_bytes", "more than one"),
    (reading("no folded lines"), ALLOWED.read_one, "lines-folded_by_blank", "more than one"),
    (reading("HTTP/1.0 has no codings"), ALLOWED.read_one, "codings-http10_with_length", "more than one"),
]


@pytest.mark.parametrize("proxy_reads,application_reads,name,complaint", CAUGHT,
                         ids=[f"{number}-{name}" for number, (_, _, name, _) in enumerate(CAUGHT)])
def test_lax_proxy_is_found_out(proxy_reads, application_reads, name, complaint):
    found = wrongs(proxy_reads, application_reads, name)
    assert any(complaint in one for one in found), found


@pytest.mark.parametrize("name", ["lines-bell_in_method", "targets-dots_first", "hosts-missing", "lengths-plus"])
def test_proxy_that_goes_on_behind_a_refusal_is_found_out(name):
    found = wrongs(strict_from_clients, strict.read_one, name, goes_on=True)
    assert any("the connection was used after the refusal" in one for one in found), found


def strict_from_clients(data):
    """The strict reader, for heads in which clients may write names as they like."""
    if b"/../" in data.split(b"\r\n", 1)[0] or b"expect" in data.lower():
        raise strict.Unreadable("not here")
    return strict.read_one(data)


@pytest.mark.parametrize("name", [
    "both-cl_te_hides_a_request", "both-te_cl_hides_a_request", "lengths-two", "lengths-plus", "codings-quoted",
    "chunks-line_lf", "lines-lf_behind_a_field", "hosts-two_differing", "targets-dots_first", "lengths-plain",
    "lengths-body_is_a_request", "chunks-data_is_a_request", "chunks-larger_than_a_buffer", "targets-parameters",
    "connections-behind_a_body", "connections-ten"])
def test_strict_proxy_is_not(name):
    assert not wrongs(strict_from_clients, strict.read_one, name)


def test_proxy_that_refuses_everything_is_found_out():
    def nothing(_):
        raise strict.Unreadable("never")
    found = wrongs(nothing, strict.read_one, "lengths-plain")
    assert any("a clear stream was refused" in one for one in found), found


def test_proxy_that_loses_a_body_is_found_out():
    def read_one(data):
        request = strict.read_one(data)
        if request:
            request.size -= len(request.body)
        return request
    found = wrongs(read_one, strict.read_one, "lengths-body_is_a_request")
    assert any("bytes beside the requests" in one for one in found), found


def test_readers_agree_on_what_is_clear():
    """A reader that misreads an ordinary request would complain of the door in vain, and of a lax proxy too."""
    for data in (get(), post(length(5), b"hello"), post(length(len(EVIL)), EVIL) + get(target=b"/second"),
                 post(b"Transfer-Encoding: chunked\r\n", HELLO) + get(b"X: y\r\n")):
        strictly = [(one.method, one.target, one.body) for one in strict.read_all(data)[0]]
        assert strictly and all(lax.requests_seen(data, reader) == strictly for reader in lax.READERS)


def test_corpus_divides_the_readers():
    """What is refused for its length is something that programs read differently, and not just anything odd."""
    follower = get(target=b"/after")
    for family in ("lengths", "codings", "both", "chunks"):
        streams = [stream for stream in request_streams.FAMILIES[family] if not stream.may_pass and not stream.cut and
                   len(stream.data) < 2000]
        divided = sum(lax.readings(stream.data + follower) > 1 for stream in streams)
        print(f"{family}: {divided} of {len(streams)}")
        assert divided > len(streams) / 2


@pytest.mark.parametrize("data", [
    b"GET / HTTP/1.0\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\nHost: a\r\n\r\n", b"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", b"GET x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\nz\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: y\0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX\xe9: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 05\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5,5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + HELLO,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n" + HELLO,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n05\r\nhello\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"])
def test_strict_reader_is_strict(data):
    with pytest.raises(strict.Unreadable):
        assert strict.read_all(data) is None
