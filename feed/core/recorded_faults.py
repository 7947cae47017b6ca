"""The faults of a run as a story says them: those that an operator added or ended, with moments.

What a run began with and what was done to it come in; out come rules for a scenario that is played
without a break.  A fault that was added at a moment is from that moment on, one that was ended is
until then.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from feed.core.actions import Faulting, InjectFault, Reset
from feed.core.cut_off import Recorded
from feed.core.faulted import faulted, told_faults
from feed.core.faults import Faults
from feed.model.fault import Fault
from feed.model.time import Instant, rfc3339

__all__ = ["recorded_faults"]


class _Spell(NamedTuple):
    """A fault, and from which moment to which it could happen; None: without a border."""

    rule: Fault
    since: int | None = None
    until: int | None = None

    def within(self, start: Instant) -> dict[str, Any] | None:
        """Return the rule as it stands in a file; None if there is no moment for it."""
        rule = self.rule
        own = None if rule.from_ is None else rule.from_.resolve(start).us
        ends = None if rule.until is None else rule.until.resolve(start).us
        since = max((one for one in (own, self.since) if one is not None), default=None)
        until = min((one for one in (ends, self.until) if one is not None), default=None)
        if since is not None and until is not None and since >= until:
            return None
        (told,) = told_faults([rule])
        # A border that is the rule's own keeps the form in which it was written.
        if since != own and since is not None:
            told["from"] = rfc3339(since, start.offset_s)
        if until != ends and until is not None:
            told["until"] = rfc3339(until, start.offset_s)
        return told


def recorded_faults(
    recorded: Iterable[Recorded], begun: Faults, countries: Sequence[str]
) -> list[dict[str, Any]] | None:
    """Return the faults of a run, as they stand in a file; None if nobody changed them."""
    first = [_Spell(rule) for rule in begun.rules]
    spells, over, present, changed = first, list[_Spell](), begun, False
    for one in recorded:
        action = one.action
        if isinstance(action, Reset):
            spells, over, present, changed = first, [], begun, False
        elif isinstance(action, Faulting):
            # What was due by then had been sent, to the millisecond in which times are written.
            border = (one.position // 1000 + 1) * 1000
            present, changed = faulted(present, action, countries), True
            if isinstance(action, InjectFault):
                added = len(present.rules) - len(spells)
                spells = [*(_Spell(rule, since=border) for rule in present.rules[:added]), *spells]
            else:
                left = present.rules
                over += [each._replace(until=border) for each in spells if each.rule not in left]
                spells = [each for each in spells if each.rule in left]
    if not changed:
        return None
    told = [each.within(begun.start) for each in (*spells, *over)]
    return [each for each in told if each is not None]
