"""Tests of what all events share: who reports, how well the time is known, what a body holds."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.common import EventBase, body_of, marked_texts, point_of, when_of
from feed.model.marking import BANNER
from feed.model.time import Instant, parse_moment
from tests import make

START = Instant(make.START, 9 * 3600)


def data_of(**members: Any) -> dict[str, Any]:
    """Return the body of an incident with these members."""
    (draft,) = make.incident(**members).drafts(START)
    return draft.data


@pytest.mark.parametrize(
    ("at", "precision", "known", "assumed"),
    [
        ("09:30", None, "minute", None),
        ("2023-12-19", None, "date", True),
        ("09:30", "exact", "exact", None),
        ("09:30", "hour", "hour", None),
        ("15:00", "half-day", "half-day", True),
        ("09:30", "date", "date", True),
    ],
)
def test_a_body_says_how_well_its_time_is_known(
    at: str, precision: str | None, known: str, assumed: bool | None
) -> None:
    """A date alone says so, and the hour at which it is played is assumed."""
    event = make.incident().model_copy(update={"at": parse_moment(at), "precision": precision})
    (draft,) = event.drafts(START)
    assert draft.data["precision"] == known
    assert draft.data.get("assumed") is assumed


def test_what_the_file_assumes_the_body_assumes() -> None:
    """An assumed time is marked on the wire."""
    assert data_of(assumed=True)["assumed"] is True


def test_a_claim_without_a_moment_goes_with_the_event() -> None:
    """A claim that was said at a known moment is a message of its own, another one is not."""
    silent, said = make.claim("KOR"), make.claim("JPN", said=60)
    claims = data_of(claims=[silent, said])["claims"]
    assert [claim["country"] for claim in claims] == ["KOR"]


def test_what_does_not_apply_is_left_out() -> None:
    """No member of a body is ever null."""
    assert body_of({"a": None, "b": False, "c": 0, "d": ""}) == {"b": False, "c": 0, "d": ""}
    assert None not in data_of().values()


def test_every_language_is_under_the_banner() -> None:
    """Each human text is marked, whatever its language."""
    texts = marked_texts({"en": "Shelter.", "ja": "避難。"})
    assert texts == {"en": f"{BANNER}. Shelter.", "ja": f"{BANNER}. 避難。"}
    assert marked_texts(None) is None


def test_a_point_is_longitude_first() -> None:
    """GeoJSON has east before north."""
    assert point_of(126.4267891, 40.611) == {"type": "Point", "coordinates": [126.42679, 40.611]}


def test_a_moment_is_shown_in_the_zone_of_the_story() -> None:
    """An author's moment becomes RFC 3339; none stays none."""
    assert when_of(parse_moment("09:30"), START) == "2023-12-19T09:30:00.000+09:00"
    assert when_of(None, START) is None


def test_an_expiry_counts_from_the_event() -> None:
    """How long it is current is counted from its own time, not from the start."""
    (draft,) = make.incident(at=10, expires="PT30S").drafts(START)
    assert draft.expires == make.START + 40_000_000


def test_who_may_hear_goes_with_the_report() -> None:
    """Release and recipients stand on the draft as the file has them; public is the default."""
    (public,) = make.incident().drafts(START)
    (closed,) = make.incident(release="arrangement", to=["JPN"]).drafts(START)
    assert (public.release, public.to) == ("public", None)
    assert (closed.release, closed.to) == ("arrangement", ("JPN",))


def test_what_an_event_reports_is_for_its_kind_to_say() -> None:
    """There is no report of an event of no kind."""
    with pytest.raises(NotImplementedError):
        EventBase.model_validate({"id": "a", "at": "09:00"}).drafts(START)


@pytest.mark.parametrize("count", [1, 0, 10_000_001])
def test_a_repeat_happens_more_than_once_and_not_for_ever(count: int) -> None:
    """A repeat of one is no repeat; a hostile number is refused."""
    with pytest.raises(ValidationError):
        make.incident(repeat={"count": count, "until": "10:00"})
