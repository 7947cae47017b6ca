"""Languages are two letters of ISO 639-1, and not those of countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from feed.model.language import LANGUAGES, Language, is_language, no_language


@pytest.mark.parametrize("text", sorted(LANGUAGES))
def test_every_language_is_one(text: str) -> None:
    """As the standard writes it; in capitals it is none."""
    assert TypeAdapter(Language).validate_python(text) == text
    assert not is_language(text.upper())


@pytest.mark.parametrize(
    ("text", "meant"),
    [("jp", "ja"), ("JP", "ja"), ("jpn", "ja"), ("kor", "ko"), ("cn", "zh"), ("eng", "en")],
)
def test_a_country_is_no_language(text: str, meant: str) -> None:
    """What was probably meant is offered."""
    assert no_language(text) == f"'{text}' is no language; did you mean '{meant}'?"


@given(st.text(max_size=8))
def test_anything_else_is_refused(text: str) -> None:
    """Whatever is offered in its place is a language."""
    if is_language(text):
        return
    with pytest.raises(ValidationError):
        TypeAdapter(Language).validate_python(text)
    said = no_language(text)
    assert "ISO 639-1" in said or is_language(said[-4:-2])
