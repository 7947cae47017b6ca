"""Keys and references of single reports, beside what was said before."""

from feed.core.numbering import Known, Present, first_numbered, is_withdrawn, numbered
from feed.model.alert import ALERT
from feed.model.event import KINDS
from feed.model.message import Draft
from tests import make

AREAS = {"areas": [{"name": "North"}]}


def draft(type_: str = "alert", originator: str = "JPN", **members: object) -> Draft:
    """Return a report of an alert."""
    made = Draft(0, "warning", "alert", "alert", originator, AREAS)
    return made._replace(type=type_, **members)  # type: ignore[arg-type]  # of a test


def known() -> Known:
    """Return what is known of an alert that will be corrected."""
    return Known(left=9, present=Present(ALERT, make.alert()))


def test_keys_count_for_each_originator() -> None:
    """An originator's messages about an event are numbered from one."""
    told = known()
    keys = [
        numbered(draft(*each), told)[0].key
        for each in (("alert", "JPN"), ("update", "KOR"), ("update", "JPN"), ("update", "KOR"))
    ]

    assert keys == ["warning.jpn.1", "warning.kor.1", "warning.jpn.2", "warning.kor.2"]


def test_whose_report_was_ended_is_withdrawn() -> None:
    """Both who ended it and whose report it was say no more."""
    told = known()
    numbered(draft(), told)
    assert not is_withdrawn(draft(), told)
    (end,) = numbered(draft("cancel", "KOR"), told)

    assert end.references == ("warning.jpn.1",)
    assert is_withdrawn(draft(), told)
    assert is_withdrawn(draft(originator="KOR"), told)
    assert not is_withdrawn(draft(originator="USA"), told)


def test_a_copy_changes_apart() -> None:
    """A mark keeps what was known when it was made."""
    told = known()
    copy = told.copy()
    numbered(draft(), told)

    assert (copy.counts, copy.standing) == ({}, {})
    assert copy.present is not None
    assert not copy.present.data


def test_a_first_report_is_numbered_without_what_was_said_before() -> None:
    """Of every kind: what is measured is what is sent."""
    first = Draft(0, "event", "", "alert", "JPN", {"basis": "another", "areas": [{"name": "N"}]})
    for kind in KINDS:
        draft = first._replace(kind=kind)
        assert first_numbered(draft) == numbered(draft, Known(left=1))
