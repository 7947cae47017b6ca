"""An Atom feed (RFC 4287) of CAP alerts, as consumers of CAP poll it: the newest first.

Each entry leads to one CAP file by a link of type ``application/cap+xml``, relative to the feed's
own address.  The mark: the title of the feed and of every entry begins with EXERCISE, and every
entry has the category Exercise.
"""

from collections.abc import Sequence
from typing import NamedTuple

from feed.export.reading import line
from feed.export.record import ExportContext
from feed.model.marking import BANNER, marked

__all__ = ["INDEX", "CapEntry", "cap_index"]

INDEX = "index.atom"
_ATOM = "http://www.w3.org/2005/Atom"
_CAP_TYPE = "application/cap+xml"


class CapEntry(NamedTuple):
    """What the index says of one CAP message."""

    name: str
    """its CAP identifier"""
    file: str
    title: str
    author: str
    sent: int
    """scenario time, microseconds since 1970"""
    updated: str
    """the same, RFC 3339"""


def cap_index(
    entries: Sequence[CapEntry], context: ExportContext, country: str, started: str
) -> bytes:
    """Return the feed; ``started`` is its time, RFC 3339, where it has no entry yet."""
    from lxml import etree  # noqa: PLC0415 - an extra

    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]

    def add(name: str, text: str = "", to: etree._Element = feed, **attributes: str) -> None:
        element = etree.SubElement(to, f"{{{_ATOM}}}{name}", attributes)
        element.text = text or None

    newest = max(entries, key=lambda each: each.sent).updated if entries else started
    add("id", f"urn:feed:alerts:{context.slug}:{context.run}.{context.epoch}:{country.lower()}")
    add("title", line(f"{BANNER}. Alerts of {context.mark}, as {country} is told"))
    add("updated", newest)
    add("link", rel="self", type="application/atom+xml", href=INDEX)
    add("generator", "alert-feed")
    author = etree.SubElement(feed, f"{{{_ATOM}}}author")
    add("name", line(context.mark), author)
    for each in reversed(entries):
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        add("id", f"urn:feed:alert:{each.name}", entry)
        add("title", line(marked(each.title)), entry)
        add("updated", each.updated, entry)
        add("category", to=entry, term="Exercise")
        add("link", to=entry, rel="alternate", type=_CAP_TYPE, href=each.file)
        writer = etree.SubElement(entry, f"{{{_ATOM}}}author")
        add("name", each.author, writer)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True))
