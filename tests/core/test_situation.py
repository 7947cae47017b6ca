"""The situation at a moment: what is in the air, who knows, what people were told, what is next."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.core.knowledge import moment as moment_of
from feed.core.picture import Picture
from feed.core.sharing import Sharing
from feed.core.situation import CountrySituation, Situation, Situations
from feed.model.message import Delivery
from feed.model.time import SECOND, parse_moment
from tests.make import START, agreement, alert, correction, launch, meeting, plan
from tests.scenarios import library

STORIES = ("activation-eve-2023", "over-aomori-2022")
PATIENT = settings(deadline=None, max_examples=15)


def folded(
    deliveries: Sequence[Delivery], now: int, sharing: Sharing | None = None
) -> tuple[Situation, dict[str, Picture]]:
    """Return the situation after everything that is due by now, and the pictures."""
    countries = sorted({each.recipient for each in deliveries})
    situations = Situations(countries, sharing)
    pictures = {country: Picture() for country in countries}
    for each in deliveries:
        if each.due <= now:
            situations.take(each)
            pictures[each.recipient].take(each)
    for picture in pictures.values():
        list(picture.expire(now))
    upcoming = (each for each in deliveries if each.due > now)
    return situations.at(now, pictures, upcoming), pictures


@cache
def sharing_of(story: str) -> Sharing:
    """Return the arrangements as they stand in a story of the library."""
    stream = library.loaded(story).event_stream
    agreed = library.arrangements()
    return Sharing(agreed, stream.gathered, seed=stream.header.seed, recipients=agreed.countries())


@cache
def at(story: str, when: str) -> Situation:
    """Return the situation of a story of the library at a time of its own."""
    now = parse_moment(when).resolve(library.loaded(story).header.starts).us
    return folded(library.deliveries(story), now, sharing_of(story))[0]


def japan(when: str, story: str = "activation-eve-2023") -> CountrySituation:
    """Return the situation of Japan."""
    return at(story, when).of("JPN")


# -- two stories from the record -------------------------------------------------------------------


def test_what_is_in_the_air_is_said_with_what_is_left() -> None:
    """At half past eight: which vehicle, from where, since when, how high, how long to impact."""
    (launch,) = japan("2023-12-18T08:30").launches

    assert (launch.vehicle, launch.site, launch.phase) == (
        "icbm-solid",
        "Samsok",
        "tracked",
    )
    assert launch.t_plus_s == 360
    assert launch.position is not None
    assert (launch.position.age_s, launch.position.freshness) == (10, "fresh")
    assert launch.impact is not None
    assert launch.impact.state == "predicted"
    assert 4_000 < launch.impact.left_s < 4_100
    assert launch.impact.radius_m is not None
    assert [word.originator for word in launch.words] == ["USA", "JPN"]


def test_who_knows_since_when_and_by_which_path() -> None:
    """One country sees it itself, one is told, one does not know yet; it is said what will come."""
    rows = {
        each.country: each
        for each in at("activation-eve-2023", "22:38:00").knows["srbm-2023-12-17"]
    }

    assert (rows["KOR"].arrangement, rows["KOR"].path) == ("own", ("KOR",))
    assert rows["USA"].path == ("KOR", "USA")
    assert rows["USA"].freshness == "fresh"
    assert (rows["JPN"].since, rows["JPN"].freshness) == (None, "")
    (untold,) = rows["JPN"].untold
    assert (untold.originator, untold.why) == ("KOR", "gsomia-2016")
    assert untold.expected is not None


def test_a_report_21_minutes_old_moves_no_missile() -> None:
    """At five past nine the third party's first reports arrive, half an hour old."""
    (launch,) = japan("2023-12-18T09:05").launches

    assert launch.position is not None
    assert launch.position.originator in {"USA", "JPN"}
    assert launch.position.age_s == 10
    old = launch.words[-1]
    assert (old.originator, old.freshness) == ("KOR", "stale")
    assert old.under_way_s > 2_000


@pytest.mark.parametrize("when", ["23:35", "23:36", "23:38", "23:40", "23:45"])
def test_what_comes_after_the_end_is_late_and_counts_for_nothing(when: str) -> None:
    """Yesterday's launch that an arrangement lets go only now stands among what is over."""
    found = japan(when)

    assert found.launches == ()
    (launch,) = found.over
    assert (launch.event, launch.late, launch.over_by) == ("srbm-2023-12-17", True, "all-clear")
    assert at("activation-eve-2023", when).knows == {}


def test_without_a_word_of_its_fall_a_launch_has_passed() -> None:
    """When the time of the predicted impact is over; the last position is dimmed, not gone."""
    (launch,) = japan("22:45:00").launches

    assert (launch.phase, launch.freshness) == ("passed", "stale")
    assert launch.impact is not None
    assert launch.impact.left_s < 0
    assert launch.position is not None
    assert launch.position.freshness == "stale"


def test_a_fall_that_was_seen_is_known() -> None:
    """The observed point goes before every predicted one."""
    (launch,) = japan("2023-12-18T09:37:30").launches

    assert launch.phase == "down"
    assert launch.impact is not None
    assert launch.impact.state == "observed"


