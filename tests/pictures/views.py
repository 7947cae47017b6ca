"""Every view of the page, on a few sheets: looking at all of them is then a matter of minutes."""

import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.brokers import EmbeddedLike
from tests.commands import Command, Shell
from tests.dashboard.browser import DESK, PHONE, Watched

__all__ = ["make_sheets"]

WALL: Final[ViewportSize] = {"width": 3840, "height": 2160}
STORY = "over-aomori-2022"
MOMENTS = ("07:22", "07:23:05", "07:24:30", "07:27:30", "07:29:10", "07:40", "07:44:20", "08:30",
           "2022-10-05T12:00")  # fmt: skip
"""Before anything is known, detected, in flight, alerted, again, late, down, after, withdrawn."""
FLIGHTS = (("activation-eve-2023", "2023-12-18T08:52:10"), (STORY, "07:29:10"))
"""Far over the ocean, and near the coast."""
FAULTS = """
feed: 1
faults:
  - {fault: drop, country: JPN, kinds: [track], probability: 0.5}
  - {fault: delay, country: KOR, by: 20s}
"""
_ACROSS, _WIDE = 3, 900
_SETTLES_MS = 1_200
_CONNECTS_MS = 10_000


@dataclass
class Sheet:
    """Pictures side by side, each with its name."""

    name: str
    wide: int = _WIDE
    across: int = _ACROSS
    shown: list[tuple[str, Image.Image]] = field(default_factory=list)

    def add(self, page: Page, name: str) -> None:
        """Add what a page shows."""
        page.wait_for_timeout(_SETTLES_MS)
        drawn = page.locator(".map .canvas:visible")
        if drawn.count() and page.locator("#situation .drama").count():
            expect(drawn).to_have_attribute("data-drawn", re.compile(r"\d"), timeout=30_000)
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        high = round(image.height * self.wide / image.width)
        self.shown.append((name, image.resize((self.wide, high), Image.Resampling.LANCZOS)))

    def keep(self, folder: Path) -> Path:
        """Write the sheet."""
        high = max(image.height for _, image in self.shown) + 22
        rows = -(-len(self.shown) // self.across)
        sheet = Image.new("RGB", (self.across * (self.wide + 8), rows * high), "#808080")
        draw = ImageDraw.Draw(sheet)
        for number, (name, image) in enumerate(self.shown):
            left, top = number % self.across * (self.wide + 8), number // self.across * high
            draw.text((left + 4, top + 4), name, fill="white")
            sheet.paste(image, (left, top + 20))
        path = folder / f"{self.name}.png"
        sheet.save(path, optimize=True)
        return path


class Stage:
    """A run that stands where it is told to, and the page beside it."""

    def __init__(self, shell: Shell, browser: Browser, *played: str) -> None:
        """Play a story, paused."""
        self.shell, self.browser, self.broker = shell, browser, EmbeddedLike()
        shell.environment["FEED_BROKER"] = self.broker.url_for("player")
        self.run: Command = shell.start("run", *played, "--paused", "--lines")
        self.served = shell.start(
            *("dashboard", "--port", "0", "--websocket-port", str(self.broker.websocket_port)),
            *("--broker", self.broker.url_for("observer")),
        )
        self.address = self.served.until(r"EXERCISE dashboard: (\S+)").group(1)
        self.run.until("EXERCISE")
        self.opened: list[Watched] = []

    def open(self, asked: str, size: ViewportSize = DESK) -> Page:
        """Open the page."""
        self.opened.append(Watched(self.browser, self.address + asked, size))
        page = self.opened[-1].page
        # Until what is retained has come, or there is a reason why it does not.
        page.locator("#situation .drama, .notices p").first.wait_for()
        with suppress(TookTooLong):
            page.locator("#situation .drama").wait_for(timeout=_CONNECTS_MS)
        return page

    def ask(self, *asked: str) -> None:
        """Ask something of the player as its operator."""
        operator = {**self.shell.environment, "FEED_BROKER": self.broker.url_for("operator")}
        done = self.shell.run("control", *asked, env=operator)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(asked)}: {done.stderr}")

    def close(self) -> None:
        """End everything."""
        for each in self.opened:
            each.leave()
        self.run.end()
        self.served.end()
        self.broker.close()


