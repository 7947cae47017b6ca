"""Alerts, meetings and agreements as one country knows them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feed.core.knowledge import Knowledge
from feed.core.picture import Picture
from feed.core.public_situation import agreement_now, alert_now, meeting_now
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.make import START, message

ISSUER = {"issuer": {"country": "JPN", "authority": "Agency", "channel": "Siren"}}


def taken(kind: Any, *bodies: dict[str, Any]) -> tuple[Knowledge, Picture]:
    """Return what is known after a report and its updates, a second apart, heard a second later."""
    knowledge, picture = Knowledge("JPN"), Picture()
    for n, data in enumerate(bodies, 1):
        act: Any = "alert" if n == 1 else "update"
        made = message(n, "JPN", kind, event="it", number=n, type=act, data=data)
        each = Delivery(made.at + SECOND, "JPN", n, made, "own", ("JPN",))
        knowledge.take(each)
        picture.take(each)
    return knowledge, picture


def test_an_alert_has_its_texts_and_where_it_is_on() -> None:
    """What it is about, who issued it, how long it stands since it was issued."""
    body = {**ISSUER, "text": {"en": "Shelter.", "ja": "避難"}, "about": "rocket"}
    knowledge, picture = taken("alert", {**body, "areas": [{"name": "North"}, {"name": "South"}]})
    key = ("alert", "it")

    found = alert_now(knowledge.known[key], picture.shown[key], START + 61 * SECOND)

    assert (found.issuer, found.channel, found.about) == ("Agency", "Siren", "rocket")
    assert found.text == {"en": "Shelter.", "ja": "避難"}
    assert (found.on_in, found.stood_s) == (("North", "South"), 60)
    assert (found.since, found.heard) == (START + SECOND, START + 2 * SECOND)
    assert (found.over, found.over_by, found.reason) == (None, "", "")


def test_an_update_is_a_correction_with_its_reason() -> None:
    """The words are the last that were said."""
    first = {**ISSUER, "text": {"en": "One."}, "areas": [{"name": "North"}]}
    second = {**first, "text": {"en": "Two."}, "reason": "superseded-data"}
    knowledge, picture = taken("alert", first, second)
    key = ("alert", "it")

    found = alert_now(knowledge.known[key], picture.shown[key], START + 9 * SECOND)

    assert (found.text, found.reason) == ({"en": "Two."}, "superseded-data")
    assert [(each.act, each.due) for each in found.corrections] == [("update", START + 3 * SECOND)]


def test_a_meeting_says_when_it_is_to_be() -> None:
    """And what was changed."""
    first = {"title": {"en": "Talks"}, "state": "announced", "place": "A hall"}
    later = {**first, "state": "postponed", "scheduled": "2023-12-20T09:00:00.000+09:00"}
    knowledge, picture = taken("meeting", first, later)
    key = ("meeting", "it")

    found = meeting_now(knowledge.known[key], picture.shown[key])

    assert (found.state, found.place, found.title) == ("postponed", "A hall", {"en": "Talks"})
    assert found.scheduled == later["scheduled"]
    assert len(found.corrections) == 1


def test_an_agreement_is_in_force_or_not() -> None:
    """Since when its state is as it is."""
    first = {"title": {"en": "Accord"}, "state": "signed", "parties": ["KOR", "JPN"]}
    knowledge, picture = taken("agreement", first, {**first, "state": "in-force"})
    key = ("agreement", "it")

    found = agreement_now(knowledge.known[key], picture.shown[key])

    assert (found.state, found.in_force, found.since) == ("in-force", True, START + 2 * SECOND)
    assert found.parties == ("KOR", "JPN")


_JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("name"), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["title", "text", "areas", "issuer", "state", "parties"]), _JUNK
    )
)
def test_no_body_is_taken_for_granted(data: dict[str, Any]) -> None:
    """What is no text is left out."""
    for kind, read in (("meeting", meeting_now), ("agreement", agreement_now)):
        knowledge, picture = taken(kind, data)
        key = (kind, "it")
        if key in picture.shown:
            assert read(knowledge.known[key], picture.shown[key]).event == "it"
    knowledge, _ = taken("alert", data)
    assert alert_now(knowledge.known["alert", "it"], None, START).on_in == ()
