"""Node-RED, headless, with the flow that people import."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.brokers import HOST, RunningBroker, free_port
from tests.commands import ROOT
from tests.npm import node, with_package

__all__ = ["FLOW", "nodes", "running", "shown"]

FLOW = ROOT / "examples" / "node-red" / "flow.json"
VERSION = "5.0.7"
MARK = "[debug:shown] "
SETTINGS = """
module.exports = {
  uiHost: "%s", uiPort: %d, httpAdminRoot: false, httpNodeRoot: false, credentialSecret: false,
  logging: { console: { level: "info" } }, diagnostics: { enabled: false },
  telemetry: { enabled: false },
};
"""


def nodes() -> dict[str, dict[str, Any]]:
    """Return the nodes of the flow by their id."""
    return {each["id"]: each for each in json.loads(FLOW.read_text(encoding="utf-8"))}


@contextmanager
def running(folder: Path, broker: RunningBroker) -> Iterator[Path]:
    """Run the flow, as it is but for where the broker is; yields the file that it prints to."""
    with_package(folder, "node-red", VERSION)
    flow = nodes()
    flow["broker"] |= {"broker": broker.host, "port": str(broker.port)}
    files = {
        "flow.json": json.dumps(list(flow.values())),
        "flow_cred.json": json.dumps({"broker": {"user": "jpn", "password": ""}}),
        "settings.js": SETTINGS % (HOST, free_port()),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    out = folder / "said"
    command = ("node_modules/node-red/red.js", "--userDir", ".", "flow.json")
    with out.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [node(), *command], cwd=folder, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield out
    finally:
        process.kill()
        process.wait()


def shown(out: Path) -> list[str]:
    """Return the lines that the debug node was given."""
    found = (line.partition(MARK)[2] for line in out.read_text(encoding="utf-8").splitlines())
    return list(filter(None, found))
