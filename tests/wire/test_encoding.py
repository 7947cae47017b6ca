"""Tests of ``feed.wire.encoding``: what is written keeps the contract, and can be read."""

import json
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feed.app.prepare import prepare
from feed.core.picture import Picture
from feed.files.library import entries
from feed.model.event import KINDS
from feed.model.marking import BANNER
from feed.model.message import LARGEST, Delivery, Message
from feed.wire.encoding import encode, encode_state
from feed.wire.envelope import Played, decode, message_of, moment_of
from feed.wire.schema import BODIES
from feed.wire.topics import Topics
from tests.make import (
    PATIENT,
    START,
    agreement,
    alert,
    any_arrangements,
    any_events,
    correction,
    incident,
    launch,
    meeting,
    message,
    moment,
    plan,
    statement,
)

PLAYED = Played("01jfm0", 2, "MORNING CALM", "morning-calm")
SENT = START + 5_000_123
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")
WHEN = st.integers(-2_000_000_000, 4_000_000_000).map(lambda ms: ms * 1000)
SLUGS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True)
COUNTRIES = st.from_regex(r"[A-Z]{3}", fullmatch=True)
KEYS = st.builds("{}.{}.{}".format, SLUGS, COUNTRIES.map(str.lower), st.integers(1, 99))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@st.composite
def any_delivery(draw: st.DrawFn) -> Delivery:
    """Draw a delivery of anything to anybody."""
    key = draw(KEYS)
    event, originator, _ = key.rsplit(".", 2)
    data = draw(st.dictionaries(SLUGS, VALUES, max_size=4))
    told = Message(
        key=key,
        event=event,
        kind=draw(st.sampled_from(KINDS)),
        type=draw(st.sampled_from(["alert", "update", "cancel", "all-clear"])),
        originator=originator.upper(),
        at=draw(WHEN),
        offset_s=draw(st.integers(-14 * 60, 14 * 60)) * 60,
        expires=draw(st.none() | WHEN),
        references=(),
        release="",
        to=None,
        partial=False,
        data=data,
    )
    return Delivery(
        due=draw(WHEN),
        recipient=draw(COUNTRIES),
        number=0,
        message=told,
        arrangement=draw(SLUGS),
        path=tuple(draw(st.lists(COUNTRIES, min_size=1, max_size=4))),
        late=draw(st.booleans()),
        releasable=tuple(draw(st.lists(COUNTRIES, max_size=4))),
        references=tuple(draw(st.lists(KEYS, max_size=4))),
    )


def one() -> Delivery:
    """Return a delivery with every attribute."""
    told = message(kind="track", event="rocket", number=17, expires=START + 30_000_000)
    return Delivery(
        due=START + 2_214_000,
        recipient="JPN",
        number=0,
        message=told._replace(data={"phase": "boost"}),
        arrangement="realtime-2023",
        path=("KOR", "USA", "JPN"),
        late=True,
        releasable=("USA", "JPN", "KOR"),
        references=("rocket.kor.16", "rocket.kor.15"),
    )


def members(payload: bytes) -> dict[str, Any]:
    """Return the members of a payload."""
    read: dict[str, Any] = json.loads(payload)
    return read


def times_in(value: Any) -> list[str]:
    """Return every text in a body that is a time of day."""
    if isinstance(value, dict):
        return [time for inner in value.values() for time in times_in(inner)]
    if isinstance(value, list):
        return [time for inner in value for time in times_in(inner)]
    return [value] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) else []


def texts_in(value: Any) -> list[str]:
    """Return every text by language in a body."""
    if isinstance(value, dict):
        if value and all(re.fullmatch("[a-z]{2}", name) for name in value):
            return list(value.values())
        return [text for inner in value.values() for text in texts_in(inner)]
    return [text for inner in value for text in texts_in(inner)] if isinstance(value, list) else []


