"""A run on disk: its folder, its ledger, and the player that goes with them, new or resumed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from feed import __version__
from feed.app.broker_in_use import home
from feed.app.counting import Counting
from feed.app.options import Options, PlayOptions
from feed.app.prepare import Prepared, prepare
from feed.app.publication import Publication
from feed.app.run_description import RunDescription, new_run_id
from feed.app.schedule import start_at
from feed.clock import Clock
from feed.core.actions import ACTION, Rate
from feed.core.cut_off import CutOff, Recorded
from feed.core.faults import Faults
from feed.core.plan import Count, Plan
from feed.core.run import Run, Span
from feed.errors import FilesError, UsageError
from feed.files.counts import Counted, count_key, find_count, keep_count
from feed.files.identity import identity
from feed.files.ledger import Action, PlayerLedger
from feed.files.library import ARRANGEMENTS, library_folder
from feed.files.runs import RunFolder, create_run, find_run, remove_run, runs_folder
from feed.files.source import only_once, source_of
from feed.model.base import slug_of
from feed.model.not_a_time import not_a_duration
from feed.model.quoting import quoted
from feed.model.time import parse_duration
from feed.mqtt.address import BrokerAddress

__all__ = ["Session", "cut_off", "new_session", "resumed_session", "seconds"]

_MOST_COUNTED = 6_000
"""Deliveries that are counted before the run begins, in an eighth of a second; more beside it."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Session:
    """A run that can be played: what is played, and where it is written down."""

    folder: RunFolder
    ledger: PlayerLedger
    prepared: Prepared
    run: Run
    description: RunDescription
    options: Options
    planned: dict[str, int] | None
    """how many messages each country is to get; None: too many to count before it begins"""
    counting: Counting | None
    """goes on counting, if they are too many"""
    resumed: bool = False

    def publication(self, address: BrokerAddress, clock: Clock) -> Publication:
        """Return this run, to be played on a broker."""
        return Publication(
            self.run,
            self.description,
            address=address,
            ledger=self.ledger,
            clock=clock,
            options=self.options,
            planned=self.planned,
            counting=self.counting,
            counted=self._keep_count,
            own_key=identity(home()),
        )

    def _keep_count(self, count: Count) -> None:
        """Write down what was counted, so that nobody need count it again."""
        counted = Counted(planned=dict(count.deliveries), last=count.last)
        keep_count(home(), _count_key(self.prepared, self.options.span), counted)


@contextmanager
def new_session(
    options: PlayOptions,
    clock: Clock,
    *,
    prepared: Prepared | None = None,
    runs: Path | None = None,
) -> Iterator[Session]:
    """Begin a run: check everything, make its folder, lock it, write down what it is.

    ``prepared`` is a scenario that was read already; ``runs`` another folder than the usual one.
    """
    only_once(options.scenario, options.arrangements, options.faults)
    prepared = prepared or prepare(
        options.scenario,
        arrangements=options.arrangements,
        exercise=options.exercise,
        as_of=options.as_of,
        countries=options.countries or None,
        variables=options.variables,
    )
    for country in options.wait_for:
        if country not in prepared.recipients:
            raise UsageError(
                f"--wait-for {country}: the feed is for {', '.join(prepared.recipients)}"
            )
    # Whatever is wrong with the options is said before anything is made.
    played, span = _options(options, prepared, clock)
    named = None if options.faults is None else source_of(options.faults)
    rules = prepared.faults(named)
    if span != Span():
        begin = prepared.loaded.header.starts.us if span.begin is None else span.begin
        until = "the end" if span.until is None else prepared.shown(span.until)
        log.info("a part is played", **{"from": prepared.shown(begin), "to": until})
    run = new_run_id(clock.wall())
    folder = create_run(runs or runs_folder(os.environ), run)
    published = 0
    try:
        with folder.lock():
            folder.keep_scenario(prepared.kept)
            # Those of the library too: another version may have others.
            folder.keep_arrangements(prepared.arrangements_path or library_folder() / ARRANGEMENTS)
            if named is not None:
                folder.keep_faults(named.path)
            said = {
                "run": run,
                "exercise": prepared.loaded.header.exercise,
                "scenario": prepared.loaded.header.id,
                "digest": prepared.loaded.digest,
                "started": clock.wall(),
                "countries": list(prepared.recipients),
                "as_of": options.as_of,
                "rate": "max" if played.rate == inf else played.rate,
                "begin": span.begin,
                "until": span.until,
                "max_gap_s": played.max_gap_s,
            }
            with PlayerLedger.create(folder.player_ledger, said) as ledger:
                try:
                    yield _session(folder, ledger, prepared, played, run=run, faults=rules)
                finally:
                    published = ledger.count()
    finally:
        if not published:
            # It never began, so there is nothing to go on with, or to look at.
            remove_run(folder)


