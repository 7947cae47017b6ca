"""Every door at which something of somebody else comes in, and what may come of it there.

A door takes any bytes.  It reads them, or refuses them with one of the errors that its callers
expect; anything else that is raised, and anything that takes seconds, is a finding.
"""

import atexit
import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from feed.app.imports import read_source
from feed.app.message import ReceivedMessage
from feed.app.prepare import prepare
from feed.errors import FeedError
from feed.files.arrangements import load_arrangements
from feed.files.bundle import ABOUT, find_bundle
from feed.files.capture import read_capture
from feed.files.credentials import credentials_file, find_credentials, find_websocket_port
from feed.files.faults import load_faults
from feed.files.ledger import PlayerLedger, Published
from feed.files.library import library_folder
from feed.files.received import read_received
from feed.files.receiver_ledger import Received, ReceiverLedger
from feed.files.recording import read_recording
from feed.files.secure import SecureFolder
from feed.wire.answer import decode_answer
from feed.wire.bodies import typed_body
from feed.wire.claim import decode_claim
from feed.wire.clock import decode_clock
from feed.wire.control import decode_request
from feed.wire.envelope import decode, message_of
from feed.wire.head import decode_head
from feed.wire.manifest import decode_manifest
from feed.wire.receipts import HistoryRequest, Receipts, id_of
from tests.commands import STORY
from tests.fuzz import behind, reported
from tests.keys import signer, verifier
from tests.make import CLOCK

__all__ = ["DOORS", "Door"]

_FINDINGS = Path(__file__).with_name("findings")
_SEEDS = 16
_PART = b"""feed: 1
id: part
exercise: part
title: A part
starts: 2023-12-19T09:00:00+09:00
vars: {word: it}
events:
- {meeting: talks, at: +PT1S, title: Talks, state: held, place: A hall, originator: USA,
   participants: [{country: USA, name: A. Person}]}
"""
_COMPOSED = b"""feed: 1
id: composed
exercise: composed
title: Seen from ${site}
starts: 2023-12-19T09:00:00+09:00
vars: {site: Sunan, interval: PT5S}
x-talks: &talks {title: "Talks in ${site} $${", state: held, place: A hall, originator: USA}
include: [{scenario: part.yaml, at: 10:00, prefix: north, set: {word: over}}]
events:
- {<<: *talks, meeting: first, at: 09:01, participants: [{country: USA, name: A. Person}]}
- {<<: *talks, meeting: more, at: 09:02, participants: [{country: USA, name: A. Person}],
   repeat: {count: 3, every: "${interval}"}}
"""


@dataclass(frozen=True)
class Door:
    """One door: what reads there, and what it is used to."""

    name: str
    read: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]
    usual: Callable[[], Sequence[bytes]]

    def enter(self, data: bytes) -> None:
        """Give the door something; whatever it is not expected to raise comes through."""
        try:
            self.read(data)
        except self.refuses:
            return

    def findings(self) -> list[bytes]:
        """Return what it once gave way to."""
        return [path.read_bytes() for path in sorted(_FINDINGS.glob(f"{self.name}-*"))]

    def seeds(self) -> list[bytes]:
        """Return what it is used to, and what it once gave way to."""
        return [*self.usual(), *self.findings()]


# -- what comes over a broker ----------------------------------------------------------------------


def _payload(data: bytes) -> None:
    envelope = decode(data)
    message_of(envelope)
    ReceivedMessage.read("a/b", data, 0)
    typed_body(envelope.kind, envelope.data)


def _history(data: bytes) -> None:
    for model in (HistoryRequest, Receipts):
        try:
            model.model_validate_json(data)
        except ValueError:
            id_of(data)


def _signature(data: bytes) -> None:
    flaw = verifier().flaw(data)
    if flaw is None and data not in _signed():
        # The same message, written in another way, is the player's; another one is not.
        assert json.loads(data) in [json.loads(each) for each in _signed()], data


@cache
def _wire() -> tuple[bytes, ...]:
    """Return messages of every kind, out of the golden files."""
    lines = []
    for path in sorted((Path(__file__).parents[1] / "golden").glob("*.wire")):
        lines += path.read_text(encoding="utf-8").splitlines()
    kinds = {line.split('"type":"')[1].split('"')[0]: line for line in lines if '"type":"' in line}
    return tuple(line[line.index("{") :].encode() for line in kinds.values())


@cache
def _signed() -> tuple[bytes, ...]:
    return tuple(json.dumps(signer().signed(json.loads(each))).encode() for each in _wire()[:4])


_REQUESTS = (
    {"id": "1", "client": "c", "do": "seek", "to": "07:40"},
    {"id": "1", "client": "c", "do": "inject", "events": [{"meeting": "talks", "title": "T"}]},
    {"id": "1", "client": "c", "do": "loop", "begin": "+1m", "end": "2022-10-04T07:40:00+09:00"},
    {"id": "1", "client": "c", "do": "edit", "target": "a", "data": {"title": {"en": "x"}}},
    {"id": "1", "client": "c", "do": "rate", "rate": "max"},
    {"id": "1", "client": "c", "do": "play", "wall": "2026-01-01T00:00:00Z"},
)


