"""What a user names is a scenario, a run, or neither in a sentence."""

from pathlib import Path

import pytest

from feed.errors import UsageError
from feed.files.named import run_named
from feed.files.runs import create_run


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path))
    return tmp_path / "runs"


def test_a_scenario_comes_first_and_a_run_by_the_beginning_of_its_id(runs: Path) -> None:
    """A scenario of the library is no run; a run is found by as much of its id as is its own."""
    create_run(runs, "20240101t000000-aaa")
    create_run(runs, "20240101t000000-abb")
    assert run_named("activation-eve-2023") is None
    found = run_named("20240101t000000-ab")
    assert found is not None
    assert found.id == "20240101t000000-abb"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("20240101t000000-a", "fits several runs"),
        ("nothing-such", "'nothing-such' is no scenario and no run; see 'feed scenarios'"),
    ],
)
def test_what_is_neither_is_said_to_be_neither(runs: Path, what: str, said: str) -> None:
    """One sentence, with what to look at."""
    create_run(runs, "20240101t000000-aaa")
    create_run(runs, "20240101t000000-abb")
    with pytest.raises(UsageError) as raised:
        run_named(what)
    assert said in str(raised.value)
