"""The story: time line, countries, alerts."""

from dataclasses import replace

from feed.core.public_situation import AlertNow
from feed.web.report_story import StoryParts
from tests.make import START
from tests.web.reports import TIMES, story
from tests.web.test_report_facts import plain

PARTS = StoryParts(story(), TIMES, "en")


def test_the_time_line_has_both_clocks_and_who_was_told() -> None:
    """A row says when by the scenario and by the wall, what, and how long until each heard."""
    page = plain(PARTS.timeline())

    assert "07:27:00.0" in page
    assert "22:13:20.0" in page
    assert "alert Missile launch" in page
    assert "KOR +0.0 s, USA +1.0 s, JPN +42:32.5" in page


def test_a_country_has_what_sharing_was_worth() -> None:
    """First warning, way, elements, time left, and how much earlier than by its own reports."""
    japan = PARTS.country("JPN")

    assert "● JPN: what it knew, and when" in plain(japan)
    assert "T+1:22.6" in plain(japan)
    assert "earlier than by its own" in plain(japan)
    assert "gsomia-2016" in plain(japan)
    assert "none: its own report came first" in plain(PARTS.country("KOR"))


def test_every_launch_with_an_impact_is_drawn() -> None:
    """One drawing for a launch, three bars in it."""
    assert PARTS.warnings().count("<svg") == 1
    assert PARTS.warnings().count("<a ") == 3


def test_alerts_say_how_they_ended_and_why() -> None:
    """Withdrawn, over, expired and still on are told apart, and how long they stood."""
    alert = AlertNow(
        "warning", None, "Agency", "J-Alert", {}, {"en": "Take shelter"}, START, START, 90.0,
        ("B",), ("A",), None, "", "threat-passed", (),
    )  # fmt: skip
    gone = replace(alert, event="other", over_by="cancel", over=START, reason="wrong-area")
    report = replace(story(), alerts={"warning": alert, "other": gone})
    page = plain(StoryParts(report, TIMES, "en").alerts())

    assert "Take shelter" in page
    assert "still on, over in Athe threat has passed1:30.0" in page
    assert "withdrawnthe area was wrong1:30.0" in page
    assert "2023-12-19 09:00:00.0" in page


def test_what_was_played_is_told_by_both_clocks() -> None:
    """Scenario, run, arrangements, kinds of messages, epochs."""
    page = plain(PARTS.played())
    as_of = plain(StoryParts(replace(story(), as_of="2019-01-01"), TIMES, "en").played())

    assert "01jfm0 (complete)" in page
    assert "as they stood at each moment" in page
    assert "as they stood at 2019-01-01" in as_of
    assert "track 1," in page
    assert "2022-10-04 07:23:1" in page


def test_the_top_has_title_verdict_and_three_boxes() -> None:
    """The page begins with what matters."""
    top = PARTS.top()

    assert top.count("<section>") == 3
    assert "<h1>A story</h1>" in top