def test_alerts_say_where_they_are_on_and_why_they_are_over() -> None:
    """On in two areas, on in one, withdrawn a day later because the area was wrong."""
    story = "over-aomori-2022"
    on = japan("07:28", story).alerts[0]
    part = japan("07:46", story).alerts[1]
    over = {each.event: each for each in japan("2022-10-05T12:00", story).alerts_over}

    assert (on.event, on.on_in, on.over_in) == (
        "jalert-hokkaido",
        ("Hokkaido", "Tokyo islands"),
        (),
    )
    assert (on.stood_s, on.channel) == (60, "J-Alert")
    assert set(on.text) >= {"en"}
    assert (part.event, part.on_in, part.over_in) == (
        "jalert-hokkaido", ("Tokyo islands",), ("Hokkaido",),
    )  # fmt: skip
    assert [(each.act, each.partial) for each in part.corrections] == [("all-clear", True)]
    assert over["jalert-hokkaido"].over_by == "cancel"
    assert over["jalert-hokkaido"].reason == "wrong-area"
    assert over["jalert-hokkaido"].stood_s == 99_180


def test_what_is_next_is_more_than_another_position() -> None:
    """The next alert, launch, meeting; who gets it, and in how long."""
    first, *_ = at("over-aomori-2022", "07:28").next

    assert (first.event, first.kind, first.act, first.in_s) == (
        "jalert-aomori",
        "alert",
        "alert",
        60,
    )
    assert first.recipients == ("JPN", "KOR", "USA")


@PATIENT
@given(st.sampled_from(STORIES), st.floats(0, 1), st.integers(0, 30 * SECOND))
def test_at_any_moment_of_the_stories(story: str, share: float, later: int) -> None:
    """The freshest by measurement; nothing active that is over; every age is of the measurement."""
    deliveries = library.deliveries(story)
    now = deliveries[int(share * (len(deliveries) - 1))].due + later
    situation, pictures = folded(deliveries, now)

    for found in situation.countries:
        got = [each for each in deliveries if each.recipient == found.country and each.due <= now]
        shown = pictures[found.country].shown
        for active in found.launches:
            assert ("launch", active.event) in shown
            assert active.over is None
            newest = max(measured(got, active.event), default=None)
            assert (active.position and active.position.measured) == newest
            for word in active.words:
                assert word.age_s == (now - word.newest) / SECOND >= 0
            assert active.since == min(
                each.due for each in got if each.message.event == active.event
            )
        ended = {
            each.message.event: each.message.at
            for each in got
            if each.message.kind == "launch" and each.message.type == "all-clear"
        }
        said = {each.message.event: each.message.at for each in got if each.message.event in ended}
        # In these stories nobody sees an object that another one has cleared.
        for event in {active.event for active in found.launches} & set(ended):
            assert said[event] > ended[event]


def measured(got: Sequence[Delivery], event: str) -> Iterator[int]:
    """Yield the moments at which positions of an event were measured."""
    for each in got:
        if each.message.kind == "track" and each.message.event == event:
            yield moment_of(each.message.data["time"], 0)


# -- small stories ---------------------------------------------------------------------------------


def small(*events: Any, now: float, **options: Any) -> Situation:
    """Return the situation of a made story so many seconds after its start."""
    made = plan(*events)
    sharing = made.sharing if options.get("sharing") else None
    return folded(tuple(made.deliveries()), START + round(now * SECOND), sharing)[0]


def test_who_will_never_be_told_is_said_with_the_reason() -> None:
    """Without an arrangement nothing is shared."""
    found = small(launch(seen=["KOR"]), meeting(at=0, country="JPN"), now=5, sharing=True)

    rows = {each.country: each for each in found.knows["rocket"]}
    (untold,) = rows["JPN"].untold
    assert (untold.originator, untold.expected) == ("KOR", None)
    assert "no arrangement in force covers launch data from KOR" in untold.why
    assert rows["KOR"].untold == ()
    without = small(launch(seen=["KOR"]), meeting(at=0, country="JPN"), now=5)
    assert {each.why for row in without.knows["rocket"] for each in row.untold} == {""}


def test_meetings_and_agreements_in_force() -> None:
    """What is to be, and what holds; what is over is neither."""
    events = (
        meeting(at=1),
        meeting("done", at=2, state="held"),
        agreement(at=3),
        agreement("signed", at=4, state="signed"),
    )
    found = small(*events, now=10).of("JPN")

    assert [each.event for each in found.meetings] == ["talks"]
    assert [(each.event, each.in_force) for each in found.agreements] == [
        ("accord", True),
        ("signed", False),
    ]
    assert found.agreements[0].parties == ("KOR", "JPN")


def test_an_alert_that_expires_is_over_because_it_expired() -> None:
    """Nobody has to say so."""
    story = alert(at=1, expires="PT10S")

    assert [each.event for each in small(story, now=5).of("JPN").alerts] == ["warning"]
    found = small(story, now=60).of("JPN")
    assert found.alerts == ()
    (over,) = found.alerts_over
    assert (over.over_by, over.stood_s, over.over) == ("expired", 10, START + 11 * SECOND)


def test_a_withdrawn_alert_says_so() -> None:
    """It was wrong, and is told apart from one that was right and is over."""
    events = (alert(at=1), correction(at=31, as_="cancel", reason="issued-in-error"))
    (over,) = small(*events, now=60).of("USA").alerts_over

    assert (over.over_by, over.reason, over.stood_s) == ("cancel", "issued-in-error", 30)


def test_a_country_without_a_picture_has_no_situation() -> None:
    """A receiver knows its own country alone."""
    situations = Situations(["JPN", "KOR"])

    found = situations.at(START, {"JPN": Picture()})

    assert [each.country for each in found.countries] == ["JPN"]
    assert (found.next, found.knows) == ((), {})


def test_what_is_for_others_is_not_taken() -> None:
    """Nor is it an error."""
    situations = Situations(["JPN"])
    for each in plan(alert(at=1)).deliveries():
        situations.take(each)

    assert list(situations.knowledge) == ["JPN"]
    assert list(situations.knowledge["JPN"].known) == [("alert", "warning")]
