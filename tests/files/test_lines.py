"""Tests of JSON Lines: a long story is read as it is played, and checked like any other."""

import gc
import itertools
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from feed.core.event_stream import earliest, event_stream_of
from feed.errors import FilesError, ScenarioError
from feed.files.arrangements import load_arrangements
from feed.files.scenario import Loaded, load, problems_of
from feed.files.text import parse
from feed.model.scenario import Scenario
from tests import make

AGREED = make.arrangements()
HEADER: dict[str, Any] = {
    "feed": 1,
    "id": "long",
    "title": "A long story",
    "exercise": "MORNING CALM",
    "starts": "2023-12-19T09:00:00+09:00",
}


def incident(n: int, at: float | None = None, **members: Any) -> dict[str, Any]:
    """Return the n-th incident as a file has it."""
    return {
        "incident": f"shots-{n}",
        "at": make.moment(n if at is None else at),
        "originator": "KOR",
        "category": "artillery",
        **members,
    }


def written(folder: Path, *lines: object, header: object = HEADER) -> Path:
    """Return a file of these lines; what is no text is written as JSON."""
    path = folder / "a.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in (header, *lines))
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def said(folder: Path, *lines: object, header: object = HEADER) -> list[str]:
    """Return what is wrong with these lines."""
    path = written(folder, *lines, header=header)
    return [str(problem) for problem in problems_of(path, AGREED, shown="a.jsonl")]


def ids(loaded: Loaded, first: int = 0) -> list[str]:
    """Return the names of the events from the n-th on."""
    return [event.id for event in loaded.event_stream.events(first)]


REPEATS = [
    incident(0, repeat={"count": 40, "until": make.moment(100), "spread": "seeded"}),
    *(incident(n) for n in range(1, 30)),
    incident(30, repeat={"count": 7, "until": make.moment(90), "spread": "even"}),
    *(incident(n) for n in range(31, 60)),
]


@pytest.mark.parametrize(
    "events",
    [[incident(n) for n in range(25)], REPEATS, [incident(n, at=5) for n in range(9)]],
    ids=["plain", "repeats", "at-once"],
)
def test_it_is_the_same_story_as_in_memory(tmp_path: Path, events: list[dict[str, Any]]) -> None:
    """From every place on, a streamed story has the events of one that is in memory."""
    whole = event_stream_of(Scenario.model_validate({**HEADER, "events": events}))
    loaded = load(written(tmp_path, *events), AGREED)
    expected = list(whole.events(0))
    for first in range(len(expected) + 2):
        assert list(loaded.event_stream.events(first)) == expected[first:]
    assert loaded.event_stream.gathered == whole.gathered


def test_it_goes_on_from_far_inside(tmp_path: Path) -> None:
    """A place beyond the kept ones, on them and beside them is found."""
    loaded = load(written(tmp_path, *(incident(n) for n in range(2_500))), AGREED)
    for first in (0, 1, 999, 1_000, 1_001, 2_000, 2_499, 2_500, 2_501, 9_999):
        found = list(itertools.islice(loaded.event_stream.events(first), 3))
        assert [event.id for event in found] == [
            f"shots-{n}" for n in range(first, min(first + 3, 2_500))
        ]


