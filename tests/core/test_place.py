"""Places in a plan: the same whether found from the start, from a checkpoint, or in slices."""

from hypothesis import given
from hypothesis import strategies as st

from feed.core import checkpoint
from feed.core.picture import Picture
from feed.core.place import SLICE, Places, at_once
from feed.model.time import SECOND
from tests import make
from tests.make import PATIENT, START

REPEAT = {"count": 900, "until": make.moment(3600), "spread": "seeded"}
PLAN = make.plan(
    make.alert(at=60),
    make.meeting(at=300),
    make.incident(repeat=REPEAT),
    make.correction(at=3000, as_="all-clear"),
    recipients=("JPN", "KOR"),
)
ALL = list(PLAN.deliveries())
moments = st.floats(-10, 4000).map(lambda second: START + round(second * SECOND))


def shown(pictures: dict[str, Picture]) -> dict[str, object]:
    """Return what pictures show."""
    return {country: picture.shown for country, picture in pictures.items()}


@PATIENT
@given(positions=st.lists(moments, min_size=1, max_size=5))
def test_a_place_is_the_fold_of_everything_before_it(positions: list[int]) -> None:
    """Wherever one was before."""
    places = Places(PLAN, ("JPN", "KOR"), None)
    places._checkpoints = checkpoint.Checkpoints(most=4, every=50)
    for position in positions:
        place = at_once(places.find(position))
        before = [one for one in ALL if one.due < position]
        expected = {"JPN": Picture(), "KOR": Picture()}
        for delivery in before:
            expected[delivery.recipient].take(delivery)
        assert place.cursor == len(before)
        assert place.following == (ALL[len(before)] if len(before) < len(ALL) else None)
        assert shown(place.pictures) == shown(expected)


@PATIENT
@given(cursor=st.integers(0, len(ALL)))
def test_a_place_is_found_by_how_many_come_before(cursor: int) -> None:
    """As the ledger of a run that was cut off tells it."""
    place = at_once(Places(PLAN, ("JPN", "KOR"), None).find(0, cursor))
    assert place.cursor == cursor
    assert place.following == (ALL[cursor] if cursor < len(ALL) else None)


def test_what_is_due_after_the_end_is_not_there() -> None:
    """The part that is played ends before it."""
    until = START + 600 * SECOND
    places = Places(PLAN, ("JPN", "KOR"), until)
    place = at_once(places.find(START))
    count = 0
    while place.following is not None:
        count += 1
        places.move_on(place, place.following.due)
    assert count == len([one for one in ALL if one.due <= until])


def test_the_next_first_report_is_found_in_slices() -> None:
    """The meeting comes after the alert; corrections and repetitions are looked over."""
    plan = make.plan(
        make.alert(at=1), make.correction(at=1800, as_="all-clear"), make.meeting(at=9)
    )
    places = Places(plan, ("JPN", "KOR", "USA"), None)
    place = at_once(places.find(START))
    found = at_once(places.next_first_report(place, START + 2 * SECOND))
    assert found == START + 9 * SECOND
    assert at_once(places.next_first_report(place, START + 10 * SECOND)) is None
    looked = list(Places(PLAN, ("JPN", "KOR"), None).find(START + 4000 * SECOND))
    assert looked == list(range(SLICE, len(ALL) + 1, SLICE))
