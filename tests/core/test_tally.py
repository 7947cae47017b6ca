"""Tests of ``feed.core.tally``: everything is shown once, in order, and nothing is forgotten."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from feed.core.tally import Tally

MOST = 25
NUMBERS = st.integers(min_value=1, max_value=MOST)


def spans(numbers: set[int]) -> list[tuple[int, int]]:
    """Return numbers as spans, the slow way."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


class Stream(RuleBasedStateMachine):
    """A stream whose messages come in any order, twice or never, to a receiver that restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.tally: Tally[int] = Tally()
        self.there: set[int] = set()
        self.sent = 0
        self.shown: list[int] = []
        self.abandoned: set[int] = set()
        self.before: set[int] = set()

    def note(self, shown: list[int]) -> None:
        """Note what was shown; all of it but what came too late is in order."""
        in_order = [number for number in shown if number not in self.abandoned]
        earlier = [number for number in self.shown if number not in self.abandoned]
        assert in_order == sorted(in_order)
        assert not in_order or not earlier or earlier[-1] < in_order[0]
        assert not set(shown) & (set(self.shown) | self.before)
        self.shown += shown

    @rule(number=NUMBERS)
    def arrives(self, number: int) -> None:
        """Let a message arrive, perhaps again."""
        duplicates = self.tally.duplicates
        shown = self.tally.push(number, number)
        assert self.tally.duplicates - duplicates == (number in self.there)
        assert not (number in self.there and shown)
        self.there.add(number)
        self.sent = max(self.sent, number)
        self.note(shown)

    @rule(number=NUMBERS)
    def head_is_told(self, number: int) -> None:
        """Let the player say how far it is."""
        self.tally.know_head(number)
        self.sent = max(self.sent, number)

    @rule()
    def nobody_waits(self) -> None:
        """Give up what is missing first."""
        missing = self.tally.missing()
        count = len(self.tally.given_up)
        shown = self.tally.give_up()
        assert self.tally.given_up[count:] == missing[:1]
        for first, last in missing[:1]:
            self.abandoned |= set(range(first, last + 1))
        self.note(shown)

    @rule()
    def starts_again(self) -> None:
        """Kill the receiver: what it had, it had written down, and shows when it comes back."""
        self.tally = Tally(spans(self.there))
        self.sent = max(self.there, default=0)
        self.shown, self.before, self.abandoned = [], set(self.there), set()

    @invariant()
    def the_account_is_right(self) -> None:
        """Compare with an account that is kept number by number."""
        tally, there = self.tally, self.there
        gone = set(range(1, self.sent + 1)) - there
        waited = gone - self.abandoned
        assert tally.head == self.sent
        assert tally.highest == max(there, default=0)
        assert tally.received == len(there)
        assert tally.missing() == spans(waited)
        assert tally.gaps() == spans({number for number in gone if number < tally.highest})
        assert tally.complete == (not gone)
        assert tally.settled == (not waited)
        first = min(waited, default=self.sent + 1)
        held = {number for number in there - self.before if number > first}
        assert tally.held == len(held)
        assert set(self.shown) == there - self.before - held


TestStream = Stream.TestCase


def test_what_is_there_in_order_is_shown_at_once() -> None:
    """A stream without loss is never held back."""
    tally: Tally[str] = Tally()

    assert [tally.push(n, f"m{n}") for n in (1, 2, 3)] == [["m1"], ["m2"], ["m3"]]
    assert tally.complete


def test_a_gap_holds_back_what_follows() -> None:
    """What arrives ahead of a gap is shown when the gap is filled, in order."""
    tally: Tally[int] = Tally()

    assert tally.push(3, 3) == []
    assert tally.push(1, 1) == [1]
    assert (tally.held, tally.missing()) == (1, [(2, 2)])
    assert tally.push(2, 2) == [2, 3]


def test_a_restart_between_gaps_goes_on_behind_what_was_shown() -> None:
    """When the gap of an earlier life is filled, what that life had does not hold anything back."""
    tally: Tally[int] = Tally([(1, 5), (8, 9)])

    assert tally.push(11, 11) == []
    assert tally.push(6, 6) == [6]
    assert tally.push(7, 7) == [7]
    assert tally.push(10, 10) == [10, 11]


def test_what_was_given_up_is_missed_but_not_waited_for() -> None:
    """A gap that was given up stays in the account, and is not given up again."""
    tally: Tally[int] = Tally()
    tally.push(4, 4)

    assert tally.give_up() == [4]
    assert tally.give_up() == []
    assert tally.given_up == [(1, 3)]
    assert (tally.gaps(), tally.missing()) == ([(1, 3)], [])
    assert tally.settled
    assert not tally.complete


def test_a_tail_that_was_given_up_does_not_hide_what_is_sent_later() -> None:
    """After the tail was given up, only what was sent since then is waited for."""
    tally: Tally[int] = Tally()
    tally.push(1, 1)
    tally.know_head(4)
    tally.give_up()
    tally.push(7, 7)

    assert tally.missing() == [(5, 6)]
    assert tally.push(3, 3) == [3]
    assert tally.give_up() == [7]


@given(st.permutations(range(1, MOST)), st.lists(NUMBERS))
def test_any_order_of_arrival_becomes_the_order_of_sending(
    arrivals: list[int], again: list[int]
) -> None:
    """Whatever comes in whatever order, and some of it twice, is shown once and in order."""
    tally: Tally[int] = Tally()

    shown = [item for number in [*arrivals, *again] for item in tally.push(number, number)]

    assert shown[: MOST - 1] == list(range(1, MOST))
    assert len(shown) == len(set(shown))
    assert tally.held == 0
