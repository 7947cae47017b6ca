"""Texts are warned of where they stand, in events and in the header."""

from typing import Any

import pytest

from feed.core.plausible_texts import by_language, mixed_scripts, other_language
from feed.model.scenario import Header
from tests import make


def header(**more: Any) -> Header:
    """Return the header of a story."""
    return Header.model_validate(
        {
            "feed": 1, "id": "small", "title": "Small", "exercise": "SMALL",
            "starts": "2023-12-19T09:00:00+09:00", **more,
        }
    )  # fmt: skip


def test_every_text_of_an_event_is_found_with_its_place() -> None:
    """A launch has a site, a statement its words."""
    found = [steps for steps, *_ in by_language(make.launch())]
    assert ("site", "name", "en") in found
    assert [steps[0] for steps, *_ in by_language(make.statement())] != []


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("ミサイル発射", "en", "ja"),
        ("발사했다", "ja", "ko"),
        ("발사했다", "ru", "ko"),
        ("発射", "ja", None),
        ("Missile", "en", None),
        ("12:00", "en", None),
    ],
)
def test_a_text_in_another_language_is_said_to_be_in_that(
    text: str, language: str, meant: str | None
) -> None:
    """Only where the script leaves no other."""
    warned = list(other_language(header(title={language: text})))
    assert [each.steps for each in warned] == [("title", language)] * (meant is not None)
    assert all(f"write '{meant}:'" in each.text for each in warned)


def test_letters_that_look_alike_are_found_in_the_name_of_an_exercise() -> None:
    """A Cyrillic letter in a Latin word; a word in one script is none of our business."""
    (warned,) = mixed_scripts(header(exercise="MORNING САLM"))
    assert warned.steps == ("exercise",)
    assert "Cyrillic and Latin" in warned.text
    assert not list(mixed_scripts(header(exercise="MORNING CALM")))