@contextmanager
def resumed_session(prefix: str, options: PlayOptions, clock: Clock) -> Iterator[Session]:
    """Go on with a run that was cut off; the scenario is the one it was begun with."""
    folder = find_run(runs_folder(os.environ), prefix)
    with folder.lock(), PlayerLedger.open(folder.player_ledger) as ledger:
        said = ledger.about
        if said.get("complete"):
            raise UsageError(f"run {folder.id} came to its end; there is nothing to go on with")
        scenario = folder.scenario
        if scenario is None:
            raise FilesError(folder.path, "the run has lost its scenario; begin a new one")
        prepared = prepare(
            str(scenario),
            arrangements=folder.arrangements,
            exercise=said["exercise"],
            as_of=said["as_of"],
            countries=said["countries"],
        )
        if prepared.loaded.digest != said["digest"]:
            raise FilesError(scenario, "is not what the run was begun with; begin a new one")
        played, asked = _options(options, prepared, clock)
        _refuse_other_plan(options, asked, said)
        played = replace(played, span=Span(said["begin"], said["until"]))
        played = replace(played, rate=_rate_of(said["rate"]))
        if options.max_gap is None:
            played = replace(played, max_gap_s=said["max_gap_s"])
        rules = prepared.faults(None if folder.faults is None else source_of(folder.faults))
        session = _session(
            folder, ledger, prepared, played, run=folder.id, faults=rules, resumed=True
        )
        if options.rate is not None and options.rate != session.run.rate:
            # An action like any other, so that it holds after the next interruption, too.
            _record(ledger, session.run, Rate(rate=options.rate), clock)
        yield session


def _refuse_other_plan(options: PlayOptions, asked: Span, said: Mapping[str, Any]) -> None:
    """Refuse what would make another run of one that goes on: its numbers are given out."""
    others = {
        "a scenario": options.scenario not in {"", said["scenario"]},
        "--arrangements": options.arrangements is not None,
        "--exercise": slug_of(options.exercise or said["exercise"]) != slug_of(said["exercise"]),
        "--as-of": options.as_of not in {None, said["as_of"]},
        "--country": bool(options.countries) and sorted(options.countries) != said["countries"],
        "--start-offset": asked.begin not in {None, said["begin"]},
        "--until": asked.until not in {None, said["until"]},
        "--faults": options.faults is not None,
        "--set": bool(options.variables),
    }
    given = ", ".join(name for name, other in others.items() if other)
    if given:
        raise UsageError(
            f"a run goes on with what it was begun with; leave out {given}, or begin a new run"
        )


def _rate_of(told: Any) -> float:
    return inf if told == "max" else float(told)


def _record(ledger: PlayerLedger, run: Run, action: Rate, clock: Clock) -> None:
    """Write an action down, then do it, while nothing is being played."""
    if not run.ended:
        ledger.act(
            wall=clock.wall(),
            epoch=run.epoch,
            position=run.position(0.0),
            cursor=run.cursor,
            verb=action.do,
            details={**action.model_dump(mode="json", exclude={"do"}), "into": run.epoch},
        )
        run.apply(action, 0.0)


