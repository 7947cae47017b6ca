"""What is written down of a run that was cut off."""

from feed.core.actions import Play
from feed.core.cut_off import CutOff, Recorded
from feed.core.run import Run
from tests import make


def test_of_a_run_that_had_not_begun_nothing_is_written_down() -> None:
    """It goes on as one that is new."""
    plan = make.plan(make.alert(at=1), recipients=("KOR",))
    run, new = Run(plan, cut_off=CutOff()), Run(plan)

    assert (run.state, run.epoch, run.sent, run.cursor) == (
        new.state, new.epoch, new.sent, new.cursor,
    )  # fmt: skip
    assert run.sequences == new.sequences


def test_numbers_go_on_where_they_ended() -> None:
    """The heads and the count are those of the ledger."""
    plan = make.plan(make.alert(at=1), make.incident(at=2), recipients=("KOR", "JPN"))
    first = next(plan.deliveries())
    recorded = Recorded(Play(), position=make.START, cursor=0, into=1)
    run = Run(
        plan,
        cut_off=CutOff((recorded,), 1, {first.recipient: 1}, last_due=first.due, sent=1),
    )

    assert run.cursor == run.sent == 1
    assert run.sequences == {"KOR": 0, "JPN": 0} | {first.recipient: 1}
