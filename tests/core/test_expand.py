"""From events to messages: their numbers, what they refer to, and what is kept in memory."""

import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.event_stream import event_stream_of
from feed.core.expand import Mark, Messages
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.message import Message
from feed.model.time import SECOND
from tests.make import (
    PATIENT,
    START,
    agreement,
    alert,
    any_arrangements,
    any_events,
    arrangements,
    claim,
    correction,
    cut,
    event_stream,
    incident,
    launch,
    meeting,
    moment,
    scenario,
    statement,
)


def messages(*events: EventBase, mark: Mark | None = None) -> Messages:
    """Return the messages of a story with these events."""
    return Messages(event_stream(*events), arrangements(), 7, mark)


def keys(*events: EventBase) -> list[str]:
    """Return the keys of the messages of a story, in order."""
    return [message.key for message in messages(*events)]


def references(*events: EventBase) -> dict[str, tuple[str, ...]]:
    """Return what each message refers to, of those that refer to something."""
    return {each.key: each.references for each in messages(*events) if each.references}


def areas(message: Message, member: str = "areas") -> list[str]:
    """Return the names of a message's areas."""
    return [area["name"] for area in message.data.get(member, ())]


def seconds(message: Message) -> float:
    """Return the time of a message in seconds after the start."""
    return (message.at - START) / SECOND


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase]]:
    """Draw arrangements, and a story under them."""
    agreed = draw(any_arrangements())
    return agreed, draw(any_events(agreed))


def test_a_message_is_numbered_by_event_and_originator() -> None:
    """A key is the event, who reports, and that one's how manieth report of the event it is."""
    made = keys(
        alert("a", 0, "JPN"),
        alert("b", 1, "KOR"),
        correction("a", "update", 2),
        correction("a", "cancel", 3, originator="USA"),
        correction("a", "all-clear", 4, originator="JPN"),
    )

    assert made == ["a.jpn.1", "b.kor.1", "a.jpn.2", "a.usa.1", "a.jpn.3"]


def test_messages_come_in_order_of_time() -> None:
    """However the file is written, messages come by time; equal times as they were written."""
    made = keys(meeting("late", 9), meeting("first", 1), meeting("second", 1), meeting("zero", 0))

    assert made == ["zero.usa.1", "first.usa.1", "second.usa.1", "late.usa.1"]


def test_a_message_carries_what_its_event_says() -> None:
    """Time, offset, expiry, release and recipients come from the event."""
    event = alert(at=5, expires="PT60S", release="arrangement", to=["KOR", "JPN"])
    (made,) = messages(event)

    assert made.at == START + 5 * SECOND
    assert made.expires == made.at + 60 * SECOND
    assert made.offset_s == 9 * 3600
    assert (made.kind, made.type, made.originator) == ("alert", "alert", "JPN")
    assert (made.release, made.to, made.partial) == ("arrangement", ("KOR", "JPN"), False)
    assert made.data["text"]["en"].endswith("Take shelter.")


def test_a_first_report_refers_to_nothing() -> None:
    """What updates and ends nothing has no references."""
    assert references(alert(), meeting(), incident(), statement(), agreement()) == {}


def test_an_update_refers_to_the_last_report() -> None:
    """Each update replaces the one before."""
    found = references(alert("a"), *(correction("a", "update", at) for at in (1, 2, 3)))

    assert found == {"a.jpn.2": ("a.jpn.1",), "a.jpn.3": ("a.jpn.2",), "a.jpn.4": ("a.jpn.3",)}


@pytest.mark.parametrize("as_", ["cancel", "all-clear"])
def test_a_cancel_or_all_clear_refers_to_what_stands(as_: str) -> None:
    """What ends an event refers to its last report, not to those that were replaced."""
    found = references(alert("a"), correction("a", "update", 1), correction("a", as_, 2))

    assert found["a.jpn.3"] == ("a.jpn.2",)


def test_a_partial_cancel_leaves_the_alert_standing() -> None:
    """Each cancel of a part refers to the alert, and the last one says that nothing is left."""
    made = list(
        messages(
            alert("a", areas=["North", "South", "East"]),
            correction("a", "cancel", 1, areas=["South"], reason="wrong-area"),
            correction("a", "cancel", 2, areas=["North"]),
            correction("a", "all-clear", 3),
        )
    )

    assert [each.references for each in made] == [(), *[("a.jpn.1",)] * 3]
    assert [each.partial for each in made] == [False, True, True, False]
    assert [areas(each) for each in made[1:]] == [["South"], ["North"], ["East"]]
    assert [areas(each, "remaining") for each in made[1:]] == [["North", "East"], ["East"], []]


