"""What came of a run: read from what its participants wrote down, and from nothing else."""

import itertools
import json
from pathlib import Path

import pytest

from feed.app.report import report, rows_of
from feed.core.run_report import RunReport
from feed.core.verdict import Stream
from feed.errors import FilesError, UsageError
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import Received
from feed.model.time import SECOND
from tests.app import played
from tests.app.played import LATENCY, RUN, STORY, leave_run, prepared
from tests.scenarios import library


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def of_whole_run() -> RunReport:
    """Return the report of a run in which all went well."""
    leave_run()
    return report(RUN)


def test_who_was_warned_when_is_what_the_plan_says() -> None:
    """The first report of the launch to each country, and how long before the impact it came."""
    found = of_whole_run()
    (launch,) = found.account.launches.values()
    firsts: dict[str, int] = {}
    for each in library.deliveries(STORY):
        if each.message.kind in {"launch", "track", "impact"}:
            firsts.setdefault(each.recipient, each.due // 1000 * 1000)
    warned = {country: each.first.due for country, each in launch.countries.items() if each.first}

    assert warned == firsts
    assert launch.impact is not None
    assert launch.left_us("JPN") == launch.impact - firsts["JPN"]
    assert 20 * 60 * SECOND < (launch.left_us("JPN") or 0) < 22 * 60 * SECOND


def test_nothing_was_lost_and_all_is_counted() -> None:
    """Messages, latencies, epochs, receipts, title and state are those of the run."""
    found = of_whole_run()

    assert (found.sent, found.lost, found.explained) == (len(library.deliveries(STORY)), 0, 0)
    assert found.account.latency_spread("JPN").greatest == LATENCY
    assert [part.epoch for part in found.epochs] == [1]
    assert found.epochs[0].sent == found.sent
    assert {each.recipient: each.missing for each in found.acknowledged} == dict.fromkeys(
        ("JPN", "KOR", "USA"), 0
    )
    assert found.titles["en"].startswith("Over Aomori")
    assert found.state == "complete"
    assert found.ranks == {"USA": 0, "JPN": 1, "KOR": 2}
    assert all(each.verdict.clean for each in found.verdicts)


def test_every_figure_has_its_message() -> None:
    """Whatever a figure leads to is there, with everybody to whom it was sent."""
    found = of_whole_run()
    told: dict[str, int] = {}
    for each in library.deliveries(STORY):
        told[each.message.key] = told.get(each.message.key, 0) + 1

    referred = set(found.account.referred())
    assert referred == set(found.messages)
    assert all(len(rows) == told[key] for key, rows in found.messages.items())


def test_what_was_lost_and_what_came_late_is_told() -> None:
    """A gap is a loss; what came after a later number was repaired."""

    def receive(row: Published) -> Received | None:
        if row.recipient == "JPN" and row.sequence in {5, 6}:
            return None
        got = played.at_once(row)
        if row.recipient == "KOR" and 10 <= row.sequence <= 12:
            return got._replace(received=got.received + 60 * SECOND)
        return got

    leave_run(receive=receive)
    found = report(RUN)

    assert found.lost == 2
    assert found.repairs == {Stream("KOR", 1): [(10, 12)]}
    assert found.account.latency_spread("KOR").greatest == 60 * SECOND + LATENCY


def test_faults_on_purpose_explain_what_is_missing() -> None:
    """What a fault dropped is no loss; it stands among the faults, with its message."""

    def receive(row: Published) -> Received | None:
        dropped = row.recipient == "JPN" and row.sequence in {5, 6}
        return None if dropped else played.at_once(row)

    folder = leave_run(receive=receive)
    with PlayerLedger.open(folder.player_ledger) as ledger:
        dropped = '{"fault": "drop", "copies": 0}'
        ledger.note_effects([(1, "JPN", 5, dropped), (1, "JPN", 6, dropped)])
    found = report(RUN)

    assert (found.lost, found.explained) == (0, 2)
    assert found.effects == {("JPN", "drop"): 2}
    assert [row.sequence for row in found.effect_rows] == [5, 6]
    assert {row.delivery.message.key for row in found.effect_rows} <= set(found.messages)


def test_what_operators_did_is_told() -> None:
    """Actions with both clocks, in order."""
    folder = leave_run()
    with PlayerLedger.open(folder.player_ledger) as ledger:
        ledger.act(wall=7, epoch=1, position=9, cursor=3, verb="inject", details={"event": {}})
    (action,) = report(RUN).actions

    assert (action.wall, action.position, action.verb) == (7, 9, "inject")


def test_an_alert_is_followed_through_a_jump() -> None:
    """What was withdrawn after a jump forward had been issued before it."""
    deliveries = list(prepared().plan().deliveries())
    middle = next(n for n, each in enumerate(deliveries) if each.message.kind == "statement")
    first = played.rows_of(deliveries[:middle])
    second = played.rows_of(deliveries[middle:], epoch=2)
    leave_run([*first, *second])
    alerts = report(RUN).alerts

    assert {alert.over_by for alert in alerts.values()} == {"cancel"}
    assert {alert.reason for alert in alerts.values()} == {"wrong-area"}


def test_an_alert_that_lies_behind_a_jump_back_is_on_again() -> None:
    """After a jump to the time before its end, and none after it, an alert is still on."""
    deliveries = list(prepared().plan().deliveries())
    middle = next(n for n, each in enumerate(deliveries) if each.message.kind == "statement")
    again = deliveries[middle - 3 : middle]
    leave_run([*played.rows_of(deliveries), *played.rows_of(again, epoch=2)])

    assert {alert.over_by for alert in report(RUN).alerts.values()} == {""}


def test_files_of_receivers_take_the_place_of_ledgers(tmp_path: Path) -> None:
    """What somebody's client wrote is compared, and says when it was received if it does."""
    leave_run(countries=())
    rows = [row for row in played.rows_of(prepared().plan().deliveries()) if row.recipient == "JPN"]
    path = tmp_path / "jpn.jsonl"
    path.write_bytes(b"".join(row.payload + b"\n" for row in rows[:-1]))
    found = report(RUN, (f"JPN={path}",))

    assert found.lost == 1
    assert not found.account.latencies


def test_without_receivers_nothing_is_said_of_losses() -> None:
    """Nobody wrote down what was received: that is said, and is no error."""
    leave_run(countries=(), scenario=False)
    found = report(RUN)

    assert found.lost is None
    assert found.titles == {}
    assert "nobody" in found.notes[0]


def test_rows_are_everything_that_was_sent() -> None:
    """Country by country, in order, each with when it was received."""
    leave_run()
    rows = list(rows_of(RUN))

    assert len(rows) == len(library.deliveries(STORY))
    assert all((row.received or 0) - row.sent == LATENCY for row in rows)
    for _, stream in itertools.groupby(rows, lambda row: row.delivery.recipient):
        numbers = [row.sequence for row in stream]
        assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_no_run_is_refused(home: Path) -> None:
    """A run that is not there, or was played elsewhere, is one sentence."""
    with pytest.raises(UsageError):
        report("01jfm0")
    folder = leave_run()
    folder.player_ledger.unlink()
    with pytest.raises(FilesError, match="played elsewhere"):
        report(RUN)


def test_a_payload_that_cannot_be_read_is_named() -> None:
    """A ledger of another version is refused with the place of the message."""
    rows = played.rows_of(prepared().plan().deliveries())
    broken = json.loads(rows[3].payload) | {"time": "yesterday"}
    rows[3] = rows[3]._replace(payload=json.dumps(broken).encode())
    leave_run(rows)

    with pytest.raises(FilesError, match=rf"epoch 1, {rows[3].recipient} {rows[3].sequence}"):
        report(RUN)


def test_what_is_not_played_yet_is_not_lost() -> None:
    """The report of a run that was cut off counts what was sent, and says how much is left."""
    deliveries = list(prepared().plan().deliveries())
    leave_run(played.rows_of(deliveries[:500]), complete=False)
    found = report(RUN)

    assert (found.state, found.lost, found.sent) == ("broken-off", 0, 500)
    assert f"{len(deliveries) - 500:,} messages are not sent yet" in found.notes[-1]
