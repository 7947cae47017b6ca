"""The page: whole, harmless, without a network, and not larger than it has to be."""

import re
from html.parser import HTMLParser

from feed.core.run_report import OperatorAction, RunReport
from feed.model.marking import BANNER
from feed.model.time import SECOND
from feed.web.report import report_page
from tests.make import START, delivery
from tests.web.reports import TIMES, report_of, story

HOSTILE = "<script>alert(1)</script>\x1b[2J\"'><img src=x onerror=y>"


class Page(HTMLParser):
    """What a browser would find: tags that are left open, where links lead, what there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        given = dict(attrs)
        self.tags.add(tag)
        assert not any(name.startswith("on") for name in given), given
        if "id" in given:
            assert given["id"] not in self.ids
            self.ids.add(given["id"] or "")
        if tag == "a":
            self.links.add(given["href"] or "")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        assert self.open.pop() == tag


def page_of(report: RunReport, language: str = "en") -> str:
    """Return the whole page."""
    return "".join(report_page(report, TIMES, language))


def test_the_page_is_whole_and_every_link_leads_to_a_message() -> None:
    """All tags are closed; whatever a figure links to is on the page."""
    text = page_of(story())
    page = Page(text)

    assert page.open == []
    assert len(page.links) > 10
    assert {link[1:] for link in page.links} <= page.ids
    assert f"{BANNER} · MORNING CALM" in text


def test_it_asks_for_nothing_from_anywhere() -> None:
    """No script, no picture, no address of another place; the page's own policy forbids it, too."""
    text = page_of(story())
    page = Page(text)

    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|url\(|@import", text)


def test_what_is_hostile_is_only_text() -> None:
    """Texts of others, in every place where they are shown, are escaped and clean."""
    one = delivery(30)
    told = one.message._replace(
        key=HOSTILE, event=HOSTILE, originator=HOSTILE,
        data={"site": {"name": HOSTILE}, "vehicle": {"class": HOSTILE, "name": HOSTILE}},
    )  # fmt: skip
    hostile = one._replace(message=told, arrangement=HOSTILE, path=(HOSTILE, "JPN"))
    report = report_of(
        hostile,
        exercise=HOSTILE, scenario=HOSTILE, titles={"en": HOSTILE}, run=HOSTILE, as_of=HOSTILE,
        effects={("JPN", HOSTILE): 1},
        actions=[OperatorAction(1, 1, START, HOSTILE, {HOSTILE: HOSTILE})],
        notes=[HOSTILE],
    )  # fmt: skip
    text = page_of(report)
    page = Page(text)

    assert page.open == []
    assert page.tags.isdisjoint({"script", "img"})
    assert "&lt;script&gt;" in text
    assert "\x1b" not in text


def test_a_run_that_sent_nothing_has_a_page() -> None:
    """Nothing to tell is told as such."""
    text = page_of(report_of(epochs=[]))

    assert Page(text).open == []
    assert "0 messages to 0 countries" in text


def test_the_page_of_very_many_messages_is_not_large() -> None:
    """Of ten thousand alerts and launches the first are told; the rest is counted."""
    some = [
        delivery(n)._replace(
            message=delivery(n).message._replace(
                key=f"e{n}.kor.1", event=f"e{n}", at=START + n * SECOND
            )
        )
        for n in range(10_000)
    ]
    text = page_of(report_of(*some))

    assert len(text) < 500_000
    assert "9,700 more are not shown" in text
    assert "The first 40 of 10,000 launches." in text


def test_the_page_has_room_for_notes() -> None:
    """The notes for the hot wash are there, with lines to write on."""
    text = page_of(story())

    assert "Notes for the hot wash" in text
    assert text.count('class="line"') == 6


def test_texts_are_in_the_language_that_was_asked_for() -> None:
    """Headlines are in Japanese where they have it."""
    assert "探知" in page_of(story(), "ja")
