"""The example of how a client is tested: it passes, and fails for each of five broken clients."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PATIENCE_S, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.broker]

PAGE = (ROOT / "docs" / "testing-a-client.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:yaml|python)\n(.*?)```", PAGE, re.DOTALL)
DRILL, CLIENT, TEST, ASYNC = BLOCKS

SAVES = """        try:
            self._save(said)
        except OSError:
            client.disconnect()  # it was not acknowledged, so it comes again
            return
        client.ack(message.mid, message.qos)
"""
IN_ORDER = """        self._waiting[number] = said
        while self._next in self._waiting:
            self._show(self._waiting.pop(self._next))
            self._next += 1
"""
BROKEN = {
    "acknowledges early": (
        SAVES,
        "        client.ack(message.mid, message.qos)\n" + SAVES.rsplit("\n", 2)[0] + "\n",
        "test_nothing_is_lost_when_the_disk_is_full",
    ),
    "ignores a cancel": (
        'act in ("cancel", "all-clear")',
        'act == "all-clear"',
        "test_what_was_cancelled_or_is_over_is_not_shown",
    ),
    "trusts the order of arrival": (
        IN_ORDER,
        "        self._show(said)\n",
        "test_the_order_of_arrival_does_not_matter",
    ),
    "keeps its picture over an epoch": (
        "            self.active = {}\n",
        "",
        "test_a_jump_clears_what_was_shown",
    ),
    "takes what is late for new": (
        'not said.get("late") and ',
        "",
        "test_old_news_rings_no_bell",
    ),
}
"""what is changed in the client of the page, and the test of the page that notices"""


def failed(folder: Path, client: str, *options: str) -> tuple[set[str], str]:
    """Run tests of the page with a client; return the names of those that failed."""
    (folder / "drill.yaml").write_text(DRILL, encoding="utf-8")
    (folder / "client.py").write_text(client, encoding="utf-8")
    (folder / "test_client.py").write_text(TEST, encoding="utf-8")
    (folder / "test_async_client.py").write_text(ASYNC, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:asyncio",
            *options,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FEED_HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S * 6,
        check=False,
    )
    names = set(re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE))
    assert done.returncode == (1 if names else 0), done.stdout
    return names, done.stdout


def test_the_client_of_the_page_passes(tmp_path: Path) -> None:
    """With paho and with aiomqtt, and nothing set up but what the page says."""
    names, said = failed(tmp_path, CLIENT)

    assert not names, said
    assert "6 passed" in said


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_client_is_noticed(tmp_path: Path, mistake: str) -> None:
    """By the test that the page names for it."""
    right, wrong, noticed_by = BROKEN[mistake]
    assert CLIENT.count(right) == 1, "the page has another client"
    names, said = failed(tmp_path, CLIENT.replace(right, wrong), "-k", noticed_by)

    assert names == {noticed_by}, said
    assert f"`{noticed_by}`" in PAGE
