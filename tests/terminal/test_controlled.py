"""What a player answered, in lines."""

from typing import Any

from feed.terminal.controlled import controlled_lines

CLOCK: dict[str, Any] = {
    "state": "paused", "rate": 2.5, "time": "2023-12-19T09:00:00.000+09:00", "epoch": 2,
    "late_ms": 7,
}  # fmt: skip
STATUS: dict[str, Any] = {
    "run": "01abc", "exercise": "SMALL STEPS", "scenario": "small", "title": "A small story",
    "phase": "playing", "sent": 1200, "sequences": {"KOR": 400, "JPN": 30},
    "planned": {"KOR": 4000, "JPN": 500}, "receivers": [],
    "receivers_left_out": 0, "held": [],
}  # fmt: skip


def lines(status: dict[str, Any] | None = None, **clock: Any) -> list[str]:
    """Return the lines of an answer."""
    answer: dict[str, Any] = {"clock": CLOCK | clock}
    if status is not None:
        answer["status"] = STATUS | status
    return list(controlled_lines(answer))


def test_an_answer_is_one_line() -> None:
    """How the run stands."""
    assert lines() == ["paused ×2.5 at 2023-12-19T09:00:00.000+09:00, epoch 2, 7 ms late"]
    assert lines(rate="max")[0].startswith("paused max at ")


def test_a_status_says_it_all() -> None:
    """What plays, what is next, what was changed, who listens and who is behind."""
    receivers = [
        {"country": "JPN", "client": "jpn", "online": True, "behind": 1500, "missing": 3},
        {"country": "KOR", "client": "kor", "online": False, "behind": 0, "missing": 0},
    ]
    told = lines(
        {
            "receivers": receivers, "receivers_left_out": 9, "held": ["jalert"],
            "loop": {"begin": "2023-12-19T08:59:00.000+09:00"},
            "faults": [
                {"name": "storm", "fault": "drop", "country": ["JPN", "KOR"], "probability": 0.1,
                 "hit": 1234},
                {"name": "delay", "fault": "delay", "by": "PT10S", "hit": 0},
            ],
            "scheduled": [{"do": "play", "wall": "2026-11-26T10:00:00.000+00:00"}],
            "staff": {
                "notes": [{"at": "2023-12-19T09:00:00.000+09:00", "note": "Call\x1b[2J them."}],
                "earlier": 0, "next": {"at": "2023-12-19T09:30:00.000+09:00", "note": "Debrief."},
            },
            "until": "2023-12-19T09:10:00.000+09:00",
            "next": {"message": "a.kor.1", "country": "KOR", "due": "2023-12-19T09:00:01+09:00"},
        }
    )  # fmt: skip

    assert told == [
        "EXERCISE SMALL STEPS: A small story (run 01abc, scenario small)",
        "paused ×2.5 at 2023-12-19T09:00:00.000+09:00, epoch 2, 7 ms late",
        "sent 1,200 in all, 430 since the last jump",
        "next a.kor.1 for KOR, due 2023-12-19T09:00:01+09:00",
        "held: jalert; 'feed control fire' sends it",
        "fault storm: drop country=JPN,KOR probability=0.1; 1,234 hit",
        "fault delay: delay by=PT10S; 0 hit",
        "'feed control heal NAME' ends a fault",
        "note 2023-12-19T09:00:00.000+09:00: Call [2J them.",
        "next note 2023-12-19T09:30:00.000+09:00: Debrief.",
        "play at 2026-11-26T10:00:00.000+00:00 (wall clock)",
        "pauses at 2023-12-19T09:10:00.000+09:00",
        (
            "plays from 2023-12-19T08:59:00.000+09:00 to the end again and again; "
            "'feed control loop' alone ends that"
        ),
        "JPN jpn: online, 1,500 behind, 3 missing",
        "KOR kor: away, has everything",
        "and 9 more",
    ]
    assert lines({})[-1] == "nobody listens who says so"


def test_what_was_sent_is_of_what_was_planned_until_a_jump() -> None:
    """Then some is sent twice, or never; and a run that stands still is not said to play."""
    assert lines({}, epoch=1)[2] == "sent 1,200 of 4,500"
    assert lines({"planned": None}, epoch=1)[2] == "sent 1,200"
    assert lines({"phase": "lingering"}, epoch=1)[2] == "sent 1,200 of 4,500; lingering"


def test_nothing_that_was_answered_moves_the_cursor() -> None:
    """Whoever answers may be anybody, on a broker that is open to all."""
    told = lines({"title": "A\x1b[2J\nB", "exercise": "\x9b31m"}, state="\x1b]0;x\x07", time="\r")

    assert all(line.isprintable() for line in told)
