"""Tests of ``feed.core.picture``: what stands, what ended, and what is never shown."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.prepare import prepare
from feed.core.picture import Picture, Shown
from feed.files.library import entries
from feed.model.launch import LaunchBody
from feed.model.message import LARGEST, Delivery, Message
from feed.model.time import SECOND, rfc3339
from feed.wire.compact import compact
from feed.wire.encoding import encode, encode_state
from feed.wire.envelope import Played, decode, message_of
from tests.make import (
    COUNTRIES,
    PATIENT,
    START,
    agreement,
    alert,
    any_arrangements,
    any_events,
    arrangement,
    arrangements,
    correction,
    launch,
    meeting,
    message,
    plan,
)

KOR, JPN, USA, AUS, PHL = COUNTRIES
PLAYED = Played("01jfm0", 1, "MORNING CALM", "morning-calm")
MARK = {"status": "Exercise"}
ROCKET = ("launch", "rocket")
WARNING = ("alert", "warning")
TRUSTING = arrangements(arrangement("all", [KOR, JPN, USA], ["jpn-kor", "jpn-usa", "kor-usa"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1000, 1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.just("Point"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["point", "coordinates", "type", "center", "circle", "position"]), inner
        )
    ),
    max_leaves=12,
)
BODIES = st.dictionaries(
    st.sampled_from(
        ["site", "point", "position", "areas", "state", "altitude_m", "remaining", "claims", "time"]
    ),
    JSON,
)


def said(originator: str = KOR, type_: str = "alert", kind: str = "launch", **members: Any) -> Any:
    """Return a message about the rocket."""
    return message(originator=originator, kind=kind, **({"type": type_} | members))


def sighting(lon: float, number: int = 1, at: float = 0, originator: str = KOR) -> Message:
    """Return a track report."""
    place = {"type": "Point", "coordinates": [round(lon, 5), 40.0]}
    return message(
        at, originator, "track", number=number, data={"position": place, "altitude_m": 1000}
    )


def folded(messages: Iterable[Message], picture: Picture | None = None) -> Picture:
    """Return the picture after some messages, each of which arrives when it is made."""
    picture = picture or Picture()
    for one in messages:
        picture.fold(one, one.at)
    return picture


def heard(*events: Any, recipient: str = JPN, until: float = math.inf) -> Picture:
    """Return what a country has to take as true some seconds after the start of a story."""
    picture = Picture()
    for delivery in plan(*events, agreed=TRUSTING).deliveries():
        if delivery.recipient == recipient and delivery.due <= START + until * SECOND:
            picture.take(delivery)
    return picture


def facts(picture: Picture) -> Any:
    """Return everything that a picture says, as bytes and plain values."""
    states = {
        key: (encode_state(replace(shown, heard={}), PLAYED, JPN, 1, 0), shown.feature(MARK))
        for key, shown in picture.shown.items()
    }
    return states, picture.unmatched, picture.counts()


def positions(geometry: Any) -> list[list[float]]:
    """Return every position of a GeoJSON geometry; fails if it is not valid."""
    if geometry is None:
        return []
    if geometry["type"] == "GeometryCollection":
        assert len(geometry["geometries"]) > 1
        return [place for inner in geometry["geometries"] for place in positions(inner)]
    if geometry["type"] == "Point":
        places = [geometry["coordinates"]]
    else:
        assert geometry["type"] == "LineString"
        places = geometry["coordinates"]
        assert len(places) > 1
    for place in places:
        assert len(place) in {2, 3}
        assert -180 <= place[0] <= 180
        assert -90 <= place[1] <= 90
    return list(places)


# -- alerts ----------------------------------------------------------------------------------------


def test_an_alert_stands_until_its_all_clear() -> None:
    """An alert is shown from its first report to its all-clear, and not a moment longer."""
    event_stream = (alert(), correction(as_="all-clear", at=60))

    assert heard(*event_stream, until=59).shown[WARNING].act == "alert"
    over = heard(*event_stream)
    assert (over.shown, over.unmatched) == ({}, [])


def test_an_update_replaces_what_it_is_known_better_than() -> None:
    """After an update only its words stand, as an update."""
    shown = heard(alert(), correction(as_="update", text="To the cellar.")).shown[WARNING]

    assert shown.act == "update"
    assert len(shown.reports) == 1
    assert shown.body()["text"]["en"].endswith("To the cellar.")


def test_a_cancel_of_a_part_leaves_the_rest_as_it_was_said() -> None:
    """Where an alert goes on, it goes on in its own words, not in those that ended a part."""
    event_stream = (
        alert(areas=["North", "South"]),
        correction(as_="cancel", areas=["North"], text="Wrong.", reason="wrong-area"),
    )

    body = heard(*event_stream).shown[WARNING].body()

    assert [area["name"] for area in body["areas"]] == ["South"]
    assert body["text"]["en"].endswith("Take shelter.")
    assert (body["response"], body["urgency"]) == ("Shelter", "Immediate")
    assert not {"remaining", "reason"} & body.keys()


def test_the_parts_of_an_alert_end_one_by_one() -> None:
    """When the last part is over the alert is over."""
    event_stream = (
        alert(areas=["North", "South"]),
        correction(as_="all-clear", at=60, areas=["North"]),
        correction(as_="all-clear", at=90, areas=["South"]),
    )

    assert WARNING in heard(*event_stream, until=89).shown
    assert heard(*event_stream).shown == {}


def test_another_issuer_may_end_an_alert() -> None:
    """A cancel by somebody else ends the report that it names."""
    issuer = {"country": USA, "authority": "Other", "channel": "Radio"}

    picture = heard(alert(), correction(as_="cancel", issuer=issuer))

    assert (picture.shown, picture.unmatched) == ({}, [])


def test_another_issuer_may_cancel_a_part() -> None:
    """What is left of an alert stands once, whoever ended the other part."""
    issuer = {"country": USA, "authority": "Other", "channel": "Radio"}
    event_stream = (alert(areas=["North", "South"]), correction(issuer=issuer, areas=["North"]))

    shown = heard(*event_stream).shown[WARNING]

    assert [area["name"] for area in shown.body()["areas"]] == ["South"]
    assert shown.body()["issuer"]["authority"] == "Agency"
    assert len(shown.reports) == 1


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("type_", ["cancel", "all-clear"])
def test_a_cancel_of_something_unknown_is_flagged_and_never_shown(
    type_: str, *, partial: bool
) -> None:
    """What ends nothing that is known here is noted, and makes no picture."""
    data = {"areas": [], "remaining": [{"name": "South"}]}

    picture = folded([said(kind="alert", type_=type_, partial=partial, data=data)])

    assert (picture.shown, picture.unmatched) == ({}, ["rocket.kor.1"])


def test_a_cancel_that_names_a_withheld_report_is_unmatched() -> None:
    """A reference that was withheld from a recipient ends nothing of somebody else's."""
    picture = folded([said(KOR)])

    end = said(USA, "cancel", number=2, references=())

    assert picture.fold(end, end.at) is None
    assert ROCKET in picture.shown
    assert picture.unmatched == [end.key]


