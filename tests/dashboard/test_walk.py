"""The five answers at a few moments of a story; ``make walk`` goes to all."""

from pathlib import Path

import pytest

from feed.app.prepare import moment_in, prepare
from feed.web.page import FOLDER
from tests.brokers import lacking
from tests.commands import Shell
from tests.dashboard.browser import chromium
from tests.dashboard.walk.answers import moments_of
from tests.dashboard.walk.command import walked

pytestmark = [pytest.mark.broker, pytest.mark.slow]

STORY = "over-aomori-2022"
MOMENTS = ("07:23:17", "07:29:01", "08:05:49", "2022-10-05T11:00:01")
"""One country knows; two alerts; a report 43 minutes late; both alerts withdrawn."""


def test_the_page_answers_at_every_moment(tmp_path: Path) -> None:
    """As the plan folds: what flies, what is left, who knows, what people were told."""
    if not (FOLDER / "index.html").is_file():
        lacking(f"the page is not built in {FOLDER}")
    start = prepare(STORY).loaded.header.starts
    moments = [moment_in(each, start, "").us for each in MOMENTS]

    assert set(moments) <= set(moments_of(STORY))
    with chromium() as browser:
        walk = list(walked(Shell(tmp_path), browser, STORY, moments))
    assert [lacking for _, lacking in walk] == [[]] * len(MOMENTS)
