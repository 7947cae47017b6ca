"""The feed in the report: faults, operators, latencies, repairs, acknowledgements, verdict."""

from dataclasses import replace

from feed.core.run_report import Acknowledged, OperatorAction, VerifiedSource
from feed.core.verdict import Stream
from feed.web.report_feed import FeedParts
from tests.make import START
from tests.web.reports import SENT, TIMES, story, verdict_of
from tests.web.test_report_facts import plain


def parts(**members: object) -> FeedParts:
    """Return the parts of a report with these figures."""
    return FeedParts(replace(story(), **members), TIMES, "en")  # type: ignore[arg-type]


def test_faults_are_summed_up_and_lead_to_their_messages() -> None:
    """How many of each, and each message that was met, received or not."""
    row = next(iter(story().messages.values()))[0]._replace(effect="drop", received=None)
    page = parts(effects={("JPN", "drop"): 1}, effect_rows=[row]).faults()

    assert "JPNdrop1" in plain(page)
    assert "<a " in page
    assert plain(page).endswith("no")


def test_actions_have_both_clocks_and_readable_details() -> None:
    """Moments in details are moments; the epoch is said where it changes; many are counted."""
    seek = OperatorAction(SENT, 1, START, "seek", {"to": START, "into": 2, "none": None})
    page = plain(parts(actions=[seek]).actions())
    storm = {"faults": [{"fault": "drop", "name": "storm"}]}
    fault = plain(parts(actions=[OperatorAction(SENT, 1, START, "fault", storm)]).actions())
    many = plain(parts(actions=[seek] * 301).actions())

    assert "2023-11-14 22:13:20.0 +00:00" in page
    assert "seekto 2023-12-19 09:00:00.0 +09:00, epoch 2" in page
    assert "1 more are not shown." in many
    assert "faults: fault drop, name storm" in fault
    ended = [OperatorAction(SENT, 1, START, "stop", {"over": over}) for over in (True, False)]
    said = plain(parts(actions=ended).actions())
    assert said.count("stopby itself") == 1
    assert "True" not in said
    assert "False" not in said


def test_what_was_added_is_told_in_words() -> None:
    """Not as JSON: members by name, texts in one language, what is in a list one by one."""
    alert = {
        "alert": "sado",
        "text": {"en": "Take <cover>.", "ja": "避難"},
        "areas": ["Sado", "Noto"],
    }
    added = OperatorAction(SENT, 1, START, "inject", {"events": [alert], "at": START})
    page = parts(actions=[added]).actions()

    assert "events: alert sado, text Take <cover>., areas Sado, Noto, at 2023" in plain(page)
    assert "Take &lt;cover&gt;" in page


def test_faults_say_what_they_happen_to_and_notes_when() -> None:
    """Each fault by its name; a fault that says nothing happens to every message."""
    rules = [
        {"name": "storm", "fault": "drop", "country": ["JPN"], "probability": 0.25},
        {"name": "all", "fault": "duplicate"},
    ]
    page = plain(parts(rules=rules).faults())
    notes = plain(parts(staff=[(START, "Ask <JPN>.")]).staff())

    assert "stormdropcountry JPN, probability 0.25" in page
    assert "allduplicateevery message" in page
    assert "2023-12-19 09:00:00.0 +09:00Ask <JPN>." in notes
    assert parts(staff=[]).staff() == ""


def test_latencies_repairs_and_receipts_are_told() -> None:
    """Each receiver's last word beside what it was sent."""
    page = plain(
        parts(
            repairs={Stream("KOR", 1): [(4, 6)]},
            acknowledged=[Acknowledged("JPN", "jpn", 1, 600, 2, SENT)],
        ).deliveries()
    )

    assert "2.0 ms2.0 ms2.0 ms" in page
    assert "KOR14 to 63" in page
    assert "JPNjpn1600" in page
    assert "657" in page


def test_the_verdict_is_that_of_verify() -> None:
    """Clean or not, counted by kind, what faults explain in brackets, findings escaped."""
    verdict = verdict_of(missing=2, missing_explained=1)
    page = parts(verdicts=[VerifiedSource("jpn.jsonl", verdict)], effects={("JPN", "x"): 1})

    assert "Not clean." in plain(page.verify())
    assert "2 (1)" in plain(page.verify())
    assert "&lt;b&gt;missing&lt;/b&gt;" in page.verify()
    assert "Clean." in plain(parts(verdicts=[VerifiedSource("x", verdict_of())]).verify())
    assert "Not compared." in plain(parts(verdicts=[]).verify())
