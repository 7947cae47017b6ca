"""What one event shows to be wrong by itself, beside the header and the arrangements.

Each check is one small function in ``EVENT_CHECKS``; what needs other events is in ``check.py``.
"""

from collections.abc import Callable, Iterable, Sequence

from feed.core.event_stream import repetition_count
from feed.core.launches import flight_problem, short_claims
from feed.core.reach import may_hear, reporters
from feed.core.sizes import size_of, too_large
from feed.model.check_context import CheckContext, Finding, Findings, Steps, participant
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.message import LARGEST
from feed.model.quoting import did_you_mean, quoted
from feed.model.repeat import MOST_REPETITIONS, Repeat
from feed.model.statement import statement_of_claim
from feed.model.time import Moment

__all__ = ["EVENT_CHECKS"]


def _countries(event: EventBase, context: CheckContext) -> Findings:
    named = event.countries()
    return [one for steps, country in named for one in participant(context, steps, country)]


def _moments(event: EventBase) -> Sequence[tuple[Steps, Moment]]:
    """Return every moment that must lie within the story."""
    if event.repeat is None:
        return event.moments()
    key = "every" if event.repeat.until is None else "until"
    return [*event.moments(), (("repeat", key), event.repeat.last(event.at))]


def _within_the_story(event: EventBase, context: CheckContext) -> Findings:
    start, end = context.start, context.end
    found = []
    for steps, when in _moments(event):
        at = when.resolve(start).us
        if at < start.us:
            advice = (
                "write the date with it" if when.form == "clock" else "let the story start sooner"
            )
            text = f"is before the story starts ({context.shown(start.us)}); {advice}"
            found.append(Finding(steps, f"{quoted(when.text)} {text}"))
        elif end is not None and at > end:
            text = f"is after the story ends ({context.shown(end)}); let it end later"
            found.append(Finding(steps, f"{quoted(when.text)} {text}"))
    return found


def _in_order(event: EventBase, context: CheckContext) -> Findings:
    return [
        Finding(steps, f"{quoted(late.text)} is before {quoted(early.text)}; exchange them")
        for steps, early, late in event.ordered()
        if context.moment(late) < context.moment(early)
    ]


def _known_sources(event: EventBase, context: CheckContext) -> Findings:
    named: list[tuple[Steps, tuple[str, ...]]] = [(("source",), event.source)]
    named += [(("claims", n, "source"), claim.source) for n, claim in enumerate(event.claims)]
    known = context.header.sources
    return [
        Finding((*steps, n), _unknown_source(key, known))
        for steps, keys in named
        for n, key in enumerate(keys)
        if key not in known
    ]


def _unknown_source(key: str, known: Iterable[str]) -> str:
    offer = did_you_mean(key, known) or "; add it to 'sources'"
    return f"{quoted(key)} is not among the sources{offer}"


_SOURCE = "a figure needs its source: name one in 'source'"
_FIGURES = ("range_km", "apogee_km", "flight_time", "count")


def _sourced_figures(event: EventBase, context: CheckContext) -> Findings:
    del context
    return () if event.source or event.assumed else _unsourced(event)


def _unsourced(event: EventBase) -> Findings:
    for n, claim in enumerate(event.claims):
        figures = [name for name in _FIGURES if getattr(claim, name) is not None]
        if figures and not claim.source:
            yield Finding(("claims", n, figures[0]), _SOURCE)
    if (figure := event.unsourced()) is not None:
        steps, advice = figure
        yield Finding(steps, f"{_SOURCE}, {advice}")


def _own(event: EventBase, context: CheckContext) -> Findings:
    return event.own_checks(context)


def _originator(event: EventBase, context: CheckContext) -> Findings:
    del context
    if not event.reporter_key or event.reporter() is not None:
        return ()
    text = f"nobody reports it; name a country in {event.reporter_key}"
    return (Finding((event.word,), text),)


def _flyable(event: EventBase, context: CheckContext) -> Findings:
    del context
    return _flown(event) if isinstance(event, Launch) else ()


