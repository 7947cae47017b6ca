"""Plays, looks, and writes docs/pictures: terminal, page and report, each of a real run."""

import argparse
import io
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.brokers import EmbeddedLike, embedded_like
from tests.commands import ROOT, Shell
from tests.dashboard.browser import PHONE, chromium
from tests.pictures.terminal import live_view, svg
from tests.pictures.views import make_sheets

__all__ = ["main"]

FOLDER = ROOT / "docs" / "pictures"
STORY = ("over-aomori-2022", "--rate", "1", "--start-offset", "6m50s")
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
COLOURS = 200
NOTES = """
staff:
  - {at: "07:24:00", note: "Ask JPN what it shows of the track."}
  - {at: "07:27:30", note: "Call Shin-Hidaka: did the sirens sound?"}
"""
FAULTS = """
feed: 1
faults:
  - {fault: drop, country: JPN, kinds: [track], probability: 0.1}
  - {fault: cut, country: USA, from: "07:25", until: "07:26", repair: true}
  - {fault: duplicate, country: KOR, probability: 0.05}
"""
ADDED = """
alert: sado
issuer: {country: JPN, authority: Control staff, channel: Siren}
text: {en: Added by the control staff., ja: 統制部が追加した警報。}
areas: [Sado]
"""
ASKED = (
    ("hold", "jalert-aomori"),
    ("seek", "07:24"),
    ("fault", "drop", "country=KOR", "kinds=track", "probability=0.2", "name=asked-for"),
    ("rate", "60"),
    ("until", "07:30"),
    ("play",),
    ("fire", "jalert-aomori"),
    ("heal", "asked-for"),
    ("rate", "max"),
    ("play",),
)
"""What an operator asks for, one after another; between them the run goes on."""


def main() -> int:
    """Make every picture anew; or sheets of every view of the page, to look at."""
    parser = argparse.ArgumentParser(prog="python tests/pictures")
    parser.add_argument("--views", metavar="DIR", type=Path, help="write sheets of all views here")
    parser.add_argument("sheets", nargs="*", help="only these")
    asked = parser.parse_args()
    return _pictures() if asked.views is None else _views(asked.views, asked.sheets)


def _views(kept: Path, sheets: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="views-"))
    shell = Shell(folder)
    try:
        with chromium() as browser:
            make_sheets(shell, browser, kept, sheets)
    finally:
        shell.close()
        shutil.rmtree(folder)
    return 0


def _pictures() -> int:
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    shell, broker = Shell(folder), embedded_like()
    shell.environment["FEED_BROKER"] = broker.url_for("player")
    try:
        with chromium() as browser:
            _page(shell, broker, browser)
            _report(shell, broker, browser)
        _terminal(shell)
    finally:
        shell.close()
        broker.close()
        shutil.rmtree(folder)
    for each in sorted(FOLDER.iterdir()):
        sys.stdout.write(f"{each.stat().st_size / 1000:5.0f} kB  {each.relative_to(ROOT)}\n")
    return 0


def _page(shell: Shell, broker: EmbeddedLike, browser: Browser) -> None:
    run = shell.start("run", *STORY, "--lines")
    served = shell.start(
        *("dashboard", "--port", "0", "--websocket-port", str(broker.websocket_port)),
        *("--broker", broker.url_for("observer")),
    )
    address = served.until(r"EXERCISE dashboard: (\S+)").group(1)
    run.until("track")
    for name, asked, size in (
        ("page", "?lang=en&theme=dark", LAPTOP),
        ("page-light", "?lang=ja&theme=light", LAPTOP),
        ("phone", "?lang=ko&theme=dark", PHONE),
    ):
        context = browser.new_context(viewport=size, locale="en-GB")
        page = context.new_page()
        page.goto(address + asked)
        expect(page.locator(".launch, .brief").first).to_be_visible(timeout=30_000)
        if size is not PHONE:
            drawn = re.compile("[1-9]")
            expect(page.locator(".map .canvas")).to_have_attribute(
                "data-drawn", drawn, timeout=30_000
            )
        page.wait_for_timeout(3_000)
        _keep(page, name)
        context.close()
    run.end()
    served.end()


def _report(shell: Shell, broker: EmbeddedLike, browser: Browser) -> None:
    """Play with notes, faults, injects and an operator, and tell what came of it."""
    story, faults, added = (shell.folder / f"{name}.yaml" for name in ("story", "faults", "added"))
    library = (ROOT / "scenarios" / f"{STORY[0]}.yaml").read_text(encoding="utf-8")
    story.write_text(library + NOTES, encoding="utf-8")
    faults.write_text(FAULTS, encoding="utf-8")
    added.write_text(ADDED, encoding="utf-8")
    given = ("--faults", str(faults), "--paused", "--lines")
    played = shell.start("run", str(story), "--rate", "60", *given)
    played.until("paused|loaded|ready|EXERCISE")
    operator = {**shell.environment, "FEED_BROKER": broker.url_for("operator")}
    for asked in ASKED:
        _asked(shell, operator, "control", *asked)
        if asked[0] == "play" and added.exists():
            _asked(shell, operator, "inject", str(added))
            added.unlink()
    code = played.process.wait(120)
    run = json.loads(shell.run("runs", "--json").stdout.splitlines()[0])["id"]
    page_file = shell.folder / "report.html"
    told = shell.run("report", run, "--out", str(page_file), timeout=120)
    if told.returncode != 0:
        raise RuntimeError(f"{code}: {told.stderr}")
    page = browser.new_page(viewport=LAPTOP)
    page.goto(page_file.as_uri())
    _keep(page, "report")
    page.close()


def _asked(shell: Shell, environment: dict[str, str], *arguments: str) -> None:
    done = shell.run(*arguments, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")


def _terminal(shell: Shell) -> None:
    begun = (*STORY[:1], "--rate", "10", "--start-offset", "3m")
    drawn = live_view("run", *begun, "--live", environment=shell.environment, seconds=28)
    (FOLDER / "terminal.svg").write_text(svg(drawn), encoding="utf-8")


def _keep(page: Page, name: str) -> None:
    """Keep what a page shows, in as many colours as it needs."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = image.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
