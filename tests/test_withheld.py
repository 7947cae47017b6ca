"""Nothing withheld from a country appears in anything that it is sent: the whole way to the bytes.

A plan is drawn with any events under any arrangements, and composed as the player composes it:
feed messages, the pictures as state and as GeoJSON, and the numbers.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.retained_topics import RetainedTopics
from feed.app.run_description import RunDescription
from feed.clock import VirtualClock
from feed.core.actions import Play
from feed.core.expand import Mark, Messages
from feed.core.plan import Plan
from feed.core.run import Run
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.message import Delivery, Message
from feed.wire.compact import compact
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests.make import (
    COUNTRIES,
    PATIENT,
    any_arrangements,
    any_events,
    arrangement,
    arrangements,
    correction,
    event_stream,
    launch,
    meeting,
    moment,
    plan,
    sharing,
)

KOR, JPN, USA, *_ = COUNTRIES
PLAYED = Played("run", 1, "MORNING CALM", "morning-calm")
MARK = re.compile(rb"secret-of-([a-z0-9-]+\.[a-z]{3}\.[0-9]+)-")


class Wire:
    """Takes what is published, in place of a publisher: payloads by topic, in order."""

    five = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Note what is published."""
        self.sent.append((topic, payload))


class Marked(Plan):
    """A plan whose every message has a word of its own in its body."""

    def messages(self, mark: Mark | None = None) -> Messages:
        """Return the messages with their marks."""
        return _MarkedMessages(self.event_stream, self.sharing.arrangements, self.seed, mark)


class _MarkedMessages(Messages):
    def __next__(self) -> Message:
        message = super().__next__()
        # In members that the pictures and the maps show, too.
        secret = f"secret-of-{message.key}-"
        return message._replace(
            data={**message.data, "secret": secret, "headline": {"en": secret}, "phase": secret}
        )


def flight(name: str, at: float, seen: Sequence[str]) -> Launch:
    """Return a launch that some countries track until it comes down, every half minute."""
    detections = [
        {"country": country, "at": moment(at + 20 + n), "until": moment(at + 400)}
        for n, country in enumerate(seen)
    ]
    path = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}
    return launch(name, at, detections=detections, flight=path, track={"every": "PT30S"})


@st.composite
def situations(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase], int]:
    """Draw arrangements, a story of any events, and a seed."""
    agreed = draw(any_arrangements())
    events = draw(any_events(agreed))
    seen = st.lists(st.sampled_from(agreed.countries()), min_size=1, unique=True)
    for n in range(draw(st.integers(0, 2))):
        events.append(flight(f"flight-{n}", draw(st.integers(0, 90)), draw(seen)))
    return agreed, events, draw(st.integers(0, 9))


async def everything_sent(made: Plan) -> dict[str, list[bytes]]:
    """Return by country every payload that a run of a plan sends it, refreshed at every message."""
    about = RunDescription.of("run", made, "0" * 64)
    wire = Wire()
    publisher: Any = wire  # it only publishes
    topics = RetainedTopics(about, publisher, VirtualClock())
    payloads: dict[str, list[bytes]] = defaultdict(list)
    run = Run(made, rate=inf)
    run.apply(Play(), 0.0)
    for (one,) in iter(lambda: run.due(0.0, 1), []):
        country = one.delivery.recipient
        payloads[country].append(encode(one.delivery, PLAYED, one.sequence, 0))
        await topics.pictures(run, late_ms=0)
        await topics.heads(1, run.sequences, final=False)
    for topic, payload in wire.sent:
        payloads[topic.split("/")[4].upper()].append(topic.encode() + payload)
    return payloads


def received(made: Plan) -> dict[str, dict[str, Delivery]]:
    """Return by country what it gets, by the key of the message."""
    found: dict[str, dict[str, Delivery]] = {each: {} for each in made.sharing.recipients}
    for delivery in made.deliveries():
        assert delivery.message.key not in found[delivery.recipient], "delivered twice"
        found[delivery.recipient][delivery.message.key] = delivery
    return found


@PATIENT
@given(situation=situations())
async def test_nothing_withheld_is_in_any_byte_that_a_country_is_sent(
    situation: tuple[Arrangements, list[EventBase], int],
) -> None:
    """Neither the key nor the body of a withheld message is in the feed, state, geo or numbers."""
    agreed, events, seed = situation
    made = Marked(event_stream(*events, seed=seed), sharing(agreed, *events, seed=seed))
    messages = list(made.messages())
    sent = await everything_sent(made)

    for country in made.sharing.recipients:
        everything = b"\n".join(sent[country])
        decisions = [(each.key, made.sharing.decide(each, country).due) for each in messages]
        withheld = {key for key, due in decisions if due is None}
        assert withheld.isdisjoint(key.decode() for key in MARK.findall(everything))
        for key in withheld:
            assert re.search(re.escape(key.encode()) + rb"(?![0-9])", everything) is None