def test_cancelling_the_last_part_cancels_the_whole() -> None:
    """When the parts that were cancelled make up the whole, the alert is over."""
    made = list(
        messages(
            alert("a", areas=["North", "South"]),
            correction("a", "cancel", 1, areas=["South"]),
            correction("a", "cancel", 2, areas=["North"]),
        )
    )

    assert [each.partial for each in made] == [False, True, False]


def test_an_update_after_a_partial_cancel_is_about_the_rest() -> None:
    """The alert goes on for what is left in its own words, not in those of the cancel."""
    *_, updated = messages(
        alert("a", areas=["North", "South"], response="Shelter"),
        correction("a", "cancel", 1, areas=["South"], text="The south is safe."),
        correction("a", "update", 2, certainty="Observed"),
    )

    assert areas(updated) == ["North"]
    assert (updated.data["response"], updated.data["urgency"]) == ("Shelter", "Immediate")
    assert updated.data["text"]["en"].endswith("Take shelter.")
    assert updated.data["certainty"] == "Observed"


def test_a_reason_is_that_of_its_own_correction() -> None:
    """What was updated for one reason is not ended for the same one unless the file says so."""
    *_, updated, ended = messages(
        alert("a"),
        correction("a", "update", 1, reason="superseded-data"),
        correction("a", "all-clear", 2),
    )

    assert updated.data["reason"] == "superseded-data"
    assert ended.data["reason"] == "threat-ended"


def test_somebody_else_can_cancel() -> None:
    """A cancel by another issuer is that issuer's first report and refers to the original."""
    issuer = {"country": "USA", "authority": "Command", "channel": "Radio"}
    first, cancel = messages(alert("a"), correction("a", "cancel", 1, issuer=issuer))

    assert (cancel.key, cancel.originator) == ("a.usa.1", "USA")
    assert cancel.references == (first.key,)
    assert cancel.data["issuer"] == issuer


def test_an_update_by_somebody_else_takes_the_place_of_the_original() -> None:
    """After it the update stands, and the original's issuer ends that one."""
    found = references(
        alert("a", 0, "JPN"),
        correction("a", "update", 1, originator="USA"),
        correction("a", "all-clear", 2, originator="JPN"),
    )

    assert found == {"a.usa.1": ("a.jpn.1",), "a.jpn.2": ("a.usa.1",)}


def test_a_second_end_refers_to_the_first() -> None:
    """What another voice has ended is ended once more, by name and in the same areas."""
    _, first, second = messages(
        alert("a"), correction("a", "all-clear", 1), correction("a", "all-clear", 2)
    )

    assert (first.references, areas(first)) == (("a.jpn.1",), ["North"])
    assert (second.references, areas(second)) == ((first.key,), ["North"])


@pytest.mark.parametrize("event", [incident("x"), statement("x"), meeting("x"), agreement("x")])
def test_every_kind_can_be_corrected(event: EventBase) -> None:
    """A correction is another message of the event, of its kind, and refers to it."""
    first, second = messages(event, correction("x", "update", 1, reason="superseded-data"))

    assert (second.event, second.kind, second.type) == ("x", first.kind, "update")
    assert second.references == (first.key,)
    assert second.data["reason"] == "superseded-data"


def test_a_correction_without_a_name_is_by_who_spoke_last() -> None:
    """If the file does not say who corrects, it is whoever reported the event last."""
    made = keys(
        alert("a", 0, "JPN"),
        correction("a", "update", 1, originator="USA"),
        correction("a", "update", 2),
    )

    assert made == ["a.jpn.1", "a.usa.1", "a.usa.2"]


@pytest.mark.parametrize(
    "event", [launch("x", seen=()), launch("x", at=90, seen=("KOR",)), alert("x", at=90)]
)
def test_a_correction_of_what_nobody_reported_says_nothing(event: EventBase) -> None:
    """A correction before the first report, or of what nobody saw, stops nothing and is silent."""
    made = keys(event, correction("x", "update", 1), meeting("later", 3600))

    assert made[-1] == "later.usa.1"
    assert not [key for key in made[:1] if key == "x.usa.1"]
    assert references(event, correction("x", "update", 1)).keys() <= set(made)


