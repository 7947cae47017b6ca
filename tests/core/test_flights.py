"""From written launches to objects, and to who has them in view."""

from typing import Any

import pytest

from feed.core.flights import (
    SensorContact,
    contacts_of,
    flight_problem,
    flights_of,
    object_ids,
    short_claims,
)
from feed.flight.trajectory import End
from feed.model.arrangement import Arrangements
from feed.model.base import slug_of
from feed.model.launch import Launch
from feed.model.time import SECOND, Instant
from tests import make

BEGIN = Instant(make.START, 9 * 3600)
ARC: dict[str, Any] = {"azimuth_deg": 75, "range_km": 900, "apogee_km": 700}
TO_ORBIT: dict[str, Any] = {"azimuth_deg": 190, "orbit": {"altitude_km": 500, "after": "PT705S"}}
RADAR: dict[str, Any] = {
    "name": "Radar", "class": "land-radar", "lat": 37, "lon": 128, "range_km": 5000,
    "delay": "PT4S", "error_m": 300,
}  # fmt: skip


def flight(**members: Any) -> Launch:
    """Return a launch with a flight that nobody is written to have seen."""
    return make.launch(**{"flight": ARC, "detections": None, **members})


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


def contacts(
    launch: Launch, arrangements: Arrangements, index: int = 0
) -> dict[str, tuple[SensorContact, ...]]:
    """Return who has one object of a launch in view."""
    return contacts_of(launch, BEGIN, arrangements, flights_of(launch, 7)[index])


def test_a_flight_is_flown_once() -> None:
    """The same flight is the same object again, as long as it is remembered."""
    assert flights_of(flight(), 7)[0] is flights_of(flight(), 7)[0]


def test_without_a_flight_nothing_flies() -> None:
    """A launch nobody has figures for has no objects, but an event."""
    assert flights_of(make.launch(), 7) == ()
    assert object_ids(make.launch()) == ("rocket",)


def test_names_of_objects_are_ids_of_events() -> None:
    """Each is a valid and different id, whatever the file calls the stages."""
    zones = [
        {"stage": name, "at": at, "lat": 36, "lon": 123.5}
        for name, at in (("First stage", "PT7M"), ("first stage!", "PT8M"), ("一段目", "PT9M"))
    ]
    launch = flight(vehicle={"class": "slv"}, flight={**TO_ORBIT, "drop_zones": zones})
    named = ("first-stage", "first-stage-2", "yiduanmu-3e28b0")
    expected = ("rocket", *(f"rocket-{name}" for name in named))

    assert object_ids(launch) == expected
    assert tuple(flying.name for flying in flights_of(launch, 7)) == expected


def test_sensors_of_one_name_are_two_sensors() -> None:
    """Each look has the delay of the sensor that saw it, whatever the sensors are called."""
    quick = {**RADAR, "lat": 39, "delay": "PT1S"}

    found = contacts(flight(), watched_by(KOR=[RADAR, quick]))["KOR"]

    assert {look.delay for look in found} == {4 * SECOND, 1 * SECOND}


def test_ids_stay_as_short_as_ids_must_be() -> None:
    """The id of a piece of a launch with the longest id there may be is one, too."""
    broken = {**ARC, "break_up": {"at": "PT300S", "pieces": 12}}
    ids = object_ids(flight(name="a" * 64, flight=broken))

    assert len(set(ids)) == 13
    assert all(len(name) <= 64 and slug_of(name) == name for name in ids)


def test_pieces_are_drawn_from_the_seed() -> None:
    """They are the same in every run, and others with another seed."""
    launch = flight(flight={**ARC, "break_up": {"at": "PT300S", "pieces": 3}})
    again = flight(flight={**ARC, "break_up": {"at": "PT300S", "pieces": 3}})
    places = [flying.trajectory.impact for flying in flights_of(launch, 7)[1:]]

    assert len(set(places)) == 3
    assert places == [flying.trajectory.impact for flying in flights_of(again, 7)[1:]]
    assert places != [flying.trajectory.impact for flying in flights_of(launch, 8)[1:]]


def test_a_failure_has_a_wreck_only_if_nobody_says_where_it_fell() -> None:
    """Drop zones tell of all that came down; without them the rest falls freely."""
    failed = {**TO_ORBIT, "lost": "PT400S"}
    zone = {"stage": "Debris", "at": "PT18M", "lat": 25, "lon": 121.5}
    rocket = {"vehicle": {"class": "slv"}, "outcome": "failure"}

    assert object_ids(flight(flight=failed, **rocket)) == ("rocket", "rocket-wreck")
    told = flight(flight={**failed, "drop_zones": [zone]}, **rocket)
    vehicle, debris = flights_of(told, 7)
    assert vehicle.trajectory.end is End.LOST
    assert debris.start_s == pytest.approx(400)
    assert debris.start_s + debris.trajectory.duration_s == pytest.approx(1080, abs=0.1)


