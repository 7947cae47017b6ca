"""The receivers of ``feed run``, seen from the command: their process, and what it tells.

They receive in a process of their own, so that what they do holds nothing up that is due.
"""

import asyncio
import json
import signal
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from feed import errors
from feed.app.receiving_pipe import (
    Assignment,
    CountryTold,
    Failed,
    Finished,
    Leave,
    Logged,
    Order,
    Ready,
    Seen,
    Told,
    Worded,
    told_of,
    written,
)
from feed.errors import FeedError, IncompleteError
from feed.terminal.log import log_forwarded
from feed.terminal.views import MessageView

__all__ = ["OwnReceivers", "ToldSoFar", "own_receivers"]

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from feed.app.receiving_process import main; main()"
)
"""It imports from where this process does, and not from whatever folder it is started in."""
_LONGEST = 1 << 24
"""Bytes of a line of what is told."""
_PATIENCE_S = 3.0
"""How long the last word of who leaves at once is waited for."""
_FAREWELL_S = 15.0
"""How long the receivers may take to say good-bye to the broker."""
_RECENT = 50
_MOST_DEATHS = 3
"""How often a process that is killed has a successor."""

Words = Callable[[str], None]

log = structlog.get_logger()


class ToldSoFar:
    """What receivers have told, by country: how far they are, and their last messages."""

    def __init__(self, countries: Iterable[str]) -> None:
        """Begin with receivers that have told nothing yet."""
        self.countries = {country: CountryTold(country) for country in countries}
        self.recent: dict[str, deque[MessageView]] = {
            country: deque(maxlen=_RECENT) for country in self.countries
        }

    def take(self, told: Sequence[CountryTold]) -> None:
        """Take in what some of them tell."""
        for one in told:
            self.countries[one.country] = one
            self.recent[one.country].extend(one.recent)


class OwnReceivers:
    """The receivers of a run, in a process that is there from the beginning."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take a process that was just started; one that is killed has a successor."""
        self.told = ToldSoFar(())
        self._process = process
        self._assignment: Assignment | None = None
        self._deaths = 0
        self._ready = False
        self._finished = asyncio.Event()
        self._leaving: Leave | None = None
        """what they were ordered last, if it was that"""

    @property
    def pid(self) -> int:
        """The id of their process."""
        return self._process.pid

    @asynccontextmanager
    async def at_work(self, assignment: Assignment) -> AsyncIterator[None]:
        """Let them receive while the context lasts; they are subscribed when it begins."""
        self.told = ToldSoFar(each.country for each in assignment.receivers)
        self._assignment = assignment
        self._order(assignment)
        try:
            while not self._ready:
                await self._heed_next(_unheard)
            yield
        except BaseException:
            with suppress(FeedError, RuntimeError):
                await self._farewell()
            raise
        await self._farewell()

    async def heed(self, words: Words) -> None:
        """Take in what they tell for as long as they are at work; lines are handed on."""
        while await self._heed_next(words):
            pass

    async def leave(self) -> None:
        """Have them take in what has arrived, and no more; who heeds them goes on meanwhile."""
        self._leave(at_once=False)
        await self._finished.wait()

    async def interrupt(self, words: Words) -> None:
        """Have them stop at once; take in how far they were."""
        self._leave(at_once=True)
        with suppress(TimeoutError, FeedError, OSError):
            async with asyncio.timeout(_PATIENCE_S):
                while not self._finished.is_set() and await self._heed_next(words):
                    pass

    async def _farewell(self) -> None:
        """Let them disconnect; they may say why they cannot."""
        self._leave(at_once=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                while await self._heed_next(_unheard):
                    pass

    def _leave(self, *, at_once: bool) -> None:
        if not self._finished.is_set():
            self._leaving = Leave(at_once=at_once)
            self._order(self._leaving)

    def _order(self, order: Order) -> None:
        assert self._process.stdin is not None, "it was started with a pipe"
        self._process.stdin.write(written(order))

    async def _heed_next(self, words: Words) -> bool:
        """Take in the next that is told; False if there is no more."""
        assert self._process.stdout is not None, "it was started with a pipe"
        line = await self._process.stdout.readline()
        if line.endswith(b"\n"):
            self._take(told_of(line), words)
            return True
        code = await self._process.wait()
        leaving = self._leaving
        if leaving is not None and (leaving.at_once or self._finished.is_set()):
            return False
        await self._replace(code)
        return True

    async def _replace(self, code: int) -> None:
        """Have a successor of a process that was killed, which goes on by what is written down."""
        self._deaths += 1
        if code >= 0 or self._deaths > _MOST_DEATHS or self._assignment is None:
            raise IncompleteError(f"the process of the receivers ended {_how(code)}")
        log.warning(
            "the process of the receivers ended; another goes on", pid=self.pid, how=_how(code)
        )
        self._process = await _started()
        self._order(self._assignment)
        if self._leaving is not None:
            self._order(self._leaving)

    async def ended(self) -> int:
        """Wait until the process has ended; return its code."""
        return await self._process.wait()

    async def close(self) -> None:
        """End the process; it has left by now, or is not worth waiting for."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def _take(self, told: Told, words: Words) -> None:
        match told:
            case Ready():
                self._ready = True
            case Worded():
                words(told.text)
            case Seen() | Finished():
                self.told.take(told.countries)
                if isinstance(told, Finished):
                    self._finished.set()
            case Logged():
                log_forwarded(told.level, told.event, told.fields, told.logger)
            case Failed():
                raise _error_of(told)


@asynccontextmanager
async def own_receivers() -> AsyncIterator[OwnReceivers]:
    """Give receivers that can be set to work, in a process that is starting; end it at last."""
    receivers = OwnReceivers(await _started())
    try:
        yield receivers
    finally:
        await receivers.close()


async def _started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-c", _PROGRAM, json.dumps(sys.path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=_LONGEST,
        # Ctrl-C on the terminal is for the command, which then tells its receivers.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _unheard(_: str) -> None:
    """Leave lines alone."""


def _error_of(failed: Failed) -> Exception:
    """Return what has failed in the other process as an error of this one."""
    kind = getattr(errors, failed.error, None)
    if isinstance(kind, type) and issubclass(kind, FeedError):
        return kind(*failed.arguments)
    error = RuntimeError(f"the receivers failed: {failed.error}")
    error.add_note(failed.traceback)
    return error


def _how(code: int) -> str:
    """Return how a process ended, in words."""
    return f"with {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
