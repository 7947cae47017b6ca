"""The library as a whole: every story is right, says where it is from, and reaches everybody."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from feed.files.library import entries, find
from feed.files.plausibility import unlikely
from feed.model.base import Source
from feed.model.claim import Claim
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.scenario import exercise_slug
from feed.model.time import SECOND
from tests.scenarios.library import arrangements, deliveries, loaded, messages, scenario

NAMES = [entry.name for entry in entries()]
LANGUAGE = {"ja": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), "ko": re.compile("[\uac00-\ud7a3]")}
every_story = pytest.mark.parametrize("name", NAMES)


def sources_of(event: EventBase) -> Iterator[str]:
    """Yield every key of a source that an event names."""
    yield from event.source
    for claim in event.claims:
        yield from claim.source


def claims_of(name: str) -> list[tuple[str, Claim]]:
    """Return every claim of a story, each with the id of its event."""
    return [(event.id, claim) for event in scenario(name).events for claim in event.claims]


def sources_of_arrangements() -> Iterator[str]:
    """Yield every key of a source that the arrangements name."""
    agreed = arrangements()
    for participant in agreed.participants.values():
        for sensor in participant.sensors:
            yield from sensor.source
    for link in agreed.links:
        yield from link.source
    for arrangement in agreed.arrangements:
        yield from arrangement.source
        for standing in arrangement.standing:
            yield from standing.source


@every_story
def test_a_story_has_no_mistake(name: str) -> None:
    """The file is what ``feed check`` calls right, and is called what it says it is."""
    assert loaded(name).header.id == name


@every_story
def test_a_story_has_nothing_that_is_probably_not_meant(name: str) -> None:
    """What ``feed check --strict`` takes as a mistake is not there, or accepted with a reason."""
    assert list(unlikely(find(name).path, loaded(name))) == []


@every_story
def test_sources_are_declared_and_used(name: str) -> None:
    """Every source that is named is declared, and none is declared that nothing rests on."""
    named = {key for event in scenario(name).events for key in sources_of(event)}

    assert named == set(scenario(name).sources)


def test_sources_of_the_arrangements_are_declared_and_used() -> None:
    """The same holds for the file that says who may hear whom."""
    assert set(sources_of_arrangements()) == set(arrangements().sources)


def test_a_source_is_the_same_in_every_file() -> None:
    """One key means one page of one outlet, wherever it is named."""
    declared = [arrangements().sources, *(scenario(name).sources for name in NAMES)]
    pages: dict[str, set[tuple[str | None, ...]]] = {}
    for sources in declared:
        for key, source in sources.items():
            pages.setdefault(key, set()).add(page(source))

    assert {key: found for key, found in pages.items() if len(found) > 1} == {}


def page(source: Source) -> tuple[str | None, ...]:
    """Return what tells one source from another."""
    return source.by, source.on, source.at


@every_story
def test_what_is_told_has_a_source(name: str) -> None:
    """An event names its source; only what is invented, and says so, has none."""
    bare = {
        event.id
        for event in scenario(name).events
        if not event.source and not event.assumed and not isinstance(event, LinkChange)
    }

    assert bare == set()


@every_story
def test_every_launch_and_every_claim_has_a_source(name: str) -> None:
    """No figure stands alone, not even of an assumed launch."""
    launches = [event for event in scenario(name).events if isinstance(event, Launch)]

    assert [event.id for event in launches if not event.source] == []
    assert [event for event, claim in claims_of(name) if not claim.source] == []


@every_story
def test_a_figure_in_a_text_has_a_source(name: str) -> None:
    """Whoever reads a number can look it up; patterns are none of the record."""
    bare = [
        event.id
        for event in scenario(name).events
        if not event.source and any(map(re.compile(r"\d").search, texts_of(event)))
    ]

    assert bare == [] or name.startswith("pattern-")


def texts_of(event: EventBase) -> Iterator[str]:
    """Yield every text of an event that is published, in every language."""
    for key in ("title", "headline", "text", "summary", "effect", "outcome", "place"):
        texts = getattr(event, key, None)
        yield from texts.values() if isinstance(texts, dict) else ()


@every_story
def test_what_is_assumed_says_so_in_words(name: str) -> None:
    """Whoever reads the file learns from an event's notes what about it is assumed."""
    silent = {event.id for event in scenario(name).events if event.assumed and not event.notes}

    assert silent == set()


@every_story
def test_no_azimuth_is_on_record(name: str) -> None:
    """No authority published one, so each is marked as assumed."""
    for event in scenario(name).events:
        if isinstance(event, Launch) and event.flight is not None:
            assert "azimuth_deg" in event.flight.assumed


@every_story
def test_an_hour_that_nobody_knows_is_never_published_as_known(name: str) -> None:
    """What is known by its date or half-day goes out with ``assumed``."""
    coarse = [each for each in messages(name) if each.data.get("precision") in {"date", "half-day"}]

    assert all(each.data["assumed"] for each in coarse)


@every_story
def test_nobody_knows_the_future(name: str) -> None:
    """No claim goes out before the launch or the fall that it tells of."""
    for message in messages(name):
        for claim in message.data.get("claims") or ():
            for moment in (claim.get("launched"), claim.get("fell")):
                if moment is not None:
                    told = dt.datetime.fromisoformat(moment).timestamp() * SECOND
                    assert told <= message.at, message.key


@every_story
def test_flight_figures_are_claimed_only_after_the_flight(name: str) -> None:
    """How far and how long it flew is said by somebody, later; not with its detection."""
    for event in scenario(name).events:
        if isinstance(event, Launch):
            assert [claim for claim in event.claims if claim.said is None] == []


@every_story
def test_every_country_hears_of_it(name: str) -> None:
    """A story reaches each participant."""
    heard = Counter(each.recipient for each in deliveries(name))

    assert all(heard[country] for country in arrangements().countries())


@every_story
def test_a_translation_is_in_its_language(name: str) -> None:
    """Japanese text is written in Japanese, Korean in Hangul, and stands on one line."""
    for message in messages(name):
        for key in ("title", "headline", "text", "summary", "effect", "outcome"):
            for language, text in (message.data.get(key) or {}).items():
                assert language == "en" or LANGUAGE[language].search(text), message.key
                assert language == "en" or "\n" not in text.strip(), message.key


def test_each_exercise_has_its_own_name() -> None:
    """Two words in capitals, and no two stories share them."""
    names = [scenario(name).exercise for name in NAMES]

    assert all(re.fullmatch("[A-Z]+ [A-Z]+", name) for name in names)
    assert len({exercise_slug(name) for name in names}) == len(names)
