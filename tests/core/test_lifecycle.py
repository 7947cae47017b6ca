"""Corrections follow each other: what is over stays over, and only another voice may say so too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.check import Finding, check
from feed.core.event_stream import event_stream_of
from feed.core.expand import Messages
from feed.core.picture import Picture
from feed.model.common import EventBase
from feed.model.event import LASTING
from feed.model.message import Message
from tests import make
from tests.make import agreement, alert, correction, incident, launch, meeting

AGREED = make.arrangements()
WRONG: dict[str, Any] = {"reason": "issued-in-error"}
SINCE = "is over since 2023-12-19T09:01:00+09:00"
AGENCY = {"country": "JPN", "authority": "Agency", "channel": "Siren"}
MINISTRY = {"country": "JPN", "authority": "Ministry", "channel": "Fax"}
ENDED = "'warning' is over since 2023-12-19T09:01:00+09:00"


def found(*events: EventBase) -> list[Finding]:
    """Return what is wrong with a story of these events."""
    return check(make.scenario(*events), AGREED)


def played(*events: EventBase) -> list[Message]:
    """Return the messages of a story that was found right."""
    assert found(*events) == []
    return list(Messages(event_stream_of(make.scenario(*events)), AGREED, 7))


LATE: list[tuple[tuple[EventBase, ...], tuple[str | int, ...], str]] = [
    (
        (alert(), correction(at=60, **WRONG), correction(as_="update", at=61, text="After all.")),
        ("as",),
        f"{ENDED} (warning-cancel-60); what is said later is a statement with 'about: warning'",
    ),
    (
        (alert(), correction(at=60, **WRONG), correction(at=62, **WRONG)),
        ("as",),
        (
            f"{ENDED} (warning-cancel-60); what is said later is a statement with 'about: warning'"
            ", what another authority ends names its 'issuer'"
        ),
    ),
    (
        (
            alert(areas=["North", "South"]),
            correction(as_="all-clear", at=60, areas=["North"]),
            correction(as_="all-clear", at=61, areas=["South", "North"]),
        ),
        ("areas", 1),
        f"'North' {SINCE} (warning-all-clear-60); take it out",
    ),
    (
        (
            alert(areas=["North", "South"]),
            correction(as_="all-clear", at=60, areas=["North"]),
            correction(as_="update", at=61, areas=["South", "North"]),
        ),
        ("areas", 1),
        (
            f"'North' {SINCE} (warning-all-clear-60); "
            "warn anew with an alert of its own, or take it out"
        ),
    ),
    (
        (
            alert(areas=["North", "South"]),
            correction(as_="update", at=60, areas=["North"]),
            correction(at=61, areas=["South"], **WRONG),
        ),
        ("areas", 0),
        f"'South' {SINCE} (warning-update-60); take it out",
    ),
    (
        (
            meeting("talks"),
            correction("talks", "update", 60, state="cancelled"),
            correction("talks", "update", 61, state="held"),
        ),
        ("as",),
        f"'talks' {SINCE} (talks-update-60); what is said later is a statement with 'about: talks'",
    ),
    (
        (agreement(at=60, state="ended"), correction("accord", "update", 61, text="More.")),
        ("as",),
        f"'accord' {SINCE} (KOR); what is said later is a statement with 'about: accord'",
    ),
    (
        (incident("shots"), correction("shots", at=60), correction("shots", "update", 61, count=3)),
        ("as",),
        f"'shots' {SINCE} (shots-cancel-60); what is said later is a statement with 'about: shots'",
    ),
    (
        (
            launch(assumed=True),
            correction("rocket", "cancel", 20),
            correction("rocket", "all-clear", 30),
        ),
        ("as",),
        (
            "'rocket' is over since 2023-12-19T09:00:20+09:00 (rocket-cancel-20); "
            "what is said later is a statement with 'about: rocket'"
        ),
    ),
    (
        (launch(assumed=True), correction("rocket", "update", 600, text="It was another.")),
        ("as",),
        (
            "'rocket' is over since 2023-12-19T09:05:31+09:00 (KOR); "
            "what is said later is a statement with 'about: rocket'"
        ),
    ),
]


@pytest.mark.parametrize(("events", "steps", "text"), LATE)
def test_a_correction_of_what_is_over_is_refused(
    events: tuple[EventBase, ...], steps: tuple[str | int, ...], text: str
) -> None:
    """It is said where it stands, since when and by what it is over, and what to do instead."""
    assert found(*events) == [Finding(("events", len(events) - 1, *steps), text)]


def test_the_order_of_the_file_does_not_matter() -> None:
    """Corrections follow each other in time."""
    events = LATE[0][0]

    assert [finding.steps[1] for finding in found(*reversed(events))] == [0]


def test_a_cancel_of_an_alert_has_a_reason() -> None:
    """Who withdraws a warning says why; an all-clear says by itself that the threat is over."""
    assert found(alert(), correction()) == [
        Finding(
            ("events", 1, "as"), "a cancel says why it was wrong; add 'reason: issued-in-error'"
        )
    ]
    _, clear = played(alert(), correction(as_="all-clear"))
    assert clear.data["reason"] == "threat-ended"
    assert played(meeting("talks"), correction("talks"))[-1].type == "cancel"


def test_a_correction_that_repeats_ends_nothing_twice() -> None:
    """An update may repeat while the event goes on, an end may not."""
    twice: dict[str, Any] = {"repeat": {"count": 2, "until": make.moment(90)}}

    assert played(alert(), correction(as_="update", text="Still.", **twice))
    assert len(found(alert(), correction(**WRONG, **twice))) == 1
    update = correction(as_="update", at=10, text="Still.", **twice)
    assert len(found(alert(), update, correction(as_="all-clear", at=60))) == 1


def test_an_authority_ends_for_itself_what_another_has_ended() -> None:
    """A ministry calls an alert an error, and later the city lifts it: both are on record."""
    first, error, lifted = played(
        alert(areas=["North", "South"]),
        correction(at=30, issuer=MINISTRY, **WRONG),
        correction(as_="all-clear", at=60, issuer=AGENCY),
    )

    assert error.references == (first.key,)
    assert lifted.references == (error.key,)
    assert [area["name"] for area in lifted.data["areas"]] == ["North", "South"]
    assert "remaining" not in lifted.data
    picture = Picture()
    for message in (first, error, lifted):
        picture.fold(message, message.at)
    assert not picture.shown


def test_a_country_that_withdrew_a_launch_says_no_more_of_it() -> None:
    """Its sensors go on to see what it called an error; the picture stays empty for it."""
    events = (launch(seen=["KOR", "JPN"], assumed=True), correction("rocket", at=20))
    *_, last = made = played(*events)
    cancel = next(message for message in made if message.type == "cancel")
    later = [message for message in made if message.at > cancel.at]

    assert {message.originator for message in later} == {"JPN"} - {cancel.originator} or {"KOR"}
    assert last.type == "all-clear"
    picture = Picture()
    for message in made:
        picture.fold(message, message.at)
    assert not picture.shown


AUTHORITIES = st.sampled_from(["Agency", "Ministry", "City"])
PARTS = ("North", "South", "East")


@st.composite
def stories(draw: st.DrawFn) -> list[EventBase]:
    """Draw one event of a kind that lasts, and corrections of it in any order."""
    kind = draw(st.sampled_from(["alert", "meeting", "agreement", "launch", "incident"]))
    made: dict[str, EventBase] = {
        "alert": alert("x", areas=list(PARTS)),
        "meeting": meeting("x", state=draw(st.sampled_from(["announced", "started", "held"]))),
        "agreement": agreement("x", state=draw(st.sampled_from(["signed", "ended"]))),
        "launch": launch("x", seen=draw(st.sets(st.sampled_from(["KOR", "JPN"]), min_size=1))),
        "incident": incident("x"),
    }
    if kind == "launch":
        made["launch"] = made["launch"].model_copy(update={"assumed": True})
    events = [made[kind]]
    for n in range(draw(st.integers(1, 6))):
        others: dict[str, Any] = {"name": f"c-{n}"}
        if kind == "alert":
            if draw(st.booleans()):
                authority, country = draw(AUTHORITIES), draw(st.sampled_from(["JPN", "KOR"]))
                channel = {"country": country, "authority": authority, "channel": "Siren"}
                others["issuer"] = channel
            if draw(st.booleans()):
                others["areas"] = draw(st.lists(st.sampled_from(PARTS), min_size=1, unique=True))
            others["reason"] = draw(st.sampled_from(["issued-in-error", None]))
        elif draw(st.booleans()):
            others["originator"] = draw(st.sampled_from(["KOR", "JPN", "USA"]))
        if kind == "meeting" and draw(st.booleans()):
            others["state"] = draw(st.sampled_from(["postponed", "held", "cancelled"]))
        as_ = draw(st.sampled_from(["update", "cancel", "all-clear"]))
        at = draw(st.sampled_from([5, 10, 20, 20, 31, 60, 400]))
        events.append(correction("x", as_, at, **others))
    return events


@make.PATIENT
@given(stories())
def test_what_is_found_right_acts_on_nothing_that_is_over(events: list[EventBase]) -> None:
    """Whatever a check accepts expands to corrections of what stands, with references, reasoned."""
    wrong = {finding.steps[1] for finding in found(*events)}
    events = [event for index, event in enumerate(events) if index not in wrong]
    if found(*events):
        return  # without what was wrong, others may be
    picture = Picture()
    ended: dict[str, set[str]] = {}
    for message in played(*events):
        told = f"{message.key} {message.type} {message.references}"
        correcting = message.type != "alert" and message.kind != "statement"
        over = ("x" not in {event for _, event in picture.shown}) and bool(ended)
        if correcting:
            assert message.references, told
        if message.type == "update" and message.kind in LASTING:
            assert not over, told
        if message.type in {"cancel", "all-clear"} and message.kind == "alert":
            assert message.data["reason"], told
            assert message.data["areas"], told
            issuer = message.data["issuer"]
            voice = f"{issuer['country']} {issuer['authority']}"
            names = {area["name"] for area in message.data["areas"]}
            assert not names & ended.setdefault(voice, set()), told
            ended[voice] |= names
        elif message.type in {"cancel", "all-clear"}:
            assert message.originator not in ended, told
            ended[message.originator] = set()
        picture.fold(message, message.at)
