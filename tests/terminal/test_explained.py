"""Where each report went and why, in words and as JSON."""

import io
import json
from typing import Any

from rich.console import Console

from feed.core.explain import Explained, explain
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.terminal.explained import explained_json, explained_words
from feed.wording.times import Times
from tests.make import (
    alert,
    arrangement,
    arrangements,
    cut,
    launch,
    link,
    meeting,
    moment,
    plan,
    restore,
    scenario,
)

SEOUL = Times(9 * 3600)
ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}
HUB = [link("KOR", "USA", delay="PT1S"), link("JPN", "USA", delay="PT1S"), link("JPN", "KOR")]
FAST = arrangement("fast", ["KOR", "JPN", "USA"], ["kor-usa", "jpn-usa"], third_party=True)
SLOW = arrangement("slow", ["KOR", "JPN"], ["jpn-kor"], needs="request", delay="PT10M")
LATER = arrangement("later", ["KOR", "JPN"], ["jpn-kor"], since="2030-01-01")


def agreed(*agreements: Any) -> Arrangements:
    """Return arrangements over the hub and the direct link."""
    return arrangements(*agreements, links=HUB)


def flight(**members: Any) -> Launch:
    """Return a launch that Korea tracks from its 20th second until it comes down."""
    seen = [{"country": "KOR", "at": moment(20), "until": moment(900)}]
    others = {"detections": seen, "flight": ARC, "track": {"every": "PT10S"}, **members}
    return launch("rocket", **others)


def found(*events: EventBase, under: Arrangements, name: str = "rocket") -> Explained:
    """Return the explanation of an event."""
    return explain(plan(*events, agreed=under), name)


def words(explained: Explained, width: int = 200) -> list[str]:
    """Return what is printed, line by line, without the blanks around."""
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    for each in explained_words(explained, SEOUL):
        console.print(each)
    return [line.strip() for line in file.getvalue().splitlines()]


def test_a_report_is_followed_hop_by_hop() -> None:
    """Who made it when, who gets it by what, over which links, and what else there was."""
    lines = words(found(launch(seen=["KOR"]), under=agreed(FAST, SLOW, LATER)))
    begin = lines.index("KOR launch, detected (alert): rocket.kor.1")

    assert lines[begin + 1 : begin + 6] == [
        "made 09:00:01.0 (T+0:01.0)",
        "JPN  released by fast, KOR>USA>JPN: shared without anybody's hand",
        "2.0 s later, 09:00:03.0 (T+0:03.0)",
        "KOR 09:00:01.0 -kor-usa-> USA 09:00:02.0 -jpn-usa-> JPN 09:00:03.0",
        "else: slow would bring it 10:00.0 later; later not in force at that moment",
    ]
    assert "KOR  at once: its own report" in lines


def test_a_person_in_between_is_named() -> None:
    """What had to be asked for says so, and when it was let go."""
    lines = words(found(launch(seen=["KOR"]), under=agreed(SLOW)))

    assert "JPN  released by slow, KOR>JPN: given on JPN's request, after the fact" in lines
    assert "KOR lets it go after 10:00.0, 09:10:01.0" in lines


def test_many_reports_are_one_row_with_a_range() -> None:
    """From the first to the last of them, each so much later."""
    lines = words(found(flight(), under=agreed(FAST)))
    heading = next(line for line in lines if line.startswith("KOR track"))
    begin = lines.index(heading)

    assert heading.startswith("KOR track (alert and update): ")
    assert " reports, rocket.kor.2 to rocket.kor." in heading
    assert lines[begin + 1].startswith("made 09:00:20.0 (T+0:20.0) to 09:0")
    assert lines[begin + 3].startswith("each 2.0 s later, 09:00:22.0 (T+0:22.0) to 09:0")
    assert lines[begin + 4].startswith("the first of them: KOR 09:00:20.0 -kor-usa-> USA")