def test_what_is_expired_is_not_shown() -> None:
    """A report is dropped at the moment from which it may not be shown as current."""
    picture = folded([said(expires=START + 5 * SECOND)])

    assert list(picture.expire(START + 5 * SECOND - 1)) == []
    assert list(picture.expire(START + 5 * SECOND)) == [ROCKET]
    assert picture.shown == {}


def test_an_expired_report_leaves_the_others() -> None:
    """Only the report that expired is dropped; the event is shown with what still stands."""
    picture = folded([said(KOR, expires=START), said(USA)])

    assert list(picture.expire(START)) == [ROCKET]
    assert list(picture.shown[ROCKET].reports) == [(USA, "launch")]


# -- other kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["incident", "statement", "volcano"])
def test_kinds_that_do_not_last_make_no_picture(kind: str) -> None:
    """An incident or a statement, and a kind that is not known yet, is never shown as standing."""
    assert folded([said(kind=kind)]).shown == {}


@pytest.mark.parametrize("state", ["held", "cancelled", "not-held"])
def test_a_meeting_that_is_over_is_not_shown(state: str) -> None:
    """A meeting stands from its announcement until it was held, or was not."""
    event_stream = (meeting(), correction("talks", "update", state=state))

    assert ("meeting", "talks") in heard(*event_stream, until=59).shown
    assert heard(*event_stream).shown == {}


