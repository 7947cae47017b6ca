"""What is reported of launches, each as its file tells it."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feed.core.event_stream import earliest
from feed.core.expand import Messages
from feed.core.flights import flights_of
from feed.core.launches import (
    CLEAR_AFTER,
    COAST,
    UNKNOWN_END,
    flight_problem,
    launch_drafts,
    short_claims,
)
from feed.model.arrangement import Arrangements
from feed.model.base import Model
from feed.model.impact import ImpactBody
from feed.model.launch import Launch, LaunchBody
from feed.model.message import Draft
from feed.model.time import SECOND, Instant, rfc3339
from feed.model.track import TrackBody
from tests import make

BEGIN = Instant(make.START, 9 * 3600)
BODIES: dict[str, type[Model]] = {"launch": LaunchBody, "track": TrackBody, "impact": ImpactBody}
ARC = {"azimuth_deg": 75, "range_km": 900, "apogee_km": 700}
TO_ORBIT = {"azimuth_deg": 190, "orbit": {"altitude_km": 500, "after": "PT705S"}}


def radar(name: str, lat: float, lon: float, **members: Any) -> dict[str, Any]:
    """Return a radar that sees to its horizon."""
    return {
        "name": name, "class": "land-radar", "lat": lat, "lon": lon,
        "range_km": 9000, "delay": "PT5S", "error_m": 300, **members,
    }  # fmt: skip


SATELLITE = radar(
    "Satellites", 0, 130, **{"class": "early-warning-satellite"},
    space_based=True, delay="PT30S", error_m=5000,
)  # fmt: skip


def watched_by(**sensors: list[dict[str, Any]]) -> Arrangements:
    """Return participants with sensors."""
    return Arrangements.model_validate(
        {
            "participants": {
                country: {"name": country, "zone": "UTC", "sensors": own}
                for country, own in sensors.items()
            }
        }
    )


EVERYBODY = watched_by(
    KOR=[radar("Near the site", 37.0, 128.0)],
    JPN=[radar("Near the impact", 40.0, 140.0)],
    USA=[SATELLITE],
)


def flight(vehicle: str = "srbm", **members: Any) -> Launch:
    """Return a launch that nobody is written to have seen."""
    told = {"flight": ARC, "detections": None, "vehicle": {"class": vehicle}, **members}
    return make.launch(**told)


def drafts(launch: Launch, arrangements: Arrangements = EVERYBODY, seed: int = 7) -> list[Draft]:
    """Return all reports of a launch."""
    return list(launch_drafts(launch, BEGIN, arrangements, seed))


def of(
    reports: list[Draft], kind: str, country: str | None = None, event: str | None = None
) -> list[Draft]:
    """Return the reports of one kind, of one country, about one object."""
    return [
        draft
        for draft in reports
        if draft.kind == kind
        and country in {None, draft.originator}
        and event in {None, draft.event}
    ]


def states(reports: list[Draft], country: str, event: str | None = None) -> list[tuple[str, str]]:
    """Return what a country says of the state of an object, in order."""
    return [(d.type, d.data["state"]) for d in of(reports, "launch", country, event)]


def test_a_flight_is_reported_from_detection_to_all_clear() -> None:
    """Who sees all of it reports detection, track, predicted and observed impact, and its end."""
    reports = of_country = [d for d in drafts(flight()) if d.originator == "JPN"]

    firsts = [(d.kind, d.type) for d in reports if d.type != "update"]
    assert firsts == [
        ("launch", "alert"), ("track", "alert"), ("impact", "alert"), ("launch", "all-clear"),
    ]  # fmt: skip
    assert states(of_country, "JPN") == [
        ("alert", "detected"), ("update", "down"), ("all-clear", "down"),
    ]  # fmt: skip
    impacts = [d.data["state"] for d in of(reports, "impact")]
    assert impacts[-1] == "observed"
    assert set(impacts[:-1]) == {"predicted"}
    assert reports[-1].at - reports[-2].at == CLEAR_AFTER


def test_every_body_is_what_its_model_says() -> None:
    """All reports of all kinds of flight fit the published models."""
    launches = (
        flight(),
        flight("cruise", flight={"azimuth_deg": 80, "range_km": 1500, "apogee_km": 2}),
        flight("slv", flight=TO_ORBIT),
        flight(claims=[make.claim(said=None)]),
    )
    for draft in itertools.chain.from_iterable(map(drafts, launches)):
        BODIES[draft.kind].model_validate(draft.data)
        assert draft.release == "arrangement"


def test_reports_come_in_order_of_time_and_none_before_the_event_is_heard_of() -> None:
    """The stream can be merged with others as it is."""
    launch = flight()
    times = [draft.at for draft in drafts(launch)]

    assert times == sorted(times)
    assert times[0] >= earliest(launch, BEGIN)


def test_the_same_launch_is_reported_the_same_way_twice() -> None:
    """Nothing but the seed decides; another seed tells other numbers and errors."""
    assert drafts(flight()) == drafts(flight())
    assert drafts(flight()) != drafts(flight(), seed=8)


def test_reports_are_made_one_at_a_time() -> None:
    """The first report of a long flight at short intervals costs no list of all the others."""
    reports = launch_drafts(flight(track={"every": "PT0.1S"}), BEGIN, EVERYBODY, 7)

    assert isinstance(reports, Iterator)
    assert next(reports).data["state"] == "detected"


def test_each_country_reports_what_its_own_sensors_see() -> None:
    """The satellite sees the boost alone; it is never asked for an impact."""
    reports = drafts(flight())

    assert {d.data["phase"] for d in of(reports, "track", "USA")} == {"boost"}
    assert of(reports, "impact", "USA") == []
    assert states(reports, "USA") == [
        ("alert", "detected"), ("update", "lost"), ("all-clear", "lost"),
    ]  # fmt: skip
    assert {d.data["quality"]["error_m"] for d in of(reports, "track", "USA")} == {5000.0}


def test_each_country_gives_its_own_numbers() -> None:
    """An object has a number for each originator, begun with the country's letter."""
    numbers = {(d.originator, d.data["track_number"]) for d in drafts(flight())}

    assert len(numbers) == 3
    assert all(number[0] == country[0] for country, number in numbers)


