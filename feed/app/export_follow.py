"""``feed export --follow``: what a country is told, while it is told, in a format of somebody's.

The feed is received as ``feed receive`` does, complete and in order; a thread writes.  A message is
acknowledged when it has been written.  When time jumps, or another run begins, the files end and
new ones begin, because what stood does not stand any longer.
"""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import structlog

from feed.app.export import (
    ExportSummary,
    fitting,
    format_named,
    message_schemas,
    nothing_said,
    out_of,
    refuse_language,
)
from feed.app.export_source import exported, zone_of
from feed.app.handoff import Handoff
from feed.app.receive import ReceiveOptions, receiver_of
from feed.app.receiver import Receiver
from feed.clock import SystemClock
from feed.errors import IncompleteError, UsageError
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.files.export_live import LiveTarget, refuse_existing
from feed.files.export_socket import SocketAddress, socket_target
from feed.files.source import STDIN
from feed.model.scenario import exercise_slug

__all__ = ["FollowOptions", "export_follow"]

log = structlog.get_logger()


@dataclass(frozen=True)
class FollowOptions:
    """What a user asks of ``feed export --follow``."""

    format: str
    out: str
    countries: tuple[str, ...]
    broker: str
    exercise: str | None = None
    language: str = ""


class _Arrived(NamedTuple):
    """A message, and the stretch of time that it is of: a greater one is a later one."""

    stretch: tuple[str, int]
    """run and epoch"""
    exercise: str
    record: Exported


async def export_follow(options: FollowOptions, said: Callable[[str], None]) -> int:
    """Export what is being told until the run is over; ``said`` gets what there is to say.

    Interrupted, it ends its files first.  Raises IncompleteError if messages were lost, UsageError
    if there was nothing to write.
    """
    wanted = format_named(options.format)
    address = out_of(wanted, options.out)
    _refuse(wanted, options, address)
    handoff: Handoff[_Arrived] = Handoff()
    written = _Written(wanted, options, address)
    # A thread of its own: those of the loop may all be waiting for this one.
    with ThreadPoolExecutor(1) as thread:
        async with _receivers(options) as streams:
            writer = asyncio.wrap_future(thread.submit(written.write, handoff))
            feeding = asyncio.create_task(_feed_all(streams, handoff))
            try:
                await asyncio.wait({writer, feeding}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                feeding.cancel()
                handoff.end()
                await asyncio.wait({writer, feeding})
                for line in written.lines():
                    said(line)
            writer.result()
            feeding.result()
    lost = sum(stream.reception.given_up for stream in streams)
    if lost:
        raise IncompleteError(f"{lost} messages are lost; the player can no longer give them")
    if not written.messages:
        raise UsageError(written.nothing())
    return 0


def _refuse(wanted: ExportFormat, options: FollowOptions, address: SocketAddress | None) -> None:
    """Refuse what cannot be written, before anything is begun."""
    if not options.countries:
        raise UsageError("--follow listens as a country does; say which with --country")
    if wanted.one_country and len(options.countries) > 1:
        raise UsageError(f"--format {wanted.name} shows what one country knows; name one --country")
    refuse_language(wanted, options.language)
    if address is None:
        refuse_existing(Path(options.out))


@asynccontextmanager
async def _receivers(options: FollowOptions) -> AsyncIterator[list[Receiver]]:
    """Give a receiver for each country, under a name that nobody else has."""
    clock, name = SystemClock(), f"export-{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                receiver_of(
                    ReceiveOptions(
                        country=country,
                        broker=options.broker,
                        exercise=options.exercise,
                        name=name,
                        forget=True,
                    ),
                    clock,
                )
            )
            for country in options.countries
        ]


async def _feed_all(streams: Iterable[Receiver], handoff: Handoff[_Arrived]) -> None:
    async with asyncio.TaskGroup() as group:
        for stream in streams:
            group.create_task(_feed(stream, handoff))


async def _feed(stream: Receiver, handoff: Handoff[_Arrived]) -> None:
    """Hand on what a receiver gets until the run is over."""
    while (batch := await stream.batch()) is not None:
        arrived = []
        for message in batch:
            envelope = message.envelope
            try:
                record = exported(envelope, message.topic, message.payload)
            except ValueError as error:
                log.warning("left out a message", message=envelope.message, why=str(error))
                continue
            name = envelope.exercise.removeprefix("EXERCISE ")
            arrived.append(_Arrived((envelope.run, envelope.epoch), name, record))
        if arrived and not await asyncio.to_thread(handoff.give, arrived):
            return


class _Written:
    """Writes what arrives, one export for each stretch of time.  For a thread of its own."""

    def __init__(
        self, wanted: ExportFormat, options: FollowOptions, address: SocketAddress | None
    ) -> None:
        self._wanted, self._options, self._address = wanted, options, address
        self._summaries: list[ExportSummary] = []
        self._schemas = message_schemas()

    @property
    def messages(self) -> int:
        """How many messages were written."""
        return sum(each.messages - each.left_out.total() for each in self._summaries)

    def lines(self) -> Iterator[str]:
        """Yield what there is to say, for people."""
        for each in self._summaries:
            if each.messages > each.left_out.total():
                yield from each.lines()

    def nothing(self) -> str:
        """Return why nothing was written."""
        last = self._summaries[-1] if self._summaries else ExportSummary("", self._wanted.name)
        return nothing_said("the run", self._options.countries, self._wanted, last)

    def write(self, handoff: Handoff[_Arrived]) -> None:
        """Write until nothing comes any more."""
        try:
            with contextlib.ExitStack() as stack:
                connection = None
                if self._address is not None:
                    connection = stack.enter_context(socket_target(self._address))
                for (run, epoch), arrived in itertools.groupby(
                    _newest(handoff), lambda a: a.stretch
                ):
                    self._stretch(run, epoch, arrived, connection)
        finally:
            handoff.leave()

    def _stretch(
        self,
        run: str,
        epoch: int,
        arrived: Iterator[_Arrived],
        connection: Callable[[Part], None] | None,
    ) -> None:
        first = next(arrived)
        out = self._out()
        context = ExportContext(
            first.exercise,
            exercise_slug(first.exercise),
            run,
            epoch,
            zone=zone_of(self._options.countries),
            schemas=self._schemas,
            language=self._options.language,
            live=True,
            datagrams=self._address is not None and self._address.scheme == "udp",
        )
        summary = ExportSummary(out, self._wanted.name, context.mark, left_out=context.left_out)
        self._summaries.append(summary)
        put, target = connection, None
        if put is None:
            target = LiveTarget(Path(out), folder=self._wanted.folder)
            put = target.put
        records = (each.record for each in itertools.chain([first], arrived))
        for part in self._wanted.write(fitting(records, self._wanted, summary), context):
            put(part)
        if target is not None and summary.messages == summary.left_out.total():
            target.discard()

    def _out(self) -> str:
        """Return where a stretch goes; each after the first has a name of its own."""
        out = self._options.out
        if not self._summaries or self._address is not None or out == STDIN:
            return out
        path = Path(out)
        name = f"{path.stem}.{len(self._summaries) + 1}{path.suffix}"
        return str(path.with_name(name))


def _newest(arrived: Iterable[_Arrived]) -> Iterator[_Arrived]:
    """Yield messages; of a stretch that is over, which another country may still be in, none."""
    newest = ("", 0)
    for each in arrived:
        newest = max(newest, each.stretch)
        if each.stretch == newest:
            yield each
