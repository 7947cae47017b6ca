"""Reading bodies for other formats: what makes no sense reads as nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feed.export.reading import (
    FIRST,
    LAST,
    bodies,
    choice,
    line,
    moment,
    place,
    plain,
    seconds_time,
    texts,
    utc_time,
)
from feed.model.marking import BANNER
from feed.model.time import rfc3339


@given(text=st.text())
def test_any_text_can_stand_in_xml(text: str) -> None:
    """Control characters and lone surrogates are replaced, nothing else is."""
    element = etree.Element("a")
    element.text = plain(text)
    assert (
        etree.fromstring(etree.tostring(element)).text
        == (plain(text).replace("\r\n", "\n").replace("\r", "\n") or None)
        or "\r" in text
    )


def test_texts_are_marked_once() -> None:
    """A text that has its banner keeps it; one without gets one; what is no text is left out."""
    given_ = {"en": "Run.", "ja": f"{BANNER}. 避難。", "xx": "x", "ko": 3, "fr": " "}
    assert texts(given_) == {"en": f"{BANNER}. Run.", "ja": f"{BANNER}. 避難。"}
    assert texts("Run.") == {"en": f"{BANNER}. Run."}
    assert texts(None) == texts([]) == {}


@pytest.mark.parametrize(
    "pair", [[181, 0], [0, 91], [1], ["1", 2], None, [None, 1], [float("nan"), 1]]
)
def test_what_is_off_the_earth_is_no_place(pair: object) -> None:
    """A place has a longitude and a latitude that there are."""
    assert place({"type": "Point", "coordinates": pair}) is None
    assert place({"type": "Point", "coordinates": [141.3, 43.1]}) == (141.3, 43.1)


@pytest.mark.parametrize(
    "value", [None, 3, "soon", "2023-12-18", "2023-12-18T08:31:04", "0001-01-01T00:00:00+00:00"]
)
def test_what_is_no_moment_is_none(value: object) -> None:
    """A time has its offset, and lies where every format can write it."""
    assert moment(value) is None


def test_the_bounds_are_years() -> None:
    """They are what they are said to be."""
    assert rfc3339(FIRST).startswith("1900-01-01T00:00:00.000")
    assert rfc3339(LAST).startswith("2200-12-31T23:59:59.999")


def test_moments_are_written_in_two_ways() -> None:
    """In UTC, or to the second with an offset."""
    us = moment("2023-12-18T08:31:04.250+09:00")
    assert us is not None
    assert utc_time(us) == "2023-12-17T23:31:04.250Z"
    assert seconds_time(us, 9 * 3600) == "2023-12-18T08:31:04+09:00"


def test_words_and_lists() -> None:
    """A word is one of some; a text is one line; a list has bodies."""
    assert choice("Fire", ("Fire",), "Other") == "Fire"
    assert choice(["Fire"], ("Fire",), "Other") == "Other"
    assert line(" a\n b ") == "a b"
    assert line(3) == ""
    assert bodies([{"a": 1}, 3, None]) == [{"a": 1}]
    assert bodies("abc") == []
