"""What receivers wrote, compared with a scenario and with a run: each change is found and named."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.app.prepare import Prepared, prepare
from feed.app.verify import PUBLISHED, Verified, VerifyOptions, verify
from feed.core.faults import Faults
from feed.core.verdict import DeliveryKey, Deviation
from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.faults import load_faults
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import Received, ReceiverLedger
from feed.files.runs import RunFolder, create_run, runs_folder
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.topics import Topics

STORY = "week-of-2023-11"
RUN = "01jfm0"
SENT = 1_700_000_000_000_000
KEPT = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@cache
def prepared() -> Prepared:
    """Return the story that most tests play."""
    return prepare(STORY)


@cache
def published(
    run: str = RUN, exercise: str = "PAPER LANTERN", epoch: int = 1
) -> tuple[Published, ...]:
    """Return what a player publishes of it."""
    slug = exercise.lower().replace(" ", "-")
    played = Played(run, epoch, exercise, slug)
    numbers: dict[str, int] = {}
    rows = []
    for cursor, delivery in enumerate(prepared().plan().deliveries()):
        recipient, message = delivery.recipient, delivery.message
        number = numbers[recipient] = numbers.get(recipient, 0) + 1
        topic = Topics(slug).feed(recipient, message.kind, message.event)
        payload = encode(delivery, played, number, SENT)
        row = (epoch, recipient, number, cursor, message.key, delivery.due, SENT, topic, payload)
        rows.append(Published(*row))
    return tuple(rows)


@cache
def lines(recipient: str = "JPN", **played: Any) -> tuple[bytes, ...]:
    """Return what a receiver of a country writes."""
    return tuple(row.payload for row in published(**played) if row.recipient == recipient)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def wrote(folder: Path, payloads: Sequence[bytes], name: str = "jpn.jsonl") -> str:
    """Write lines to a file; return its path."""
    path = folder / name
    path.write_bytes(b"".join(payload + b"\n" for payload in payloads))
    return str(path)


def against_scenario(*received: str, **options: Any) -> Verified:
    """Compare files with the story."""
    return verify(VerifyOptions(STORY, received, **options))


def findings(verified: Verified, source: int = -1) -> tuple[Deviation, ...]:
    """Return what is named of one source."""
    return verified.sources[source].verdict.findings


def run_folder(
    rows: Sequence[Published], receivers: Sequence[str] = (), *, acknowledge: bool = True
) -> RunFolder:
    """Make a run as a player and receivers leave it."""
    folder = create_run(runs_folder(os.environ), RUN)
    folder.keep_scenario(prepared().path)
    about = {
        "run": RUN, "exercise": "PAPER LANTERN", "scenario": STORY, "as_of": None, "begin": None,
        "until": None, "countries": list(prepared().recipients),
    }  # fmt: skip
    with PlayerLedger.create(folder.player_ledger, about) as ledger:
        ledger.add(rows)
        for country in receivers if acknowledge else ():
            last = max(row.sequence for row in rows if row.recipient == country)
            ledger.receipt(country, country.lower(), rows[-1].epoch, last, [], SENT)
    for country in receivers:
        path = folder.receiver_ledger(country, country.lower())
        facts = {"country": country, "client": country.lower()}
        with ReceiverLedger.at(path, facts) as got:
            got.add([received(row) for row in rows if row.recipient == country])
    return folder


def received(row: Published) -> Received:
    """Return a message as a receiver writes it down, a millisecond later."""
    key = (RUN, row.epoch, row.sequence, row.message, row.topic)
    return Received(*key, row.sent, row.due, row.sent + 1_000, row.payload)


def test_a_complete_file_is_clean(tmp_path: Path) -> None:
    """Bare, wrapped, of several countries: what the story plans is what is there."""
    wrapped = [
        json.dumps({"tst": "2030-01-01T00:00:00Z", "topic": row.topic, "qos": 1, "retain": 0,
                    "payload": json.loads(row.payload)}).encode()
        for row in published()
    ]  # fmt: skip
    bare = wrote(tmp_path, lines())
    both = wrote(tmp_path, wrapped, "all.jsonl")

    verified = against_scenario(bare, both)

    assert verified.clean
    assert (verified.against, verified.run) == (f"scenario {STORY}", RUN)
    assert [each.verdict.recipients for each in verified.sources] == [
        ("JPN",),
        ("JPN", "KOR", "USA"),
    ]


@KEPT
@given(data=st.data())
def test_any_change_of_a_line_is_found_and_named(tmp_path: Path, data: st.DataObject) -> None:
    """Removed, swapped, doubled or altered: the verdict names the message, and the line."""
    rows = list(lines())
    place = data.draw(st.integers(0, len(rows) - 1))
    what = data.draw(st.sampled_from(["remove", "swap", "double", "alter"]))
    message = json.loads(rows[place])["message"]
    expected: tuple[str, int | None]
    if what == "remove":
        del rows[place]
        expected = ("missing", None)
    elif what == "swap":
        other = data.draw(st.integers(0, len(rows) - 1).filter(lambda n: n != place))
        first, second = sorted((place, other))
        message = json.loads(rows[first])["message"]
        rows[first], rows[second] = rows[second], rows[first]
        expected = ("reordered", second + 1)
    elif what == "double":
        rows.insert(place, rows[place])
        expected = ("double", place + 2)
    else:
        members = json.loads(rows[place])
        names = sorted({*members} - {"sent", "run", "epoch", "sequence", "recipient"})
        name = data.draw(st.sampled_from(names))
        members[name] = data.draw(st.none() | st.integers() | st.text(max_size=3))
        rows[place] = json.dumps(members).encode()
        expected = ("altered", place + 1)

    verified = against_scenario(wrote(tmp_path, rows))

    assert not verified.clean
    named = [each for each in findings(verified) if (each.kind, each.line) == expected]
    assert any(message in each.text for each in named)


def test_lateness_is_judged_where_it_is_known(tmp_path: Path) -> None:
    """By the difference of two wall times; a bare payload does not say when it was received."""
    sent = json.loads(lines()[0])["sent"]
    topic = published()[0].topic
    record = {
        "tst": sent.replace(":20.", ":23."),
        "topic": topic,
        "payload": json.loads(lines()[0]),
    }
    late = wrote(tmp_path, [json.dumps(record).encode(), *lines()[1:]])

    verified = against_scenario(late, late_limit_us=2_000_000)

    (finding,) = findings(verified)
    assert (finding.kind, finding.line) == ("late", 1)
    assert finding.text.startswith("received 3.000 s after it was sent")
    assert not verified.sources[0].late_judged
    assert against_scenario(late, late_limit_us=4_000_000).clean


def test_faults_are_recognised(tmp_path: Path) -> None:
    """What was dropped on purpose is explained, what else is missing is not."""
    rows = [row for n, row in enumerate(lines(), 1) if n not in {3, 9}]
    faults = {DeliveryKey("JPN", 1, 3): "drop"}

    verified = against_scenario(wrote(tmp_path, rows), faults=faults)

    assert [(each.first, each.fault) for each in findings(verified)] == [(3, "drop"), (9, "")]
    assert verified.sources[0].verdict.wrong["missing"] == 1


def test_the_faults_of_a_file_are_recognised(tmp_path: Path) -> None:
    """Exactly what they do to what was played is explained, and nothing else."""
    file = tmp_path / "faults.yaml"
    file.write_text(
        "feed: 1\nfaults:\n  - {fault: drop, country: JPN, probability: 0.2}\n"
        "  - {fault: duplicate, probability: 0.1}\n",
        encoding="utf-8",
    )
    faults = Faults(
        load_faults(file), prepared().loaded.header.seed, prepared().loaded.header.starts
    )
    numbered = enumerate(
        (each for each in prepared().plan().deliveries() if each.recipient == "JPN"), 1
    )
    copies = [faults.effect(delivery, number).copies for number, delivery in numbered]
    rows = [row for row, times in zip(lines(), copies, strict=True) for _ in range(times)]

    verified = against_scenario(wrote(tmp_path, rows), faults_file=file)

    assert verified.clean
    assert verified.sources[0].verdict.explained["missing"] == copies.count(0) > 0
    assert verified.sources[0].verdict.explained["double"] == copies.count(2) > 0
    assert not against_scenario(wrote(tmp_path, rows)).clean
    again = against_scenario(wrote(tmp_path, rows[1:]), faults_file=file)
    assert again.sources[0].verdict.wrong["missing"] == 1


def test_a_part_can_be_verified(tmp_path: Path) -> None:
    """As it was played from one moment to another."""
    early = wrote(tmp_path, lines()[:1])

    assert against_scenario(early, until="2023-11-09T08:00").clean
    assert not against_scenario(early).clean
    with pytest.raises(UsageError, match="--until"):
        against_scenario(wrote(tmp_path, lines()), until="soon")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [*rows[:4], b'{"torn'], "jpn.jsonl:5:"),
        (lambda rows: [*rows[:4], b"\xff", *rows[5:]], "jpn.jsonl:5:1: not UTF-8"),
        (lambda rows: [*rows[:4], b"{}", *rows[5:]], "jpn.jsonl:5:1: not a message of the feed"),
        (lambda rows: [*rows[:4], *lines(run="01other")[4:]], "jpn.jsonl:5:1: of run '01other'"),
        (lambda rows: [], "jpn.jsonl:1:1: there is no message of a feed in it"),
    ],
)
def test_bad_files_are_said_with_their_place(tmp_path: Path, change: Any, said: str) -> None:
    """One sentence each, and nothing is changed."""
    path = wrote(tmp_path, change(list(lines())))
    before = Path(path).read_bytes()

    with pytest.raises(ScenarioError, match=r"[^\n]*") as caught:
        against_scenario(path)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert Path(path).read_bytes() == before


def test_bad_requests_are_said(tmp_path: Path) -> None:
    """What is missing, what does not exist, what does not go together."""
    path = wrote(tmp_path, lines())
    with pytest.raises(UsageError, match="say what was received"):
        against_scenario()
    with pytest.raises(UsageError, match="is no scenario and no run"):
        verify(VerifyOptions("nothing-of-that-name", (path,)))
    with pytest.raises(FilesError, match="no such file"):
        against_scenario(str(tmp_path / "gone.jsonl"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FilesError, match="cannot be read twice"):
        against_scenario(str(tmp_path / "pipe"))


def test_whose_file_it_is_can_be_said(tmp_path: Path) -> None:
    """Then an empty one is a receiver that got nothing."""
    empty = wrote(tmp_path, [], "kor.jsonl")

    verified = against_scenario(wrote(tmp_path, lines()), f"KOR={empty}")

    (finding,) = findings(verified)
    assert (finding.kind, finding.recipient, finding.first) == ("missing", "KOR", 1)
    assert finding.last == len(lines("KOR"))


def test_another_name_of_the_exercise_has_to_be_said(tmp_path: Path) -> None:
    """Otherwise every message is another than planned, and it says in what."""
    path = wrote(tmp_path, lines(exercise="OTHER NAME"))

    said = findings(against_scenario(path))[0].text

    assert said.startswith("exercise, source not as it was sent")
    assert against_scenario(path, exercise="OTHER NAME").clean


def test_a_run_is_verified_with_its_own_receivers() -> None:
    """Planned and published, published and received, received and acknowledged."""
    run_folder(published(), ["JPN", "KOR"])

    verified = verify(VerifyOptions(RUN[:4], late_limit_us=1_000))

    assert verified.clean
    assert verified.against == f"run {RUN}"
    sources = [each.source for each in verified.sources]
    assert sources == [PUBLISHED, "receiver-jpn-jpn.sqlite", "receiver-kor-kor.sqlite"]
    assert verified.sources[1].verdict.slowest_us == 1_000
    assert not verify(VerifyOptions(RUN, late_limit_us=999)).clean


def test_what_is_wrong_with_a_run_is_named() -> None:
    """Not published, not received, not acknowledged."""
    last = len(lines("USA"))
    rows = [row for row in published() if (row.recipient, row.sequence) != ("USA", last)]
    folder = run_folder(rows, ["JPN"], acknowledge=False)
    with PlayerLedger.open(folder.player_ledger) as ledger:
        ledger.receipt("JPN", "jpn", 1, 40, [[3, 4], [4, 6]], SENT)

    verified = verify(VerifyOptions(RUN))

    (unpublished,) = findings(verified, 0)
    assert (unpublished.kind, unpublished.recipient, unpublished.first) == ("missing", "USA", last)
    told = [(each.kind, each.first, each.last) for each in findings(verified, 1)]
    assert told == [("unacknowledged", 3, 6), ("unacknowledged", 41, len(lines()))]


def test_a_file_is_compared_with_what_a_run_published(tmp_path: Path) -> None:
    """Byte by byte if need be: the moment of sending too."""
    run_folder(published())
    rows = list(lines())
    rows[5] = rows[5].replace(b'"sent":"20', b'"sent":"21')

    verified = verify(VerifyOptions(RUN, (wrote(tmp_path, rows),)))

    (finding,) = findings(verified)
    assert (finding.kind, finding.line) == ("altered", 6)
    assert finding.text.startswith("sent not as it was sent (")
    with pytest.raises(ScenarioError, match=r"jpn\.jsonl:1:1: of run '01other', not of 01jfm0"):
        verify(VerifyOptions(RUN, (wrote(tmp_path, lines(run="01other")),)))


def test_a_run_that_jumped_is_compared_with_what_it_published() -> None:
    """Its plan was not played once, and that is noted."""
    second = [row._replace(epoch=2) for row in published(epoch=2)]
    run_folder([*published()[:50], *second], ["JPN"])

    verified = verify(VerifyOptions(RUN))

    assert verified.clean
    assert [each.source for each in verified.sources] == ["receiver-jpn-jpn.sqlite"]
    assert verified.notes == (
        "what was published is not compared with the plan, because it has several epochs",
    )


def test_a_run_knows_how_it_was_played() -> None:
    """Options that would say otherwise are refused, and a run without receivers says so."""
    folder = run_folder(published())
    options = VerifyOptions(RUN)
    with pytest.raises(UsageError, match="leave out --until"):
        verify(replace(options, until="08:00"))
    with pytest.raises(UsageError, match="has no receiver on this machine"):
        verify(options)
    folder.player_ledger.unlink()
    with pytest.raises(FilesError, match="was played elsewhere"):
        verify(options)


@pytest.mark.slow
def test_long_files_are_read_in_flat_memory(tmp_path: Path) -> None:
    """Twice as many lines take no more than a little more memory."""
    import tracemalloc  # noqa: PLC0415 - slow once imported and started

    def peak(times: int) -> int:
        rows = lines()
        path = tmp_path / f"{times}.jsonl"
        with path.open("wb") as file:
            for _ in range(times):
                file.writelines(row + b"\n" for row in rows)
        tracemalloc.start()
        verified = against_scenario(str(path))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert verified.sources[0].verdict.records == times * len(rows)
        return most

    peak(1)  # whatever is loaded once
    assert peak(60) < peak(30) + 1_000_000