def cut_off(ledger: PlayerLedger) -> CutOff:
    """Return what a ledger holds of a run that was cut off."""
    recorded = [one for action in ledger.actions() for one in _recorded(action, ledger.path)]
    epoch = max([1, ledger.last_epoch(), *(one.into for one in recorded)])
    heads = ledger.heads(epoch)
    return CutOff(
        actions=tuple(recorded),
        cursor=ledger.cursor(epoch) if heads else None,
        heads=heads,
        last_due=ledger.last_due(epoch),
        sent=ledger.count(),
    )


def _recorded(action: Action, path: Path) -> Iterator[Recorded]:
    """Yield an action of a ledger; earlier versions told the rate with each start."""
    details = dict(action.details)
    into = details.pop("into", action.epoch)
    where = {"position": action.position, "cursor": action.cursor, "into": into}
    if action.verb == "play" and "rate" in details:
        yield Recorded(Rate(rate=_rate_of(details.pop("rate"))), **where)
    try:
        yield Recorded(ACTION.validate_python({"do": action.verb, **details}), **where)
    except ValidationError:
        text = f"what was done to the run cannot be read ('{action.verb}'); begin a new run"
        raise FilesError(path, text) from None


def _session(
    folder: RunFolder,
    ledger: PlayerLedger,
    prepared: Prepared,
    options: Options,
    *,
    run: str,
    faults: Faults | None,
    resumed: bool = False,
) -> Session:
    plan = prepared.plan()
    value = Run(
        plan,
        options.span,
        rate=options.rate,
        max_gap_s=options.max_gap_s,
        faults=faults,
        cut_off=cut_off(ledger) if resumed else None,
    )
    planned, ends, counting = _counted(plan, prepared, options.span)
    if ends is not None:
        value.transport.lasts_until(ends)
    return Session(
        folder=folder,
        ledger=ledger,
        prepared=prepared,
        run=value,
        description=RunDescription.of(run, plan, prepared.loaded.digest),
        options=options,
        planned=planned,
        counting=counting,
        resumed=resumed,
    )


def _counted(
    plan: Plan, prepared: Prepared, span: Span
) -> tuple[dict[str, int] | None, int | None, Counting | None]:
    """Return how many messages are planned, and until when; what goes on counting if not soon."""
    known = find_count(home(), _count_key(prepared, span))
    if known is not None:
        return known.planned, known.last, None
    counting = plan.counting(begin=span.begin, until=span.until)
    looked = 0
    while looked < _MOST_COUNTED:
        try:
            looked = next(counting)
        except StopIteration as counted:
            count: Count = counted.value
            return dict(count.deliveries), count.last, None
    return None, None, counting


def _count_key(prepared: Prepared, span: Span) -> str:
    return count_key(
        {
            "version": __version__,
            "scenario": prepared.loaded.digest,
            "arrangements": prepared.arrangements.model_dump_json(),
            "recipients": prepared.recipients,
            "as_of": prepared.as_of,
            "part": span,
        }
    )


def _options(options: PlayOptions, prepared: Prepared, clock: Clock) -> tuple[Options, Span]:
    span = prepared.span(options.start_offset, options.until)
    played = Options(
        rate=1.0 if options.rate is None else options.rate,
        span=span,
        paused=options.paused,
        start_at=start_at(options.start_at, clock, paused=options.paused),
        max_gap_s=None if options.max_gap is None else seconds(options.max_gap, "--max-gap"),
        wait_for=options.wait_for,
        wait_s=options.wait_s,
        settle_s=options.settle_s,
        linger_s=options.linger_s,
    )
    return played, span


def seconds(text: str, option: str) -> float:
    """Return a duration that a user wrote, in seconds; it has to be longer than nothing."""
    try:
        length = parse_duration(text) / 1e6
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {quoted(text)}: {not_a_duration(text)}") from None
    if length <= 0:
        raise UsageError(f"{option} {quoted(text)} must be longer than nothing; write 90s or 10m")
    return length
