"""Amendments of a header that say too much or too little."""

from typing import Any

import pytest

from feed.core.amendment_checks import mistakes
from feed.model.header import Header


@pytest.mark.parametrize(
    ("amendment", "text"),
    [
        ({}, "give it one of hold"),
        ({"hold": "a", "fire": "a"}, "give it one of hold"),
        ({"edit": "a.jpn.1"}, "an edit needs it"),
        ({"hold": "a", "data": {"x": 1}}, "an edit needs it"),
        ({"skip": "a.jpn"}, "is no event and no message"),
    ],
)
def test_an_amendment_that_says_too_much_or_too_little_is_refused(
    amendment: dict[str, Any], text: str
) -> None:
    """One thing is done by each, to something."""
    header = {
        "feed": 1, "id": "x", "title": "X", "exercise": "CALM",
        "starts": "2023-12-19T09:00:00+09:00",
        "amendments": [{"at": "09:01", **amendment}],
    }  # fmt: skip
    told = Header.model_validate(header, by_alias=True, by_name=False)

    ((_, said),) = mistakes(told)

    assert text in said
