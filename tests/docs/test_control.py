"""The tables of control on the page of the wire are those that the run goes by."""

import re
from typing import get_args

import pytest

from feed.core.actions import TRANSITIONS, State, Transition
from feed.wire.control import LARGEST_REQUEST, Request
from tests.commands import ROOT

PAGE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
SECTION = re.split(r"^## ", PAGE, flags=re.MULTILINE)
CONTROL = next(part for part in SECTION if part.startswith("Control\n"))


def cells(line: str) -> list[str]:
    """Return the cells of a row of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def said(transition: Transition) -> str:
    """Return a transition as the page writes it."""
    if transition.refused:
        return "refused"
    if transition.to is None:
        return "–"
    return f"{transition.to}, new epoch" if transition.epoch else str(transition.to)


@pytest.mark.parametrize("state", list(State))
def test_what_each_verb_does_in_each_state(state: State) -> None:
    """Cell by cell."""
    rows = [cells(line) for line in CONTROL.splitlines() if line.startswith("|")]
    header = next(row for row in rows if row[0] == "state")
    row = next(row for row in rows if row[0] == state.value)
    for verbs, cell in zip(header[1:], row[1:], strict=True):
        for verb in verbs.split(", "):
            assert said(TRANSITIONS[state][verb]) == cell, (state, verb)


def test_every_request_is_in_the_table_with_its_members() -> None:
    """And no other."""
    rows = [cells(line) for line in CONTROL.splitlines() if line.startswith("| `")]
    listed = {verb: row[1] for row in rows for verb in re.findall(r"`([a-z]+)`", row[0])}
    kinds = {get_args(one.model_fields["do"].annotation)[0]: one for one in get_args(Request)}

    assert set(listed) == set(kinds)
    for verb, kind in kinds.items():
        members = set(kind.model_fields) - {"id", "client", "do"}
        if verb in {"play", "pause"}:
            assert members == {"wall"}
        for member in members:
            assert f"`{member}`" in listed[verb], (verb, member)
    assert f"{LARGEST_REQUEST:,} bytes" in CONTROL