def test_nobody_gives_the_all_clear_for_what_may_still_fly() -> None:
    """Who loses an object from view waits until it has fallen, and the fixed while."""
    launch = flight()
    reports = drafts(launch)
    falls = make.START + round(flights_of(launch, 7)[0].trajectory.duration_s * SECOND)

    lost = of(reports, "launch", "USA")[-2:]
    assert lost[0].at < falls
    assert lost[1].at == falls + CLEAR_AFTER


def test_tracks_are_reported_at_the_interval_that_the_file_gives() -> None:
    """Positions are of round moments, heard of the sensor's delay later, and expire."""
    tracks = of(drafts(flight(track={"every": "PT20S"})), "track", "JPN")
    moments = [d.at - make.START - 5 * SECOND for d in tracks]

    assert all(moment % (20 * SECOND) == 0 for moment in moments)
    assert {after - before for before, after in itertools.pairwise(moments)} == {20 * SECOND}
    assert {d.expires - d.at for d in tracks if d.expires} == {60 * SECOND}
    assert tracks[0].data["time"] == rfc3339(tracks[0].at - 5 * SECOND, 9 * 3600)


def test_predictions_shrink_around_the_impact() -> None:
    """Each predicted area is smaller than the one before and holds the place of the fall."""
    launch = flight()
    predicted = [d.data for d in of(drafts(launch), "impact", "JPN")][:-1]
    impact = flights_of(launch, 7)[0].trajectory.impact
    assert impact is not None

    radii = [data["area"]["radius_m"] for data in predicted]
    assert radii == sorted(radii, reverse=True)
    assert len(radii) > 5
    for data in predicted:
        lon, lat = data["point"]["coordinates"]
        miss = Geodesic.WGS84.Inverse(lat, lon, impact[1], impact[0])["s12"]
        assert miss <= data["area"]["radius_m"]


