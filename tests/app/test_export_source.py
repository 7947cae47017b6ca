"""Where an export comes from: plan, ledger and recording tell the same story, or say why not."""

import json
from pathlib import Path

import pytest

from feed.app.export import ExportOptions, export
from feed.app.export_source import SourceOptions, export_source
from feed.errors import FilesError, IncompleteError, ScenarioError, UsageError
from feed.export.record import Exported
from feed.files.ledger import PlayerLedger, Published
from feed.files.runs import RunFolder, create_run, runs_folder

STORY = "pattern-part-by-part"
RUN = "01jfm0page"


def taken(what: str | Path, *countries: str, epoch: int | None = None) -> list[Exported]:
    """Return everything that a source has."""
    options = SourceOptions(str(what), countries or None, epoch=epoch)
    with export_source(options, {}) as source:
        return list(source.records())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of its own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def planned() -> list[Exported]:
    """Give what the plan of a story has for one country."""
    return taken(STORY, "JPN")


def as_run(record: Exported, epoch: int = 1) -> bytes:
    """Return a payload as a run would have published it."""
    value = json.loads(record.payload)
    country, number = value["recipient"].lower(), int(value["sequence"])
    value |= {"run": RUN, "epoch": epoch, "id": f"{RUN}.{epoch}.{country}.{number}"}
    return json.dumps(value, ensure_ascii=False).encode()


def recording(path: Path, payloads: list[bytes]) -> Path:
    """Write a file as ``feed receive --out`` does."""
    path.write_bytes(b"".join(payload + b"\n" for payload in payloads))
    return path


def played(home: Path, records: list[Exported], *, ended: bool = True) -> None:
    """Leave the ledger of a run behind."""
    run = create_run(runs_folder({"FEED_HOME": str(home)}), RUN)
    about = {"run": RUN, "exercise": "PATTERN PARTS", "started": 1}
    with PlayerLedger.create(run.player_ledger, about) as ledger:
        ledger.add(
            [
                Published(
                    1,
                    record.delivery.recipient,
                    record.sequence,
                    n,
                    record.delivery.message.key,
                    record.delivery.due,
                    record.sent,
                    record.topic,
                    as_run(record),
                )
                for n, record in enumerate(records)
            ]
        )
        if ended:
            ledger.note("ended", 2)


def told(records: list[Exported]) -> list[tuple[object, ...]]:
    """Return what was told, apart from what only a plan or only a run knows."""
    return [
        (record.sequence, record.topic, message.key, message.type, message.data, record.sent)
        for record in records
        for message in [record.delivery.message]
    ]


def test_plan_run_and_recording_tell_the_same(
    home: Path, tmp_path: Path, planned: list[Exported]
) -> None:
    """Whichever of them is exported, the deliveries are equal."""
    played(home, planned)
    path = recording(tmp_path / "jpn.jsonl", [as_run(record) for record in planned])
    assert len(planned) == 4
    assert told(taken(RUN[:6])) == told(planned)
    assert told(taken(path)) == told(planned)


def test_a_run_has_all_countries_in_order_of_sending(home: Path) -> None:
    """Several feeds are one stream, by the moment of sending."""
    everything = taken(STORY)
    played(home, everything)
    sent = [record.sent for record in taken(RUN)]
    assert len(sent) == len(everything)
    assert sent == sorted(sent)


def test_a_run_that_was_cut_off_is_refused(home: Path, planned: list[Exported]) -> None:
    """Half a story is no story: it says how to get the rest."""
    played(home, planned, ended=False)
    with pytest.raises(IncompleteError, match="cut off before its end; go on with it"):
        taken(RUN)


def test_a_run_that_is_being_played_is_refused(home: Path, planned: list[Exported]) -> None:
    """It is not whole yet."""
    played(home, planned)
    run = runs_folder({"FEED_HOME": str(home)}) / RUN
    with RunFolder(run).lock(), pytest.raises(UsageError, match="is being played"):
        taken(RUN)


def test_a_run_that_was_only_received_is_refused(home: Path) -> None:
    """It says where it can be exported."""
    create_run(runs_folder({"FEED_HOME": str(home)}), RUN)
    with pytest.raises(FilesError, match="played elsewhere"):
        taken(RUN)


def test_an_epoch_that_is_not_there_is_refused(home: Path, planned: list[Exported]) -> None:
    """A scenario has none, a run and a file have some."""
    played(home, planned)
    with pytest.raises(UsageError, match="nothing in epoch 3; its last is 1"):
        taken(RUN, epoch=3)
    with pytest.raises(UsageError, match="a scenario has none"):
        taken(STORY, epoch=1)


