"""A verdict in words: the sum first, then each finding with its place."""

from feed.core.verdict import DeliveryKey, Deviation, Got, Stream, Verdict
from feed.core.verify import Comparison
from feed.terminal.verified import SHOWN, finding_words, verdict_json, verdict_words


def verdict(
    *sequences: int, count: int = 40, faults: dict[DeliveryKey, str] | None = None
) -> Verdict:
    """Return the verdict on what one country got."""
    comparison = Comparison(
        {Stream("JPN", 1): count}, faults=faults, recipients=("JPN",), late_limit_us=10
    )
    for line, sequence in enumerate(sequences, 1):
        comparison.take(Got(line, DeliveryKey("JPN", 1, sequence)))
    return comparison.finish()


def test_what_is_clean_is_one_line() -> None:
    """With how many there were."""
    lines = list(verdict_words("jpn.jsonl", verdict(*range(1, 41)), late_judged=True))

    assert lines == ["JPN  jpn.jsonl: 40 of 40; each once, in order, unaltered"]


def test_how_late_the_latest_was_is_said_where_it_is_known() -> None:
    """By whoever wrote down when messages were received."""
    comparison = Comparison({Stream("JPN", 1): 1}, recipients=("JPN",))
    comparison.take(Got(1, Key("JPN", 1, 1), latency_us=12_345))

    (line,) = verdict_words("j", comparison.finish(), late_judged=True)

    assert line.endswith("unaltered; at most 0.012 s from sending to receiving")


def test_each_finding_has_its_place() -> None:
    """Sums in the order of the kinds; ranges as ranges; faults are named as such."""
    faults = {DeliveryKey("JPN", 1, 2): "drop"}
    found = verdict(1, 3, 5, 4, 4, *range(6, 39), faults=faults)

    assert list(verdict_words("j", found, late_judged=False)) == [
        "JPN  j: 37 of 40; 2 missing, 1 double, 1 out of order, 1 explained by faults on purpose",
        "  not judged: lateness, because the file does not say when messages were received",
        "  j: missing JPN 1/2: not received (a fault on purpose: drop)",
        "  j: missing JPN 1/39-40: not received",
        "  j:5: double JPN 1/4: it was there before",
        "  j:4: out of order JPN 1/4: it stands after 5",
    ]


def test_many_findings_of_a_kind_are_summed_up() -> None:
    """The rest is counted, and stands in the JSON."""
    found = verdict(*range(1, 100, 2), count=99)
    lines = list(verdict_words("j", found, late_judged=True))

    assert lines[-1] == f"  and {49 - SHOWN} more missing"
    assert len(lines) == 1 + SHOWN + 1
    assert len(verdict_json("j", found, late_judged=True)["findings"]) == 49


def test_what_is_no_message_has_a_line_only() -> None:
    """There is no number to name."""
    finding = Deviation("unexpected", "", 0, 0, 0, 7, "not a message of the feed")

    assert finding_words("j", finding) == "j:7: unexpected: not a message of the feed"


def test_json_has_everything() -> None:
    """Sums by kind, and the findings with their fields by name."""
    told = verdict_json("j", verdict(*range(2, 41)), late_judged=True)

    assert told["clean"] is False
    assert (told["expected"], told["matched"], told["records"]) == (40, 39, 39)
    assert told["wrong"]["missing"] == 1
    assert told["findings"][0]["first"] == 1
    assert told["slowest_ms"] is None