def test_a_meeting_that_is_over_for_one_stands_while_another_reports_it() -> None:
    """Who says that a meeting was held speaks for itself; the other's report still stands."""
    first = [said(who, kind="meeting", data={"state": "announced"}) for who in (KOR, USA)]
    held = said(USA, "update", "meeting", number=2, at=9, data={"state": "held"})

    shown = folded([*first, held]).shown["meeting", "rocket"]

    assert list(shown.reports) == [(KOR, "meeting")]


def test_an_agreement_stands_until_it_ends() -> None:
    """An agreement that is in force is shown; one that has ended is not."""
    assert ("agreement", "accord") in heard(agreement()).shown
    assert heard(agreement(state="ended")).shown == {}


def test_counts_name_every_lasting_kind() -> None:
    """The numbers for dashboards have every kind, also those of which nothing is active."""
    assert Picture().counts() == {"agreement": 0, "alert": 0, "launch": 0, "meeting": 0}
    assert heard(alert(), meeting()).counts() == {
        "agreement": 0, "alert": 1, "launch": 0, "meeting": 1,
    }  # fmt: skip


# -- launches --------------------------------------------------------------------------------------


def test_all_originators_of_a_launch_stand_side_by_side() -> None:
    """A launch that two countries saw is one event with two reports, and ends with the last."""
    picture = folded([said(KOR), said(USA, number=2)])
    assert [each["originator"] for each in picture.shown[ROCKET].body()["reports"]] == [KOR, USA]

    folded([said(KOR, "all-clear", number=3, at=9)], picture)
    assert list(picture.shown[ROCKET].reports) == [(USA, "launch")]

    folded([said(USA, "all-clear", number=4, at=9)], picture)
    assert picture.shown == {}


def test_a_picture_says_since_when_and_by_which_path_each_was_heard() -> None:
    """So that whoever joins late can say who knows what, since when."""
    delivered = [
        each
        for each in plan(launch(seen=[KOR, USA]), agreed=TRUSTING).deliveries()
        if each.recipient == JPN and each.due <= START + 10 * SECOND
    ]
    picture = Picture()
    for each in delivered:
        picture.take(each)

    state = json.loads(encode_state(picture.shown[ROCKET], PLAYED, JPN, 1, 0))

    assert len(state["heard"]) > 1
    for told in state["heard"]:
        first = next(e for e in delivered if e.message.originator == told["originator"])
        assert told["path"] == ">".join(first.path)
        assert told["arrangement"] == first.arrangement
        assert told["since"] == rfc3339(first.due, first.message.offset_s)


def test_an_all_clear_ends_the_whole_report_of_its_originator() -> None:
    """The track and the impact of an originator go with its launch report."""
    reports = [said(KOR), sighting(1), said(KOR, kind="impact", number=3), sighting(2, 4, 0, USA)]
    picture = folded([*reports, said(KOR, "all-clear", number=5, at=9)])

    shown = picture.shown[ROCKET]
    assert list(shown.reports) == [(USA, "track")]
    assert list(shown.tracks) == [USA]


def test_the_body_of_a_launch_is_one() -> None:
    """The picture of a launch is a launch body with the reports of each originator."""
    body = heard(launch(seen=[KOR, JPN, USA]), until=10).shown[ROCKET].body()
    assert {report["originator"] for report in body.pop("reports")} == {KOR, JPN, USA}
    LaunchBody.model_validate(body)


def test_a_report_that_was_overtaken_changes_nothing() -> None:
    """What was said earlier and comes later, by a slower path, replaces nothing newer."""
    newer = said(at=9, number=2, data={"state": "tracked"})
    picture = folded([newer])

    older = said(at=1)

    assert picture.fold(older, newer.at) is None
    assert picture.shown[ROCKET].last.message == newer


def test_a_report_that_the_end_overtook_does_not_bring_the_event_back() -> None:
    """After an all-clear a report that was made before it is history."""
    picture = folded([said(), said(type_="all-clear", at=9, number=3)])

    assert picture.fold(said(type_="update", at=8, number=2), START) is None
    assert picture.shown == {}

    folded([said(at=20, number=4)], picture)
    assert ROCKET in picture.shown


def test_the_memory_of_what_ended_is_bounded() -> None:
    """A story of many ended events does not grow the picture."""
    picture = Picture()
    for n in range(1500):
        name = f"event-{n}"
        folded([said(event=name), said(type_="cancel", event=name, number=2)], picture)

    assert (picture.shown, picture.unmatched) == ({}, [])
    assert len(picture._ended) == 1000


