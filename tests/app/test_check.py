"""Checking at each save."""

import asyncio
from pathlib import Path

import pytest

from feed.app.check import watched
from feed.clock import VirtualClock
from feed.errors import UsageError


async def test_a_file_is_checked_now_and_at_each_save(tmp_path: Path) -> None:
    """Also when an editor takes the file away and puts a new one in its place."""
    path = tmp_path / "story.yaml"
    path.write_text("one")
    texts: list[str | None] = []
    saves = iter(["two", None, "three", "three"])

    def checked() -> None:
        texts.append(path.read_text() if path.exists() else None)

    class Saving(VirtualClock):
        """A clock during whose waits somebody saves."""

        async def sleep(self, seconds: float) -> None:
            try:
                text = next(saves)
            except StopIteration:
                raise asyncio.CancelledError from None
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text)

    with pytest.raises(asyncio.CancelledError):
        await watched([str(path)], None, checked, Saving())
    assert texts[:4] == ["one", "two", None, "three"]


@pytest.mark.parametrize(("names", "arrangements"), [(["-"], None), (["a.yaml"], Path("-"))])
async def test_standard_input_cannot_be_watched(
    names: list[str], arrangements: Path | None
) -> None:
    """It is read once."""
    with pytest.raises(UsageError, match="standard input is read once"):
        await watched(names, arrangements, lambda: None, VirtualClock())