def test_what_is_said_later_is_a_message_of_its_own() -> None:
    """A claim with a moment is a public statement about the event; one without is in the body."""
    event = incident(
        "x", 0, claims=[claim("JPN", 30), claim("KOR", 10), claim("USA")], release="arrangement"
    )
    first, second, third = messages(event)

    assert [each.key for each in (first, second, third)] == ["x.kor.1", "x.kor.2", "x.jpn.1"]
    assert [seconds(each) for each in (first, second, third)] == [0, 10, 30]
    assert [each["country"] for each in first.data["claims"]] == ["USA"]
    assert (second.kind, second.data["about"], second.release) == ("statement", "x", "public")
    assert (second.references, first.release) == ((), "arrangement")


def test_a_claim_can_come_before_the_event_it_is_about() -> None:
    """What was said before an event comes in its place."""
    made = keys(meeting("b", 15), incident("x", 20, claims=[claim("JPN", 10)]))

    assert made == ["x.jpn.1", "b.usa.1", "x.kor.1"]


def test_what_is_said_with_a_correction_is_a_statement_about_the_event() -> None:
    """The claims of a correction are messages too, about what is corrected."""
    made = list(messages(alert("a"), correction("a", "update", 5, claims=[claim("KOR", 9)])))

    assert [each.key for each in made] == ["a.jpn.1", "a.jpn.2", "a.kor.1"]
    assert (made[2].kind, made[2].data["about"], seconds(made[2])) == ("statement", "a", 9)


def test_a_statement_about_an_event_is_not_ended_with_it() -> None:
    """An all-clear refers to the alert, not to what its issuer said beside it."""
    found = references(
        alert("a", claims=[claim("JPN", 1)]), correction("a", "all-clear", 2, originator="JPN")
    )

    assert found == {"a.jpn.3": ("a.jpn.1",)}


def test_a_link_makes_no_message() -> None:
    """A link that goes down is heard of by what it delays."""
    assert keys(cut("jpn-kor", 1), meeting("x", 2), cut("kor-usa", 3)) == ["x.usa.1"]


def test_a_repeated_event_is_many_events() -> None:
    """Each repetition has an id of its own, and so its own number one."""
    made = keys(incident("x", repeat={"count": 12, "until": moment(11)}))

    assert made == [f"x-{n:02}.kor.1" for n in range(1, 13)]


def test_every_witness_of_a_launch_reports_on_its_own() -> None:
    """Two countries that see a launch number their reports apart, and end only their own."""
    made = list(messages(launch("x", seen=("KOR", "JPN"))))

    assert {each.originator for each in made} == {"KOR", "JPN"}
    for each in made:
        assert all(key.split(".")[1] == each.key.split(".")[1] for key in each.references)
    for originator in ("kor", "jpn"):
        numbers = [int(e.key.split(".")[2]) for e in made if e.originator.lower() == originator]
        assert numbers == list(range(1, len(numbers) + 1))


def test_who_saw_nothing_can_end_what_all_others_reported() -> None:
    """A cancel by a country without a report of its own ends everybody's."""
    found = references(
        launch("x", seen=("KOR", "JPN")), correction("x", "cancel", 20, originator="USA")
    )

    assert {key.split(".")[1] for key in found["x.usa.1"]} == {"kor", "jpn"}


def test_a_prediction_names_the_track_it_is_reckoned_from() -> None:
    """The basis of an impact is the originator's last track of that object, where there is one."""
    flight = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 150}
    detections = [
        {"country": country, "at": moment(20), "until": moment(300)} for country in ("KOR", "JPN")
    ]
    last: dict[str, str] = {}
    named: list[str] = []

    for each in messages(launch("x", flight=flight, detections=detections)):
        if each.kind == "track":
            last[each.originator] = each.key
        if each.kind == "impact":
            assert each.data["basis"] == last[each.originator]
            named.append(each.data["basis"])

    assert len(named) > 2


@pytest.mark.slow
@PATIENT
@given(world=worlds())
def test_messages_are_the_same_twice_and_in_order(
    world: tuple[Arrangements, list[EventBase]],
) -> None:
    """A story gives the same messages each time, in order of time, each key once."""
    agreed, events = world
    told = event_stream(*events)
    made = list(Messages(told, agreed, 7))

    assert made == list(Messages(told, agreed, 7))
    assert [each.at for each in made] == sorted(each.at for each in made)
    assert len({each.key for each in made}) == len(made)


