"""Messages are measured as they are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.plan import Plan
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.message import LARGEST_ENVELOPE, Message
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.signature import SIGNATURE_BYTES
from feed.wire.size import measure_of
from tests import make

RUN = "01jfm0abcdefghjkmnpqrstvwx"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase]]:
    """Draw arrangements and a story."""
    agreed = draw(make.any_arrangements())
    return agreed, draw(make.any_events(agreed))


@pytest.mark.slow
@make.PATIENT
@given(world=worlds())
def test_no_delivery_is_larger_than_its_message_was_measured(
    world: tuple[Arrangements, list[EventBase]],
) -> None:
    """Whoever gets it by whatever path, and never by more than the path and the arrangement."""
    agreed, events = world
    scenario = make.scenario(*events)
    measure = measure_of(scenario, agreed)
    played = Played(RUN, 1, scenario.exercise, "morning-calm")
    plan: Plan = make.plan(*events, agreed=agreed)
    for delivery in plan.deliveries():
        sent = len(encode(delivery, played, 1, delivery.due)) + SIGNATURE_BYTES
        measured = measure(delivery.message)
        assert sent <= measured
        if delivery.message.release == "public":
            assert measured - sent < 100  # a longer epoch, references that are withheld


def test_the_largest_envelope_is_no_larger() -> None:
    """Everything around a body is as long as it can be, for thirty countries."""
    countries = [f"A{a}{b}" for a in "ABCDEF" for b in "ABCDE"]
    agreed = make.arrangements(
        make.arrangement("a" * 64, countries[:2], ["jpn-kor"]),
        countries=countries,
        links=[make.link("KOR", "JPN")],
    )
    header = make.scenario(exercise=("訓" * 35 + "A" * 64)[:99])
    message = make.message(event="e" * 64, number=10**7, expires=make.START, release="arrangement")
    longest: Message = message._replace(data={})

    assert 1_000 < measure_of(header, agreed)(longest) <= LARGEST_ENVELOPE


def test_another_exercise_is_measured_by_its_name() -> None:
    """The name under which it is played stands in every message."""
    measure = measure_of(make.scenario(), make.arrangements())
    other = measure_of(make.scenario(), make.arrangements(), "MORNING CALM AND EVENING STORM")

    assert other(make.message()) > measure(make.message())


@given(
    names=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    text=st.text(max_size=40),
    number=st.integers(1, 10**6),
    more=st.integers(0, 3),
)
def test_what_is_kept_of_an_envelope_changes_no_size(
    names: list[int], text: str, number: int, more: int
) -> None:
    """However many messages were measured before, each has the size that it has alone."""
    header, agreed = make.scenario(), make.arrangements()
    measure = measure_of(header, agreed)
    for length in names:
        for release in ("public", "arrangement"):
            message = make.message(event="e" * length, number=number, release=release)
            references = tuple(f"{'e' * length}.KOR.{n}" for n in range(more))
            message = message._replace(data={"summary": text}, references=references)
            assert measure(message) == measure_of(header, agreed)(message)
