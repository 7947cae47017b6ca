"""A run on disk whose player's ledger is somebody else's, and everything that is made of a run."""

import asyncio
import atexit
import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from feed.app.export import ExportOptions, export
from feed.app.export_source import SourceOptions
from feed.app.options import PlayOptions
from feed.app.player import Player
from feed.app.report import report, rows_of
from feed.app.session import new_session, resumed_session
from feed.app.sink import MemorySink
from feed.app.verify import VerifyOptions, verify
from feed.clock import VirtualClock
from feed.core.actions import Play
from feed.errors import FeedError
from feed.files.home import HOME
from feed.files.receiver_ledger import Received, ReceiverLedger
from feed.files.runs import RunFolder, runs_folder
from feed.web.report import report_page
from feed.web.report_facts import verdict
from feed.web.report_json import report_json, report_row
from feed.wording.times import Times
from tests.commands import STORY

__all__ = ["ledgers", "used"]

_FEW_FORMATS = ("cap", "csv", "mcap")
_COUNTRY = "JPN"


@cache
def _played() -> RunFolder:
    """Return the folder of a run that was played, and received by one country."""
    home = Path(mkdtemp(prefix="feed-door-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    scenario = home / "story.yaml"
    scenario.write_text(STORY, encoding="utf-8")
    options = PlayOptions(scenario=str(scenario), rate=float("inf"))
    clock, sink = VirtualClock(autojump=False), MemorySink()
    with _home(home), new_session(options, clock) as session:
        player = Player(
            session.run, session.description, ledger=session.ledger, clock=clock, sink=sink
        )

        async def play() -> None:
            await player.do(Play())
            await player.play()

        asyncio.run(play())
        player.save()
        session.ledger.note("ended", clock.wall())
        session.ledger.note("complete", value=True)
        folder = session.folder
        path = folder.receiver_ledger(_COUNTRY, "jpn")
        with ReceiverLedger.create(path, {"country": _COUNTRY, "client": "jpn"}) as ledger:
            ledger.add(
                [
                    Received(
                        *(folder.id, one.key[0], one.key[2], f"a.{one.key[2]}", one.topic),
                        *(clock.wall(), one.due, clock.wall(), one.payload),
                    )
                    for one in sink.sent
                    if one.key[1] == _COUNTRY
                ]
            )
    return folder


def ledgers() -> list[bytes]:
    """Return the ledger of the player."""
    return [_played().player_ledger.read_bytes()]


def used(folder: Path, data: bytes) -> None:
    """Report on a run with such a ledger, verify it, export it, and go on with it."""
    played = _played()
    with _home(folder):
        there = RunFolder(runs_folder(os.environ) / played.id)
        shutil.copytree(played.path, there.path)
        there.player_ledger.write_bytes(data)
        for use in (_report, _rows, _verify, _export, _go_on):
            with contextlib.suppress(FeedError):
                use(played.id, folder)


@contextlib.contextmanager
def _home(folder: Path) -> Iterator[None]:
    """Let runs be in a folder."""
    before = os.environ.get(HOME)
    os.environ[HOME] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[HOME]
        else:
            os.environ[HOME] = before


def _report(run: str, _: Path) -> None:
    found = report(run)
    assert "EXERCISE" in "".join(report_page(found, Times(found.offset_s), "ja"))
    json.dumps(report_json(found, verdict(found)), allow_nan=False)


def _rows(run: str, _: Path) -> None:
    for row in islice(rows_of(run), 100):
        report_row(row)


def _verify(run: str, _: Path) -> None:
    verify(VerifyOptions(run))


def _export(run: str, folder: Path) -> None:
    for form in _FEW_FORMATS:
        export(ExportOptions(form, str(folder / form), SourceOptions(run, countries=(_COUNTRY,))))


def _go_on(run: str, _: Path) -> None:
    with resumed_session(run, PlayOptions(), VirtualClock()) as session:
        session.run.due(0.0, 50)
