"""What one event shows to be wrong by itself, beside the header and the arrangements.

Each check is one small function in ``EVENT_CHECKS``; what needs other events is in ``check.py``.
"""

from collections.abc import Callable, Iterator

from feed.core.check_context import CheckContext, Finding, Findings, Steps, participant
from feed.core.launches import flight_problem, short_claims
from feed.core.reach import may_hear, reporters, size_of, too_large
from feed.model.agreement import Agreement
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.incident import Incident
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.message import LARGEST
from feed.model.quoting import did_you_mean, quoted
from feed.model.statement import statement_of_claim
from feed.model.time import Moment

__all__ = ["EVENT_CHECKS"]


def _countries(event: EventBase, context: CheckContext) -> Findings:
    for n, country in enumerate(event.to or ()):
        yield from participant(context, ("to", n), country)
    if isinstance(event, Launch):
        for n, seen in enumerate(event.detections or ()):
            yield from participant(context, ("detections", n, "country"), seen.country)


def _moments(event: EventBase) -> Iterator[tuple[Steps, Moment]]:
    """Yield every moment at which something is heard of an event."""
    yield ("at",), event.at
    for n, claim in enumerate(event.claims):
        if claim.said is not None:
            yield ("claims", n, "said"), claim.said
    if event.repeat is not None:
        yield ("repeat", "until"), event.repeat.until
    if isinstance(event, Launch):
        for n, seen in enumerate(event.detections or ()):
            yield ("detections", n, "at"), seen.at


def _within_the_story(event: EventBase, context: CheckContext) -> Findings:
    ends = context.header.ends
    last = None if ends is None else context.moment(ends)
    for steps, when in _moments(event):
        at = context.moment(when)
        if at < context.start.us:
            advice = (
                "write the date with it" if when.form == "clock" else "let the story start sooner"
            )
            text = f"is before the story starts ({context.shown(context.start.us)}); {advice}"
            yield Finding(steps, f"{quoted(when.text)} {text}")
        elif last is not None and at > last:
            text = f"is after the story ends ({context.shown(last)}); let it end later"
            yield Finding(steps, f"{quoted(when.text)} {text}")


def _in_order(event: EventBase, context: CheckContext) -> Findings:
    for steps, early, late in _pairs(event):
        if context.moment(late) < context.moment(early):
            yield Finding(
                steps, f"{quoted(late.text)} is before {quoted(early.text)}; exchange them"
            )


def _pairs(event: EventBase) -> Iterator[tuple[Steps, Moment, Moment]]:
    """Yield moments that must follow each other, and where the later one stands."""
    if event.repeat is not None:
        yield ("repeat", "until"), event.at, event.repeat.until
    for n, claim in enumerate(event.claims):
        if claim.launched is not None and claim.fell is not None:
            yield ("claims", n, "fell"), claim.launched, claim.fell
    if isinstance(event, Incident) and event.ends is not None:
        yield ("ends",), event.at, event.ends
    if isinstance(event, Launch):
        for n, seen in enumerate(event.detections or ()):
            yield ("detections", n, "at"), event.at, seen.at
            if seen.until is not None:
                yield ("detections", n, "until"), seen.at, seen.until


def _known_sources(event: EventBase, context: CheckContext) -> Findings:
    named: list[tuple[Steps, tuple[str, ...]]] = [(("source",), event.source)]
    named += [(("claims", n, "source"), claim.source) for n, claim in enumerate(event.claims)]
    known = context.header.sources
    for steps, keys in named:
        for n, key in enumerate(keys):
            if key not in known:
                offer = did_you_mean(key, known) or "; add it to 'sources'"
                yield Finding((*steps, n), f"{quoted(key)} is not among the sources{offer}")


_SOURCE = "a figure needs its source: name one in 'source'"
_FIGURES = ("range_km", "apogee_km", "flight_time", "count")