def test_several_readers_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Each reading of the story has a place of its own."""
    loaded = load(written(tmp_path, *(incident(n) for n in range(5))), AGREED)
    first, second = loaded.event_stream.events(0), loaded.event_stream.events(3)
    assert [next(first).id, next(second).id, next(first).id] == ["shots-0", "shots-3", "shots-1"]


@pytest.mark.slow
def test_a_story_that_is_played_is_not_held(tmp_path: Path) -> None:
    """Reading thousands of events takes no more memory than reading a few."""
    loaded = load(written(tmp_path, *(incident(n) for n in range(2_000))), AGREED)
    events = loaded.event_stream.events(0)
    next(events)
    gc.collect()
    tracemalloc.start()
    for _ in events:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000


def test_numbers_and_truth_are_read_as_in_yaml(tmp_path: Path) -> None:
    """A number in JSON is text to the model: one without a unit is no duration."""
    (event,) = load(
        written(tmp_path, incident(0, synthetic=True, count=3, point={"lat": 38.5, "lon": 1e2})),
        AGREED,
    ).event_stream.events(0)
    assert event == make.incident(
        "shots-0", synthetic=True, count=3, point={"lat": 38.5, "lon": 100}
    )
    assert said(tmp_path, incident(0, expires=90)) == [
        "a.jsonl:2:104: expires: '90': a number without a unit; write 90s, 90m or 90h"
    ]


def test_blank_lines_and_a_byte_order_mark_are_nothing(tmp_path: Path) -> None:
    """Files come from many editors."""
    path = written(tmp_path, "", incident(0), " \r", incident(1), "")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert ids(load(path, AGREED)) == ["shots-0", "shots-1"]
    assert ids(load(path, AGREED), 1) == ["shots-1"]


def test_an_unusual_line_is_read_by_the_exact_reader(tmp_path: Path) -> None:
    """What only the exact reader accepts is played as well."""
    line = "{incident: shots-0, at: +PT1S, originator: KOR, category: artillery}"
    assert ids(load(written(tmp_path, line, incident(1)), AGREED)) == ["shots-0", "shots-1"]


@pytest.mark.parametrize("name", ["hokkaido-33-minutes", "week-of-2023-11", "longest-day"])
def test_every_kind_is_read_as_in_yaml(tmp_path: Path, name: str) -> None:
    """The fast reader makes the same events as the one that knows places, of any kind."""
    path = Path("scenarios", f"{name}.yaml")
    data = parse(path.read_text(encoding="utf-8"), name).data
    data.pop("include", None)
    data.pop("vars", None)
    events = data.pop("events")
    agreed = load_arrangements()
    whole = Scenario.model_validate({**data, "events": events}, by_alias=True, by_name=False)
    placed = zip(whole.events, events, strict=True)
    ordered = sorted(placed, key=lambda pair: earliest(pair[0], whole.starts))
    found = load(written(tmp_path, *(each for _, each in ordered), header=data), agreed)
    assert list(found.event_stream.events(0)) == list(event_stream_of(whole).events(0))


EARLIER = "this is before 2023-12-19T09:00:03+09:00, further up; sort the lines by time"


def test_every_mistake_is_said_with_its_line(tmp_path: Path) -> None:
    """Lines are read to the end, and each mistake stands at its column."""
    assert said(
        tmp_path,
        incident(0, category="artilery"),
        "not json",
        incident(1),
        '{"incident": "shots-2", "at": "+PT2S", "at": "+PT2S", "originator": "KOR", '
        '"category": "drone"}',
        {"lunch": "x"},
        {"statement": "words", "at": "+PT3S", "speaker": "S", "country": "KOR", "about": "shot-1"},
        incident(1),
        incident(2, at=2),
        incident(9, originator=None),
    ) == [
        (
            "a.jsonl:2:80: category: 'artilery' is not one of artillery, gun-port-opening, "
            "jamming, "
            "balloon, drone, arms-transfer, other; did you mean 'artillery'?"
        ),
        (
            "a.jsonl:3:1: 'not json' is not an event; an event starts with one of launch, alert, "
            "correction, meeting, agreement, incident, statement, link"
        ),
        "a.jsonl:5:40: 'at' is here twice; the first is in line 5",
        "a.jsonl:6:2: 'lunch' is not an event kind; did you mean 'launch'?",
        "a.jsonl:7:82: about: no event is called 'shot-1'; did you mean 'shots-1'?",
        "a.jsonl:8:14: 'shots-1' is the id of another event (incident); rename one",
        f"a.jsonl:8:31: at: {EARLIER}",
        "a.jsonl:9:14: 'shots-2' is the id of another event (incident); rename one",
        f"a.jsonl:9:31: at: {EARLIER}",
        "a.jsonl:10:14: nobody reports it; name a country in 'originator'",
    ]


def test_a_wrong_header_does_not_hide_wrong_events(tmp_path: Path) -> None:
    """Header and events are said in one run."""
    assert said(tmp_path, {"lunch": "x"}, header={**HEADER, "id": "A B", "events": []}) == [
        "a.jsonl:1:19: id: 'A B': use lower-case letters, digits and '-', as in 'a-b'",
        "a.jsonl:1:118: 'events' is not a key here; in JSON Lines each event is a line of its own",
        "a.jsonl:2:2: 'lunch' is not an event kind; did you mean 'launch'?",
    ]


def test_a_key_that_is_there_twice_in_the_header(tmp_path: Path) -> None:
    """The header is read by the exact reader, and the events as well."""
    twice = json.dumps(HEADER)[:-1] + ', "id": "other"}'
    (problem,) = said(tmp_path, incident(0), header=twice)
    assert problem == "a.jsonl:1:119: 'id' is here twice; the first is in line 1"


def test_a_finding_in_the_header_is_placed(tmp_path: Path) -> None:
    """What the header shows to be wrong beside the arrangements stands in line one."""
    (problem,) = said(tmp_path, incident(0), header={**HEADER, "countries": ["JPX"]})
    assert problem.startswith("a.jsonl:1:")
    assert "'JPX' is no participant of the arrangements; did you mean 'JPN'?" in problem


def test_after_a_hundred_mistakes_the_rest_is_counted(tmp_path: Path) -> None:
    """Nobody reads a million lines of mistakes, and nobody waits for them."""
    problems = said(tmp_path, *({"lunch": n} for n in range(250)))
    assert len(problems) == 101
    assert problems[-1] == "a.jsonl:102:1: and 150 more from here on; mend these first"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "a.jsonl:1:1: the file is empty; the first line is the header of a scenario"),
        (b"\n \n", "a.jsonl:1:1: the file is empty; the first line is the header of a scenario"),
        (b"{", "a.jsonl:1:1: not valid JSON: while parsing a flow node, did not find expected"),
        (b"\xff\n", "a.jsonl:1:1: not UTF-8 text; save the file as UTF-8"),
        (b"[" * 2_000_000, "a.jsonl:1:1: longer than 1000000 bytes; write one event in each line"),
        (b"x\n" + b"[" * 2_000_000, "a.jsonl:2:1: longer than 1000000 bytes"),
        (json.dumps(HEADER).encode(), "a.jsonl:1:1: there are no events; write one in each line"),
    ],
    ids=["empty", "blank", "brace", "bytes", "long", "long-second", "no-events"],
)
def test_what_is_no_such_file(tmp_path: Path, raw: bytes, problem: str) -> None:
    """Hostile or unfinished files end in a sentence."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(raw)
    assert problem in "\n".join(map(str, problems_of(path, AGREED, shown="a.jsonl")))


