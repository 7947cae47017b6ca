"""The picture of a story in which nothing flies."""

import re
from pathlib import Path

import pytest

from feed.model.time import SECOND
from feed.terminal.plot_story import MOST_EVENTS, ShortenedTime, StoryDrawing, plot_story
from feed.wording.times import Times
from tests.make import alert, correction, plan


def texts(path: Path) -> str:
    """Return the words of an SVG picture."""
    return " ".join(re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8")))


def draw(path: Path, *events: object, language: str = "en") -> str:
    """Draw a story, and return its words."""
    messages = list(plan(*events).messages())  # type: ignore[arg-type]
    story = StoryDrawing("A title", messages, ["JPN", "KOR", "USA"], Times(9 * 3600), language)
    plot_story(path, story)
    return texts(path)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "withdrawn"), ("ja", "取消"), ("ko", "취소")]
)
def test_each_event_is_a_line_with_its_end(language: str, word: str, tmp_path: Path) -> None:
    """The mark twice, the moment, what was said, when it was taken back."""
    over = correction("siren", "cancel", 2280, reason="issued-in-error")
    words = draw(tmp_path / "out.svg", alert("siren", 0), over, language=language)

    assert words.count("EXERCISE  EXERCISE  EXERCISE") == 2
    assert f"→ 09:38 {word}" in words
    assert "2023-12-19" in words


def test_a_long_story_says_what_is_left_out(tmp_path: Path) -> None:
    """Its first events are drawn, the others counted; the same story is the same bytes."""
    many = [alert(f"n-{n:02}", n) for n in range(MOST_EVENTS + 3)]
    words = draw(tmp_path / "one.svg", *many)
    draw(tmp_path / "two.svg", *many)

    assert "and 3 more" in words
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_long_gaps_are_shortened_and_marked() -> None:
    """Minutes and days fit on one axis, in order; a moment between two stands at the first."""
    minutes = [n * 60 * SECOND for n in range(5)]
    scale = ShortenedTime([*minutes, minutes[-1] + 86_400 * SECOND])

    assert scale.places == sorted(scale.places)
    assert scale.places[-1] - scale.places[-2] == 6 * 60
    assert len(scale.shortened) == 1
    assert scale(90 * SECOND) == scale(60 * SECOND) == 60
    assert ShortenedTime([5]).ticks(9) == [(0.0, 5)]
