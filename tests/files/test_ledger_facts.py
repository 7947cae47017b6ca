"""What ledgers say about themselves: what is written is read, what nobody writes is refused."""

from pathlib import Path
from typing import Any

import pytest

from feed.errors import FilesError
from feed.files.ledger import PlayerLedger
from feed.files.receiver_ledger import ReceiverLedger

SAID: dict[str, Any] = {
    "run": "01a",
    "exercise": "A",
    "scenario": "a",
    "digest": "0" * 64,
    "started": 1,
    "countries": ["JPN"],
    "as_of": None,
    "rate": "max",
    "begin": None,
    "until": 5,
    "max_gap_s": None,
}
HEARD: dict[str, Any] = {"country": "JPN", "client": "jpn", "refused": {"unsigned": 3}}


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("strange", [{}, [1], -1.5, True])
def test_a_fact_of_another_kind_is_damage(tmp_path: Path, name: str, strange: object) -> None:
    """Of a run."""
    with PlayerLedger.create(tmp_path / "a.sqlite", {**SAID, name: strange}) as ledger:
        with pytest.raises(FilesError, match=f"its '{name}' is not what it should be"):
            _ = ledger.about
        ledger.note(name, SAID[name])
        assert ledger.about == SAID


@pytest.mark.parametrize("name", ["started", "begin", "until"])
def test_a_moment_that_no_clock_shows_is_damage(tmp_path: Path, name: str) -> None:
    """Of a run."""
    with (
        PlayerLedger.create(tmp_path / "a.sqlite", {**SAID, name: 10**30}) as ledger,
        pytest.raises(FilesError, match=f"its '{name}' is not what it should be"),
    ):
        _ = ledger.about


@pytest.mark.parametrize("name", HEARD)
def test_a_fact_about_a_receiver_of_another_kind_is_damage(tmp_path: Path, name: str) -> None:
    """The same of what a receiver got."""
    with ReceiverLedger.create(tmp_path / "a.sqlite", {**HEARD, name: [1.5]}) as ledger:
        with pytest.raises(FilesError, match=f"its '{name}' is not what it should be"):
            _ = ledger.about
        ledger.note(name, HEARD[name])
        assert ledger.about == HEARD


def test_what_a_ledger_does_not_say_is_told(tmp_path: Path) -> None:
    """No verb takes it for a mistake of its own."""
    with (
        PlayerLedger.create(tmp_path / "a.sqlite", {"run": "01a"}) as ledger,
        pytest.raises(FilesError, match="it does not say its 'exercise'"),
    ):
        _ = ledger.about["exercise"]
