"""CAP: valid, marked, and what ends an alert ends what it should and no more."""

from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from feed.export.cap import CAP, NAMESPACE
from feed.export.cap_index import INDEX
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.export.told import CONTEXT, FEW, files, hostile, library, told

AREAS: dict[str, Any] = {
    "areas": [
        {"name": "North", "code": "01", "circle": {"lat": 43.1, "lon": 141.3, "radius_km": 80}},
        {"name": "South", "point": {"lat": 26.2, "lon": 127.7}},
    ]
}


def alerts(records: list[Exported]) -> list[etree._Element]:
    """Return the documents of an export, in order."""
    written = sorted(files(CAP, records).items())
    return [etree.fromstring(data) for name, data in written if name != INDEX]


def text(element: etree._Element, path: str) -> str:
    """Return what stands in an element; empty if it is not there."""
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return element.findtext(steps) or ""


def test_it_is_marked_where_nobody_can_miss_it() -> None:
    """By status, in the note, in the event, and in the texts of each language."""
    (alert,) = alerts(told(make.alert(text={"en": "Take shelter.", "ja": "避難。"})))
    assert text(alert, "status") == "Exercise"
    assert text(alert, "note") == "EXERCISE MORNING CALM"
    infos = alert.findall(f"{{{NAMESPACE}}}info")
    assert [text(info, "language") for info in infos] == ["en", "ja"]
    for info in infos:
        assert text(info, "event").startswith("EXERCISE")
        assert text(info, "description").startswith(BANNER)
        assert len(text(info, "event")) < 35


def test_an_unmarked_text_is_marked() -> None:
    """What somebody else's file has without a banner gets one."""
    (record,) = told(make.alert())
    message = record.delivery.message
    bare = message._replace(data={**message.data, "text": "Run."})
    (alert,) = alerts([record._replace(delivery=record.delivery._replace(message=bare))])
    assert text(alert, "info/description") == f"{BANNER}. Run."


def test_a_cancel_says_that_it_was_wrong_and_refers_to_the_whole_chain() -> None:
    """It names the alert and its update, each by sender, identifier and time of sending."""
    first, second, third = alerts(
        told(
            make.alert(),
            make.correction(as_="update", at=30, reason="superseded-data", text="More."),
            make.correction(as_="cancel", at=60, reason="issued-in-error"),
        )
    )
    assert [text(each, "msgType") for each in (first, second, third)] == [
        "Alert",
        "Update",
        "Cancel",
    ]
    sender = "jpn@morning-calm.exercise.invalid"
    one = f"{sender},morning-calm.warning.jpn.1,2023-12-19T09:00:00+09:00"
    two = f"{sender},morning-calm.warning.jpn.2,2023-12-19T09:00:30+09:00"
    assert text(first, "references") == ""
    assert text(second, "references") == one
    assert text(third, "references") == f"{one} {two}"
    assert text(third, "note").endswith("cancel: issued-in-error")


def test_an_all_clear_is_no_cancel() -> None:
    """It was right and is over: an update whose response is AllClear."""
    _, over = alerts(told(make.alert(), make.correction(as_="all-clear", reason="threat-passed")))
    assert text(over, "msgType") == "Update"
    assert text(over, "info/responseType") == "AllClear"
    assert text(over, "info/urgency") == "Past"


@pytest.mark.parametrize("as_", ["cancel", "all-clear"])
def test_what_ends_in_a_part_goes_on_in_the_rest(as_: str) -> None:
    """Neither a Cancel nor AllClear for the areas in which people have to stay in shelter."""
    _, part = alerts(
        told(make.alert(**AREAS), make.correction(as_=as_, areas=["South"], reason="threat-passed"))
    )
    assert text(part, "msgType") == "Update"
    assert text(part, "info/responseType") == "Shelter"
    assert text(part, "info/urgency") == "Immediate"
    names = part.iterfind(f".//{{{NAMESPACE}}}areaDesc")
    assert [name.text for name in names] == ["North"]
    assert text(part, "info/description").endswith(f"{as_}: South")


def test_latitude_comes_first() -> None:
    """CAP's schema does not notice swapped coordinates, so this test does."""
    (alert,) = alerts(told(make.alert(**AREAS)))
    circles = [each.text for each in alert.iterfind(f".//{{{NAMESPACE}}}circle")]
    assert circles == ["43.10000,141.30000 80.000", "26.20000,127.70000 0.000"]
    assert text(alert, "info/area/geocode/value") == "01"


def test_expiry_is_scenario_time() -> None:
    """It expires when the message says, with the offset of the place and never Z."""
    (alert,) = alerts(told(make.alert(expires="PT10M")))
    assert text(alert, "info/expires") == "2023-12-19T09:10:00+09:00"


def test_a_correction_of_what_is_not_there_is_left_out_and_counted() -> None:
    """CAP can refer only to what was sent; it is no new alert."""
    _, cancel = told(make.alert(), make.correction())
    CONTEXT.left_out.clear()
    assert files(CAP, [cancel]) == {}
    assert CONTEXT.left_out.total() == 1


def test_what_an_arrangement_shares_is_restricted() -> None:
    """What not everybody may have says for whom it is."""
    (record,) = told(make.alert())
    shared = record.delivery._replace(arrangement="accord", releasable=("JPN", "KOR"))
    (alert,) = alerts([record._replace(delivery=shared)])
    assert text(alert, "scope") == "Restricted"
    assert text(alert, "restriction") == "REL TO JPN, KOR"


@pytest.mark.parametrize(
    "story",
    ["over-aomori-2022", "thirty-eight-minutes", "pattern-part-by-part", "two-false-alarms"],
)
def test_stories_are_valid(story: str, cap_schemas: list[etree.XMLSchema]) -> None:
    """Both schemas accept every alert of these stories."""
    documents = alerts(list(library(story)))
    assert documents
    for document in documents:
        for schema in cap_schemas:
            schema.assertValid(document)


@given(records=hostile(["alert"]))
@FEW
def test_hostile_texts_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, each file is XML, and marked."""
    for alert in alerts(records):
        assert text(alert, "status") == "Exercise"
        assert text(alert, "info/description").startswith(BANNER)


@given(records=hostile(["alert"]))
@FEW
def test_hostile_texts_stay_valid(
    cap_schemas: list[etree.XMLSchema], records: list[Exported]
) -> None:
    """And valid as well."""
    for alert in alerts(records):
        for schema in cap_schemas:
            schema.assertValid(alert)
