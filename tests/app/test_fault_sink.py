"""What happens to messages on their way through faults on purpose, into memory."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feed.app.fault_sink import FaultSink
from feed.app.sink import Key, MemorySink, Outgoing
from feed.core.faults import PASS, Effect, altered

DELAY = Effect("delay", "delay", delay_us=10)
DROP = Effect("drop", "drop", copies=0)


def message(number: int, effect: Effect = PASS, country: str = "JPN") -> Outgoing:
    """Return a message that is due at its number."""
    return Outgoing((1, country, number), "t", b'{"n":%d}' % number, number, effect)


def through(*messages: Outgoing, room: int = 1000) -> tuple[FaultSink, MemorySink]:
    """Send messages through faults."""
    inner = MemorySink(room)
    sink = FaultSink(inner, set())
    sink.send(messages)
    return sink, inner


def numbers(inner: MemorySink) -> list[int]:
    """Return the numbers of what went out, in order."""
    return [one.key[2] for one in inner.sent]


def test_what_nothing_happens_to_goes_through_as_it_is() -> None:
    """It is safe when the other sink says so."""
    sink, inner = through(message(1), message(2))

    assert inner.sent == [message(1), message(2)]
    assert sink.take_safe() == [(1, "JPN", 1), (1, "JPN", 2)]
    assert sink.moment is None
    assert sink.empty()


def test_what_is_dropped_is_safe_and_never_sent() -> None:
    """It is as it is to be, so nothing is sent again when the run goes on."""
    sink, inner = through(message(1, DROP), message(2))

    assert numbers(inner) == [2]
    assert sorted(sink.take_safe()) == [(1, "JPN", 1), (1, "JPN", 2)]


def test_what_is_doubled_is_sent_several_times() -> None:
    """One behind the other."""
    _, inner = through(message(1, Effect("duplicate", "d", copies=3)), message(2))

    assert numbers(inner) == [1, 1, 1, 2]


def test_what_is_delayed_goes_out_when_its_moment_has_come() -> None:
    """Others are not held up, and it is not safe before it is sent."""
    sink, inner = through(message(1, DELAY), message(2))
    assert (numbers(inner), sink.moment, sink.held) == ([2], 11, {(1, "JPN", 1)})
    assert sink.take_safe() == [(1, "JPN", 2)]

    sink.release(lambda moment: moment <= 10)
    assert numbers(inner) == [2]
    sink.release(lambda moment: moment <= 11)

    assert numbers(inner) == [2, 1]
    assert sink.take_safe() == [(1, "JPN", 1)]
    assert (sink.moment, sink.held) == (None, set())


def test_what_is_reordered_goes_behind_messages_of_the_same_recipient() -> None:
    """What is dropped, or is another's, does not count."""
    late = Effect("reorder", "r", behind=2)

    sink, inner = through(message(1, late), message(7, country="KOR"), message(2, DROP), message(3))
    assert numbers(inner) == [7, 3]
    sink.send([message(4), message(5)])

    assert numbers(inner) == [7, 3, 4, 1, 5]


def test_the_end_of_an_epoch_lets_everything_go() -> None:
    """Delayed first, then what nothing came behind."""
    sink, inner = through(message(1, Effect("reorder", "r", behind=9)), message(2, DELAY))
    assert inner.sent == []

    sink.flush()

    assert sorted(numbers(inner)) == [1, 2]
    assert sink.held == set()


def test_what_is_damaged_is_damaged_here_alone() -> None:
    """The message that was given stays as it is."""
    effect = Effect("corrupt", "c", how="no-json")
    whole = message(1, effect)

    _, inner = through(whole)

    assert inner.sent[0].payload == altered(whole.payload, effect) != whole.payload


def test_what_there_is_no_room_for_waits() -> None:
    """Copies, and what was delayed, take no more room than there is."""
    sink, inner = through(message(1, Effect("duplicate", "d", copies=3)), room=2)
    assert (numbers(inner), sink.room, sink.empty()) == ([1, 1], 1, True)

    inner.room = 0
    sink.send([])
    sink.flush()
    sink.send([message(2)])
    assert (sink.room, sink.empty()) == (0, False)
    inner.room = 5

    assert sink.room == 4
    assert sink.empty()
    assert numbers(inner) == [1, 1, 1, 2]


def test_who_waits_for_room_is_told_by_the_other_sink() -> None:
    """The call goes through."""
    sink, inner = through()
    called: list[Any] = []
    sink.changed = lambda: called.append(1)

    inner.changed()

    assert called == [1]
    assert sink.changed is inner.changed


effects = st.one_of(
    st.just(PASS),
    st.just(DROP),
    st.integers(2, 4).map(lambda copies: Effect("duplicate", "d", copies=copies)),
    st.integers(1, 30).map(lambda by: Effect("delay", "d", delay_us=by)),
    st.integers(1, 5).map(lambda behind: Effect("reorder", "r", behind=behind)),
)


@given(st.lists(st.tuples(effects, st.sampled_from(["JPN", "KOR"])), max_size=30), st.data())
def test_each_message_goes_as_often_as_its_effect_says(
    script: list[tuple[Effect, str]], data: st.DataObject
) -> None:
    """Whatever comes together, in whatever room; and all of it is safe in the end."""
    inner = MemorySink(1000)
    sink = FaultSink(inner, set())
    wanted: dict[Key, int] = {}
    for number, (effect, country) in enumerate(script, 1):
        inner.room = data.draw(st.integers(0, 3))
        sink.send([message(number, effect, country)])
        wanted[1, country, number] = effect.copies
        sink.release(lambda moment, now=number: moment <= now)  # type: ignore[misc]
    inner.room = 1000
    sink.flush()

    assert sink.empty()
    assert sink.held == set()
    sent = [one.key for one in inner.sent]
    assert {key: sent.count(key) for key in wanted} == wanted
    assert set(sink.take_safe()) == set(wanted)
