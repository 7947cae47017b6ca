"""Situations of stories of the library, as the live view gets them."""

from functools import cache
from typing import Any

from feed.app.situation_now import RunPlace, SituationNow
from feed.core.plan import Plan
from feed.core.sharing import Sharing
from feed.model.time import parse_moment
from feed.terminal.views import CountryView, LiveState
from tests.scenarios import library
from tests.terminal.pictures import country, live_state

__all__ = ["COUNTRIES", "place_at", "plan_of", "state_at"]

COUNTRIES = ("USA", "JPN", "KOR")


@cache
def plan_of(story: str) -> Plan:
    """Return the plan of a story of the library."""
    stream = library.loaded(story).event_stream
    agreed = library.arrangements()
    sharing = Sharing(
        agreed, stream.gathered, seed=stream.header.seed, recipients=agreed.countries()
    )
    return Plan(stream, sharing)


def place_at(story: str, when: str, epoch: int = 1) -> RunPlace:
    """Return where a run of a story stands at a time."""
    now = parse_moment(when).resolve(library.loaded(story).header.starts).us
    deliveries = library.deliveries(story)
    cursor = sum(each.due <= now for each in deliveries)
    return RunPlace(plan_of(story), epoch, cursor, now, deliveries[-1].due)


def state_at(story: str, when: str, **members: Any) -> LiveState:
    """Return what the live view gets of a run of a story at a time."""
    place = place_at(story, when)
    now = SituationNow(COUNTRIES)
    situation, complete = now.at(place)
    while not complete:
        situation, complete = now.at(place)
    countries: list[CountryView] = [country(code, rank=rank) for rank, code in enumerate(COUNTRIES)]
    given = {
        "position_us": place.position,
        "starts_us": place.plan.starts,
        "ends_us": place.ends,
        "situation": situation,
        "keys": True,
    }
    return live_state(*countries, **(given | members))
