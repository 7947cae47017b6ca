"""The page about control has the table of the program itself."""

from pathlib import Path

import pytest

from feed.core.actions import TRANSITIONS, VERBS, State

PAGE = Path(__file__).parents[2] / "docs" / "control.md"
BEGIN, END = "<!-- transitions -->\n", "<!-- end of transitions -->"


def table() -> str:
    """Return what every verb does in every state, as a table."""
    lines = ["| | " + " | ".join(state.value for state in State) + " |"]
    lines.append("| --- |" + " --- |" * len(State))
    for verb in VERBS:
        cells = []
        for state in State:
            transition = TRANSITIONS[state][verb]
            if transition.refused:
                cells.append("refused")
            elif transition.to is None:
                cells.append("–")
            else:
                cells.append(transition.to.value + (", new epoch" if transition.epoch else ""))
        lines.append(f"| {verb} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_table_is_that_of_the_program(request: pytest.FixtureRequest) -> None:
    """Written anew with ``--update-golden``."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(before + BEGIN + table() + END + after, encoding="utf-8")
        return
    assert shown == table()
