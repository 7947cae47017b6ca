"""What a scenario exercises is read from its events."""

from collections.abc import Mapping

from feed.app.scenarios_marks import marks
from feed.model.scenario import Scenario

ISSUER = {"country": "JPN", "authority": "Agency", "channel": "J-Alert"}
OTHER = {**ISSUER, "authority": "Ministry"}


def of(*events: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a story with these events exercises."""
    story = Scenario.model_validate(
        {
            "feed": 1,
            "id": "x",
            "title": "X",
            "exercise": "X",
            "starts": "2024-01-01T09:00:00+09:00",
            "events": list(events),
        }
    )
    return marks(story.events, story.starts)


def alert(name: str, **more: object) -> dict[str, object]:
    """Return an alert for two areas."""
    return {
        "alert": name, "at": "09:00", "issuer": ISSUER, "text": "x", "areas": ["A", "B"], **more
    }  # fmt: skip


def correction(of: str, as_: str, **more: object) -> dict[str, object]:
    """Return a correction one minute later."""
    name = f"c-{as_}-{len(more)}-{more.get('areas', 'x')}".lower().replace("['", "").strip("']")
    return {"correction": name, "of": of, "as": as_, "at": "09:01", **more}


def launch(name: str, at: str, **flight: object) -> dict[str, object]:
    """Return a launch."""
    return {
        "launch": name, "at": at, "site": {"name": "S", "lat": 39, "lon": 125},
        "vehicle": {"class": "srbm"}, "flight": {"azimuth_deg": 80, "range_km": 400, **flight},
    }  # fmt: skip


def test_launches_within_a_minute_are_a_burst() -> None:
    """Three within a minute are told as that; three far apart are not."""
    assert of(launch("a", "09:00"), launch("b", "09:00:30"), launch("c", "09:00:59"))[0] == (
        "3 launches within a minute"
    )
    assert of(launch("a", "09:00"), launch("b", "09:01"), launch("c", "09:02"))[0] == "3 launches"
    assert of(launch("a", "09:00")) == ("1 launch",)


def test_what_becomes_of_a_flight_is_told() -> None:
    """Loss, pieces and orbit are things a client must handle."""
    pieces = {"at": "PT1M", "pieces": 3}
    orbit = {"altitude_km": 500, "after": "PT9M"}

    assert of(launch("a", "09:00", lost="PT1M"))[1:] == ("lost from view",)
    assert of(launch("a", "09:00", break_up=pieces))[1:] == ("one object becomes several",)
    assert of(launch("a", "09:00", orbit=orbit))[1:] == ("orbit",)
    assert of(launch("a", "09:00", orbit=orbit, lost="PT1M"))[1:] == ("lost from view",)


def test_an_alert_is_ended_when_all_its_areas_are() -> None:
    """One that is ended in a part goes on, unless it expires by itself."""
    part = correction("a", "all-clear", areas=["A"], reason="threat-passed")
    rest = correction("a", "cancel", areas=["B"], reason="wrong-area")
    endless = "an alert without an end"

    assert endless in of(alert("a"))
    assert endless in of(alert("a"), part)
    assert "end of a part" in of(alert("a"), part)
    assert of(alert("a"), part, rest) == (
        "alert",
        "all-clear (threat-passed)",
        "cancel (wrong-area)",
        "end of a part",
    )
    assert of(alert("a"), correction("a", "cancel")) == ("alert", "cancel")
    assert of(alert("a", expires="PT1H")) == ("alert", "expiry")
    assert endless in of(alert("a"), correction("a", "update", text="y"))
    narrowed = correction("a", "update", areas=["B"])
    assert endless not in of(alert("a"), narrowed, rest)


def test_who_corrects_and_by_how_many_channels_is_told() -> None:
    """Another authority's cancel and a second channel are what clients stumble over."""
    ended = correction("a", "cancel", issuer=OTHER)

    assert "corrected by another authority" in of(alert("a"), ended)
    assert "alerts by 2 channels" in of(alert("a"), alert("b", issuer=OTHER))
    assert "2 alerts" in of(alert("a"), alert("b"))
    assert "warned of in advance" in of(alert("a", urgency="Future"))


def test_claims_of_two_authorities_about_one_event_differ() -> None:
    """Whether they stand with the event or are said later in statements about it."""

    def said(name: str, by: str, **more: object) -> dict[str, object]:
        claim = {"country": "KOR", "by": by, "range_km": 1, **more}
        return {
            "statement": name, "at": "09:10", "country": "KOR", "speaker": by, "about": "a",
            "claims": [claim],
        }  # fmt: skip

    assert "claims that differ" in of(launch("a", "09:00"), said("x", "JCS"), said("y", "JMoD"))
    assert of(launch("a", "09:00"), said("x", "JCS")) == ("1 launch",)
    assert "a figure that cannot be right" in of(
        launch("a", "09:00"), said("x", "JCS", disputed=True)
    )


def test_calendar_mass_and_links_are_told() -> None:
    """Meetings by their states, agreements, generated incidents, links, and times."""
    meeting = {"meeting": "m", "at": "09:00", "title": "M", "state": "announced", "place": "P"}
    agreed = {
        "agreement": "g",
        "at": "2024-02-01",
        "title": "G",
        "parties": ["KOR"],
        "state": "signed",
    }
    effect = {**agreed, "arrangement": {"id": "gsomia-2016", "becomes": "in-force"}}
    link = {"link": "hub", "at": "09:00", "state": "down"}
    mass = [
        {"incident": f"i-{n}", "at": "09:00", "category": "other", "synthetic": True}
        for n in range(100)
    ]

    assert of(meeting, correction("m", "update", state="held")) == (
        "update",
        "meetings (announced, held)",
    )
    assert of(meeting, agreed)[1:] == ("agreements", "times known by the day", "long silences")
    assert "arrangements change" in of(effect)
    assert of(link) == ("links fail",)
    assert of(*mass) == ("100 synthetic incidents",)
    abroad = {**meeting, "meeting": "n", "at": "2024-01-01T09:00:00-05:00"}
    assert "2 time zones" in of(meeting, abroad)
