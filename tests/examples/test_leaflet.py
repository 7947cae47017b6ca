"""The Leaflet page: what stands is on the map, marked, and what is over is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from tests.commands import ROOT, Shell
from tests.dashboard.browser import Watched, chromium
from tests.npm import with_packages
from tests.sites import serving

SIZE: ViewportSize = {"width": 900, "height": 520}
PACKAGES = {"leaflet": "1.9.4", "mqtt": "5.16.0"}
PICTURE = ROOT / "docs" / "images" / "leaflet.png"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Give the address of the page, copied to a folder of its own beside its packages."""
    folder = tmp_path / "site"
    shutil.copytree(ROOT / "examples" / "leaflet", folder)
    with_packages(folder, PACKAGES)
    with serving(folder) as origin:
        yield origin


@pytest.mark.slow
@pytest.mark.broker
def test_what_stands_is_on_the_map(
    site: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In a browser, from the retained features of a run that stands still; a jump takes it away."""
    shell = Shell(tmp_path)
    try:
        broker, address = shell.broker("--allow-origin", site)
        (sockets,) = broker.until(r"(ws://\S+/mqtt)").groups()
        play = ["publish", "over-aomori-2022", "--paused", "--start-offset", "+9m"]
        player = shell.start(*play, "--broker", address)
        player.until("publishing")
        with chromium() as browser:
            watched = Watched(browser, f"{site}/?country=jpn&broker={sockets}", SIZE)
            page = watched.page
            label = page.get_by_text("EXERCISE SNOW GOOSE: irbm-2022-10-04")
            label.wait_for()
            assert all(
                "EXERCISE " in each for each in page.locator(".leaflet-tooltip").all_inner_texts()
            )
            assert page.locator("path.leaflet-interactive").count() >= 1
            assert page.locator("h1").inner_text() == "EXERCISE EXERCISE EXERCISE"
            if request.config.getoption("--update-golden"):
                page.screenshot(path=PICTURE)
            assert shell.run("control", "stop", "--broker", address).returncode == 0
            label.wait_for(state="detached")
            assert watched.troubles == []
            watched.leave()
        assert player.code() == 0
    finally:
        shell.close()
