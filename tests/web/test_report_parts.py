"""What all parts of the report share."""

from feed.web.report_parts import milliseconds


def test_short_durations_are_in_milliseconds() -> None:
    """With thousands told apart."""
    assert milliseconds(1_500) == "1.5 ms"
    assert milliseconds(61_000_000) == "61,000.0 ms"
