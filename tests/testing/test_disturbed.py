"""What brokers may do to messages, on purpose."""

from feed.app.sink import MemorySink, Outgoing
from feed.testing.disturbed import DisturbedSink


def messages(*numbers: int, country: str = "JPN") -> list[Outgoing]:
    """Return messages by their numbers."""
    return [Outgoing((1, country, number), "t", b"") for number in numbers]


def sent(sink: MemorySink, country: str = "JPN") -> list[int]:
    """Return the numbers that reached the sink inside."""
    return [one.key[2] for one in sink.sent if one.key[1] == country]


def test_what_is_not_asked_for_is_left_alone() -> None:
    """And what is safe inside is safe."""
    inside = MemorySink(room=10)
    sink = DisturbedSink(inside)
    sink.send(messages(1, 2))

    assert sent(inside) == [1, 2]
    assert sink.take_safe() == [(1, "JPN", 1), (1, "JPN", 2)]
    assert sink.room == 5
    called: list[int] = []
    sink.changed = lambda: called.append(1)
    inside.changed()
    assert called == [1]
    assert sink.changed is inside.changed


def test_messages_of_one_country_are_swapped() -> None:
    """Also if they come one by one; those of others pass."""
    inside = MemorySink()
    sink = DisturbedSink(inside)
    sink.swap("JPN", 3)
    sink.send(messages(1))
    sink.send([*messages(2), *messages(1, country="KOR"), *messages(3, 4)])

    assert sent(inside) == [3, 2, 1, 4]
    assert sent(inside, "KOR") == [1]


def test_messages_are_repeated() -> None:
    """So many of them, each at once."""
    inside = MemorySink()
    sink = DisturbedSink(inside)
    sink.repeat("JPN", 2)
    sink.send(messages(1, 2, 3))

    assert sent(inside) == [1, 1, 2, 2, 3]
