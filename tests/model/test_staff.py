"""A note to the control staff."""

import pytest
from pydantic import ValidationError

from feed.model.staff import StaffNote


def test_a_note_has_a_moment_and_words() -> None:
    """Words that claim to be real are nobody's harm: they are never published to a country."""
    note = StaffNote.model_validate({"at": "+5m", "note": "Say: this is not a drill."})
    assert (note.at.text, note.note) == ("+5m", "Say: this is not a drill.")


@pytest.mark.parametrize(
    "said", [{"at": "+5m"}, {"note": "x"}, {"at": "+5m", "note": ""}, {"at": "soon", "note": "x"},
             {"at": "+5m", "note": "x" * 501}, {"at": "+5m", "note": "x", "to": "KOR"}]
)  # fmt: skip
def test_what_is_no_note_is_refused(said: dict[str, str]) -> None:
    """With or without too much."""
    with pytest.raises(ValidationError):
        StaffNote.model_validate(said)
