"""Tests of a scenario's header: what must be there, and what its name becomes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from feed.model.header import ExerciseName, Header, exercise_slug
from feed.model.time import Moment

HEADER: dict[str, Any] = {
    "feed": "1",
    "id": "first-light",
    "title": "First light",
    "exercise": "MORNING CALM",
    "starts": "2022-10-04T07:22:00+09:00",
}


def refusals(**wrong: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return how a header is refused, and where."""
    with pytest.raises(ValidationError) as caught:
        Header.model_validate({**HEADER, **wrong})
    return [(detail["type"], detail["loc"]) for detail in caught.value.errors()]


def test_a_short_header_is_enough() -> None:
    """What is left out has a default, and the default shares nothing unusual."""
    header = Header.model_validate(HEADER)
    assert (header.seed, header.countries, header.sharing) == (0, None, "as-of")
    assert header.starts.offset_s == 9 * 3600


@pytest.mark.parametrize("key", sorted(HEADER))
def test_what_must_be_there(key: str) -> None:
    """Each of these has to be written by a person."""
    with pytest.raises(ValidationError) as caught:
        Header.model_validate({name: value for name, value in HEADER.items() if name != key})
    assert [detail["loc"] for detail in caught.value.errors()] == [(key,)]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"exercise": "!!!"}, "exercise_name"),
        ({"exercise": "—"}, "exercise_name"),
        ({"exercise": "A" * 65}, "exercise_length"),
        ({"exercise": "A" + "訓" * 100}, "exercise_length"),
        ({"exercise": "NOT A DRILL"}, "claims_to_be_real"),
        ({"exercise": ""}, "exercise_name"),
        ({"exercise": ["A"]}, "string_type"),
        ({"title": ""}, "text_form"),
        ({"title": "This is not an exercise"}, "claims_to_be_real"),
        ({"starts": "07:22"}, "start"),
        ({"starts": "2022-10-04T07:22"}, "start"),
        ({"seed": "-1"}, "greater_than_equal"),
        ({"seed": "9" * 30}, "less_than_equal"),
        ({"seed": "9" * 5000}, "int_parsing_size"),
        ({"sharing": "today"}, "sharing"),
        ({"countries": []}, "too_short"),
        ({"id": "../first"}, "slug"),
        ({"feed": "2"}, "literal_error"),
    ],
    ids=repr,
)
def test_a_header_that_makes_no_sense_is_refused(wrong: dict[str, Any], error: str) -> None:
    """Each mistake has one name and one place."""
    (key,) = wrong
    ((kind, place),) = refusals(**wrong)
    assert (kind, place[:1]) == (error, (key,))


@settings(deadline=None)  # the first letter of a script takes its table
@given(st.text())
def test_any_accepted_exercise_is_one_topic_level(name: str) -> None:
    """Whatever name is accepted, its topic level is neither empty nor longer than fits."""
    try:
        accepted = TypeAdapter[str](ExerciseName).validate_python(name)
    except ValidationError:
        return
    assert 1 <= len(exercise_slug(accepted)) <= 64


def test_sharing_may_be_fixed_to_a_date() -> None:
    """To ask what if, a date stands in place of as-of."""
    header = Header.model_validate({**HEADER, "sharing": "2015-06-01"})
    assert isinstance(header.sharing, Moment)
    assert header.model_dump()["sharing"] == "2015-06-01"
    assert Header.model_validate(HEADER).model_dump()["sharing"] == "as-of"