def test_the_revised_time_of_impact_comes_closer() -> None:
    """The last prediction is within its own uncertainty of the true moment."""
    launch = flight()
    last = [d.data for d in of(drafts(launch), "impact", "JPN")][-2]
    falls = make.START + round(flights_of(launch, 7)[0].trajectory.duration_s * SECOND)
    told = rfc3339(falls + round(last["uncertainty_s"] * SECOND), BEGIN.offset_s)

    assert last["state"] == "predicted"
    assert rfc3339(falls - round(last["uncertainty_s"] * SECOND), BEGIN.offset_s) <= last["time"]
    assert last["time"] <= told


def test_an_impact_is_reckoned_from_the_track_that_stands() -> None:
    """In a plan, an impact names the last track report of the same country."""
    last: dict[str, str] = {}
    reckoned = 0
    for message in Messages(make.event_stream(flight()), EVERYBODY, 7):
        if message.kind == "track":
            last[message.originator] = message.key
        elif message.kind == "impact":
            assert message.data["basis"] == last[message.originator]
            reckoned += 1
    assert reckoned > 10


def test_each_revision_supersedes_the_one_before() -> None:
    """Track and impact updates refer to the last of their kind; the all-clear ends all."""
    standing: dict[tuple[str, str], str] = {}
    for message in Messages(make.event_stream(flight()), EVERYBODY, 7):
        place = (message.kind, message.originator)
        if message.type == "alert":
            assert message.references == ()
        elif message.type == "update":
            assert message.references == (standing[place],)
        else:
            own = {key for (_, who), key in standing.items() if who == message.originator}
            assert set(message.references) == own
        standing[place] = message.key


