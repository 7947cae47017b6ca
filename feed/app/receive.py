"""``feed receive`` and ``feed.receive``: the feed of one country, on any machine."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from feed.app.broker_in_use import USUAL_BROKER, as_role, broker_of, home
from feed.app.connect import country_code
from feed.app.exercises import only_exercise
from feed.app.message_views import MessageViews
from feed.app.receiver import Receiver
from feed.clock import SystemClock
from feed.core.told_heads import Unseen
from feed.errors import IncompleteError, UsageError
from feed.files.credentials import find_credentials
from feed.files.identity import identity
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.recording import Recording
from feed.files.runs import RunFolder, receiver_folder, runs_folder
from feed.model.base import slug_of
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.rights import refused_writes
from feed.terminal.lines import Lines
from feed.wire.topics import LEVEL, Topics
from feed.wording.times import named_zone

__all__ = [
    "ReceiveOptions",
    "keep_quiet",
    "receive",
    "receive_and_show",
    "receiver_of",
]


log = structlog.get_logger()


@dataclass(frozen=True)
class ReceiveOptions:
    """What a user asks of ``feed receive``."""

    country: str
    broker: str = USUAL_BROKER
    exercise: str | None = None
    name: str | None = None
    out: str | None = None
    follow: bool = False
    quiet: bool = False
    forget: bool = False
    """it does not come back under this name"""
    language: str = "en"
    zone: str | None = None


@asynccontextmanager
async def receive(
    country: str,
    *,
    broker: str | None = None,
    exercise: str | None = None,
    name: str | None = None,
    follow: bool = False,
    credentials: str | Path | None = None,
) -> AsyncIterator[Receiver]:
    """Receive the feed of a country: ``async with feed.receive("JPN") as stream``.

    Then ``async for message in stream`` gives every ``ReceivedMessage``, in order and once, and
    ends when the run is over.  A message is acknowledged to the broker when the next one is asked
    for.

    Args:
        country: ISO 3166-1 alpha-3, such as ``"JPN"``.
        broker: ``mqtt://user:password@host:port``, or several with commas
            between, tried in turn; default: FEED_BROKER, else the one that feed
            runs on this machine.
        exercise: the name of the exercise; None: the only one that is being played.
        name: tells two receivers of one country apart; default: the country.
        follow: go on with the next run of the exercise when one is over.
        credentials: the folder that was handed out for a secured broker; default:
            FEED_CREDENTIALS.  What the player did not sign is dropped then.

    Raises:
        UsageError: no exercise, or more than one, is being played; or a name makes no topic.
        BrokerError: the broker cannot be reached, refuses, or went away for good.
    """
    keep_quiet()
    clock = SystemClock()
    async with receiver_of(
        ReceiveOptions(
            country=country,
            broker=broker_of(broker, credentials),
            exercise=exercise,
            name=name,
            follow=follow,
        ),
        clock,
    ) as stream:
        yield stream


async def receive_and_show(options: ReceiveOptions) -> int:
    """Receive, write down, and show line by line; 0 when everything of the run is here."""
    clock = SystemClock()
    out: Recording | None = None
    if options.out not in {None, "-"}:
        assert options.out is not None
        out = Recording.append_to(Path(options.out))
        if out.repaired:
            log.warning("the last line was cut off", file=options.out, bytes=out.repaired)
    try:
        async with receiver_of(options, clock, out=out, ledger=True) as stream:
            await _show(stream, options)
            account, complete = stream.account, stream.reception.complete
            given_up, unseen = stream.reception.given_up, stream.reception.unseen
    finally:
        if out is not None:
            out.close()
    log.info(
        "received",
        country=options.country,
        messages=account.received,
        duplicates=account.duplicates,
        recovered=account.recovered,
        **({"refused": stream.gate.refused} if stream.gate.signed else {}),
    )
    if not complete:
        raise IncompleteError(_lacking(options.country, given_up, unseen))
    return 0


def _lacking(country: str, given_up: int, unseen: Unseen) -> str:
    """Return what is not here; a head that somebody else may have written proves nothing."""
    lost = given_up - unseen.messages
    if not unseen.messages:
        return f"{lost:,} messages of {country} are lost; the player can no longer give them"
    gaps = f"{lost:,} messages of {country} are lost, and " if lost else ""
    return (
        f"{gaps}the head of {country} says {unseen.head:,}, of which nothing was seen after "
        f"{unseen.highest:,}; ask whoever plays it, for on a broker without --secure anybody may "
        "have written that"
    )


@asynccontextmanager
async def receiver_of(
    options: ReceiveOptions,
    clock: SystemClock,
    *,
    out: Recording | None = None,
    ledger: bool = False,
) -> AsyncIterator[Receiver]:
    """Give a receiver that is subscribed, as a user asks for it."""
    country = country_code(options.country)
    name = options.name or country.lower()
    if not LEVEL.fullmatch(name):
        raise UsageError(f"--name '{name}': use lower-case letters, digits and '-'")
    address = as_role(parse_address(options.broker), country.lower())
    if options.exercise is None:
        exercise = await only_exercise(address, clock)
    else:
        exercise = slug_of(options.exercise)
        if not exercise:
            raise UsageError(f"--exercise '{options.exercise}' has no letters or digits")

    def open_ledger(run: str) -> ReceiverLedger:
        folder = receiver_folder(runs_folder(os.environ), run)
        path = folder.receiver_ledger(country, name)
        return ReceiverLedger.at(path, {"country": country, "client": name})

    def known(run: str) -> bool:
        folder = RunFolder(runs_folder(os.environ) / run)
        return folder.receiver_ledger(country, name).exists()

    may_write = await _may_write(address, Topics(exercise), country, name)
    async with Receiver(
        address,
        country,
        exercise,
        clock=clock,
        name=name,
        ledger=open_ledger if ledger else None,
        out=out,
        follow=options.follow,
        may_write=may_write,
        forget=options.forget,
        known=known,
        own_key=identity(home()),
    ) as stream:
        log.info(
            "subscribed; waiting for messages",
            country=country,
            exercise=exercise,
            broker=address.shown,
        )
        yield stream


async def _may_write(address: BrokerAddress, topics: Topics, country: str, name: str) -> bool:
    """Tell whether a receiver may say how far it is; if not, it is said which right is missing."""
    if any(find_credentials(home(), one.host, one.port).passwords for one in address.each):
        return True  # the embedded broker grants it
    wanted = [
        topics.presence(country, name),
        topics.acknowledgement(country, name),
        topics.history(country, name),
    ]
    refused = await refused_writes(address, wanted)
    if refused:
        log.warning(
            "the broker does not let this user write: nobody waits for it, and what it misses "
            "cannot be repeated",
            topics=", ".join(refused),
            remedy="feed broker --print-acl mosquitto",
        )
    return not refused


def keep_quiet() -> None:
    """Let logs go where those of a library go, unless the program has said where."""
    if not structlog.is_configured():
        structlog.configure(
            processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
            wrapper_class=structlog.stdlib.BoundLogger,
            logger_factory=structlog.stdlib.LoggerFactory(),
        )


async def _show(stream: Receiver, options: ReceiveOptions) -> None:
    lines = None
    if options.out != "-" and not options.quiet:
        lines = Lines(sys.stdout, zone=options.zone)
    in_words = MessageViews(options.language, named_zone(options.zone)).of
    while (batch := await stream.batch()) is not None:
        if options.out == "-":
            sys.stdout.buffer.writelines(message.payload + b"\n" for message in batch)
        elif lines is not None:
            views = ((in_words(one), one.latency_ms) for one in batch)
            lines.messages(stream.country, views)
        if batch:
            sys.stdout.flush()
