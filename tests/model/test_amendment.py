"""An amendment as an author, or 'feed record', writes it."""

import pytest
from pydantic import ValidationError

from feed.model.amendment import AMENDING, Amendment


@pytest.mark.parametrize("verb", AMENDING)
def test_each_verb_is_a_member(verb: str) -> None:
    """With its target, and the moment at which it was done."""
    target = ["talks"] if verb == "inject" else "talks"

    one = Amendment.model_validate({verb: target, "at": "09:01"}, by_alias=True, by_name=False)

    assert getattr(one, verb)
    assert [getattr(one, other) for other in AMENDING if other != verb] == [None] * 4


@pytest.mark.parametrize("wrong", [{"hold": "a"}, {"inject": [], "at": "09:00"}, {"at": "noon"}])
def test_what_says_no_moment_or_nothing_is_refused(wrong: dict[str, object]) -> None:
    """A change has a moment, and something that it is about."""
    with pytest.raises(ValidationError):
        Amendment.model_validate(wrong, by_alias=True, by_name=False)
