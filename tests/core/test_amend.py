"""Amended plans: what is withheld, moved, edited and added, and places that stay what they were."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from feed.core.added import events_of
from feed.core.amend import (
    AmendedPlan,
    Amendments,
    BodyEdit,
    Withheld,
    ahead,
    with_events,
    withheld_by,
)
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.model.time import SECOND
from tests import make
from tests.make import PATIENT, START

COUNTRIES = ("KOR", "JPN")


def story() -> Plan:
    """Return an alert, its update and its end, and a meeting, for two countries."""
    return make.plan(
        make.alert(at=1),
        make.meeting(at=5),
        make.correction(at=10, as_="update", areas=["South"]),
        make.correction(at=20, as_="all-clear"),
        recipients=COUNTRIES,
    )


PLAN = story()
ALL = list(PLAN.deliveries())
FIRST = ALL[0].due


def amended(*withheld: Withheld, **members: object) -> AmendedPlan:
    """Return the story with changes."""
    amendments = Amendments(withheld, **members)  # type: ignore[arg-type]
    return AmendedPlan(PLAN.event_stream, PLAN.sharing, amendments)


def keys(plan: Plan) -> list[tuple[str, str]]:
    """Return who gets what, in order."""
    return [(one.recipient, one.message.key) for one in plan.deliveries()]


def test_a_target_is_an_event_or_one_message() -> None:
    """What is due at the moment itself was before it."""
    event, message = Withheld("warning", FIRST - 1), Withheld("warning.jpn.1", FIRST - 1)

    assert [event.holds(one) for one in ALL] == [one.message.event == "warning" for one in ALL]
    assert sum(map(message.holds, ALL)) == len(COUNTRIES)
    assert not Withheld("warning.jpn.1", FIRST).holds(ALL[0])
    assert not Withheld("warning", FIRST - 1, until=FIRST - 1).holds(ALL[0])
    assert Withheld("warning", FIRST - 1, until=FIRST).holds(ALL[0])


def test_what_is_withheld_is_not_there() -> None:
    """And everything else is as it was."""
    plan = amended(Withheld("warning", FIRST))

    expected = [one for one in ALL if one.message.event != "warning" or one.due <= FIRST]
    assert list(plan.deliveries()) == expected
    assert list(plan.unamended().deliveries()) == ALL
    assert plan.amendments.held() == ("warning",)
    assert amended(Withheld("warning", 0, skipped=True)).amendments.held() == ()
    assert amended(Withheld("warning", 0, until=5)).amendments.held() == ()


def test_what_was_moved_comes_at_its_new_moment() -> None:
    """Between the others, in order."""
    moved = tuple(one._replace(due=START + 7 * SECOND) for one in ALL[:2])
    plan = amended(Withheld("warning.jpn.1", 0, skipped=True), moved=moved)

    dues = [one.due for one in plan.deliveries()]
    assert dues == sorted(dues)
    assert [one for one in plan.deliveries() if one.message.key == "warning.jpn.1"] == list(moved)
    assert sorted(keys(plan)) == sorted(keys(PLAN))


def test_a_body_is_edited_for_what_is_due_later() -> None:
    """A later edit adds to an earlier one; the planned message itself is not touched."""
    key = ALL[0].message.key
    edits = {key: (BodyEdit(FIRST - 1, {"a": 1, "b": 1}), BodyEdit(FIRST - 1, {"b": 2}))}
    first = next(amended(edits=edits).deliveries())

    assert {name: first.message.data[name] for name in "ab"} == {"a": 1, "b": 2}
    assert "a" not in ALL[0].message.data
    late = amended(edits={key: (BodyEdit(FIRST, {"a": 1}),)})
    assert list(late.deliveries()) == ALL


@PATIENT
@given(
    place=st.integers(0, len(ALL)),
    targets=st.lists(
        st.sampled_from(["warning", "talks", "warning.jpn.1", "warning.jpn.2"]), max_size=3
    ),
    after=st.sampled_from([one.due for one in ALL]),
    moves=st.lists(st.integers(0, len(ALL) - 1), max_size=2, unique=True),
)
def test_a_place_is_found_again_whatever_was_changed(
    place: int, targets: list[str], after: int, moves: list[int]
) -> None:
    """From any mark on the rest is the same as without a stop."""
    later = (ALL[n]._replace(due=ALL[n].due + SECOND) for n in moves)
    moved = sorted(later, key=lambda one: one.due)
    plan = amended(*(Withheld(target, after) for target in targets), moved=tuple(moved))
    whole = list(plan.deliveries())
    source = plan.deliveries()
    before = list(islice(source, place))

    assert [*before, *plan.deliveries(source.mark())] == whole
    assert source.count == len(before)


def test_a_mark_of_the_plan_before_will_do() -> None:
    """Checkpoints from before a change stay."""
    source = PLAN.deliveries()
    begun = list(islice(source, 2))
    plan = amended(Withheld("talks", ALL[1].due))

    rest = plan.deliveries(source.mark())
    assert rest.count == 2
    assert [*begun, *rest] == list(plan.deliveries())


def test_events_that_are_added_are_as_if_they_had_been_in_the_file() -> None:
    """Repetitions, corrections of what was there, and references included."""
    more = [
        make.incident(at=3, repeat={"count": 3, "until": make.moment(9), "spread": "even"}),
        make.correction(at=15, as_="update", areas=["East"]),
    ]
    together = make.plan(
        make.alert(at=1),
        make.meeting(at=5),
        make.correction(at=10, as_="update", areas=["South"]),
        make.correction(at=20, as_="all-clear"),
        *more,
        recipients=COUNTRIES,
    )
    plan = with_events(PLAN, more)

    assert list(plan.deliveries()) == list(together.deliveries())
    assert plan.event_stream.gathered.last == together.event_stream.gathered.last


def test_changes_stay_when_events_are_added() -> None:
    """What was held is held still."""
    plan = with_events(amended(Withheld("talks", 0)), [make.incident(at=3)])

    assert isinstance(plan, AmendedPlan)
    events = {one.message.event for one in plan.deliveries()}
    assert events == {"warning", "shots"}


def test_events_are_read_as_a_file_has_them() -> None:
    """By the keys of a file, and no others."""
    values = [{"correction": "over", "of": "warning", "as": "cancel", "at": "+PT5S"}]

    (event,) = events_of(values)
    assert event.word == "correction"


def test_the_first_delivery_ahead_is_found() -> None:
    """By event or message, later than a moment; none if there is none."""
    found = at_once(ahead(PLAN, "warning", FIRST))

    assert found is not None
    assert found.message.key == "warning.jpn.2"
    assert at_once(ahead(PLAN, "warning.jpn.1", FIRST)) is None
    assert at_once(ahead(PLAN, "nobody", 0)) is None


def test_looking_is_done_in_slices() -> None:
    """A long plan does not stop the loop that paces it."""
    repeat = {"count": 500, "until": make.moment(3600), "spread": "seeded"}
    long = make.plan(make.incident(repeat=repeat), recipients=("KOR",))

    assert list(ahead(long, "nobody", 0)) == list(range(25, 501, 25))
    assert list(withheld_by(long, [Withheld("nobody", 0)], None)) == list(range(25, 501, 25))


def test_what_some_changes_withhold_and_no_others_do() -> None:
    """And what is due later than asked for is left out."""
    event, message = Withheld("warning", 0), Withheld("warning.jpn.2", 0)
    plan = amended(event, message)

    only = at_once(withheld_by(plan, [event], None, [message]))
    assert {one.message.key for one in only} == {"warning.jpn.1", "warning.jpn.3"}
    assert at_once(withheld_by(plan, [event], FIRST, [message])) == tuple(ALL[:2])
    assert at_once(withheld_by(plan, [message], None, [event])) == ()
    assert len(at_once(withheld_by(plan, [event, message], None))) == 6
