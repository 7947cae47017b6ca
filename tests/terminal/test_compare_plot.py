"""The picture of what countries knew."""

import re
from pathlib import Path
from typing import Any

import pytest

from feed.core.compare import Compared, compare
from feed.errors import FilesError, UsageError
from feed.model.common import EventBase
from feed.terminal.compare_plot import MOST, Lettering, plot_compared
from tests.make import arrangement, arrangements, cut, launch, moment, plan, restore

ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}


def flight(name: str = "rocket", **members: Any) -> EventBase:
    """Return a launch that Korea tracks from its 20th second until it comes down."""
    seen = [{"country": "KOR", "at": moment(20), "until": moment(900)}]
    others = {"detections": seen, "flight": ARC, "track": {"every": "PT10S"}, **members}
    return launch(name, **others)


def compared(*events: EventBase) -> tuple[Compared, ...]:
    """Return the comparison of a story with and without an accord."""
    accord = arrangement("accord", ["KOR", "JPN"], ["jpn-kor"], delay="PT10S")
    plans = [plan(*events, agreed=arrangements(*each)) for each in ((accord,), ())]
    return tuple(
        first._replace(answers=first.answers + second.answers)
        for first, second in zip(*(compare([each]) for each in plans), strict=True)
    )


def texts(path: Path) -> str:
    """Return the words of an SVG picture."""
    return " ".join(re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8")))


def test_a_picture_is_marked_and_names_everything(tmp_path: Path) -> None:
    """The mark, the title, every launch, and every country with every date are in the words."""
    path = tmp_path / "out.svg"
    plot_compared(path, compared(flight()), Lettering("Made", ["now", "then"]))
    words = texts(path)

    assert words.count("EXERCISE  EXERCISE  EXERCISE") == 2
    for word in ("Made", "rocket", "JPN  now", "JPN  then", "USA  then", "never", "accord", "own"):
        assert word in words


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    """Two pictures of one comparison are equal, as SVG and as PNG."""
    for suffix in (".svg", ".PNG"):
        paths = [tmp_path / f"{n}{suffix}" for n in range(2)]
        for path in paths:
            plot_compared(path, compared(flight()), Lettering("Made", ["now", "then"]))
        assert paths[0].read_bytes() == paths[1].read_bytes() != b""


def test_odd_answers_can_be_drawn(tmp_path: Path) -> None:
    """No flight, nobody sees it, a warning before five seconds or after the impact, many words."""
    events = [
        launch("plain", seen=["KOR"]),
        flight("late"),
        launch("unseen", seen=[]),
        cut("jpn-kor", 0),
        restore("jpn-kor", 90_000),
    ]
    path = tmp_path / "out.svg"
    plot_compared(path, compared(*events), Lettering("日本語", ["now", "then"]))

    assert "unseen" in texts(path)


def test_a_long_story_says_what_is_left_out(tmp_path: Path) -> None:
    """More launches than can be read are not drawn, and are counted."""
    many = [launch(f"rocket-{n:02}", n, seen=["KOR"]) for n in range(MOST + 3)]
    path = tmp_path / "out.svg"
    plot_compared(path, compared(*many), Lettering("Made", ["now", "then"]))

    assert "3 more launches are not shown." in texts(path)
    assert f"rocket-{MOST:02}" not in texts(path)


def test_a_file_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """Another suffix, and a folder that is not there, are said in a sentence."""
    with pytest.raises(UsageError, match=r"'out\.pdf' is no picture"):
        plot_compared(tmp_path / "out.pdf", compared(flight()), Lettering("Made", ["now", "then"]))
    with pytest.raises(FilesError, match="no such file or directory; name a file"):
        plot_compared(
            tmp_path / "no" / "out.svg", compared(flight()), Lettering("Made", ["now", "then"])
        )


def test_a_country_has_its_colour_and_what_is_unchanged_says_so(tmp_path: Path) -> None:
    """Whatever its place among those compared; only what Japan knows depends on the accord."""
    path = tmp_path / "out.svg"
    plot_compared(
        path, compared(flight()), Lettering("Made", ["now", "then"], ["USA", "JPN", "KOR"])
    )

    assert texts(path).count("as at now") == 2
    drawn = path.read_text(encoding="utf-8").casefold()
    assert "#d55e00" in drawn  # Japan's
    assert "#009e73" in drawn  # Korea's
    assert "#0072b2" not in drawn  # nobody's here
