"""The index of the alerts: an Atom feed that leads to every file, and is marked."""

import datetime as dt
from typing import Any

from hypothesis import given
from lxml import etree

from feed.export.cap import CAP, CapAlerts
from feed.export.cap_index import INDEX
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.export.told import CONTEXT, FEW, files, hostile, library, told

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed_of(data: bytes) -> Any:
    """Return an index, after what RFC 4287 asks of every feed and every entry."""
    feed = etree.fromstring(data)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    for element in (feed, *feed.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"a:{name}", ATOM)
            assert only.text
        assert element.findtext("a:title", "", ATOM).startswith(BANNER)
        assert dt.datetime.fromisoformat(element.findtext("a:updated", "", ATOM)).tzinfo
        assert element.findtext("a:author/a:name", "", ATOM)
    names = [each.text for each in feed.iterfind(".//a:id", ATOM)]
    assert len(set(names)) == len(names)
    return feed


def test_every_file_is_in_the_index_the_newest_first() -> None:
    """A consumer that polls it finds each alert by its link."""
    written = files(CAP, library("over-aomori-2022"))
    feed = feed_of(written.pop(INDEX))
    links = feed.findall("a:entry/a:link", ATOM)
    assert [link.get("href") for link in links] == sorted(written, reverse=True)
    assert {link.get("type") for link in links} == {"application/cap+xml"}
    identifiers = {etree.fromstring(data).findtext("{*}identifier") for data in written.values()}
    names = {
        each.text.removeprefix("urn:feed:alert:") for each in feed.findall("a:entry/a:id", ATOM)
    }
    assert names == identifiers


def test_an_index_of_nothing_is_a_feed() -> None:
    """Whoever polls it before the first alert learns that there is none."""
    feed = feed_of(CapAlerts(CONTEXT).index("JPN", "2023-12-19T09:00:00+09:00").data)
    assert feed.findall("a:entry", ATOM) == []


def test_it_says_when_something_changed_last() -> None:
    """The moment of the last message, not of the first."""
    records = told(make.alert(), make.correction(as_="cancel", at=60, reason="issued-in-error"))
    feed = feed_of(files(CAP, records)[INDEX])
    assert feed.findtext("a:updated", "", ATOM) == "2023-12-19T09:01:00+09:00"


@given(records=hostile(["alert"]))
@FEW
def test_hostile_texts_stay_well_formed(records: list[Exported]) -> None:
    """Whatever an alert says, the index is a feed."""
    for name, data in files(CAP, records).items():
        if name == INDEX:
            feed_of(data)