def test_views_are_those_of_the_sensors() -> None:
    """Each view carries the delay, the error and the class of its sensor."""
    ship = {**RADAR, "name": "Ship", "class": "ship of some kind", "lon": 131, "error_m": 90}
    seen = contacts(
        flight(), watched_by(KOR=[RADAR, ship], USA=[{**RADAR, "lat": -40, "lon": -60}])
    )

    assert set(seen) == {"KOR"}
    assert {(look.sensor_class, look.error_m, look.delay) for look in seen["KOR"]} == {
        ("land-radar", 300.0, 4 * SECOND),
        ("ship of some kind", 90.0, 4 * SECOND),
    }
    assert list(seen["KOR"]) == sorted(seen["KOR"])


def test_a_space_based_sensor_sees_the_boost() -> None:
    """Whatever its class is called, and whatever place it is given."""
    satellite = {**RADAR, "class": "infra-red", "space_based": True, "lat": 0, "lon": -100}
    ((look,),) = contacts(flight(), watched_by(USA=[satellite])).values()

    assert look.until == pytest.approx(75 * SECOND, abs=SECOND / 100)


def test_pieces_are_seen_on_their_own() -> None:
    """Views of a piece begin when it does, counted from the launch."""
    broken = flight(flight={**ARC, "break_up": {"at": "PT300S", "pieces": 2}})
    (look,) = contacts(broken, watched_by(KOR=[RADAR]), index=1)["KOR"]

    assert look.since == 300 * SECOND


def test_written_detections_hold() -> None:
    """They replace geometry; without an end they last as long as the object."""
    seen = [
        {"country": "AUS", "at": make.moment(50), "until": make.moment(60)},
        {"country": "AUS", "at": make.moment(80)},
    ]
    launch = flight(detections=seen)
    falls = round(flights_of(launch, 7)[0].trajectory.duration_s * SECOND)
    found = contacts(launch, watched_by(KOR=[RADAR]))

    assert [(look.since, look.until) for look in found["AUS"]] == [
        (50 * SECOND, 60 * SECOND), (80 * SECOND, falls),
    ]  # fmt: skip
    assert set(found) == {"AUS"}


def test_written_detections_cover_pieces_while_they_last() -> None:
    """Who lost the vehicle before it broke never saw its pieces."""
    seen = [
        {"country": "AUS", "at": make.moment(50), "until": make.moment(250)},
        {"country": "PHL", "at": make.moment(50), "until": make.moment(400)},
    ]
    broken = {**ARC, "break_up": {"at": "PT300S", "pieces": 2}}
    found = contacts(flight(flight=broken, detections=seen), watched_by(KOR=[]), index=1)

    assert [(look.since, look.until) for look in found["PHL"]] == [(300 * SECOND, 400 * SECOND)]
    assert set(found) == {"PHL"}


def test_an_originator_reports_alone() -> None:
    """Even where others have sensors; and without a flight it reports at the launch."""
    both = watched_by(KOR=[RADAR], JPN=[{**RADAR, "lat": 38, "lon": 135}])

    assert set(contacts(flight(), both)) == {"KOR", "JPN"}
    assert set(contacts(flight(originator="JPN"), both)) == {"JPN"}
    alone = flight(originator="JPN", flight=None)
    assert contacts_of(alone, BEGIN, both, None)["JPN"][0].since == 0
    assert contacts_of(flight(flight=None), BEGIN, both, None) == {}


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ({"azimuth_deg": 1, "range_km": 900}, "cannot be flown without range_km and apogee_km"),
        ({**ARC, "lost": "PT2H"}, "give a moment within it"),
        ({**ARC, "break_up": {"at": "PT2H", "pieces": 2}}, "give a moment within it"),
        ({**ARC, "range_km": 18_500, "apogee_km": 9000}, "give a range up to 18000 km"),
    ],
)
def test_a_flight_that_cannot_be_is_a_problem(figures: dict[str, Any], text: str) -> None:
    """One sentence says what to change."""
    assert text in str(flight_problem(flight(flight=figures)))


def test_claims_without_all_three_figures_are_not_judged() -> None:
    """Time, range and apogee belong together; a range of 0 is no arc."""
    claims = [
        make.claim(flight_time="PT1S", range_km=100),
        make.claim(flight_time="PT1S", apogee_km=100),
        make.claim(flight_time="PT1S", apogee_km=100, range_km=0),
    ]
    assert list(short_claims(flight(claims=claims))) == []


def test_the_time_of_the_flight_itself_is_judged_too() -> None:
    """It has the index -1; figures no arc can have are told instead of a time."""
    found = list(
        short_claims(
            flight(
                flight={**ARC, "time": "PT60S"},
                claims=[make.claim(flight_time="PT1S", apogee_km=100, range_km=30_000)],
            )
        )
    )
    assert [number for number, _ in found] == [-1, 0]
    assert found[0][1].startswith("a flight time of 60 s is shorter than the drag-free arc")
    assert found[1][1].startswith("no arc has a range of 30000 km")
