"""Somebody who sends sign-ins without end takes their own share of the door, and no more."""

import pytest

import residents
from harness import BELFRY
from residents import Flood, has_signed_in
from visitor import PASSWORD, Visitor


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


def test_one_address_cannot_keep_others_from_signing_in(door):
    town = residents.Residents(door)
    people = [town.move_in() for _ in range(3)]
    with Flood(door, 40, ["127.0.0.9"]) as flood:
        for resident in people:
            visitor = Visitor(door)
            page = visitor.get(visitor.url(BELFRY, "/sign-in"))
            answer = visitor.post(page, page.form("sign_in"), email=resident.email, password=PASSWORD)
            assert has_signed_in(answer), answer.status
    statuses = [answer.status for answer in flood.answers]
    assert set(statuses) == {403, 503}
    assert all(answer.get("retry-after") for answer in flood.answers if answer.status == 503)
    # Its own people get in once it ends.
    visitor = Visitor(door)
    page = visitor.get(visitor.url(BELFRY, "/sign-in"))
    assert has_signed_in(visitor.post(page, page.form("sign_in"), email=people[0].email, password=PASSWORD))
