"""The areas of an alert in several messages, whatever shape a body has."""

from typing import Any

import pytest

from feed.core.areas import remaining_areas, shortened, with_the_rest
from feed.core.parts import body_size
from tests import make

NORTH, SOUTH = {"name": "North"}, {"name": "South"}


def test_messages_of_one_group_are_joined() -> None:
    """Only what says that it belongs together does."""
    first = make.message(data={"group": "a.jpn.1", "areas": [NORTH]})
    second = make.message(data={"group": "a.jpn.1", "areas": [SOUTH], "part": 2})
    other = make.message(data={"areas": [SOUTH]})

    assert with_the_rest(first, second).data["areas"] == [NORTH, SOUTH]
    assert with_the_rest(first, other) == other
    assert with_the_rest(other, other) == other


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        ({"remaining": [SOUTH]}, [SOUTH]),
        ({"areas": [NORTH]}, []),
        ({"parts": 1, "areas": [NORTH]}, [SOUTH]),
        ({"parts": 1, "areas": [NORTH, SOUTH]}, []),
        ({"parts": 1, "areas": "North"}, [NORTH, SOUTH]),
        ({"parts": 1, "areas": [["North"], 5]}, [NORTH, SOUTH]),
        ({"remaining": 5}, []),
    ],
    ids=str,
)
def test_what_an_end_leaves(ends: dict[str, Any], left: list[Any]) -> None:
    """An end in one message says what goes on, one in several what it ends."""
    assert remaining_areas({"areas": [NORTH, SOUTH]}, ends) == left


def test_a_body_is_shortened_to_what_fits() -> None:
    """As many areas stay as fit, the first ones, and the rest is counted."""
    body = {"text": "x", "areas": [{"name": f"{n:03}"} for n in range(100)]}
    for most in range(50, body_size(body) + 1, 37):
        short = shortened(body, most)
        assert body_size(short) <= most
        kept = len(short["areas"])
        assert short["areas"] == body["areas"][:kept]
        assert short.get("areas_left_out", 0) == 100 - kept
    assert shortened(body, None) is body
    assert shortened({"text": "x" * 99}, 10) == {"text": "x" * 99}
