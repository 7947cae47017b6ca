"""What a run says of itself."""

from hypothesis import given
from hypothesis import strategies as st

from feed.app.run_description import RunDescription, new_run_id
from feed.core.plan import Plan
from feed.model.base import slug_of
from feed.model.time import SECOND
from tests import make

_WALL = st.integers(min_value=0, max_value=2**47 * 1000)


@given(first=_WALL, later=st.integers(min_value=1000, max_value=10**15))
def test_ids_sort_by_time(first: int, later: int) -> None:
    """A run that began a millisecond later has the greater id."""
    assert new_run_id(first) < new_run_id(first + later)


@given(_WALL)
def test_an_id_is_one_level_of_a_topic(wall: int) -> None:
    """An id fits into topics and paths, and no two are the same."""
    one, other = new_run_id(wall), new_run_id(wall)

    assert slug_of(one) == one
    assert len(one) == 26
    assert one != other


def test_the_manifest_says_what_is_played() -> None:
    """Scenario, span, countries, marking and digest are there; counts only if they are known."""
    plan = make.plan(make.alert(), make.incident(at=90))
    about = RunDescription.of("run", plan, "abc")

    manifest = about.manifest({"KOR": 2, "JPN": 2, "USA": 2}, plan.starts + 90 * SECOND)

    assert manifest == {
        "contract": "v1",
        "status": "Exercise",
        "exercise": "EXERCISE MORNING CALM",
        "run": "run",
        "scenario": "made",
        "title": "Made",
        "digest": "sha256:abc",
        "countries": list(plan.sharing.recipients),
        "starts": "2023-12-19T09:00:00.000+09:00",
        "ends": "2023-12-19T09:01:30.000+09:00",
        "duration_s": 90.0,
        "planned": {"KOR": 2, "JPN": 2, "USA": 2},
    }
    assert "planned" not in about.manifest(None, plan.starts)


def test_the_manifest_says_whose_arrangements_hold() -> None:
    """A run that is shared by the arrangements of another date says which."""
    made = make.plan(make.alert())
    event = make.alert()
    fixed = Plan(made.event_stream, make.sharing(make.arrangements(), event, as_of=make.START))

    manifest = RunDescription.of("run", fixed, "abc").manifest(None, made.starts)

    assert manifest["arrangements_at"] == "2023-12-19T09:00:00.000+09:00"
    assert "arrangements_at" not in RunDescription.of("run", made, "abc").manifest(
        None, made.starts
    )


def test_the_exercise_names_topics_and_messages() -> None:
    """Its slug is in the topics, its name as it is written in the messages."""
    about = RunDescription.of("run", make.plan(), "abc")

    assert about.topics.base == "exercise/v1/morning-calm"
    assert about.played(3) == ("run", 3, "MORNING CALM", "morning-calm")