def test_a_country_that_loses_and_finds_an_object_says_so() -> None:
    """Between two views more than a coast apart it is lost; the track then goes on."""
    seen = [
        {"country": "KOR", "at": make.moment(60), "until": make.moment(120)},
        {"country": "KOR", "at": make.moment(300), "until": make.moment(360)},
    ]
    reports = drafts(flight(detections=seen))

    assert states(reports, "KOR") == [
        ("alert", "detected"), ("update", "lost"), ("update", "tracked"),
        ("update", "lost"), ("all-clear", "lost"),
    ]  # fmt: skip
    moments = [(d.at - make.START) // SECOND for d in of(reports, "track", "KOR")]
    assert moments == [*range(60, 121, 5), *range(300, 361, 5)]
    assert [d.type for d in of(reports, "track")].count("alert") == 1


def test_a_short_gap_is_no_loss() -> None:
    """Views of two sensors less than a coast apart are one."""
    near = watched_by(JPN=[radar("A", 37, 128, range_km=150), radar("B", 38, 129, range_km=900)])

    assert COAST == 30 * SECOND
    assert [state for _, state in states(drafts(flight(), near), "JPN")].count("tracked") == 0


def test_a_quick_sensor_does_not_overtake_a_slow_one() -> None:
    """A loss that is told late is told before the object is found again by somebody quicker."""
    slow = radar("Slow", 38, 127, range_km=400, delay="PT10M")
    quick = radar("Quick", 40, 137, range_km=600, delay="PT0S")
    reports = drafts(flight(track={"every": "PT1S"}), watched_by(JPN=[slow, quick]))

    assert [state for _, state in states(reports, "JPN")].count("tracked") == 1
    times = [draft.at for draft in reports]
    assert times == sorted(times)


def test_detections_hold_in_place_of_the_sensors() -> None:
    """Only who is written to have seen it reports, from the written moment on."""
    seen = [{"country": "AUS", "at": make.moment(90), "sensor_class": "ship-radar"}]
    reports = drafts(flight(detections=seen))

    assert {d.originator for d in reports} == {"AUS"}
    assert reports[0].at == make.START + 90 * SECOND
    assert {d.data["sensor_class"] for d in of(reports, "launch")} == {"ship-radar"}
    assert states(reports, "AUS")[-2:] == [("update", "down"), ("all-clear", "down")]


def test_without_a_flight_there_are_no_tracks() -> None:
    """What nobody has figures for is detected, lost and over."""
    reports = drafts(make.launch(seen=("KOR", "JPN")))

    assert {d.kind for d in reports} == {"launch"}
    assert states(reports, "JPN") == [
        ("alert", "detected"), ("update", "lost"), ("all-clear", "lost"),
    ]  # fmt: skip
    assert reports[-1].at == make.START + 31 * SECOND + CLEAR_AFTER


def test_without_flight_and_end_a_launch_lasts_half_an_hour() -> None:
    """The all-clear does not hang on figures that the file does not have."""
    launch = make.launch(detections=[{"country": "KOR", "at": make.moment(1)}])
    first, last = drafts(launch)

    assert last.type == "all-clear"
    assert last.at - first.at == UNKNOWN_END


def test_a_launch_that_names_its_originator_is_reported_by_it_alone() -> None:
    """With a flight by what it sees; without one, at the launch."""
    assert {d.originator for d in drafts(flight(originator="JPN"))} == {"JPN"}
    assert drafts(flight(originator="JPN", flight=None))[0].at == make.START
    assert drafts(flight(flight=None)) == []


def test_pieces_are_events_with_a_parent() -> None:
    """What breaks is lost as one, and each piece is detected, tracked and predicted."""
    broken = {**ARC, "break_up": {"at": "PT300S", "pieces": 3, "spread_km": 40}}
    reports = drafts(flight(flight=broken))

    assert {d.event for d in reports} == {
        "rocket", "rocket-piece-1", "rocket-piece-2", "rocket-piece-3",
    }  # fmt: skip
    assert ("update", "lost") in states(reports, "JPN", "rocket")
    for number in (1, 2, 3):
        piece = f"rocket-piece-{number}"
        own = of(reports, "launch", "JPN", piece)
        assert {d.data["parent"] for d in own} == {"rocket"}
        assert own[0].at == make.START + 305 * SECOND
        assert of(reports, "impact", "JPN", piece)
    assert all("parent" not in d.data for d in of(reports, "launch", event="rocket"))
    numbers = {d.data["track_number"] for d in of(reports, "launch", "JPN")}
    assert len(numbers) == 4


def test_the_impact_of_the_whole_is_predicted_until_it_breaks() -> None:
    """Before the break nobody knows of it."""
    broken = {**ARC, "break_up": {"at": "PT300S", "pieces": 2}}
    whole = of(drafts(flight(flight=broken)), "impact", "JPN", "rocket")

    assert whole
    assert {d.data["state"] for d in whole} == {"predicted"}


def test_a_space_launch_reaches_orbit_and_drops_its_stages() -> None:
    """Stages fall where and when the record says; the vehicle has no predicted impact."""
    zones = [{"stage": "First stage", "at": "PT7M", "lat": 36, "lon": 123.5}]
    launch = flight("slv", flight={**TO_ORBIT, "drop_zones": zones})
    reports = drafts(launch)
    stage = flights_of(launch, 7)[1].trajectory

    assert ("update", "in-orbit") in states(reports, "KOR", "rocket")
    assert states(reports, "KOR", "rocket")[-1] == ("all-clear", "in-orbit")
    assert of(reports, "impact", event="rocket") == []
    assert of(reports, "impact", event="rocket-first-stage")
    assert stage.impact == pytest.approx((123.5, 36), abs=1e-5)


def test_a_failed_space_launch_leaves_a_wreck() -> None:
    """It is lost; what is left of it falls, as an event of its own."""
    failed = {**TO_ORBIT, "lost": "PT400S"}
    reports = drafts(flight("slv", flight=failed, outcome="failure"))

    assert {d.event for d in reports} == {"rocket", "rocket-wreck"}
    assert ("update", "in-orbit") not in states(reports, "KOR", "rocket")
    assert of(reports, "impact", event="rocket-wreck")


def test_a_cruise_missile_has_no_predicted_impact() -> None:
    """Nobody knows where a thing that steers will go."""
    low = {"azimuth_deg": 90, "range_km": 600, "apogee_km": 3}
    impacts = of(drafts(flight("cruise", flight=low)), "impact")

    assert {d.data["state"] for d in impacts} <= {"observed"}


def test_a_quasi_ballistic_flight_is_tracked_like_any_other() -> None:
    """A flight too low for an arc has tracks, predictions and its given time."""
    low = {"azimuth_deg": 81, "range_km": 850, "apogee_km": 50, "time": "PT660S"}
    launch = flight(flight=low)
    reports = drafts(launch)

    assert of(reports, "track", "KOR")
    assert of(reports, "impact", "KOR")
    assert flights_of(launch, 7)[0].trajectory.duration_s == pytest.approx(660)


def test_who_may_know_is_as_the_file_says() -> None:
    """Release, recipients and expiry of the event are those of its reports."""
    launch = flight(release="public", to=["JPN"], expires="PT1H")
    reports = drafts(launch)

    assert {(d.release, d.to) for d in reports} == {("public", ("JPN",))}
    assert {d.expires - d.at for d in of(reports, "launch") if d.expires} == {3600 * SECOND}


@settings(max_examples=15, deadline=None)
@example(
    range_km=200.0, ratio=0.15625, azimuth=103.0, every="PT60S", gaps=[1, 59, 121, 28, 33, 589]
)
@given(
    range_km=st.floats(200, 5000),
    ratio=st.floats(0.05, 2),
    azimuth=st.floats(0, 360),
    every=st.sampled_from(["PT3S", "PT10S", "PT60S"]),
    gaps=st.lists(st.integers(1, 900), min_size=2, max_size=6),
)
def test_reports_are_whole_whatever_is_seen(
    range_km: float, ratio: float, azimuth: float, every: str, gaps: list[int]
) -> None:
    """Any flight and any views: in order, one first report each, and one all-clear, the last."""
    edges = list(itertools.accumulate(gaps))
    seen = [
        {"country": "KOR", "at": make.moment(since), "until": make.moment(until)}
        for since, until in zip(edges[::2], edges[1::2], strict=False)
    ]
    figures = {"azimuth_deg": azimuth, "range_km": range_km, "apogee_km": range_km * ratio}
    reports = drafts(flight("irbm", flight=figures, track={"every": every}, detections=seen))

    assert [d.at for d in reports] == sorted(d.at for d in reports)
    for kind in ("launch", "track", "impact"):
        types = [d.type for d in of(reports, kind)]
        assert types.count("alert") <= 1
        assert "alert" not in types[1:]
    assert [d.type for d in reports].count("all-clear") == 1
    assert reports[-1].type == "all-clear"


def test_what_cannot_be_flown_is_told() -> None:
    """The check has one sentence for a flight without the figures it needs, and none otherwise."""
    assert flight_problem(flight()) is None
    assert flight_problem(flight(flight={"azimuth_deg": 1})) == (
        "'rocket' cannot be flown without range_km and apogee_km"
    )
    assert "did you mean 'srbm'?" in str(flight_problem(flight("srbn")))


def test_a_claim_shorter_than_its_own_arc_is_flagged() -> None:
    """KCNA's 4052 s of 2022-03-24 is, the 71 minutes of the Japanese ministry are not."""
    figures: dict[str, Any] = {"range_km": 1090, "apogee_km": 6248.5}
    claims = [
        make.claim(**figures, flight_time="PT71M"),
        make.claim(**figures, flight_time="PT4052S"),
    ]
    text = (
        "a flight time of 4052 s is shorter than the drag-free arc to its own apogee (4075 s); "
        "check apogee_km, range_km and the time"
    )
    assert list(short_claims(flight("icbm-liquid", claims=claims))) == [(1, text)]
