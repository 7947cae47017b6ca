"""Alerts to poll: what stands, what comes, and nothing of what is over."""

import asyncio
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from feed.app import cap_pages
from feed.app import dashboard as room
from feed.app.cap_pages import CapPages
from feed.app.dashboard import dashboard_served
from feed.clock import SystemClock
from feed.mqtt.subscriber import Arrival
from feed.web.page import PageFile
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests import make
from tests.app.stage import PATIENCE_S, Stage, eventful

PAGE = {"/": PageFile("text/html", b"<p>page</p>")}
BASE = "exercise/v1/calm"


def arrival(
    topic: str, value: dict[str, Any] | bytes, *, retain: bool = False, base: str = BASE
) -> Arrival:
    """Return what a broker delivers."""
    payload = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Arrival(f"{base}/{topic}", payload, retain, 1, 1, 1)


def story(run: str = "01a", epoch: int = 1) -> list[Arrival]:
    """Return an alert and its end, as a country is told."""
    plan = make.plan(make.alert(), make.correction(as_="cancel", at=60, reason="issued-in-error"))
    told = [each for each in plan.deliveries() if each.recipient == "JPN"]
    played = Played(run, epoch, "CALM", "calm")
    return [
        arrival("feed/jpn/alert/warning", encode(each, played, n, each.due))
        for n, each in enumerate(told, 1)
    ]


@pytest.fixture
def pages() -> CapPages:
    """Give a table that nothing is in."""
    return CapPages(SystemClock())


def linked(pages: CapPages, path: str = "/cap/calm/jpn/index.atom") -> list[etree._Element]:
    """Return the documents that an index leads to; every link leads somewhere."""
    feed = etree.fromstring(pages.files[path].plain)
    names = [each.get("href") for each in feed.iterfind("{*}entry/{*}link")]
    return [etree.fromstring(pages.files[path.replace("index.atom", str(n))].plain) for n in names]


def test_an_exercise_without_an_alert_has_an_empty_index(pages: CapPages) -> None:
    """For every country that is played, so that a consumer can begin to poll."""
    assert b"nothing is being played" in pages.files["/cap/"].plain
    manifest = {"run": "01a", "exercise": "EXERCISE CALM", "countries": ["JPN", "KOR"]}
    pages.take(arrival("manifest", manifest, retain=True))
    assert pages.files["/cap/"].plain.split() == [
        b"/cap/calm/jpn/index.atom",
        b"/cap/calm/kor/index.atom",
    ]
    assert linked(pages) == []


def test_what_comes_is_there_once(pages: CapPages) -> None:
    """An alert and its end, which refers to it; what comes twice is there once."""
    for each in [*story(), *story()]:
        pages.take(each)
    cancel, alert = linked(pages)
    assert alert.findtext("{*}msgType") == "Alert"
    assert cancel.findtext("{*}msgType") == "Cancel"
    assert alert.findtext("{*}identifier", "") in cancel.findtext("{*}references", "")


def test_what_stands_comes_first_and_can_be_ended(pages: CapPages) -> None:
    """Whoever begins in the middle has what holds, as an alert, whatever it was before."""
    alert, cancel = story()
    standing = json.loads(alert.payload) | {
        "type": "exercise.alert.update.v1",
        "references": "x.y.1",
    }
    pages.take(arrival("state/jpn/alert/warning", standing, retain=True))
    assert [each.findtext("{*}msgType") for each in linked(pages)] == ["Alert"]
    pages.take(arrival("state/jpn/alert/other", standing | {"message": "o.jpn.1"}))  # not retained
    pages.take(cancel)
    assert [each.findtext("{*}msgType") for each in linked(pages)] == ["Cancel", "Alert"]


@pytest.mark.parametrize(("run", "epoch"), [("01b", 1), ("01a", 2)])
def test_a_later_run_or_epoch_begins_with_nothing(pages: CapPages, run: str, epoch: int) -> None:
    """What was of the earlier one is gone, and does not come again."""
    for each in story():
        pages.take(each)
    pages.take(story(run, epoch)[0])
    pages.take(story()[1])
    (alert,) = linked(pages)
    assert alert.findtext("{*}msgType") == "Alert"
    assert sum(path.endswith(".xml") for path in pages.files) == 1


def test_there_is_an_end_to_what_is_kept(pages: CapPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest files go; more exercises than anybody plays are not served."""
    monkeypatch.setattr(cap_pages, "_MOST_FILES", 1)
    monkeypatch.setattr(cap_pages, "_MOST_FEEDS", 2)
    for each in story():
        pages.take(each)
    assert sum(path.endswith(".xml") for path in pages.files) == 1
    for n in range(5):
        manifest = {"run": "01a", "countries": ["JPN"]}
        pages.take(arrival("manifest", manifest, retain=True, base=f"exercise/v1/x{n}"))
    assert sum(path.endswith(".atom") for path in pages.files) == 2


@pytest.mark.parametrize(
    "strange",
    [
        arrival("feed/jpn/alert/x", b"\xff"),
        arrival("feed/jpn/alert/x", {"specversion": "1.0"}),
        arrival("manifest", {"run": "../x", "countries": ["JPN"]}),
        arrival("manifest", {"run": "01a", "countries": ["../"]}),
        arrival("feed/jpn/alert/x", b"[" * 5000),
        arrival("state/jpn/alert/x", b"", retain=True),
        Arrival("exercise/v1/../feed/jpn/alert/x", b"{}", False, 1, 1, 1),
    ],
)
def test_what_is_none_of_ours_is_left_out(pages: CapPages, strange: Arrival) -> None:
    """Whatever somebody publishes, nothing of it is served."""
    pages.take(strange)
    assert set(pages.files) == {"/cap/"}


async def test_a_missing_library_says_what_to_install(
    stage: Stage, pages: CapPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a consumer looks first."""
    monkeypatch.setattr(cap_pages, "find_spec", lambda _: None)
    await pages.listen(stage.address("observer"), "nobody")
    assert b"pip install 'alert-feed[export]'" in pages.files["/cap/"].plain


def fetched(address: str, **headers: str) -> tuple[int, bytes, str]:
    """Return status, body and tag of what is served somewhere."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", ""


async def test_a_run_can_be_polled_beside_the_page(
    secured: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By anybody's HTTP client; what has not changed is not sent again."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(room, "load_page", lambda: PAGE)
    observer = secured.address("observer")

    async def ask(path: str, **headers: str) -> tuple[int, bytes, str]:
        return await asyncio.to_thread(fetched, page.rstrip("/") + path, **headers)

    async def until(condition: Callable[[bytes], bool], path: str) -> tuple[int, bytes, str]:
        clock = SystemClock()
        async with asyncio.timeout(PATIENCE_S):
            while not condition((found := await ask(path))[1]):
                await clock.sleep(0.05)
        return found

    index = f"/cap/{secured.exercise}/jpn/index.atom"
    async with dashboard_served(observer, host="127.0.0.1", port=0) as page:
        assert (await ask("/"))[1] == PAGE["/"].plain
        async with secured.playing(secured.publication(eventful())):
            _, body, tag = await until(lambda body: body.count(b"<entry>") == 2, index)
        assert (await ask(index, If_None_Match=tag))[0] == 304
        name = etree.fromstring(body).find("{*}entry/{*}link").get("href")  # type: ignore[union-attr]
        status, document, _ = await ask(index.replace("index.atom", str(name)))
        assert status == 200
        assert etree.fromstring(document).findtext("{*}status") == "Exercise"
        assert (await ask(f"/cap/{secured.exercise}/jpn/nothing.xml"))[0] == 404
