"""What is done about missing messages, as it follows from what is missing and what is answered."""

import pytest

from feed.core.repair import Asking, Gap, Repair

GAPS = [Gap(1, 5, 7), Gap(1, 11, 11)]


class Patient:
    """A repair whose time is moved by hand, and what it asked for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[Asking] = []
        self.repair = Repair("jpn")
        self.over = False

    def mind(self, gaps: list[Gap], after: float = 0.0, heard: float = 0.0) -> int | None:
        """Let time pass, then look at gaps; return the epoch whose first gap is given up."""
        self.now += after
        asked, lost = self.repair.mind(gaps, now=self.now, heard=heard, over=lambda _: self.over)
        self.asked += asked
        return lost

    def spans(self) -> list[tuple[int, int]]:
        """Return what was asked for."""
        return [(request.first, request.last) for request in self.asked]


@pytest.fixture
def patient() -> Patient:
    """Return a repair that has asked for nothing."""
    return Patient()


def test_a_gap_has_to_stand_for_a_while(patient: Patient) -> None:
    """A broker that was restarted sends again by itself; only what stays missing is asked for."""
    patient.mind(GAPS)
    patient.mind(GAPS, after=1)
    assert patient.asked == []

    patient.mind(GAPS, after=1)

    assert patient.spans() == [(5, 7), (11, 11)]
    assert len({request.id for request in patient.asked}) == 2


def test_a_tail_that_moves_is_no_gap(patient: Patient) -> None:
    """While a stream flows its last numbers are missing all the time, and nothing is asked."""
    for number in range(1, 20):
        patient.mind([Gap(1, number, number + 3)], after=1)

    assert patient.asked == []


def test_it_is_asked_again_for_the_first_alone(patient: Patient) -> None:
    """An answer that did not come, or did not help, is asked for once more, not at every look."""
    for _ in range(4):
        patient.mind(GAPS, after=1)
    assert patient.spans() == [(5, 7), (11, 11)]

    patient.mind(GAPS, after=2)

    assert patient.spans()[2:] == [(5, 5)]


def test_a_long_gap_is_asked_for_in_parts(patient: Patient) -> None:
    """A thousand at a time; the end of one answer brings the next request."""
    patient.mind([Gap(1, 1, 2500)])
    patient.mind([Gap(1, 1, 2500)], after=2)
    for _ in range(3):
        patient.asked += patient.repair.answered(patient.asked[-1].id, 1000, lambda _: 2500)

    assert patient.spans() == [(1, 1000), (1001, 2000), (2001, 2500)]


@pytest.mark.parametrize(("head", "given_up"), [(9, 1), (4, None)])
def test_what_the_player_cannot_give_is_given_up(
    patient: Patient, head: int, given_up: int | None
) -> None:
    """Only if it says that it was sent: a player that goes on may have yet to send it."""
    patient.mind(GAPS)
    patient.mind(GAPS, after=2)
    patient.repair.answered(patient.asked[0].id, 0, lambda _: head)

    assert patient.mind(GAPS, after=1) == given_up


def test_a_run_that_was_broken_off_is_waited_for(patient: Patient) -> None:
    """With nobody there a gap is given up when the run is over, and not before."""
    patient.mind(GAPS)
    for _ in range(60):
        assert patient.mind(GAPS, after=1) is None

    patient.over = True

    assert patient.mind(GAPS, after=1) == 1


def test_a_player_that_is_heard_is_waited_for(patient: Patient) -> None:
    """As long as a player speaks it may still answer."""
    patient.over = True
    for _ in range(60):
        assert patient.mind(GAPS, after=1, heard=patient.now) is None


def test_answers_to_nothing_are_nothing(patient: Patient) -> None:
    """An answer with a foreign id, or one that came before, changes nothing."""
    patient.mind(GAPS)
    patient.mind(GAPS, after=2)
    assert patient.repair.answered("foreign", 0, lambda _: 99) == []
    assert patient.repair.answered(patient.asked[0].id, 3, lambda _: 99) == []
    assert patient.repair.answered(patient.asked[0].id, 0, lambda _: 99) == []

    assert patient.mind(GAPS, after=1) is None


def test_it_stays_small_while_nobody_answers(patient: Patient) -> None:
    """However long no player is there, only the last requests are remembered."""
    for _ in range(2000):
        patient.mind([Gap(1, n, n) for n in range(1, 100, 2)], after=2)

    assert len(patient.asked) > 1000
    assert len(patient.repair) <= 20


def test_what_is_refused_together_is_given_up_together(patient: Patient) -> None:
    """However many gaps there are, each is asked for once, and none waits for the others."""
    gaps = [Gap(1, 5, 7), Gap(1, 11, 11), Gap(1, 20, 20)]
    patient.mind(gaps)
    patient.mind(gaps, after=2)
    for request in patient.asked[:2]:
        patient.repair.answered(request.id, 0, lambda _: 30)

    assert patient.mind(gaps) == 1
    assert patient.mind(gaps[1:]) == 1
    assert patient.mind(gaps[2:]) is None
    # Missing for as long as the others, it is asked for again at once.
    assert patient.spans() == [(5, 7), (11, 11), (20, 20), (20, 20)]


def test_who_may_not_ask_goes_on_without_what_was_overtaken() -> None:
    """After a moment in which a broker may send it again; the tail may still come."""
    patient = Patient()
    patient.repair = Repair("jpn", asks=False)
    patient.repair.hurry()
    gaps = [Gap(1, 5, 7), Gap(1, 11, 12, tail=True)]

    assert [patient.mind(gaps, after=1) for _ in range(4)] == [None] * 4
    assert patient.mind(gaps, after=1) == 1
    assert [patient.mind(gaps[1:], after=1) for _ in range(60)] == [None] * 60
    assert patient.asked == []
    patient.over = True
    assert patient.mind(gaps[1:]) == 1
