"""From the name of a scenario to a plan: what every verb that needs a plan does first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feed.core.actions import TransportError
from feed.core.faults import Faults
from feed.core.plan import Plan
from feed.core.record import amended_by
from feed.core.run import Span
from feed.core.sharing import Sharing
from feed.errors import Problem, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.faults import load_faults
from feed.files.library import find
from feed.files.scenario import Loaded, load
from feed.files.source import InputFile, kept_bytes, only_once, source_of
from feed.files.variables import assigned
from feed.model.arrangement import Arrangements
from feed.model.quoting import quoted
from feed.model.time import DATED, TIMES, Instant, Moment, parse_moment, rfc3339

__all__ = ["Prepared", "date_in", "moment_in", "prepare", "prepared_of"]

_DATES = "2015-06-01 or 2015-06-01T12:00:00+09:00"


@dataclass(frozen=True)
class Prepared:
    """A scenario under its arrangements, ready to be planned."""

    path: Path
    arrangements_path: Path | None
    """None: those of the library"""
    loaded: Loaded
    arrangements: Arrangements
    recipients: tuple[str, ...]
    as_of: int | None

    @property
    def kept(self) -> Path:
        """The file that says what is played by itself, without variables and includes."""
        return self.path if self.loaded.flat is None else kept_bytes(self.loaded.flat, ".json")

    def plan(self, *, as_of: int | None = None) -> Plan:
        """Return the plan; ``as_of`` fixes the arrangements as they stood at another moment."""
        event_stream = self.loaded.event_stream
        sharing = Sharing(
            self.arrangements,
            event_stream.gathered,
            seed=event_stream.header.seed,
            recipients=self.recipients,
            as_of=self.as_of if as_of is None else as_of,
        )
        plan, header = Plan(event_stream, sharing), event_stream.header
        if not header.amendments:
            return plan
        try:
            return amended_by(plan, self.loaded.written, header)
        except TransportError as error:
            text = f"an amendment cannot be made: {error}"
            raise ScenarioError([Problem(self.loaded.shown, 1, 1, text)]) from error

    def faults(self, named: InputFile | None = None) -> Faults | None:
        """Return the faults on purpose of a file, or else of the scenario; None: there are none."""
        header = self.loaded.header
        rules = header.faults
        if named is not None:
            rules = load_faults(
                named.path, start=header.starts, countries=self.recipients, shown=named.shown
            )
        return Faults(rules, header.seed, header.starts) if rules else None

    def span(self, start_offset: str | None, until: str | None) -> Span:
        """Return the part of the scenario that a user asks for; refuse one without a message."""
        start = self.loaded.header.starts
        begin = None if start_offset is None else moment_in(start_offset, start, "--start-offset")
        end = None if until is None else moment_in(until, start, "--until")
        span = Span(None if begin is None else begin.us, None if end is None else end.us)
        if span.begin is not None and span.until is not None and span.until <= span.begin:
            raise UsageError(
                f"--until is not after --start-offset ({self.shown(span.begin)} to "
                f"{self.shown(span.until)}); exchange them, or add a date"
            )
        if span != Span():
            self._refuse_empty(span)
        return span

    def shown(self, us: int) -> str:
        """Return a moment as the scenario's own clock shows it, for a sentence."""
        return rfc3339(us, self.loaded.header.starts.offset_s).replace(".000", "")

    def _refuse_empty(self, span: Span) -> None:
        """Refuse a part of the plan in which nothing is due, and say where something is."""
        before: int | None = None
        for delivery in self.plan().deliveries():
            if span.begin is not None and delivery.due < span.begin:
                before = delivery.due
                continue
            if span.until is None or delivery.due <= span.until:
                return
            until, first = self.shown(span.until), self.shown(delivery.due)
            if span.begin is None:
                raise UsageError(
                    f"nothing is due in the part up to --until ({until}); "
                    f"the first message is due at {first}, end later"
                )
            raise UsageError(
                f"nothing is due in the part from --start-offset ({self.shown(span.begin)}) to "
                f"--until ({until}); the next message is due at {first}, end later"
            )
        if before is None:
            raise UsageError(f"nothing is due for {', '.join(self.recipients)}; see 'feed plan'")
        assert span.begin is not None, "something came before the part"
        raise UsageError(
            f"nothing is due in the part from --start-offset on ({self.shown(span.begin)}); "
            f"the last message is due at {self.shown(before)}, begin earlier"
        )


def prepare(
    scenario: str,
    *,
    arrangements: Path | None = None,
    exercise: str | None = None,
    as_of: str | None = None,
    countries: Sequence[str] | None = None,
    variables: Sequence[str] | Mapping[str, Any] = (),
) -> Prepared:
    """Find, read and check a scenario and its arrangements.

    ``as_of`` asks "what if": a moment at which the arrangements are looked at, in place of what the
    scenario says.  ``countries`` are the only recipients; ``variables`` are values by name, or
    ``name=value`` as ``--set`` has them.
    """
    only_once(scenario, arrangements)
    found = find(scenario)
    named = None if arrangements is None else source_of(arrangements)
    agreed = load_arrangements() if named is None else load_arrangements(*named)
    given = variables if isinstance(variables, Mapping) else assigned(variables)
    loaded = load(found.path, agreed, shown=found.shown, exercise=exercise, given=given)
    return prepared_of(
        InputFile(found.path, loaded.shown),
        loaded,
        agreed,
        None if named is None else named.path,
        as_of=as_of,
        countries=countries,
    )


def prepared_of(
    file: InputFile,
    loaded: Loaded,
    agreed: Arrangements,
    agreed_path: Path | None = None,
    *,
    as_of: str | None = None,
    countries: Sequence[str] | None = None,
) -> Prepared:
    """Return a scenario that is loaded, and found right, ready to be planned."""
    header = loaded.header
    known = agreed.countries()
    wanted = countries or header.countries or known
    for country in wanted:
        if country not in known:
            raise UsageError(
                f"'{country}' is no participant; the arrangements have {', '.join(known)}"
            )
    fixed: int | None = None
    if as_of is not None:
        fixed = date_in(as_of, header.starts, "--as-of").us
    elif isinstance(header.sharing, Moment):
        fixed = header.sharing.resolve(header.starts).us
    return Prepared(
        path=file.path,
        arrangements_path=agreed_path,
        loaded=loaded,
        arrangements=agreed,
        recipients=tuple(sorted(wanted)),
        as_of=fixed,
    )


def moment_in(text: str, start: Instant, option: str) -> Instant:
    """Return a moment that a user wrote, in a scenario that begins at ``start``.

    A clock time is the first from the start on.
    """
    try:
        return parse_moment(text).resolve_from(start)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {quoted(text)} is not a time; write {TIMES}") from None


def date_in(text: str, start: Instant, option: str) -> Instant:
    """Return a date that a user wrote, with or without a time of day."""
    try:
        moment = parse_moment(text)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {quoted(text)} is not a date; write {_DATES}") from None
    if moment.form not in DATED:
        raise UsageError(f"{option} {quoted(text)} has no date; write {_DATES}")
    return moment.resolve(start)