def test_a_link_that_is_down_is_named_with_what_waits_for_it() -> None:
    """What waits says where, for which link, and until when; all of it arrives at one moment."""
    cuts = [cut("jpn-usa", 95), restore("jpn-usa", 155)]
    lines = words(found(flight(), *cuts, under=agreed(FAST)))

    assert "all at 09:02:36.0 (T+2:36.0) (late)" in lines
    assert any(
        "-kor-usa-> USA waits for jpn-usa, which is down, until 09:02:35.0 -jpn-usa-> JPN" in line
        for line in lines
    )
    slow = words(found(launch(seen=["KOR"]), cut("jpn-usa", 0), restore("jpn-usa", 5000),
                       under=agreed(FAST, SLOW)))  # fmt: skip
    assert any(
        "else: fast would wait for a link and bring it at 10:23:21.0 (T+1:23:21.0)" in line
        for line in slow
    )


def test_what_is_withheld_and_what_is_public_say_so() -> None:
    """No arrangement, or no need of one."""
    withheld = words(found(launch(seen=["KOR"]), under=agreed(LATER)))
    public = words(found(alert(), under=agreed(), name="warning"))

    assert (
        "JPN  withheld: no arrangement in force covers launch data from KOR; it is not shared"
        in withheld
    )
    assert "else: later not in force at that moment" in withheld
    assert "made 2023-12-19 09:00:00.0 +09:00" in public
    assert "KOR  at once: it is public" in public


def test_what_is_no_launch_counts_from_its_own_report() -> None:
    """A report that goes by an arrangement has its moments by the clock."""
    secret = meeting("talks", 0, "KOR", release="arrangement")
    lines = words(found(secret, under=agreed(FAST), name="talks"))

    assert "2.0 s later, 09:00:02.0" in lines
    assert "KOR 09:00:00.0 -kor-usa-> USA 09:00:01.0 -jpn-usa-> JPN 09:00:02.0" in lines


def test_it_reads_well_on_80_columns() -> None:
    """Nothing is wider, nothing is cut off, and a folded line stays behind its country."""
    cuts = [cut("jpn-usa", 95), restore("jpn-usa", 155)]
    file = io.StringIO()
    console = Console(file=file, width=80, highlight=False)
    for each in explained_words(found(flight(), *cuts, under=agreed(FAST, SLOW, LATER)), SEOUL):
        console.print(each)
    lines = file.getvalue().splitlines()

    assert max(map(len, lines)) <= 80
    assert "…" not in file.getvalue()
    assert any("in view of own sensors" in line for line in lines)


def test_json_has_every_report_way_and_hop() -> None:
    """It is plain JSON, marked as an exercise, with stable keys and units in their names."""
    told = explained_json(found(flight(), under=agreed(FAST, LATER)), scenario(), None)
    first = told["reports"][0]
    japan, korea, _ = first["recipients"]

    assert json.loads(json.dumps(told)) == told
    assert told["status"] == "Exercise"
    assert told["arrangements_at"] is None
    assert told["flight"]["ends"] == "impact"
    assert [each["country"] for each in told["coverage"]] == ["JPN", "KOR", "USA"]
    assert (first["count"], first["first_message"]) == (1, "rocket.kor.1")
    measured = {each["kind"]: each["first_measured"] for each in told["reports"]}
    assert measured == {"launch": None, "track": "2023-12-19T09:00:20.000+09:00", "impact": None}
    assert (japan["released"], japan["arrangement"], japan["first_delay_s"]) == (True, "fast", 2.0)
    assert japan["hops_of_first"][1] == {
        "link": "jpn-usa",
        "sender": "USA",
        "receiver": "JPN",
        "left": "2023-12-19T09:00:21.000+09:00",
        "arrived": "2023-12-19T09:00:22.000+09:00",
        "waited": False,
    }
    assert japan["arrangements"][1] == {
        "arrangement": "later",
        "why": "not in force at that moment",
        "path": ["KOR", "JPN"],
        "arrives": None,
    }
    assert (korea["why"], korea["hops_of_first"]) == ("its own report", [])


def test_json_of_what_is_withheld_has_no_times() -> None:
    """A refusal has its reason and nulls; what is no launch has no flight."""
    secret = meeting("talks", 0, "KOR", release="arrangement")
    told = explained_json(found(secret, under=agreed(), name="talks"), scenario(), 0)
    japan = told["reports"][0]["recipients"][0]

    assert (told["flight"], told["coverage"]) == (None, None)
    assert told["arrangements_at"] == "1970-01-01T09:00:00.000+09:00"
    assert (japan["released"], japan["arrangement"]) == (False, None)
    assert (japan["first_due"], japan["first_delay_s"], japan["last_delay_s"]) == (None, None, None)