def test_deep_nesting_in_a_line_is_a_problem(tmp_path: Path) -> None:
    """The fast reader's recursion is nobody's traceback."""
    (problem,) = said(tmp_path, "[" * 100_000, incident(1))
    assert problem.startswith("a.jsonl:2:")


def test_too_many_repeats_are_a_problem(tmp_path: Path) -> None:
    """What repeats is held in memory, so there is a bound to it."""
    repeat = {"count": 2, "until": make.moment(5000)}
    (problem,) = said(tmp_path, *(incident(n, repeat=repeat) for n in range(1_001)))
    assert problem == "a.jsonl:1002:1: more than 1000 events repeat; write some of them out"


def test_a_file_that_changes_while_it_is_played(tmp_path: Path) -> None:
    """A line that can no longer be read is an error with what to do."""
    path = written(tmp_path, *(incident(n) for n in range(3)))
    loaded = load(path, AGREED, shown="a.jsonl")
    path.write_text(path.read_text(encoding="utf-8").replace("artillery", "artilleri"), "utf-8")
    with pytest.raises(FilesError, match=r"a.jsonl: was changed since it was read; start again"):
        ids(loaded)


def test_another_exercise_can_be_named(tmp_path: Path) -> None:
    """The option works for streams as for whole files."""
    loaded = load(written(tmp_path, incident(0)), AGREED, exercise="EVENING STAR")
    assert loaded.header.exercise == loaded.event_stream.header.exercise == "EVENING STAR"
    assert not isinstance(loaded.header, Scenario)


def test_all_problems_are_on_the_error(tmp_path: Path) -> None:
    """Who wants to play it gets them as well."""
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, {"lunch": 1}, {"lunch": 2}), AGREED)
    assert [problem.line for problem in caught.value.problems] == [2, 3]
