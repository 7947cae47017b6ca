"""The end of a run, with receivers that say what a test wants; attacks are in test_attacks.py."""

import asyncio

import pytest

from feed.app import settling
from feed.app.receivers import Receivers
from feed.core.actions import Stop
from tests.app.stage import Stage, fast, many


@pytest.mark.parametrize("lacking", [False, True], ids=["served", "drowned"])
async def test_nobody_waits_a_thousand_seconds(
    secured: Stage, monkeypatch: pytest.MonkeyPatch, *, lacking: bool
) -> None:
    """Who has everything costs nothing; who drowns in its own noise a moment."""
    monkeypatch.setattr(settling, "MOMENT_S", 0.1)
    monkeypatch.setattr(Receivers, "served", lambda *_: not lacking)
    monkeypatch.setattr(Receivers, "settled", lambda *_: True)
    monkeypatch.setattr(Receivers, "drowned", lambda *_: True)
    play = secured.publication(many(3), fast())
    await play.player.do(Stop())

    async with asyncio.timeout(5):
        found = await settling.settled(
            play.run, play.player, play.receivers, wanted=["KOR"], limit_s=1000.0
        )
    assert found is not lacking