def test_a_message_stands_on_the_wire_as_the_contract_says() -> None:
    """Every member has the name, the form and the value of the contract, and its order."""
    payload = encode(one(), PLAYED, 184, SENT)

    assert list(members(payload).items()) == [
        ("specversion", "1.0"),
        ("id", "01jfm0.2.jpn.184"),
        ("message", "rocket.kor.17"),
        ("source", "/exercise/morning-calm/kor"),
        ("type", "exercise.track.alert.v1"),
        ("subject", "rocket"),
        ("time", "2023-12-19T09:00:00.000+09:00"),
        ("due", "2023-12-19T09:00:02.214+09:00"),
        ("sent", "2023-12-19T00:00:05.000+00:00"),
        ("expires", "2023-12-19T09:00:30.000+09:00"),
        ("datacontenttype", "application/json"),
        ("dataschema", "urn:feed:schema:track:1"),
        ("status", "Exercise"),
        ("exercise", "EXERCISE MORNING CALM"),
        ("run", "01jfm0"),
        ("epoch", 2),
        ("sequence", "00000184"),
        ("recipient", "JPN"),
        ("releasableto", "USA, JPN, KOR"),
        ("arrangement", "realtime-2023"),
        ("path", "KOR>USA>JPN"),
        ("late", True),
        ("references", "rocket.kor.16 rocket.kor.15"),
        ("data", {"phase": "boost"}),
    ]


def test_what_does_not_apply_is_left_out() -> None:
    """There is no null and no empty member."""
    delivery = one()._replace(late=False, releasable=(), references=())
    told = delivery.message._replace(expires=None)

    written = members(encode(delivery._replace(message=told), PLAYED, 1, SENT))

    assert not {"expires", "late", "releasableto", "references", "signature"} & written.keys()
    assert None not in written.values()


@PATIENT
@given(any_delivery(), st.integers(1, 10**9), WHEN)
def test_everything_that_is_written_is_read_again(
    delivery: Delivery, sequence: int, sent: int
) -> None:
    """A delivery survives the wire: all that a receiver may know of it, and nothing else."""
    payload = encode(delivery, PLAYED, sequence, sent)
    assume(len(payload) <= LARGEST)

    envelope = decode(payload)
    told, due = message_of(envelope)

    sender = delivery.message
    assert told == sender._replace(
        references=delivery.references, partial=bool(sender.data.get("remaining"))
    )
    assert due == delivery.due
    assert moment_of(envelope.sent) == sent
    assert envelope.number == sequence
    assert (envelope.run, envelope.epoch) == (PLAYED.run, PLAYED.epoch)
    assert envelope.id == f"{PLAYED.run}.{PLAYED.epoch}.{delivery.recipient.lower()}.{sequence}"
    assert envelope.type == f"exercise.{sender.kind}.{sender.type}.v1"
    assert envelope.recipient == delivery.recipient
    assert envelope.arrangement == delivery.arrangement
    assert tuple((envelope.path or "").split(">")) == delivery.path
    assert tuple((envelope.releasableto or "").split(", ")) == (delivery.releasable or ("",))
    assert bool(envelope.late) == delivery.late


@given(any_delivery())
def test_attributes_have_the_names_and_types_of_cloudevents(delivery: Delivery) -> None:
    """Names are lower-case letters and digits; values are texts, numbers of 32 bits and booleans.

    (CloudEvents 1.0.2, sections 'Attribute Naming Convention' and 'Type System'.)
    """
    written = members(encode(delivery, PLAYED, 1, SENT))

    assert {"specversion", "id", "source", "type"} <= written.keys()
    del written["data"]
    for name, value in written.items():
        assert re.fullmatch("[a-z0-9]{1,20}", name)
        assert isinstance(value, str | int)
        assert value != ""
        assert not isinstance(value, int) or abs(value) < 2**31


@given(any_delivery())
def test_times_have_milliseconds_and_a_numeric_offset(delivery: Delivery) -> None:
    """No time of the envelope ends in Z, and all have one form."""
    written = members(encode(delivery, PLAYED, 1, SENT))

    for name in ("time", "due", "sent", "expires"):
        assert name not in written or TIME.fullmatch(written[name])