def _flown(launch: Launch) -> Findings:
    problem = flight_problem(launch)
    if problem is not None:
        yield Finding(("flight",), problem)
    for n, text in short_claims(launch):
        if n < 0 and problem is None:
            yield Finding(("flight", "time"), text)
        elif n >= 0 and not launch.claims[n].disputed:
            advice = "or, if it is on record as it stands, say 'disputed: true'"
            yield Finding(("claims", n, "flight_time"), f"{text}, {advice}")


def _repeatable(event: EventBase, context: CheckContext) -> Findings:
    """Find what repeats too often, or varies what it does not have."""
    return () if event.repeat is None else _repeated(event, event.repeat, context)


def _repeated(event: EventBase, repeat: Repeat, context: CheckContext) -> Findings:
    count = repetition_count(event, context.start, context.header.seed)
    if count > MOST_REPETITIONS:
        text = f"it would happen {count:,} times; at most {MOST_REPETITIONS:,} are played"
        yield Finding(("repeat", "every"), text)
    if repeat.vary is None:
        return
    flight = event.flight if isinstance(event, Launch) else None
    if flight is None:
        text = "only the figures of a flight vary; give it a 'flight', or take 'vary' out"
        yield Finding(("repeat", "vary"), text)
        return
    for name, width in repeat.vary.widths().items():
        figure = getattr(flight, name)
        if figure is None:
            text = f"the flight has no {quoted(name)} that could vary; give it, or take this out"
            yield Finding(("repeat", "vary", name), text)
        elif name != "azimuth_deg" and width >= figure:
            text = f"{width:g} km either way of {figure:g} km leaves none; vary it by less"
            yield Finding(("repeat", "vary", name), text)


def _heard_of(event: EventBase, context: CheckContext) -> Findings:
    """Find the event that nobody who takes part would ever be told of."""
    if isinstance(event, LinkChange) or (
        event.claims and any(claim.said is not None for claim in event.claims)
    ):
        return ()
    if isinstance(event, Launch):
        return _launch_heard_of(event, context)
    reporter = event.reporter()
    if reporter is None:
        return ()
    on = (reporter, event.to, event.release or event.released)
    heard = context.heard.get(on)
    if heard is None:
        heard = context.heard[on] = _may_be_heard(event, {reporter}, context)
    return () if heard else _unheard(event)


def _launch_heard_of(launch: Launch, context: CheckContext) -> Findings:
    first = reporters(launch, context)
    if first or not _all_take_part(launch, context):
        return () if _may_be_heard(launch, first, context) else _unheard(launch)
    if launch.detections is None and launch.flight is None:
        advice = "give it a 'flight', or say in 'detections' who saw it"
    else:
        advice = "no sensor sees it; say in 'detections' who did"
    return (Finding(("launch",), f"no country would ever hear of it: {advice}"),)


def _all_take_part(event: EventBase, context: CheckContext) -> bool:
    named = {country for _, country in event.countries()}
    return context.arrangements.participants.keys() >= named


def _may_be_heard(event: EventBase, first: set[str], context: CheckContext) -> bool:
    """Tell whether anybody may hear of it; also if a name is wrong, which is said already."""
    return not _all_take_part(event, context) or any(
        may_hear(event, country, first, context) for country in context.recipients
    )


def _unheard(event: EventBase) -> Findings:
    text = "no country would ever hear of it: no recipient may; see 'to', 'release', 'countries'"
    return (Finding(("to",) if event.to is not None else (event.word,), text),)


def _sayable(event: EventBase, context: CheckContext) -> Findings:
    """Find the claim whose message is larger than a message may be."""
    return _too_long_claims(event, context) if event.claims else ()


def _too_long_claims(event: EventBase, context: CheckContext) -> Findings:
    for n, claim in enumerate(event.claims):
        if claim.said is not None:
            size = size_of(statement_of_claim(claim, claim.said, event.id, context.start), context)
            if size > LARGEST:
                yield Finding(("claims", n), too_large(size))


EVENT_CHECKS: tuple[Callable[[EventBase, CheckContext], Findings], ...] = (
    _countries,
    _within_the_story,
    _in_order,
    _known_sources,
    _sourced_figures,
    _own,
    _originator,
    _flyable,
    _repeatable,
    _heard_of,
    _sayable,
)
