"""One receiver, as the player knows it: what it has is what it was sent without what it lacks."""

from hypothesis import given
from hypothesis import strategies as st

from feed.app.listener import Listener

SENT = 30


@st.composite
def listeners(draw: st.DrawFn) -> tuple[Listener, set[int]]:
    """Draw what a receiver says, and which numbers that means it has."""
    has = draw(st.sets(st.integers(1, SENT)))
    highest = max(has, default=0)
    missing: list[tuple[int, int]] = []
    for number in sorted(set(range(1, highest)) - has):
        if missing and missing[-1][1] == number - 1:
            missing[-1] = (missing[-1][0], number)
        else:
            missing.append((number, number))
    return Listener("JPN", "jpn", epoch=2, sequence=highest, missing=missing), has


@given(listeners(), st.integers(0, SENT), st.sets(st.integers(1, SENT)))
def test_what_it_lacks_is_what_was_sent_without_what_it_has(
    drawn: tuple[Listener, set[int]], sent: int, lost: set[int]
) -> None:
    """Of what was sent so far, and not of what faults took away on purpose."""
    listener, has = drawn
    lacks = set(range(1, sent + 1)) - has
    gaps = {n for first, last in listener.gaps(sent) for n in range(first, last + 1)}

    assert {n for n in gaps if n <= sent} == lacks
    assert listener.count(2) == len(has)
    below = sorted(number for number in lost if number <= sent)
    assert listener.lacks(2, sent, below) == len(lacks - lost)
    assert listener.has(2, sent, lambda epoch, country, n: n in lost) == (lacks <= lost)
    far = max(sent, listener.sequence)
    assert listener.reached(2, sent) == min(set(range(1, far + 2)) - has) - 1


@given(listeners(), st.integers(1, SENT))
def test_of_another_epoch_it_has_nothing(drawn: tuple[Listener, set[int]], sent: int) -> None:
    """After a jump everything is sent anew."""
    listener, _ = drawn

    assert listener.lacks(3, sent) == sent
    assert not listener.has(3, sent)
    assert listener.count(3) == listener.reached(3, sent) == 0