@PATIENT
@given(st.data())
def test_whatever_a_story_publishes_keeps_the_contract(data: st.DataObject) -> None:
    """Bodies fit their models, texts bear the banner, times their offset, payloads their limit."""
    agreed = data.draw(any_arrangements())
    for delivery in plan(*data.draw(any_events(agreed)), agreed=agreed).deliveries():
        assert_kept(delivery)


@pytest.mark.parametrize(
    "event",
    [
        alert(headline={"en": "Launch", "ja": "発射"}, about="rocket"),
        meeting(agenda=["First"], outcome="Held."),
        agreement(),
        incident(count=3),
        statement(text={"ko": "말"}),
        launch(
            flight={"azimuth_deg": 90, "range_km": 600, "apogee_km": 100},
            detections=[{"country": "KOR", "at": moment(1), "until": moment(300)}],
        ),
    ],
    ids=lambda event: event.word,
)
def test_every_kind_of_event_keeps_the_contract(event: Any) -> None:
    """Each kind of event, also updated, is published as its model says."""
    event_stream = [event] if event.word == "launch" else [event, correction(event.id, "update")]

    kinds = {assert_kept(delivery) for delivery in plan(*event_stream).deliveries()}

    assert event.word in kinds
    assert event.word != "launch" or {"track", "impact"} <= kinds


@pytest.mark.slow
@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_every_scenario_of_the_library_keeps_the_contract(name: str) -> None:
    """What comes with the program is published as the contract says, in every fifth message."""
    for n, delivery in enumerate(prepare(name).plan().deliveries()):
        if n % 5 == 0 or delivery.message.kind not in {"track", "launch"}:
            assert_kept(delivery)


def assert_kept(delivery: Delivery) -> str:
    """Check a payload against the contract; return its kind."""
    payload = encode(delivery, PLAYED, 99_999_999, SENT)
    assert len(payload) <= LARGEST
    written = members(payload)
    envelope = decode(payload)
    assert written["dataschema"] == f"urn:feed:schema:{envelope.kind}:1"
    BODIES[envelope.kind].model_validate(written["data"])
    for text in texts_in(written["data"]):
        assert text.startswith(BANNER)
    for time in times_in(written):
        assert TIME.fullmatch(time)
    assert written["status"] == "Exercise"
    assert written["exercise"].startswith("EXERCISE ")
    withheld = set(delivery.message.references) - set(delivery.references)
    assert not [key for key in withheld if key.encode() in payload]
    topic = Topics("x").feed(delivery.recipient, envelope.kind, envelope.subject)
    assert re.fullmatch(r"[a-z0-9/-]+", topic)
    return envelope.kind


# -- reading what anybody may have written ---------------------------------------------------------


def test_a_state_is_the_last_report_under_an_id_of_its_own() -> None:
    """A picture says which message it is from, who said it, and up to which number it is told."""
    picture = Picture()
    picture.take(one()._replace(message=message(data={"when": "now"})))
    (shown,) = picture.shown.values()

    envelope = decode(encode_state(shown, PLAYED, "JPN", 9, SENT))

    assert envelope.id == "01jfm0.2.jpn.state.rocket"
    assert (envelope.type, envelope.message) == ("exercise.launch.alert.v1", "rocket.kor.1")
    assert (envelope.number, envelope.recipient, envelope.status) == (9, "JPN", "Exercise")
    assert envelope.dataschema == "urn:feed:schema:launch:1"
    assert envelope.data["reports"] == [{"originator": "KOR", "message": "rocket.kor.1"}]


def test_a_state_of_a_track_alone_does_not_claim_to_be_a_whole_launch() -> None:
    """Who is told of a track only gets a picture without the schema of a launch."""
    picture = Picture()
    picture.take(one())
    (shown,) = picture.shown.values()

    envelope = decode(encode_state(shown, PLAYED, "JPN", 9, SENT))

    assert (envelope.kind, envelope.dataschema) == ("launch", None)
    assert envelope.data["reports"][0]["track"] == {"phase": "boost"}
