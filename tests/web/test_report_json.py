"""The figures for programs."""

import json
from dataclasses import replace

from feed.core.run_report import OperatorAction, VerifiedSource
from feed.model.message import OWN
from feed.web.report_json import COLUMNS, report_json, report_row
from tests.make import START
from tests.web.reports import SENT, story, verdict_of


def test_the_figures_are_json() -> None:
    """All of it can be written and read back; times have their offset."""
    report = replace(
        story(),
        verdicts=[VerifiedSource("x", verdict_of(missing=1))],
        actions=[OperatorAction(SENT, 1, START, "seek", {"to": START})],
    )
    told = json.loads(json.dumps(report_json(report, "words")))
    (launch,) = told["launches"]
    japan = launch["countries"]["JPN"]

    assert (told["verdict"], told["sent"], told["lost"]) == ("words", 1971, 1)
    assert launch["launched"].endswith("+09:00")
    assert japan["first"]["path"] == ["USA", "JPN"]
    assert 82 < japan["first"]["after_launch_s"] < 83
    assert japan["earlier_by_sharing_s"] > 0
    assert launch["countries"]["KOR"]["first"]["arrangement"] == OWN
    assert told["actions"][0]["action"] == "seek"
    assert told["verify"][0]["wrong"]["missing"] == 1


def test_a_message_is_a_row() -> None:
    """A value for each column; what was not received has none."""
    rows = next(iter(story().messages.values()))
    row = dict(zip(COLUMNS, report_row(rows[0]), strict=True))
    lost = dict(zip(COLUMNS, report_row(rows[0]._replace(received=None)), strict=True))

    assert row["latency_ms"] == "2.000"
    assert row["received"] == "2023-11-14T22:13:20.002+00:00"
    assert (lost["latency_ms"], lost["received"]) == ("", "")
