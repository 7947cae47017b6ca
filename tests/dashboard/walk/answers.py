"""The page at every moment of a story, held against the fold of its plan.

The five questions are those of ``docs/dashboard.md``: is it real, what is in the air and how long
is left, who knows, what have people been told, does the feed work.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playwright.sync_api import Page

from feed.app.prepare import Prepared, prepare
from feed.core.picture import Picture
from feed.core.situation import Situation, Situations
from feed.model.time import SECOND
from feed.wording.situation import alert_words
from feed.wording.times import Times

__all__ = ["Expected", "expected_at", "lacking_on", "moments_of"]

_SPAN = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_NEAR_S = 2.0
"""Two roundings, and a report that is dated to the tenth of a second."""


class Expected(NamedTuple):
    """What is true at a moment, and how its times are told."""

    at: int
    situation: Situation
    times: Times


def moments_of(story: str) -> list[int]:
    """Return each moment at which something but a position is due, and a second around it."""
    dues = {
        each.due // SECOND * SECOND
        for each in prepare(story).plan().deliveries()
        if each.message.kind not in {"track", "impact"}
    }
    around = {due + shift * SECOND for due in dues for shift in (-1, 0, 1)}
    return sorted(each for each in around if min(dues) <= each <= max(dues))


def expected_at(story: str, moments: Sequence[int]) -> Iterator[Expected]:
    """Yield the fold of a story's plan at each of some moments, in order."""
    prepared: Prepared = prepare(story)
    plan, countries = prepared.plan(), prepared.recipients
    times = Times(prepared.loaded.header.starts.offset_s)
    situations = Situations(countries, plan.sharing)
    pictures = {country: Picture() for country in countries}
    deliveries = iter(plan.deliveries())
    ahead = next(deliveries, None)
    for at in sorted(moments):
        # Whoever goes to a moment stands before what is due at it.
        while ahead is not None and ahead.due < at:
            situations.take(ahead)
            pictures[ahead.recipient].take(ahead)
            ahead = next(deliveries, None)
        for picture in pictures.values():
            list(picture.expire(at))
        yield Expected(at, situations.at(at, pictures), times)


def lacking_on(page: Page, expected: Expected) -> list[str]:
    """Return what of the five answers is not on the page, in words."""
    shown = {
        name: page.get_by_role("region", name=name).inner_text()
        for name in ("In the air", "Who knows", "Alerts", "Feed")
    }
    band = page.get_by_role("banner").inner_text()
    return [
        *_real(band, expected),
        *_flies(shown["In the air"], expected.situation),
        *_known(page, expected),
        *_told(page, expected.situation),
        *([] if "messages" in shown["Feed"] else ["how the feed does"]),
    ]


def _real(band: str, expected: Expected) -> Iterator[str]:
    if "EXERCISE EXERCISE EXERCISE" not in " ".join(band.split()):
        yield "that it is an exercise"
    if expected.times.clock(expected.at) not in band:
        yield f"the time {expected.times.clock(expected.at)}: {band!r}"


def _flies(shown: str, situation: Situation) -> Iterator[str]:
    active = {each.event: each for of in situation.countries for each in of.launches}
    if not active:
        if "Nothing is in the air" not in shown:
            yield f"that nothing is in the air: {shown!r}"
        return
    for event, launch in active.items():
        site = launch.site_names.get("en") or launch.site
        if site not in shown:
            yield f"where {event} was launched ({site}): {shown!r}"
        lefts = [
            word.impact.left_s
            for of in situation.countries
            for each in of.launches
            if each.event == event
            for word in each.words
            if word.impact is not None and word.impact.state == "predicted"
        ]
        told = [_seconds(*each) for each in _SPAN.findall(shown.partition("predicted impact")[2])]
        if lefts and "came down" not in shown and not _near(lefts, told):
            yield f"the time left of {event} ({lefts} s): {shown!r}"


def _near(lefts: Sequence[float], told: Sequence[float]) -> bool:
    return any(abs(abs(left) - each) <= _NEAR_S for left in lefts for each in told)


def _seconds(hours: str, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def _known(page: Page, expected: Expected) -> Iterator[str]:
    if len(expected.situation.knows) != 1:
        return
    ((event, countries),) = expected.situation.knows.items()
    for each in countries:
        row = page.get_by_role("row", name=re.compile(f"^{each.country}")).first.inner_text()
        since = None if each.since is None else expected.times.clock(each.since)
        if (since or "does not know yet") not in row and "no report that stands" not in row:
            yield f"that {each.country} knows of {event} since {since}: {row!r}"


def _told(page: Page, situation: Situation) -> Iterator[str]:
    region = page.get_by_role("region", name="Alerts")
    shown = region.inner_text()
    on = {each.event: each for of in situation.countries for each in of.alerts}
    if not on and "No alert is on" not in shown:
        yield f"that no alert is on: {shown!r}"
    for event, alert in on.items():
        missing = [name for name in alert.on_in if name not in shown]
        if missing or alert_words(alert, "en") not in shown:
            yield f"alert {event} in {missing or alert.on_in}: {shown!r}"
    count = shown.count("on for ")
    if count != len(on):
        yield f"{len(on)} alerts that are on, not {count}: {shown!r}"
