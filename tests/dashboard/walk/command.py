"""Goes to every moment of a story, and says what the page does not answer there."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser

from feed.model.time import rfc3339
from tests.commands import Shell
from tests.dashboard.browser import chromium
from tests.dashboard.walk.answers import expected_at, lacking_on, moments_of
from tests.pictures.views import Stage

__all__ = ["main", "walked"]

STORIES = ("over-aomori-2022", "activation-eve-2023")
_TRIES, _TRY_MS = 100, 100
"""So long what is asked for may take to be on the page."""


def main() -> int:
    """Walk; return 1 if an answer was not there."""
    parser = argparse.ArgumentParser(prog="python tests/dashboard/walk")
    parser.add_argument("stories", nargs="*", default=STORIES)
    parser.add_argument("--every", type=int, default=1, help="only every nth moment")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="walk-"))
    wrong = 0
    try:
        with chromium() as browser:
            for story in asked.stories:
                moments = moments_of(story)[:: asked.every]
                of_story = folder / story
                of_story.mkdir()
                for when, lacking in walked(Shell(of_story), browser, story, moments):
                    sys.stdout.write(f"{story} {when} {'; '.join(lacking) or 'all is told'}\n")
                    sys.stdout.flush()
                    wrong += bool(lacking)
    finally:
        shutil.rmtree(folder)
    sys.stdout.write(f"{wrong} moments at which an answer is missing\n")
    return int(wrong > 0)


def walked(
    shell: Shell, browser: Browser, story: str, moments: Sequence[int]
) -> Iterator[tuple[str, list[str]]]:
    """Yield each moment, and what the page does not answer there."""
    try:
        stage = Stage(shell, browser, story)
        page = stage.open("?lang=en")
        for expected in expected_at(story, moments):
            when = rfc3339(expected.at, expected.times.offset_s)
            stage.ask("step")  # a jump begins a new epoch only after something was sent
            stage.ask("seek", when)
            tries = 0
            while (lacking := lacking_on(page, expected)) and tries < _TRIES:
                tries += 1
                page.wait_for_timeout(_TRY_MS)
            yield when, lacking
        stage.close()
    finally:
        shell.close()