def test_the_word_in_a_body_is_found_when_it_is_there() -> None:
    """The property above looks for something that is there: a recipient's bytes have the word."""
    made = Marked(event_stream(launch(seen=[KOR])), sharing(arrangements(), launch(seen=[KOR])))
    first = next(made.deliveries())

    assert MARK.findall(encode(first, PLAYED, 1, 0)) != []
    assert compact({"headline": "secret-of-rocket.kor.1-"}).count(b"secret-of-") == 1


@pytest.mark.parametrize("as_", ["update", "cancel", "all-clear"])
def test_a_correction_of_a_launch_is_no_way_around_the_arrangements(as_: str) -> None:
    """Correcting warning data goes where the data went, unless the file says that it is public."""
    rocket = launch(seen=[KOR])
    kept = plan(rocket, correction("rocket", as_, 5))
    told = plan(rocket, correction("rocket", as_, 5, release="public"))

    assert {each.recipient for each in kept.deliveries()} == {KOR}
    assert {each.recipient for each in told.deliveries()} == {JPN, KOR, USA}


def test_a_correction_of_what_is_over_does_not_name_an_end_that_was_withheld() -> None:
    """Whoever ends anew what another has ended refers to that end; not before those without it."""
    talks = meeting(country="JPN", originator="JPN", release="public", to=["JPN"])
    ends = [
        correction(talks.id, "cancel", 1),
        correction(talks.id, "cancel", 2, originator="KOR"),
        correction(talks.id, "cancel", 3, originator="KOR"),
    ]
    got = received(plan(talks, *ends))

    assert got["KOR"]
    known: set[str] = set()
    for delivery in got["KOR"].values():
        assert set(delivery.references) <= known
        known.add(delivery.message.key)


def changes(events: list[EventBase], kept: Mapping[str, Any]) -> list[EventBase]:
    """Return a story without the agreements that change arrangements which are gone."""
    return [
        event
        for event in events
        if event.word != "agreement" or event.arrangement.id in kept  # type: ignore[attr-defined]
    ]


@PATIENT
@given(situation=situations(), data=st.data())
def test_an_arrangement_less_never_delivers_more(
    situation: tuple[Arrangements, list[EventBase], int], data: st.DataObject
) -> None:
    """Of the whole plan nothing is added, nothing is earlier, and no reference is added."""
    agreed, events, seed = situation
    gone = data.draw(st.sampled_from([None, *agreed.arrangements]))
    kept = {each.id: each for each in agreed.arrangements if each is not gone}
    fewer = agreed.model_copy(update={"arrangements": tuple(kept.values())})
    # An agreement about it is still announced; only its effect is gone.
    less = Plan(event_stream(*events, seed=seed), sharing(fewer, *changes(events, kept), seed=seed))
    whole = received(Plan(event_stream(*events, seed=seed), sharing(agreed, *events, seed=seed)))

    for country, deliveries in received(less).items():
        for key, delivery in deliveries.items():
            before = whole[country][key]
            assert before.due <= delivery.due
            assert set(delivery.references) <= set(before.references)
            assert set(delivery.releasable) <= set(before.releasable)
            assert "basis" not in delivery.message.data or "basis" in before.message.data


@PATIENT
@given(situation=situations())
def test_what_waits_for_a_link_comes_after_its_restoration_once(
    situation: tuple[Arrangements, list[EventBase], int],
) -> None:
    """A delivery over a link that was down says it is late, and is not before the link is back."""
    agreed, events, seed = situation
    made = plan(*events, agreed=agreed, seed=seed)
    ups = sorted(when for when, _, state in made.event_stream.gathered.links if state == "up")

    for deliveries in received(made).values():
        for delivery in deliveries.values():
            decision = made.sharing.explain(delivery.message, delivery.recipient)
            waits = [hop for hop in decision.hops if hop.waited]
            assert delivery.late == bool(waits)
            assert all(is_up(made, hop.link, hop.left) for hop in decision.hops)
            for hop in waits:
                assert hop.left in ups
                assert delivery.due >= hop.left


def is_up(made: Plan, name: str, at: int) -> bool:
    """Tell whether a link is up at a moment, by what the story says of it last."""
    said = [
        state
        for when, link, state in made.event_stream.gathered.links
        if link == name and when <= at
    ]
    return not said or said[-1] == "up"


def test_an_impact_does_not_name_a_track_that_was_withheld() -> None:
    """Where only impacts are shared, their basis, a track report, is left out."""
    only = arrangement("only", [KOR, JPN], ["jpn-kor"], kinds=["impact"])
    got = received(plan(flight("rocket", 0, [KOR]), agreed=arrangements(only)))

    assert {each.message.kind for each in got[JPN].values()} == {"impact"}
    assert all("basis" not in each.message.data for each in got[JPN].values())
    assert any("basis" in each.message.data for each in got[KOR].values())
