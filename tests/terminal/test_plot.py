"""The whole picture, as a file."""

import pathlib
import re
import xml.etree.ElementTree as ET

import pytest

from feed.errors import FilesError, UsageError
from feed.model.launch import Launch
from feed.terminal.plot import LISTED, plot_plan
from feed.wording.drawn import drawn_word
from tests import make

FAR_EAST = {"azimuth_deg": 85, "range_km": 4500, "apogee_km": 970}


def draw(
    path: pathlib.Path, *launches: Launch, zone: str | None = None, language: str = "en"
) -> str:
    """Draw launches, and return all words of the picture."""
    plot_plan(path, "A title", launches, make.plan(*launches), zone=zone, language=language)
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - we made it
    texts = root.iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(text.itertext()) for text in texts)


def test_a_picture_is_marked_and_says_what_it_is(tmp_path: pathlib.Path) -> None:
    """EXERCISE twice, the title, the note, and one line for the launch with its figures."""
    words = draw(tmp_path / "plan.svg", make.launch(flight=FAR_EAST))

    assert words.count("EXERCISE  EXERCISE  EXERCISE") == 2
    assert "A title" in words
    assert drawn_word("note", language="en") in words
    assert "2023-12-19 09:00 +09:00   SRBM, Site, apogee 970 km, range 4,500 km" in words


@pytest.mark.slow
def test_the_same_plan_is_the_same_bytes(tmp_path: pathlib.Path) -> None:
    """No date, no random names: a picture can be compared."""
    launch = make.launch(flight=FAR_EAST)
    draw(tmp_path / "one.svg", launch)
    draw(tmp_path / "two.svg", launch)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


@pytest.mark.slow
def test_a_picture_can_be_png(tmp_path: pathlib.Path) -> None:
    """The suffix decides, in either case; nothing of the machine is in the file."""
    path = tmp_path / "plan.PNG"
    launch = make.launch(flight=FAR_EAST)
    plot_plan(path, "A title", [launch], make.plan(launch))

    assert path.read_bytes().startswith(b"\x89PNG")
    assert b"Software" not in path.read_bytes()


def test_times_are_in_the_zone_that_is_asked_for(tmp_path: pathlib.Path) -> None:
    """The list of launches names the offset."""
    words = draw(tmp_path / "plan.svg", make.launch(), zone="America/New_York")
    assert "2023-12-18 19:00 -05:00" in words


@pytest.mark.slow
def test_ends_that_are_no_impact_are_told(tmp_path: pathlib.Path) -> None:
    """Orbit, loss, break-up and missing figures each have their word."""
    orbit = {"azimuth_deg": 190, "orbit": {"altitude_km": 500, "after": "PT705S"}}
    words = draw(
        tmp_path / "plan.svg",
        make.launch("a", flight=orbit, vehicle={"class": "slv"}),
        make.launch("b", flight={**FAR_EAST, "lost": "PT300S"}),
        make.launch("c", flight={**FAR_EAST, "break_up": {"at": "PT600S", "pieces": 2}}),
        make.launch("d"),
    )
    assert "in orbit after 11.8 min" in words
    assert "lost after 5.0 min" in words
    assert "broke up after 10.0 min, 2 more objects" in words
    assert "no figures of a flight" in words


def test_a_long_list_ends(tmp_path: pathlib.Path) -> None:
    """Beyond eighteen launches the list says how many more there are."""
    words = draw(tmp_path / "plan.svg", *[make.launch(f"n-{n}") for n in range(LISTED + 5)])
    assert "and 6 more" in words


def test_a_title_in_japanese_is_in_the_file(tmp_path: pathlib.Path) -> None:
    """The words of an SVG are text, so the viewer's letters are used."""
    path, launch = tmp_path / "plan.svg", make.launch()
    plot_plan(path, "青森上空", [launch], make.plan(launch))
    assert "青森上空" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "word"), [("ja", "警報から落下まで"), ("ko", "경보부터 낙하까지")]
)
def test_a_picture_is_written_in_the_language(
    language: str, word: str, tmp_path: pathlib.Path
) -> None:
    """Its own words, and those of the figures; no English one is left but the mark."""
    words = draw(tmp_path / "plan.svg", make.launch(flight=FAR_EAST), language=language)

    assert word in words
    left = re.findall(r"[a-z]{4,}", words)
    assert set(left) == {"title", "rocket", "atural", "arth"}


def test_other_suffixes_are_refused(tmp_path: pathlib.Path) -> None:
    """The sentence names those that can be drawn."""
    with pytest.raises(UsageError) as refused:
        draw(tmp_path / "plan.pdf", make.launch())
    assert str(refused.value) == "'plan.pdf' is no picture feed can draw; use .svg or .png"


def test_nothing_to_draw_is_refused(tmp_path: pathlib.Path) -> None:
    """A scenario without a launch has no picture."""
    with pytest.raises(UsageError, match="there is nothing to plot"):
        draw(tmp_path / "plan.svg")


def test_a_file_that_cannot_be_written_is_told(tmp_path: pathlib.Path) -> None:
    """The sentence names the file and the reason."""
    path = tmp_path / "missing" / "plan.svg"
    with pytest.raises(FilesError) as refused:
        draw(path, make.launch())
    assert str(refused.value) == (
        f"{path}: no such file or directory; name a file that can be written"
    )
