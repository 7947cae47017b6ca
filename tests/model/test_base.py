"""Tests of what every model stands on: strict keys, names for topics, published texts, places."""

import re
from typing import Any
from unicodedata import name, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from feed.model.base import (
    SLUG_LENGTH,
    Country,
    Model,
    Point,
    Site,
    Slug,
    Sources,
    Text,
    Title,
    Version,
    slug_of,
)

LEVEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def accepted(kind: Any, value: object) -> object:
    """Return what a type makes of a value."""
    made: object = TypeAdapter(kind).validate_python(value)
    return made


def refusals(kind: Any, value: object) -> list[str]:
    """Return the names of the errors with which a type refuses a value."""
    with pytest.raises(ValidationError) as caught:
        accepted(kind, value)
    return [detail["type"] for detail in caught.value.errors()]


@settings(deadline=None)
@given(st.text())
def test_any_text_becomes_a_topic_level_or_nothing(text: str) -> None:
    """A slug has no character that means something in a topic."""
    slug = slug_of(text)
    assert not slug or LEVEL.fullmatch(slug)
    assert slug_of(slug) == slug


SLUGS = {
    "MORNING CALM": "morning-calm",
    "Übung Süd": "ubung-sud",
    "Straße 7": "strasse-7",
    "훈련 2024": "hunlyeon-2024-b8c7b8",
    "訓練 2024": "xunlian-2024-f6f149",
    "训练 2024": "xunlian-2024-18e375",
    "УЧЕНИЯ": "ucheniya-3090cd",
    "エクササイズ": "ekusasaizu-a14c7f",
    "تمرين": "tmryn-33b2b3",
    "अभ्यास": "abhyas-1bc0d2",
    "🎉 party": "tada-party-354d36",
}


@pytest.mark.parametrize(("text", "slug"), SLUGS.items())
def test_a_name_in_any_script_keeps_its_slug(text: str, slug: str) -> None:
    """Two machines with two versions of feed and of its libraries meet on one topic."""
    assert slug_of(text) == slug
    assert slug_of(normalize("NFD", text)) == slug
    assert slug_of(f" {text.lower()}! ") == slug


NAMES = st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=30)


@settings(deadline=None)  # the first letter of a script takes its table
@given(NAMES, NAMES)
def test_names_that_differ_have_slugs_that_differ(one: str, other: str) -> None:
    """Unless they differ in case, punctuation or the marks of Latin letters only."""
    if _is_latin(one) and _is_latin(other):
        return
    same = " ".join(one.casefold().split()) == " ".join(other.casefold().split())
    assert (slug_of(one) == slug_of(other)) == same or not one.strip() + other.strip()


def _is_latin(text: str) -> bool:
    return all(each.isascii() or name(each, "").startswith("LATIN") for each in text)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L"]), min_size=40, max_size=100))
def test_a_long_name_is_cut_to_a_slug_that_fits(text: str) -> None:
    """Its digest is of the whole."""
    slug = slug_of(text)
    assert _is_latin(text) or len(slug) <= SLUG_LENGTH
    assert _is_latin(text) or slug != slug_of(text + "訓")


@given(st.from_regex(LEVEL, fullmatch=True).filter(lambda text: len(text) <= 64))
def test_a_slug_is_accepted_as_it_is(text: str) -> None:
    """What is a topic level already is not changed."""
    assert accepted(Slug, text) == slug_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "a b",
        "-a",
        "a-",
        "a--b",
        "a/b",
        "../a",
        "a.b",
        "+",
        "#",
        "a\n",
        "é",
        "a" * 65,
        "a\0",
    ],
)
def test_what_is_no_slug(text: str) -> None:
    """Paths, wild cards, spaces and capitals are refused."""
    assert refusals(Slug, text) == ["slug"]


@pytest.mark.parametrize("text", ["kor", "KO", "KORE", "K0R", "", "ＫＯＲ", "KOR\n"])
def test_what_is_no_country(text: str) -> None:
    """A country is three capital letters."""
    assert refusals(Country, text) == ["country"]


@pytest.mark.parametrize("letter", ["\0", "\x1b", "\r", "\x7f", "\x9b"])
def test_a_published_text_has_no_control_characters(letter: str) -> None:
    """No text can drive the terminal of somebody who reads it."""
    assert refusals(Title, f"a{letter}b") == ["control_character"]


def test_a_published_text_may_have_lines() -> None:
    """Tabs and line feeds are harmless."""
    assert accepted(Title, "a\n\tb") == "a\n\tb"


def test_a_plain_text_is_english() -> None:
    """A text without languages is given one."""
    assert accepted(Text, "Hello") == {"en": "Hello"}


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({}, "too_short"),
        ({"eng": "a"}, "language"),
        ({"jp": "a"}, "language"),
        ({"en": ""}, "string_too_short"),
        ({"en": "This is not a drill"}, "claims_to_be_real"),
        ({"ja": "これは訓練ではない"}, "claims_to_be_real"),
        (["a"], "text_form"),
    ],
)
def test_what_is_no_text(value: object, error: str) -> None:
    """Texts are by language, not empty, and do not deny the exercise."""
    assert refusals(Text, value) == [error]


def test_sources_are_one_or_several() -> None:
    """A single key needs no list."""
    assert accepted(Sources, "a") == ("a",)
    assert accepted(Sources, ["a", "b"]) == ("a", "b")


@pytest.mark.parametrize("value", ["1", 1], ids=repr)
def test_the_version_is_one(value: object) -> None:
    """Text from YAML and a number from code are the same version."""
    assert accepted(Version, value) == "1"


@pytest.mark.parametrize("value", ["2", 2, "1.0", None], ids=repr)
def test_another_version_is_refused(value: object) -> None:
    """A file of another format is not guessed at."""
    assert refusals(Version, value) == ["literal_error"]


@pytest.mark.parametrize(
    ("lat", "lon", "error"),
    [
        ("91", "0", "less_than_equal"),
        ("-90.1", "0", "greater_than_equal"),
        ("0", "181", "less_than_equal"),
        ("nan", "0", "finite_number"),
        ("0", "inf", "finite_number"),
        ("1e999", "0", "finite_number"),
        ("north", "0", "float_parsing"),
    ],
)
def test_a_point_is_on_the_earth(lat: str, lon: str, error: str) -> None:
    """Degrees are finite numbers within their bounds."""
    assert refusals(Point, {"lat": lat, "lon": lon}) == [error]


def test_an_unknown_key_is_refused() -> None:
    """A key that is misspelt is not ignored."""
    assert refusals(Site, {"lat": "1", "lon": "2", "name": "A", "nam": "B"}) == ["extra_forbidden"]


def test_a_model_does_not_change() -> None:
    """What was read stays as it was read."""
    point = Point(lat=1, lon=2)
    with pytest.raises(ValidationError):
        point.lat = 3  # type: ignore[misc]  # that is the point
    assert isinstance(point, Model)
