"""Tests of what a header shows to be wrong."""

from typing import Any

import pytest

from feed.core.check import Finding
from tests import make
from tests.core.test_check import found


@pytest.mark.parametrize(
    ("header", "steps", "text"),
    [
        (
            {"countries": ["KOR", "JPX"]},
            ("countries", 1),
            "'JPX' is no participant of the arrangements; did you mean 'JPN'?",
        ),
        (
            {"countries": ["KOR", "BRA"]},
            ("countries", 1),
            "'BRA' is no participant of the arrangements; they are JPN, KOR, USA",
        ),
        (
            {"ends": "2023-12-18"},
            ("ends",),
            "'2023-12-18' is before the story starts; exchange them",
        ),
        (
            {"ends": "+PT1H", "staff": [{"at": "+PT2H", "note": "Call."}]},
            ("staff", 0, "at"),
            "'+PT2H' is after the story ends; let it end later",
        ),
    ],
    ids=repr,
)
def test_what_is_wrong_with_a_header(
    header: dict[str, Any], steps: tuple[str | int, ...], text: str
) -> None:
    """The header is checked against the arrangements and itself."""
    assert Finding(steps, text) in found(make.meeting(), **header)
