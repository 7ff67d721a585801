"""Nothing is smuggled by way of HTTP/2: what would be two requests, or another one, as HTTP/1.1 is refused with its
stream or its connection, and what is let through reaches the application as the one request that was asked."""

import collections

import pytest

from request_streams import carry, h2_carry
from request_streams.downgrades import DOWNGRADES, Downgrade, head

BY_NAME = {downgrade.name: downgrade for downgrade in DOWNGRADES}


@pytest.fixture(scope="module")
def application():
    with carry.ReadingUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def courier(workplace, application):
    # One worker, and so one pool: the bystander gets the connection that the request before him used.
    with workplace.door(application, site={"workers": 1}) as door, h2_carry.Courier(door, application) as courier:
        yield courier


@pytest.fixture(scope="module")
def tally():
    return collections.Counter()


def test_corpus_is_as_large_as_promised():
    assert len(BY_NAME) == len(DOWNGRADES), "a name twice"
    assert len(DOWNGRADES) >= 50 and sum(downgrade.is_control for downgrade in DOWNGRADES) >= 20


@pytest.mark.parametrize("name", BY_NAME)
def test_downgrade_is_refused_or_arrives_as_what_was_sent(courier, tally, name):
    outcome = courier.carry(BY_NAME[name])
    tally["refused" if outcome.was_refused else "admitted"] += 1
    tally["requests"] += carry.requests_at(outcome.deliveries)
    wrong = h2_carry.judge(BY_NAME[name], outcome)
    assert not wrong, "\n".join([name, *wrong])


def test_nothing_came_late_and_the_sum_is_right(courier, application, tally, capsys):
    assert not courier.ledger.take(1)
    assert len(application.requests) == tally["requests"]
    with capsys.disabled():
        print(f"\n{tally['admitted'] + tally['refused']} requests of HTTP/2: admitted {tally['admitted']}, refused "
              f"{tally['refused']}; requests seen at the upstream {tally['requests']}")


# --- that the judgement can fail

def naively(downgrade):
    """As one would write it who takes fields for text."""
    parts = dict(field for field in downgrade.head if field[0].startswith(b":"))
    fields = [(b"host", parts[b":authority"]), *(field for field in downgrade.head if not field[0].startswith(b":"))]
    body = b"".join(downgrade.data)
    if body and not any(name == b"content-length" for name, _ in fields):
        fields.append((b"content-length", b"%d" % len(body)))
    return (parts[b":method"] + b" " + parts[b":path"] + b" HTTP/1.1\r\n" +
            b"".join(name + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + body)


def judged_naively(downgrade):
    others = [naively(Downgrade("", head(path=path))) for path in (b"/after", b"/aside")]
    data = b"".join([naively(downgrade), *others])
    return h2_carry.judge(downgrade, h2_carry.Outcome(200, False, False, "/after", 200, "/after", "/aside", "/aside",
                                                      [carry.Delivery(data, False)]))


@pytest.mark.parametrize("name", [
    "value_splits", "value_ends_the_head", "value_lf", "value_cr", "value_nul", "name_colon_and_value", "name_splits",
    "name_upper_case_coding", "name_alias_of_the_length", "connection_coding", "connection_coding_and_length",
    "length_two", "length_too_short", "length_too_long", "length_zero_hides_a_request", "method_is_a_request",
    "path_is_a_request", "path_blank", "authority_ends_the_head", "host_differs"])
def test_naive_downgrade_is_found_out(name):
    assert judged_naively(BY_NAME[name])


@pytest.mark.parametrize("name", ["plain", "value_empty", "post_a_request", "post_chunks_with_length", "get_with_body"])
def test_naive_downgrade_of_what_is_clear_is_not(name):
    assert not judged_naively(BY_NAME[name])
