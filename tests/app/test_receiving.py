"""The process of a run's receivers, seen from the command."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from feed.app.beside import beside
from feed.app.receiving import OwnReceivers, own_receivers
from feed.app.receiving_pipe import Assigned, Assignment
from feed.errors import BrokerError, IncompleteError
from feed.mqtt.address import parse_address
from tests.app.stage import PATIENCE_S, Stage, eventful, planned


def assignment(stage: Stage, country: str = "JPN") -> Assignment:
    """Return what the receiver of a country is to do."""
    path = stage.folder / "receiver.sqlite"
    given = Assigned(country, stage.address(country.lower()), path)
    return Assignment(stage.exercise, [given], own_key="", offset_s=0)


async def received(receivers: OwnReceivers, stage: Stage, *, kill: bool = False) -> list[str]:
    """Have a receiver receive a story to its end; return its lines."""
    text: list[str] = []

    async def play() -> None:
        if kill:
            os.kill(receivers.pid, signal.SIGKILL)
        assert await stage.publication(eventful()).play()
        await receivers.leave()

    async with asyncio.timeout(PATIENCE_S), receivers.at_work(assignment(stage)):
        await beside(play(), receivers.heed(text.append))
    return "".join(text).splitlines()


async def test_what_is_received_there_is_known_here(
    secured: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines and counts; the process leaves by itself, and takes no code from where it starts."""
    (tmp_path / "json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each])
    count = len(planned(eventful(), "JPN"))
    async with own_receivers() as receivers:
        lines = await received(receivers, secured)
        code = await receivers.ended()

    assert code == 0
    assert [int(line.split(" ")[3]) for line in lines] == [*range(1, count + 1)]
    told = receivers.told.countries["JPN"]
    assert (told.received, told.highest) == (count, count)


async def test_one_that_is_killed_has_a_successor(secured: Stage) -> None:
    """It goes on by what is written down; nothing is lost."""
    async with own_receivers() as receivers:
        first = receivers.pid
        await received(receivers, secured, kill=True)

    assert receivers.pid != first
    assert receivers.told.countries["JPN"].received == len(planned(eventful(), "JPN"))


async def test_one_that_cannot_live_is_said(
    secured: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many successors one sentence says how it ended."""
    async with asyncio.timeout(PATIENCE_S), own_receivers() as receivers:
        program = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        monkeypatch.setattr("feed.app.receiving._PROGRAM", program)
        os.kill(receivers.pid, signal.SIGKILL)
        with pytest.raises(
            IncompleteError, match=r"^the process of the receivers ended by SIGKILL"
        ):
            async with receivers.at_work(assignment(secured)):
                pytest.fail("nobody is ready")


async def test_an_error_there_is_the_same_error_here(secured: Stage, tmp_path: Path) -> None:
    """With its class, so with its exit code, and in its words."""
    given = Assigned("JPN", parse_address("127.0.0.1:1"), tmp_path / "ledger.sqlite")
    async with asyncio.timeout(PATIENCE_S), own_receivers() as receivers:
        with pytest.raises(BrokerError, match=r"broker 127\.0\.0\.1:1: connection refused"):
            async with receivers.at_work(Assignment(secured.exercise, [given], "", 0)):
                pytest.fail("nobody is ready")


async def test_a_bug_there_is_shown_here_with_its_traceback(secured: Stage) -> None:
    """Where it is needed to be reported; the exercise is none, so that nobody can connect."""
    broken = Assigned("JPN", secured.address("jpn"), secured.folder)
    async with asyncio.timeout(PATIENCE_S), own_receivers() as receivers:
        with pytest.raises(RuntimeError, match="the receivers failed: ") as caught:
            async with receivers.at_work(Assignment("\0", [broken], "", 0)):
                pytest.fail("nobody is ready")

    assert "Traceback (most recent call last)" in caught.value.__notes__[0]