def make_sheets(shell: Shell, browser: Browser, folder: Path, wanted: Sequence[str]) -> None:
    """Make the sheets of these names, or all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in _SHEETS.items():
        if not wanted or name in wanted:
            for sheet in make(shell, browser):
                sys.stdout.write(f"{sheet.keep(folder)}\n")
                sys.stdout.flush()


def _moments(shell: Shell, browser: Browser) -> Iterator[Sheet]:
    """Every moment on a laptop, each with its map, and on a phone."""
    stage = Stage(shell, browser, STORY)
    laptop, phone = Sheet("moments"), Sheet("moments-phone", 390, 5)
    pages = stage.open("?lang=en&theme=dark"), stage.open("?lang=en&theme=light", PHONE)
    for moment in MOMENTS:
        stage.ask("seek", moment)
        laptop.add(pages[0], moment)
        phone.add(pages[1], moment)
    stage.close()
    yield laptop
    yield phone


def _languages(shell: Shell, browser: Browser) -> Iterator[Sheet]:
    """Three languages, both looks, three sizes, in flight and after it was withdrawn."""
    stage = Stage(shell, browser, STORY)
    laptop, phone, wall = (
        Sheet("languages"), Sheet("languages-phone", 390, 6), Sheet("wall", 1920, 1),
    )  # fmt: skip
    for moment in (MOMENTS[4], MOMENTS[-1]):
        stage.ask("seek", moment)
        for language in ("en", "ja", "ko"):
            for look in ("dark", "light"):
                asked = f"?lang={language}&theme={look}"
                for sheet, size in ((laptop, DESK), (phone, PHONE)):
                    sheet.add(stage.open(asked, size), f"{moment} {language} {look}")
                    stage.opened.pop().leave()
    stage.ask("seek", MOMENTS[4])
    wall.add(stage.open("?lang=en&theme=dark", WALL), "wall")
    stage.close()
    yield from (laptop, phone, wall)


def _roles(shell: Shell, browser: Browser) -> Iterator[Sheet]:
    """One country's screen, the globe, the operator's drawer, faults; then what goes wrong."""
    faults = shell.folder / "faults.yaml"
    faults.write_text(FAULTS, encoding="utf-8")
    stage = Stage(shell, browser, STORY, "--faults", str(faults))
    sheet = Sheet("roles")
    word = stage.broker.passwords
    stage.ask("seek", MOMENTS[3])
    for code in ("jpn", "kor"):
        sheet.add(stage.open(f"?lang=en&country={code}"), f"screen of {code}")
    page = stage.open("?lang=en&theme=dark")
    page.get_by_role("button", name="Globe").click()
    sheet.add(page, "globe")
    page = stage.open(f"?lang=en&theme=light#operator={word['operator']}")
    page.get_by_role("button", name="More").click()
    stage.ask("rate", "20")
    stage.ask("play")
    page.wait_for_timeout(4_000)
    sheet.add(page, "operator, faults on, playing")
    stage.ask("pause")
    page.get_by_role("button", name="More").click()
    sheet.add(stage.open("?lang=en#operator=wrong"), "wrong password")
    page = stage.open("?lang=ja")
    stage.run.process.kill()
    page.wait_for_timeout(6_000)
    sheet.add(page, "player killed, ja")
    os_page = stage.open("?lang=en")
    os_page.wait_for_timeout(1_000)
    stage.broker.kill()
    os_page.wait_for_timeout(3_000)
    sheet.add(os_page, "broker gone")
    sheet.add(stage.open("?lang=ko"), "opened without a broker, ko")
    stage.close()
    yield sheet


def _globe(shell: Shell, browser: Browser) -> Iterator[Sheet]:
    """Show the globe on a phone, in three languages, with a missile in flight."""
    sheet = Sheet("globe-phone", 390, 6)
    for story, moment in FLIGHTS:
        stage = Stage(shell, browser, story)
        stage.ask("seek", moment)
        for language in ("en", "ja", "ko"):
            for look in ("dark", "light"):
                page = stage.open(f"?lang={language}&theme={look}", PHONE)
                page.locator(".tabs button").last.click()
                page.locator(".map .over button").first.click()
                sheet.add(page, f"{story} {moment} {language} {look}")
                stage.opened.pop().leave()
        stage.close()
    yield sheet


def _ends(shell: Shell, browser: Browser) -> Iterator[Sheet]:
    """Show the end of a run, stories without a launch, and one with many."""
    laptop, phone = Sheet("ends"), Sheet("ends-phone", 390, 6)
    for story, moment in (
        (STORY, "end"), ("thirty-eight-minutes", "08:20"), ("thirty-eight-minutes", "09:00"),
        ("week-of-2023-11", "2023-11-13T10:00"), ("eighteen-at-once", "06:17"),
        ("activation-eve-2023", "2023-12-18T08:52:10"),
    ):  # fmt: skip
        stage = Stage(shell, browser, story)
        page = stage.open("?lang=en&theme=dark")
        if moment == "end":
            stage.ask("rate", "max")
            stage.ask("play")
            expect(page.get_by_role("banner")).to_contain_text("over", timeout=60_000)
        else:
            stage.ask("seek", moment)
        laptop.add(page, f"{story} {moment}")
        phone.add(stage.open("?lang=en&theme=light", PHONE), f"{story} {moment}")
        stage.close()
    yield laptop
    yield phone


_SHEETS: Final[dict[str, Callable[[Shell, Browser], Iterator[Sheet]]]] = {
    "moments": _moments,
    "languages": _languages,
    "roles": _roles,
    "globe": _globe,
    "ends": _ends,
}