@pytest.mark.slow
@PATIENT
@given(world=worlds())
def test_references_name_earlier_messages_that_still_stood(
    world: tuple[Arrangements, list[EventBase]],
) -> None:
    """Whatever is corrected by whom, a reference is to an earlier report of the same event.

    It is neither replaced nor ended before, unless all is over: then an end is to the last end.
    Numbers count from one without a gap.
    """
    agreed, events = world
    standing: set[str] = set()
    ends: dict[str, str] = {}
    counts: dict[str, int] = {}

    for each in Messages(event_stream(*events), agreed, 7):
        event, originator, number = each.key.rsplit(".", 2)
        counts[f"{event}.{originator}"] = counts.get(f"{event}.{originator}", 0) + 1
        assert int(number) == counts[f"{event}.{originator}"]
        if each.references != (ends.get(event),):
            assert set(each.references) <= standing
        else:
            assert each.type in {"cancel", "all-clear"}
            assert not [key for key in standing if key.startswith(f"{event}.")]
        assert all(key.rsplit(".", 2)[0] == event for key in each.references)
        if not each.partial:
            standing -= set(each.references)
            if each.type in {"cancel", "all-clear"}:
                ends[event] = each.key
        if each.type in {"alert", "update"} and each.kind != "statement":
            standing.add(each.key)


@pytest.mark.slow
@PATIENT
@given(world=worlds(), data=st.data())
def test_a_story_goes_on_from_any_mark(
    world: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """From a mark that was taken anywhere and written down, the rest comes as it would have."""
    agreed, events = world
    told = event_stream(*events)
    whole = list(Messages(told, agreed, 7))
    place = data.draw(st.integers(0, len(whole)))
    begun = Messages(told, agreed, 7)
    for _ in range(place):
        next(begun)

    mark = begun.mark()
    copy = pickle.loads(pickle.dumps(mark))  # noqa: S301 - made in the line itself

    assert mark.number == place
    assert list(Messages(told, agreed, 7, mark)) == whole[place:]
    assert list(Messages(told, agreed, 7, copy)) == whole[place:]
    assert list(begun) == whole[place:]
    assert list(Messages(told, agreed, 7, mark)) == whole[place:]


def held(made: Messages) -> int:
    """Return how many things are held in memory: open events, and events that are known of."""
    return len(made._heap) + len(made._known)


def most_held(made: Messages) -> tuple[int, int]:
    """Return how many messages there are, and the most that was held at one time."""
    count = most = 0
    for _ in made:
        count += 1
        most = max(most, held(made))
    return count, most


@pytest.mark.slow
def test_memory_stays_flat_over_a_long_story() -> None:
    """Fifty thousand incidents pass, and between two messages none of them is held."""
    many = incident("x", repeat={"count": 50_000, "until": moment(86_400), "spread": "seeded"})

    assert most_held(messages(many)) == (50_000, 0)


def test_memory_stays_flat_over_many_corrections() -> None:
    """An event is forgotten after its last correction."""
    pairs: list[EventBase] = []
    for n in range(300):
        pairs += [
            alert(f"a-{n}", 10 * n, claims=[claim("KOR", 10 * n + 1)]),
            correction(f"a-{n}", "update", 10 * n + 3, claims=[claim("KOR", 10 * n + 4)]),
            correction(f"a-{n}", "all-clear", 10 * n + 6),
        ]
    made = messages(*pairs)

    assert most_held(made) == (1500, 2)
    assert held(made) == 0


@pytest.mark.slow
@PATIENT
@given(world=worlds())
def test_nothing_is_held_when_the_story_is_told(
    world: tuple[Arrangements, list[EventBase]],
) -> None:
    """After the last message no event is known any longer."""
    agreed, events = world
    made = Messages(event_stream(*events), agreed, 7)
    for _ in made:
        pass

    assert held(made) == 0


def test_a_story_of_another_seed_has_other_moments() -> None:
    """The draws of a story are keyed by its seed."""
    repeat = {"count": 3, "until": moment(600), "spread": "seeded"}
    times: list[Sequence[Any]] = []
    for seed in (1, 2):
        told = event_stream_of(scenario(incident("x", repeat=repeat), seed=seed))
        times.append([each.at for each in Messages(told, arrangements(), seed)])

    assert times[0] != times[1]
