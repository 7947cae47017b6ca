"""From the name of a scenario to a plan: what every verb that needs a plan does first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from feed.core.plan import Plan
from feed.core.run import Span
from feed.core.sharing import Sharing
from feed.errors import UsageError
from feed.files.arrangements import load_arrangements
from feed.files.library import find
from feed.files.scenario import Loaded, load
from feed.model.arrangement import Arrangements
from feed.model.time import Instant, Moment, parse_duration, parse_moment

__all__ = ["Prepared", "moment_in", "prepare"]


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
        return Plan(event_stream, sharing)

    def span(self, start_offset: str | None, until: str | None) -> Span:
        """Return the part of the scenario that a user asks for: offsets, clock times or dates."""
        start = self.loaded.header.starts

        def moment(text: str | None, option: str) -> int | None:
            if text is None:
                return None
            # An offset is what users mean by a plain duration such as 00:10:00 or PT10M.
            try:
                return start.us + parse_duration(text)
            except ValueError:
                return moment_in(text, start, option).us

        span = Span(moment(start_offset, "--start-offset"), moment(until, "--until"))
        if span.begin is not None and span.until is not None and span.until <= span.begin:
            raise UsageError("--until is not after --start-offset; nothing is planned between them")
        return span


def prepare(
    scenario: str,
    *,
    arrangements: Path | None = None,
    exercise: str | None = None,
    as_of: str | None = None,
    countries: Sequence[str] | None = None,
) -> Prepared:
    """Find, read and check a scenario and its arrangements.

    ``as_of`` asks "what if": a moment at which the arrangements are looked at, in place of what the
    scenario says.  ``countries`` are the only recipients.
    """
    path = find(scenario)
    agreed = load_arrangements(arrangements)
    loaded = load(
        path, agreed, shown=scenario if scenario == str(path) else None, exercise=exercise
    )
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
        fixed = moment_in(as_of, header.starts, "--as-of").us
    elif isinstance(header.sharing, Moment):
        fixed = header.sharing.resolve(header.starts).us
    return Prepared(path, arrangements, loaded, agreed, tuple(sorted(wanted)), fixed)


def moment_in(text: str, start: Instant, option: str) -> Instant:
    """Return a moment that a user wrote, in a scenario that begins at ``start``."""
    try:
        return parse_moment(text).resolve(start)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} '{text}' is not a time; write 07:22, +PT90S, 2022-10-04 or "
            "2022-10-04T07:22:00+09:00"
        ) from None
