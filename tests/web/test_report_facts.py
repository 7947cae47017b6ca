"""The verdict in a sentence, and the three numbers."""

import html
import re
from dataclasses import replace
from typing import Any

from feed.core.run_report import RunReport, VerifiedSource
from feed.core.verdict import Stream
from feed.model.time import SECOND, rfc3339
from feed.web.report_facts import hot_wash, least_left, numbers, verdict, warned_words
from tests.core.test_after_action import report_of as told
from tests.make import START
from tests.web.reports import report_of, story, verdict_of


def plain(page: str) -> str:
    """Return the words of a part of the page."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def verified(report: RunReport, **wrong: int) -> RunReport:
    """Return a report with a verdict."""
    return replace(report, verdicts=[VerifiedSource("jpn.jsonl", verdict_of(**wrong))])


def test_one_sentence_says_what_came_of_it() -> None:
    """How many messages, who was warned, how long before the impact, what was lost."""
    sentence = plain(verdict(verified(story())))

    assert sentence.startswith("MORNING CALM: 1,971 messages to 3 countries about 1 launch;")
    assert "every country was warned of it in time, at the latest 20:4" in sentence
    assert sentence.endswith("before the impact, and nothing was lost.")


def test_the_sentence_says_what_went_wrong() -> None:
    """Losses, other deviations, and that nobody knows are told apart."""
    report = story()

    assert "2 messages were lost (3 on purpose)." in plain(
        verdict(verified(report, missing=2, missing_explained=3))
    )
    assert "nothing was lost, but 4 messages were not as they should be" in plain(
        verdict(verified(report, altered=4))
    )
    assert "nobody here wrote down what was received" in plain(verdict(report))


def test_a_country_that_was_never_told_is_not_warned() -> None:
    """Who heard nothing, or only after the impact, was not warned in time."""
    impact: dict[str, Any] = {"state": "predicted", "time": rfc3339(START + 600 * SECOND)}
    late = report_of(
        told(5, kind="impact", **impact), told(700, recipient="KOR"),
        told(1, recipient="USA", kind="statement"),
    )  # fmt: skip

    assert "not every country was warned of it in time" in plain(verdict(late))
    assert least_left(late, "KOR") == (-100 * SECOND, "rocket.kor.launch.700")
    wash = [plain(each) for each in hot_wash(late)]
    assert any(each.startswith("KOR heard of rocket 1:40.0 after the impact") for each in wash)
    assert any("USA was never told of rocket" in each for each in wash)
    words = dict(numbers(late))
    assert "100" not in words["Messages lost"]
    assert "USA never" in plain(words["Who was warned, and how long after the launch"])
    assert "1:40.0 after it" in plain(words["How long before the impact"])


def test_the_three_numbers_lead_to_their_messages() -> None:
    """Who was warned when and how long before are links; what was lost leads to the verdict."""
    (_, warned), (_, left), (_, lost) = numbers(verified(story(), missing=2, late=1))

    assert warned.count("<a ") == left.count("<a ") == 3
    assert "JPN +1:22.6 by us-jpn (USA › JPN)" in plain(warned)
    assert "KOR +1:15.5" in plain(warned) or "KOR +1:15.6" in plain(warned)
    assert plain(lost) == "2 of 1,971late 1"
    assert "#verify" in lost


def test_several_launches_are_summed_up() -> None:
    """Of several launches each country has how many, and the slowest warning."""
    report = story("activation-eve-2023")
    (_, warned), *_ = numbers(report)
    (launch, *_) = report.account.shown_launches()

    assert "of 2 launches, the slowest +" in plain(warned)
    assert "by" in plain(warned_words(launch, "USA"))


def test_what_is_worth_talking_about_is_named() -> None:
    """Faults, repairs and losses each are a note."""
    report = verified(story(), missing=1)
    report = replace(
        report, effects={("JPN", "drop"): 3}, repairs={Stream("KOR", 2): [(4, 6), (9, 9)]}
    )
    notes = " ".join(plain(each) for each in hot_wash(report))

    assert "fault on purpose (drop) met 3 messages of JPN" in notes
    assert "KOR got 4 messages late, after later ones (epoch 2)" in notes
    assert "1 messages were lost" in notes
