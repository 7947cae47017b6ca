"""A report that is too large for one message is several: all of its text, some areas each."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.event_stream import event_stream_of
from feed.core.expand import Messages
from feed.core.parts import body_size, divided, grouped
from feed.core.picture import Picture
from feed.model.alert import AlertBody
from feed.model.common import EventBase
from feed.model.message import LARGEST, LARGEST_ENVELOPE, Draft, Message
from tests import make

MANY = [{"name": f"市町村 {n}", "code": f"{n:06}"} for n in range(1741)]
NAMES = [area["name"] for area in MANY]
ENDS: dict[str, Any] = {"reason": "wrong-area"}


def played(*events: EventBase) -> list[Message]:
    """Return the messages of a story."""
    return list(Messages(event_stream_of(make.scenario(*events)), make.arrangements(), 7))


def names(message: Message) -> list[str]:
    """Return the names of the areas of a message."""
    return [area["name"] for area in message.data["areas"]]


def alert(**members: Any) -> EventBase:
    """Return an alert for all municipalities."""
    return make.alert(areas=MANY, **members)


def shown(picture: Picture) -> list[str]:
    """Return the areas where the alert is on."""
    standing = picture.shown.get(("alert", "warning"))
    return [] if standing is None else [area["name"] for area in standing.body()["areas"]]


def test_an_alert_for_a_whole_country_goes_out_in_parts() -> None:
    """Each part fits, is whole in its text, and says which of how many it is; all are one group."""
    made = played(alert(text="Take shelter."))

    assert 2 < len(made) < 30
    assert [name for message in made for name in names(message)] == NAMES
    assert [message.key for message in made] == [f"warning.jpn.{n + 1}" for n in range(len(made))]
    for n, message in enumerate(made, 1):
        AlertBody.model_validate(message.data)
        assert (message.data["group"], message.data["part"]) == ("warning.jpn.1", n)
        assert message.data["parts"] == len(made)
        assert message.data["text"]["en"].endswith("Take shelter.")
        assert make.size(message) <= LARGEST
        assert (message.at, message.type, message.references) == (made[0].at, "alert", ())


def test_what_fits_is_not_divided() -> None:
    """An ordinary alert has no parts."""
    (message,) = played(make.alert(areas=["North", "South"]))

    assert not {"group", "part", "parts"} & set(message.data)


def test_a_correction_refers_to_all_parts() -> None:
    """An update, an end of a part and the end of all name every message of the alert."""
    *made, update = played(alert(), make.correction(as_="update", at=10, areas=NAMES[:3]))
    keys = tuple(message.key for message in made)
    assert (update.references, "parts" in update.data) == (keys, False)

    *_, one = played(alert(), make.correction(at=10, areas=NAMES[:1], **ENDS))
    assert (one.references, names(one)) == (keys, NAMES[:1])
    assert (one.data["part"], one.data["parts"], one.partial) == (1, 1, True)
    assert "remaining" not in one.data  # two thousand names would not fit

    ends = played(alert(), make.correction(as_="all-clear", at=10))[len(keys) :]
    assert {message.references for message in ends} == {keys}
    assert [name for message in ends for name in names(message)] == NAMES
    assert {message.data["group"] for message in ends} == {ends[0].key}
    assert all(make.size(message) <= LARGEST for message in [one, update, *ends])


def test_the_picture_joins_the_parts() -> None:
    """They are one alert, which shrinks part by part and is gone with the last."""
    picture = Picture()
    made = played(
        alert(),
        make.correction(at=10, areas=NAMES[5:1000], **ENDS),
        make.correction(as_="all-clear", at=20),
    )
    sizes = {}
    for message in made:
        picture.fold(message, message.at)
        sizes[message.at] = shown(picture)

    assert list(sizes.values()) == [NAMES, NAMES[:5] + NAMES[1000:], []]
    assert not picture.shown
    assert not picture.unmatched


def test_an_update_replaces_all_parts() -> None:
    """What the parts said is gone, whether the update itself is in parts or not."""
    for areas in (NAMES[:2], NAMES[300:1700]):
        picture = Picture()
        for message in played(alert(), make.correction(as_="update", at=9, areas=areas)):
            picture.fold(message, message.at)
        assert shown(picture) == areas


def test_messages_can_be_taken_up_between_two_parts() -> None:
    """A mark in the middle of a group goes on with the next part."""
    stream = event_stream_of(make.scenario(alert(), make.correction(as_="all-clear", at=9)))
    whole = list(Messages(stream, make.arrangements(), 7))
    begun = Messages(stream, make.arrangements(), 7)
    for n, message in enumerate(whole):
        assert next(begun) == message
        mark = begun.mark()
        again = Messages(stream, make.arrangements(), 7, mark)
        assert list(again) == whole[n + 1 :]


@given(
    sizes=st.lists(st.integers(1, 900), min_size=1, max_size=60),
    references=st.lists(st.text("ab.", min_size=1, max_size=80), max_size=20),
)
def test_every_part_is_as_full_as_it_can_be(sizes: list[int], references: list[str]) -> None:
    """Nothing is lost or told twice, each part fits, and no two neighbours would fit in one."""
    areas = [{"name": f"{n} {'x' * size}"} for n, size in enumerate(sizes)]
    data = {"text": {"en": "Take shelter."}, "areas": areas}
    draft = Draft(0, "warning", "alert", "alert", "JPN", data)
    most = LARGEST - LARGEST_ENVELOPE - sum(len(key) + 1 for key in references)
    parts = divided(draft, "areas", tuple(references))
    made = list(grouped(draft, "areas", parts, "warning.jpn.1"))

    assert bool(made) == (body_size(data) > most)
    if made:
        assert [area for each in made for area in each.data["areas"]] == areas
        assert all(body_size(each.data) <= most for each in made)
        for part, after in itertools.pairwise(parts):
            assert body_size([*part, after[0]]) > most - 200


@pytest.mark.parametrize("name", ["", "areas"])
def test_what_has_no_list_is_not_divided(name: str) -> None:
    """A text that is too long stays one message, for the check to refuse."""
    draft = Draft(0, "x", "incident", "alert", "JPN", {"summary": {"en": "x" * 9000}, "areas": []})

    assert divided(draft, name, ()) == []