def test_a_recording_is_put_in_order_and_told_once(tmp_path: Path, planned: list[Exported]) -> None:
    """What another client wrote may be reordered and have duplicates."""
    payloads = [as_run(record) for record in planned]
    path = recording(tmp_path / "jpn.jsonl", [payloads[n] for n in (1, 0, 0, 3, 2, 1)])
    assert told(taken(path)) == told(planned)


def test_a_gap_is_said_and_nothing_is_made_up(tmp_path: Path, planned: list[Exported]) -> None:
    """A recording that misses something is refused with the numbers that are missing."""
    payloads = [as_run(record) for record in planned]
    path = recording(tmp_path / "jpn.jsonl", [payloads[0], payloads[3]])
    with pytest.raises(IncompleteError, match="messages 2 to 3 of JPN are missing"):
        taken(path)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"topic": "exercise/v1/a/clock", "payload": {}}', "there is no message of a feed in it"),
        (b'{"specversion": "1.0"}', "jpn.jsonl:1:1: not a message of the feed"),
        (b'{"topic": "exercise/v1/a/feed/jpn/x/y", "payload": 3}', "jpn.jsonl:1:1: not a message"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, line: bytes, why: str) -> None:
    """With its place, and what to do."""
    with pytest.raises(ScenarioError, match=why):
        taken(recording(tmp_path / "jpn.jsonl", [line]))


@pytest.mark.parametrize("year", ["1899", "2201", "0001"])
def test_a_time_that_no_format_can_write_is_refused(
    tmp_path: Path, planned: list[Exported], year: str
) -> None:
    """The line is named."""
    value = json.loads(as_run(planned[0]))
    value["time"] = f"{year}-01-01T00:00:00.000+00:00"
    path = recording(tmp_path / "jpn.jsonl", [json.dumps(value).encode()])
    with pytest.raises(ScenarioError, match=r"jpn\.jsonl:1:1: .* is not between 1(900|890)"):
        taken(path)


def test_two_runs_in_a_file_are_refused(tmp_path: Path, planned: list[Exported]) -> None:
    """Their numbers would be mixed."""
    first = as_run(planned[0])
    path = recording(tmp_path / "jpn.jsonl", [first, first.replace(RUN.encode(), b"01jfm0other")])
    with pytest.raises(ScenarioError, match=r"jpn\.jsonl:2:1: of run '01jfm0other'"):
        taken(path)


def test_what_is_nothing_is_said(home: Path) -> None:
    """No scenario, no run, no file."""
    with pytest.raises(UsageError, match="is no scenario, no run and no file"):
        taken("nothing-of-the-kind")


def test_a_country_that_gets_nothing_is_refused() -> None:
    """It says who gets something."""
    with pytest.raises(UsageError, match="has no messages for AUS; it has JPN, KOR, USA"):
        taken(STORY, "AUS")


def test_what_a_run_has_already_cannot_be_given(home: Path, planned: list[Exported]) -> None:
    """Options without an effect are refused."""
    played(home, planned)
    options = SourceOptions(RUN, exercise="OTHER")
    with (
        pytest.raises(UsageError, match="a run has its own exercise; leave out --exercise"),
        export_source(options, {}),
    ):
        pass


def test_a_ledger_with_another_contract_is_refused(home: Path, planned: list[Exported]) -> None:
    """What a later version may have published is no message here: the ledger is named."""
    (first, *_) = planned
    strange = json.loads(first.payload) | {"specversion": "9.9"}
    played(home, [first._replace(payload=json.dumps(strange).encode())])
    with pytest.raises(
        FilesError, match=r"player\.sqlite: jalert\.jpn\.1: not a message of the feed"
    ):
        taken(RUN)


def test_which_of_several_epochs_it_is_is_said(tmp_path: Path, planned: list[Exported]) -> None:
    """After a jump the last one alone is taken, and whoever wants all has to know that."""
    first = [as_run(record) for record in planned]
    path = recording(tmp_path / "jpn.jsonl", first)
    out = str(tmp_path / "tables")
    alone = export(ExportOptions("csv", out, SourceOptions(str(path))))
    recording(path, first + [as_run(record, 2) for record in planned[:2]])
    last = export(ExportOptions("csv", f"{out}-2", SourceOptions(str(path))))

    assert len(alone.lines()) == 1
    assert last.messages == 2
    assert last.lines()[1] == "this is epoch 2 of 2; --epoch takes another"
    with pytest.raises(UsageError, match=r"nothing else; .*; this is epoch 2 of 2; --epoch takes"):
        export(ExportOptions("ics", f"{out}-3", SourceOptions(str(path))))
