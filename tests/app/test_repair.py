"""What is done about missing messages, as it follows from what is missing and what is answered."""

from collections.abc import Mapping
from typing import Any

import pytest

from feed.app.repair import Gap, Repair, Stream
from feed.clock import VirtualClock

STREAM: Stream = ("01run", 1)
GAPS = [Gap(STREAM, 5, 7), Gap(STREAM, 11, 11)]


class Patient:
    """A repair with a clock that is moved by hand, and what it asked for."""

    def __init__(self) -> None:
        self.clock = VirtualClock(autojump=False)
        self.asked: list[Mapping[str, Any]] = []
        self.repair = Repair("jpn", self.clock, self._note)
        self.over = False

    async def _note(self, request: Mapping[str, Any]) -> None:
        self.asked.append(request)

    async def mind(self, gaps: list[Gap], after: float = 0.0, heard: float = 0.0) -> Stream | None:
        """Let time pass, then look at gaps."""
        self.clock.advance(after)
        return await self.repair.mind(gaps, heard=heard, over=lambda _: self.over)

    def spans(self) -> list[tuple[int, int]]:
        """Return what was asked for."""
        return [(request["from"], request["to"]) for request in self.asked]


@pytest.fixture
def patient() -> Patient:
    """Return a repair that has asked for nothing."""
    return Patient()


async def test_a_gap_has_to_stand_for_a_while(patient: Patient) -> None:
    """A broker that was restarted sends again by itself; only what stays missing is asked for."""
    await patient.mind(GAPS)
    await patient.mind(GAPS, after=1)
    assert patient.asked == []

    await patient.mind(GAPS, after=1)

    assert patient.spans() == [(5, 7), (11, 11)]
    assert {request["client"] for request in patient.asked} == {"jpn"}
    assert len({request["id"] for request in patient.asked}) == 2


async def test_a_tail_that_moves_is_no_gap(patient: Patient) -> None:
    """While a stream flows its last numbers are missing all the time, and nothing is asked."""
    for number in range(1, 20):
        await patient.mind([Gap(STREAM, number, number + 3)], after=1)

    assert patient.asked == []


async def test_it_is_asked_again_for_the_first_alone(patient: Patient) -> None:
    """An answer that did not come, or did not help, is asked for once more, not at every look."""
    for _ in range(4):
        await patient.mind(GAPS, after=1)
    assert patient.spans() == [(5, 7), (11, 11)]

    await patient.mind(GAPS, after=2)

    assert patient.spans()[2:] == [(5, 5)]


async def test_a_long_gap_is_asked_for_in_parts(patient: Patient) -> None:
    """A thousand at a time; the end of one answer brings the next request."""
    await patient.mind([Gap(STREAM, 1, 2500)])
    await patient.mind([Gap(STREAM, 1, 2500)], after=2)
    for _ in range(3):
        said = {"id": patient.asked[-1]["id"], "done": True, "count": 1000}
        await patient.repair.answered(said, lambda _: 2500)

    assert patient.spans() == [(1, 1000), (1001, 2000), (2001, 2500)]


@pytest.mark.parametrize(("head", "given_up"), [(9, STREAM), (4, None)])
async def test_what_the_player_cannot_give_is_given_up(
    patient: Patient, head: int, given_up: Stream | None
) -> None:
    """Only if it says that it was sent: a player that goes on may have yet to send it."""
    await patient.mind(GAPS)
    await patient.mind(GAPS, after=2)
    said = {"id": patient.asked[0]["id"], "done": True, "count": 0}
    await patient.repair.answered(said, lambda _: head)

    assert await patient.mind(GAPS, after=1) == given_up


async def test_a_run_that_was_broken_off_is_waited_for(patient: Patient) -> None:
    """With nobody there a gap is given up when the run is over, and not before."""
    await patient.mind(GAPS)
    for _ in range(60):
        assert await patient.mind(GAPS, after=1) is None

    patient.over = True

    assert await patient.mind(GAPS, after=1) == STREAM


async def test_a_player_that_is_heard_is_waited_for(patient: Patient) -> None:
    """As long as a player speaks it may still answer."""
    patient.over = True
    for _ in range(60):
        heard = patient.clock.now()
        assert await patient.mind(GAPS, after=1, heard=heard) is None


async def test_answers_to_nothing_are_nothing(patient: Patient) -> None:
    """An answer with a foreign id, or one that was forgotten, or an error changes nothing."""
    await patient.mind(GAPS)
    await patient.mind(GAPS, after=2)
    first = patient.asked[0]["id"]

    await patient.repair.answered({"id": "foreign", "count": 0}, lambda _: 99)
    await patient.repair.answered({"id": patient.asked[1]["id"], "error": "no"}, lambda _: 99)
    patient.repair.forget()
    await patient.repair.answered({"id": first, "count": 0}, lambda _: 99)

    assert await patient.mind(GAPS, after=1) is None
