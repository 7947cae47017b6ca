"""``feed record`` on the command line."""

from pathlib import Path

import pytest

from feed.cli import invoke
from feed.core.actions import Inject
from tests.app.test_record import SURPRISE, done


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


async def test_it_says_what_was_written_and_how_to_play_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the arrangements and the part that the run had."""
    run, _ = await done(tmp_path, [Inject(events=(SURPRISE,))], until="09:05")
    out = tmp_path / "out.yaml"

    assert invoke(["record", run[:12], "--out", str(out)]) == 0

    said = capsys.readouterr().out
    assert f"wrote {out}: run {run}, 1 injected, 0 amendments" in said
    assert "give --start-offset and --until" in said
    assert f"feed run {out} --arrangements " in said
    assert invoke(["check", str(out)]) == 0


def test_a_run_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, with a code of its own."""
    assert invoke(["record", "01nothing", "--out", str(tmp_path / "x.yaml")]) == 2

    assert "01nothing" in capsys.readouterr().err