def _sourced_figures(event: EventBase, context: CheckContext) -> Findings:
    del context
    if event.source or event.assumed:
        return
    for n, claim in enumerate(event.claims):
        figures = [name for name in _FIGURES if getattr(claim, name) is not None]
        if figures and not claim.source:
            yield Finding(("claims", n, figures[0]), _SOURCE)
    if isinstance(event, Launch):
        stated = _stated_figure(event)
        if stated is not None:
            advice = "list it in 'assumed' of the flight, or say 'assumed: true'"
            yield Finding(stated, f"{_SOURCE}, {advice}")
    elif isinstance(event, Incident) and event.count is not None and not event.synthetic:
        yield Finding(("count",), f"{_SOURCE}, or say 'synthetic: true' or 'assumed: true'")


def _stated_figure(launch: Launch) -> Steps | None:
    if launch.flight is not None:
        for name in ("azimuth_deg", "range_km", "apogee_km", "time"):
            if getattr(launch.flight, name) is not None and name not in launch.flight.assumed:
                return ("flight", name)
    return None if launch.site.approximate else ("site", "lat")


def _known_links(event: EventBase, context: CheckContext) -> Findings:
    if isinstance(event, LinkChange):
        links = [link.id for link in context.arrangements.links]
        if event.id not in links:
            offer = did_you_mean(event.id, links) or f"; they are {', '.join(links)}"
            yield Finding(("link",), f"{quoted(event.id)} is no link of the arrangements{offer}")
        if event.repeat is not None:
            yield Finding(("repeat",), "a link cannot repeat; write each change")


def _known_arrangements(event: EventBase, context: CheckContext) -> Findings:
    if isinstance(event, Agreement) and event.arrangement is not None:
        known = [arrangement.id for arrangement in context.arrangements.arrangements]
        name = event.arrangement.id
        if name not in known:
            offer = did_you_mean(name, known) or f"; they are {', '.join(known)}"
            yield Finding(("arrangement", "id"), f"{quoted(name)} is no arrangement{offer}")


def _originator(event: EventBase, context: CheckContext) -> Findings:
    del context
    if not isinstance(event, Correction | Launch | LinkChange) and event.reporter() is None:
        key = {"meeting": "'participants' or 'originator'"}.get(event.word, "'originator'")
        yield Finding((event.word,), f"nobody reports it; name a country in {key}")


def _flyable(event: EventBase, context: CheckContext) -> Findings:
    del context
    if not isinstance(event, Launch):
        return
    problem = flight_problem(event)
    if problem is not None:
        yield Finding(("flight",), problem)
    for n, text in short_claims(event):
        if n < 0 and problem is None:
            yield Finding(("flight", "time"), text)
        elif n >= 0 and not event.claims[n].disputed:
            advice = "or, if it is on record as it stands, say 'disputed: true'"
            yield Finding(("claims", n, "flight_time"), f"{text}, {advice}")


def _heard_of(event: EventBase, context: CheckContext) -> Findings:
    """Find the event that nobody who takes part would ever be told of."""
    if not context.arrangements.participants.keys() >= set(event.to or ()):
        return  # a name that is wrong is said already
    if isinstance(event, LinkChange) or any(claim.said is not None for claim in event.claims):
        return
    if isinstance(event, Launch):
        first = reporters(event, context)
        if not first:
            if event.detections is None and event.flight is None:
                advice = "give it a 'flight', or say in 'detections' who saw it"
            else:
                advice = "no sensor sees it; say in 'detections' who did"
            yield Finding(("launch",), f"no country would ever hear of it: {advice}")
            return
    else:
        reporter = event.reporter()
        if reporter is None:
            return
        first = {reporter}
    if not any(may_hear(event, country, first, context) for country in context.recipients):
        text = (
            "no country would ever hear of it: no recipient may; see 'to', 'release', 'countries'"
        )
        yield Finding(("to",) if event.to is not None else (event.word,), text)


def _sayable(event: EventBase, context: CheckContext) -> Findings:
    """Find the claim whose message is larger than a message may be."""
    for n, claim in enumerate(event.claims):
        if claim.said is not None:
            size = size_of(statement_of_claim(claim, claim.said, event.id, context.start))
            if size > LARGEST:
                yield Finding(("claims", n), too_large(size))


EVENT_CHECKS: tuple[Callable[[EventBase, CheckContext], Findings], ...] = (
    _countries,
    _within_the_story,
    _in_order,
    _known_sources,
    _sourced_figures,
    _known_links,
    _known_arrangements,
    _originator,
    _flyable,
    _heard_of,
    _sayable,
)
