"""The list of runs, for people."""

from typing import Any

import pytest

from feed.terminal.runs import runs_table

RUN: dict[str, Any] = {
    "id": "01m87p6drh",
    "started": 1_795_554_490_130_149,
    "exercise": "MORNING CALM",
    "scenario": "activation-eve-2023",
    "state": "broken-off",
    "size": 1_712_411,
    "published": 481,
}


def test_a_run_is_a_line_in_columns() -> None:
    """Id, begin, state, size, messages, exercise, scenario; columns stand below each other."""
    first, second = runs_table([RUN, RUN | {"state": "ended", "published": 1}]).splitlines()

    assert first == (
        "01m87p6drh  2026-11-24 21:08:10Z  broken-off  2 MiB  481 messages  MORNING CALM"
        "  activation-eve-2023"
    )
    assert second == (
        "01m87p6drh  2026-11-24 21:08:10Z  ended       2 MiB  1 message     MORNING CALM"
        "  activation-eve-2023"
    )


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (5 << 20, "5 MiB"), (3 << 30, "3.0 GiB")],
)
def test_sizes_have_the_unit_that_fits(size: int, words: str) -> None:
    """Whole numbers up to a gigabyte."""
    assert f"  {words}  " in runs_table([RUN | {"size": size}])


def test_a_run_that_never_began_says_so() -> None:
    """It has no time to be shown."""
    assert "  never begun  " in runs_table([RUN | {"started": 0}])


def test_what_was_removed_is_named() -> None:
    """The state they were in no longer matters."""
    assert "  removed  " in runs_table([RUN], removed=True)


def test_nothing_is_said_in_words() -> None:
    """An empty list prints a sentence, not nothing."""
    assert runs_table([]) == "no runs are written down here"
    assert runs_table([], removed=True) == "no run was removed"