def _json(*values: object) -> Callable[[], Sequence[bytes]]:
    return lambda: [json.dumps(value).encode() for value in values]


# -- what stands in files --------------------------------------------------------------------------


@cache
def _folder() -> Path:
    """Return a folder of this process, in memory where there is such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder below it is nobody else's
    made = tempfile.mkdtemp(prefix="feed-door-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """Return a door that reads a file of a name."""

    def door(data: bytes) -> None:
        path = _folder() / name
        path.write_bytes(data)
        try:
            read(path)
        finally:
            for left in _folder().glob(f"{name}*"):
                left.unlink()

    return door


def _behind(use: Callable[[Path, bytes], object]) -> Callable[[bytes], None]:
    """Return a door behind which something is written down, in a folder that is new each time."""

    def door(data: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=_folder()) as folder:
            use(Path(folder), data)

    return door


def _scenario(path: Path) -> None:
    (path.parent / "part.yaml").write_bytes(_PART)
    _play(path)


def _included(path: Path) -> None:
    whole = path.with_name("whole.yaml")
    whole.write_text(f"{STORY}include: [{{scenario: {path.name}, at: 10:00, prefix: n}}]\n")
    _play(whole)


def _play(path: Path) -> None:
    prepared = prepare(str(path))
    for _ in islice(prepared.plan().deliveries(), 50):
        pass


def _ledger(path: Path) -> None:
    for kind in (PlayerLedger, ReceiverLedger):
        with contextlib.suppress(FeedError), kind.open(path, check=False) as ledger:
            # What a list of runs says of each.
            dict(ledger.about)
        with contextlib.suppress(FeedError), kind.open(path) as ledger:
            if isinstance(ledger, ReceiverLedger):
                _receiver(ledger)
            else:
                _player(ledger)


def _receiver(ledger: ReceiverLedger) -> None:
    for run in ledger.runs():
        for epoch in ledger.epochs(run)[:3]:
            ledger.progress(run, epoch)
            ledger.spans(run, epoch)
            ledger.payloads(run, epoch, 1, 5)
        list(islice(ledger.rows(run), 10))


def _player(ledger: PlayerLedger) -> None:
    epoch = ledger.last_epoch()
    for read in (ledger.heads, ledger.cursor, ledger.last_due, ledger.count, ledger.effects):
        with contextlib.suppress(FeedError):
            read(epoch)
    for more in (ledger.actions, ledger.receipts, ledger.pending):
        with contextlib.suppress(FeedError):
            more()
    ledger.history("JPN", epoch, 1, 10, 10)
    list(islice(ledger.unacknowledged(epoch), 10))


def _credentials(data: bytes) -> None:
    folder = _folder() / "credentials"
    (folder / "brokers").mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).write_bytes(data)
    (folder / "users.json").write_bytes(data)
    credentials_file(folder, "localhost", 1).write_bytes(data)
    find_credentials(folder, "localhost", 1)
    find_websocket_port(folder, "localhost", 1)
    with contextlib.suppress(FeedError):
        SecureFolder(folder).users()
    find_bundle(folder, "jpn")


def _library() -> list[bytes]:
    paths = sorted(library_folder().glob("*.yaml"), key=lambda path: path.stat().st_size)
    return [STORY.encode(), _COMPOSED, *(path.read_bytes() for path in paths[:_SEEDS])]


def _ledgers() -> list[bytes]:
    path = _folder() / "seed.sqlite"
    contents = []
    with ReceiverLedger.create(path, {"country": "JPN", "client": "jpn"}) as ledger:
        ledger.add([Received("01a", 1, n, "a.jpn.1", "t", 1, 2, 3, b"{}") for n in (1, 2, 5)])
    contents.append(path.read_bytes())
    path.unlink()
    with PlayerLedger.create(path, {"run": "01a"}) as sent:
        sent.add([Published(1, "JPN", n, n, "a.jpn.1", 1, 2, "t", b"{}") for n in (1, 2, 3)])
        sent.act(wall=1, epoch=1, position=2, cursor=3, verb="pause", details={"to": 1})
        sent.receipt("JPN", "jpn", 1, 2, [[1, 1]], 5)
        sent.note_effects([(1, "JPN", 3, "dropped")])
    contents.append(path.read_bytes())
    path.unlink()
    return contents


def _captured() -> list[bytes]:
    topic = "exercise/v1/a/feed/jpn/alert/x"
    lines = [
        {"tst": "2026-01-01T00:00:00.000000Z+0000", "topic": topic, "qos": 1, "retain": 0},
        {"topic": topic, "payload": json.loads(_wire()[0]), "time": 1.5},
        {"topic": topic, "payload_b64": "AAEC", "qos": 2, "retain": True},
    ]
    return [b"\n".join([json.dumps(line).encode(), _wire()[0]]) + b"\n" for line in lines]


def _agreed() -> list[bytes]:
    return [(library_folder() / "arrangements.yaml").read_bytes()]


def _lines() -> list[bytes]:
    head: dict[str, object] = {"feed": 1, "id": "a", "title": "A", "exercise": "A"}
    head |= {"starts": "2023-12-19T09:00:00+09:00"}
    talks: dict[str, object] = {
        "meeting": "talks",
        "at": "+PT1S",
        "title": "Talks",
        "state": "held",
    }
    talks |= {"place": "A hall", "originator": "USA"}
    talks |= {"participants": [{"country": "USA", "name": "A. Person"}]}
    return [b"\n".join(json.dumps(each).encode() for each in (head, talks)) + b"\n"]


def _recorded() -> list[bytes]:
    return [b"\n".join(_wire()[:3]) + b"\n"]


def _faults() -> list[bytes]:
    rules = [
        b"feed: 1\nfaults:\n",
        b"  - {fault: drop, country: JPN, kinds: [track], probability: 0.1}\n",
        b"  - {fault: delay, by: PT30S, from: 07:25, until: 07:30, repair: yes}\n",
    ]
    return [b"".join(rules)]


_TABLE = b"""date,time,class,name,lat,lon,range_km,apogee_km,azimuth_deg,notes
2022-10-04,07:22,irbm,Hwasong-12,39.2,125.67,4600,970,90,"a ""note"", quoted"
2023-12-18,08:24,icbm-solid,,39.2,125.67,"1,000 km",6000,,x
"""
_POINTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [125.67, 39.2, 0]},
            "properties": {
                "date": "2022-10-04",
                "time": "07:22",
                "class": "irbm",
                "range": 4600,
                "apogee": 970,
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [141.3, 43.1]},
            "properties": {"title": "Siren", "date": "2022-10-04", "category": "false-alarm"},
        },
    ],
}
_CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Talks\\, first\r
DTSTART;TZID=Asia/Seoul:20231219T090000\r
DTEND:20231219T010000Z\r
LOCATION:Seoul\r
STATUS:TENTATIVE\r
DESCRIPTION:A long\r
 er line\r
RRULE:FREQ=WEEKLY;COUNT=3\r
END:VEVENT\r
END:VCALENDAR\r
"""