def launch_with_long_texts(originators: Sequence[str]) -> Picture:
    """Return the picture of a launch whose reports are as long as a check lets them be."""
    vehicle = {"class": "icbm", "name": "長" * 1500}
    data = {"site": {"name": "S", "point": {}}, "vehicle": vehicle, "state": "tracked"}
    picture = Picture()
    for originator in originators:
        long = {"sensor_class": "x" * 700}
        folded(
            [
                said(originator, data=data),
                said(originator, kind="track", number=2, data=long),
                said(originator, kind="impact", number=3, data=long),
            ],
            picture,
        )
    return picture


@pytest.mark.parametrize("originators", [COUNTRIES[:3], [f"A{a}{b}" for a in "BCD" for b in "XYZ"]])
def test_a_picture_that_would_be_too_large_leaves_originators_out_and_says_so(
    originators: Sequence[str],
) -> None:
    """Whoever was silent longest is left out of a picture first, and the reader is told."""
    shown = launch_with_long_texts(originators).shown[ROCKET]

    payload = encode_state(shown, PLAYED, JPN, 7, 0)

    assert len(payload) <= LARGEST
    body = decode(payload).data
    kept = [report["originator"] for report in body["reports"]]
    assert 0 < len(kept) < len(originators)
    assert kept == list(originators[-len(kept) :])
    assert body["reports_left_out"] == len(originators) - len(kept)


def test_a_picture_in_which_nobody_fits_says_how_many_were_left_out() -> None:
    """When there is no room for a single originator, the reader knows at least of them."""
    body = folded([said(KOR), said(USA)]).shown[ROCKET].body(10)

    assert (body["reports"], body["reports_left_out"]) == ([], 2)


def test_a_track_without_a_place_is_told_but_not_drawn() -> None:
    """What somebody wrote without a position has no geometry."""
    shown = folded([said(kind="track", data={"position": "north"})]).shown[ROCKET]

    assert shown.feature(MARK)["geometry"] is None


def test_a_picture_that_fits_leaves_nobody_out() -> None:
    """Three originators of an ordinary launch fit, and nothing is said of leaving out."""
    body = folded([said(country) for country in (KOR, JPN, USA)]).shown[ROCKET].body(LARGEST)

    assert len(body["reports"]) == 3
    assert "reports_left_out" not in body


# -- geometry --------------------------------------------------------------------------------------


def test_a_feature_has_the_longitude_first() -> None:
    """Positions are longitude, latitude, altitude, as GeoJSON has them, under the event's id."""
    feature = folded([sighting(125.7), sighting(126.7, 2, 5)]).shown[ROCKET].feature(MARK)

    assert feature["geometry"] == {
        "type": "LineString",
        "coordinates": [[125.7, 40.0, 1000], [126.7, 40.0, 1000]],
    }
    assert feature["id"] == "rocket"
    assert feature["properties"]["status"] == "Exercise"


def test_each_originator_draws_its_own_line() -> None:
    """Tracks of one object by two countries do not become one zigzag."""
    seen = [sighting(n, 2 * n, n, who) for n in (1, 2, 3) for who in (KOR, USA)]

    feature = folded(seen).shown[ROCKET].feature(MARK)

    lines = feature["geometry"]["geometries"]
    assert [len(line["coordinates"]) for line in lines] == [3, 3]


def test_a_line_is_cut_at_the_180th_meridian() -> None:
    """A track over the Pacific is drawn as two lines that meet at the edge of the map."""
    feature = folded([sighting(179), sighting(-178, 2, 5)]).shown[ROCKET].feature(MARK)

    told = [(line["originator"], line["seconds"]) for line in feature["properties"]["lines"]]
    assert told == [(KOR, [0, 1.7]), (KOR, [0, 3.3])]
    west, east = [line["coordinates"] for line in feature["geometry"]["geometries"]]
    assert west == [[179, 40.0, 1000], [180, 40.0, 1000]]
    assert east == [[-180, 40.0, 1000], [-178, 40.0, 1000]]


@pytest.mark.parametrize("originators", [[KOR], [KOR, JPN, USA]])
def test_a_long_track_is_thinned(originators: list[str]) -> None:
    """A track has 200 vertices at most and keeps its first and its last, and so fits a payload."""
    seen = [sighting(n / 100 + 100.12345, n, n, who) for n in range(1, 1001) for who in originators]

    shown = folded(seen).shown[ROCKET]

    assert sum(map(len, shown.tracks.values())) <= 200
    for track in shown.tracks.values():
        assert len(track) > 20
        assert (track[0][0], track[-1][0]) == (100.13345, 110.12345)
    assert len(compact(shown.feature(MARK))) < LARGEST


