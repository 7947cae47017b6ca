"""Bodies as the models of their kinds."""

from typing import Any

import pytest

from feed.model.alert import AlertBody
from feed.wire.bodies import typed_body
from tests import make


def body() -> dict[str, Any]:
    """Return the body of an alert."""
    return next(make.plan(make.alert(), recipients=("KOR",)).deliveries()).message.data


def test_a_body_is_a_model_of_its_kind() -> None:
    """With everything that is in it."""
    typed = typed_body("alert", body())

    assert isinstance(typed, AlertBody)
    assert typed.model_dump(exclude_none=True, mode="json", by_alias=True) == body()


def test_what_a_later_contract_adds_is_left_out() -> None:
    """At any depth; what was given is not touched."""
    data = body()
    later = {**data, "colour": "red", "areas": [{**data["areas"][0], "height_m": 5}]}
    before = {**later}

    assert typed_body("alert", later) == typed_body("alert", data)
    assert later == before


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("weather", {}, "no kind of message is called 'weather'"),
        ("alert", {}, r"the body is no alert \('issuer'"),
        ("alert", {"areas": 5, "later": 1}, r"the body is no alert \('"),
    ],
)
def test_what_is_no_body_is_said(kind: str, data: dict[str, Any], said: str) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=said):
        typed_body(kind, data)