def _imported(path: Path) -> object:
    return read_source(path, "KOR")


def _consumed(read: Callable[[Path], Iterator[object]]) -> Callable[[Path], object]:
    return lambda path: list(islice(read(path), 100))


DOORS: dict[str, Door] = {
    door.name: door
    for door in (
        Door("scenario", _file("a.yaml", _scenario), (FeedError,), _library),
        Door("scenario-lines", _file("a.jsonl", _scenario), (FeedError,), _lines),
        Door("included", _file("p.yaml", _included), (FeedError,), lambda: [_PART, *_library()]),
        Door("arrangements", _file("b.yaml", load_arrangements), (FeedError,), _agreed),
        Door("faults", _file("c.yaml", load_faults), (FeedError,), _faults),
        Door("control", decode_request, (), _json(*_REQUESTS)),
        Door(
            "history",
            _history,
            (),
            _json(
                {"id": "1", "client": "c", "epoch": 1, "from": 1, "to": 9},
                {"run": "01a", "epoch": 1, "sequence": 9, "missing": [[2, 3]], "refused": 1},
            ),
        ),
        Door("answer", decode_answer, (ValueError,), _json({"id": "1", "done": True, "count": 3})),
        Door("payload", _payload, (ValueError,), _wire),
        Door("signature", _signature, (), _signed),
        Door("head", decode_head, (ValueError,), _json({"run": "a", "epoch": 1, "sequence": 2})),
        Door("clock", decode_clock, (ValueError,), _json(CLOCK)),
        Door(
            "manifest",
            decode_manifest,
            (ValueError,),
            _json({"run": "a", "title": "T", "countries": ["JPN"], "scenario": "s"}),
        ),
        Door("claim", decode_claim, (ValueError,), _json({"claim": "a" * 16, "run": "01a"})),
        Door("recording", _file("d.jsonl", _consumed(read_recording)), (FeedError,), _recorded),
        Door("received", _file("e.jsonl", _consumed(read_received)), (FeedError,), _captured),
        Door("capture", _file("f.jsonl", _consumed(read_capture)), (FeedError,), _captured),
        Door("table", _file("h.csv", read_source), (FeedError,), lambda: [_TABLE]),
        Door("points", _file("h.geojson", _imported), (FeedError,), _json(_POINTS)),
        Door("calendar", _file("h.ics", _imported), (FeedError,), lambda: [_CALENDAR]),
        Door("ledger", _file("g.sqlite", _ledger), (), _ledgers),
        Door(
            "credentials",
            _credentials,
            (FeedError,),
            _json({"user": "jpn", "password": "x", "broker": "mqtts://a:1"}, {"users": {}}),
        ),
        Door("player", _behind(behind.asked), (), behind.requests),
        Door("receiver", _behind(behind.heard), (), behind.told_to_receiver),
        Door("receivers", _behind(behind.said), (), behind.told_to_player),
        Door("export", _behind(behind.used), (), behind.files),
        Door("run", _behind(reported.used), (), reported.ledgers),
    )
}
