"""A report's own sums."""

from dataclasses import replace

from feed.core.run_report import VerifiedSource
from tests.web.reports import report_of, story, verdict_of


def test_losses_are_those_that_nothing_explains() -> None:
    """Without a verdict nobody knows; what a fault explains is counted beside."""
    verdicts = [
        VerifiedSource("a", verdict_of(missing=2)),
        VerifiedSource("b", verdict_of("KOR", missing=1, missing_explained=4)),
    ]
    report = replace(story(), verdicts=verdicts)

    assert (report.lost, report.explained) == (3, 4)
    assert report_of().lost is None


def test_countries_are_those_to_whom_something_was_sent() -> None:
    """In order of their codes, with what was sent to all of them."""
    assert story().countries == ["JPN", "KOR", "USA"]
    assert story().sent == 1971