def test_many_originators_with_short_tracks_are_kept() -> None:
    """Tracks of two vertices are not thinned any further, however many there are."""
    names = [f"{a}{b}A" for a in "BCDFGHJKLM" for b in "NPQRSTVWXYZA"]
    seen = [sighting(n, n, n, who) for n in (1, 2) for who in names]

    assert {len(t) for t in folded(seen).shown[ROCKET].tracks.values()} == {2}


@given(
    kind=st.sampled_from(["launch", "track", "impact", "alert", "meeting", "agreement"]),
    type_=st.sampled_from(["alert", "update", "cancel", "all-clear"]),
    bodies=st.lists(BODIES, min_size=1, max_size=4),
)
def test_no_body_however_strange_breaks_the_picture(
    kind: str, type_: str, bodies: list[dict[str, Any]]
) -> None:
    """Whatever somebody wrote into a body, the fold goes on and every feature is valid GeoJSON."""
    picture = Picture()
    for n, data in enumerate(bodies):
        first = said(kind=kind, number=2 * n, data=data)
        partial = bool(data.get("remaining"))
        folded([first, first._replace(type=type_, key=f"k{n}", partial=partial)], picture)
        folded([first], picture)
    for shown in picture.shown.values():
        feature = shown.feature(MARK)
        positions(feature["geometry"])
        json.dumps(feature, allow_nan=False)
        shown.body(LARGEST)
    list(picture.expire(START))


# -- the same picture for everybody ----------------------------------------------------------------


@PATIENT
@given(st.data())
def test_a_picture_can_be_folded_in_two_parts(data: st.DataObject) -> None:
    """The fold of a story is the fold of its rest upon the fold of its beginning; twice the same.

    And it always is what a receiver folds from the payloads, byte by byte.
    """
    agreed = data.draw(any_arrangements())
    deliveries = list(plan(*data.draw(any_events(agreed)), agreed=agreed).deliveries())[:80]
    mine = [delivery for delivery in deliveries if delivery.recipient == KOR]
    cut = data.draw(st.integers(0, len(mine)))

    whole, parts, received = Picture(), Picture(), Picture()
    for delivery in mine:
        whole.take(delivery)
        received.fold(*message_of(decode(encode(delivery, PLAYED, 1, 0))))
    for part in (mine[:cut], mine[cut:]):
        for delivery in part:
            parts.take(delivery)

    assert facts(whole) == facts(parts) == facts(received)
    for delivery in mine:
        assert set(whole.expire(delivery.due)) == set(received.expire(delivery.due // 1000 * 1000))
    assert facts(whole) == facts(received)


@pytest.mark.slow
@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_player_and_receiver_fold_the_same_picture_of_every_scenario(name: str) -> None:
    """What the player shows of a scenario of the library is what each receiver makes of it."""
    prepared = prepare(name)
    pictures = {country: (Picture(), Picture()) for country in prepared.recipients}
    for n, delivery in enumerate(prepared.plan().deliveries(), 1):
        player, receiver = pictures[delivery.recipient]
        key = player.take(delivery)
        assert receiver.fold(*message_of(decode(encode(delivery, PLAYED, n, 0)))) == key
        if key is not None and n % 7 == 0:
            assert_alike(player.shown.get(key), receiver.shown.get(key), delivery)
    for player, receiver in pictures.values():
        assert facts(player) == facts(receiver)
        assert player.unmatched == []
        assert player.counts()["launch"] == 0


def assert_alike(player: Shown | None, receiver: Shown | None, delivery: Delivery) -> None:
    """Compare the payloads of two pictures of one event, and look at their size and geometry."""
    if player is None or receiver is None:
        assert player is receiver
        return
    state = encode_state(player, PLAYED, delivery.recipient, 1, 0)
    # How it was heard stands in what was delivered, not in the message.
    received = replace(receiver, heard=player.heard)
    assert state == encode_state(received, PLAYED, delivery.recipient, 1, 0)
    assert len(state) <= LARGEST
    assert "reports_left_out" not in decode(state).data
    feature = player.feature(MARK)
    positions(feature["geometry"])
    assert len(compact(feature)) <= LARGEST
