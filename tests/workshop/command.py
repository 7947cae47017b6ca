"""A secured workshop: the broker on one machine, receivers, a page and a hostile one on others."""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.brokers import pause
from tests.commands import ROOT
from tests.npm import node
from tests.workshop.machines import Machine, Machines, why_not

__all__ = ["Outcome", "main", "workshop"]

COUNTRIES = ("KOR", "JPN", "USA")
OTHERS = COUNTRIES[:-1]
"""all but the country whose credentials the hostile one has"""
SCENARIO = "over-aomori-2022"
ON_TIME_MS = 1000
_PATIENCE = 30_000
_PORT, _WEBSOCKET_PORT, _PAGE_PORT = 8883, 8084, 8090
_MODULES = ROOT / "dashboard" / "node_modules"


class Outcome(NamedTuple):
    """What came of a workshop."""

    messages: int
    unacknowledged: list[str]
    """whose receivers did not get the player's ear"""
    latest_ms: int
    verified: str
    complete: bool
    """every receiver has everything, each once, in order, as it was signed"""
    page: dict[str, int] | None
    """what MQTT.js got over WebSocket of each country's feed; None: it is not installed here"""
    browser: dict[str, list[str]]
    """what Chromium showed on the dashboard, and what went wrong there"""
    refused: dict[str, dict[str, int]]
    """what each receiver was sent that was not the player's"""
    let_in: bool
    """somebody guessed a password"""


def main() -> None:
    """Hold a workshop and say what came of it; exit code 1 if it was not complete and on time."""
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__)
    parser.add_argument("--rate", default="100", help="scenario seconds per second")
    parser.add_argument("--peaceful", action="store_true", help="nobody is hostile")
    asked = parser.parse_args()
    why = why_not()
    if why:
        sys.stdout.write(f"{why}\n")
        return
    with tempfile.TemporaryDirectory(prefix="feed-workshop-") as folder:
        found = workshop(Path(folder), rate=asked.rate, hostile=not asked.peaceful)
    sys.stdout.write(f"{json.dumps(found._asdict(), indent=1)}\n")
    sys.exit(not (found.complete and found.latest_ms <= ON_TIME_MS and not found.let_in))


def workshop(folder: Path, *, rate: str, hostile: bool) -> Outcome:
    """Hold a workshop, and return what came of it."""
    names = ("broker", *(country.lower() for country in COUNTRIES), "page", "hostile")
    with Machines(folder, names) as made:
        machines = made.machines
        secure = _started(machines["broker"])
        bundles = {name: _handed(secure, machines[name]) for name in names[1:]}
        receivers = [_receiver(machines[c.lower()], c, bundles[c.lower()]) for c in COUNTRIES]
        for country in COUNTRIES:
            _until(machines[country.lower()], "receive", "subscribed")
        page = _page(machines["page"], bundles["page"], machines["broker"])
        browser = _browser(machines["page"], bundles["page"])
        if hostile:
            where = (machines["broker"].address, str(_PORT))
            script = str(Path(__file__).with_name("hostile.py"))
            attack = (sys.executable, script, str(bundles["hostile"]), *where)
            machines["hostile"].start("attack", *attack)
        player = machines["broker"].feed(
            *("publish", "publish", SCENARIO, "--rate", rate, "--max-gap", "2s"),
            *("--wait-for", ",".join(COUNTRIES)),
        )
        # It may lack the word of the hostile one's country, which drowns in what else that says.
        ended = [player.wait(_PATIENCE / 100) not in {0, 4 * hostile}]
        ended += [each.wait(60) != 0 for each in receivers]
        return _outcome(machines, ended, page, browser)


def _started(machine: Machine) -> Path:
    """Start the broker where the others reach it; return the folder of its credentials."""
    secure = machine.home / "secure"
    machine.feed(
        *("broker", "broker", "--secure", str(secure), "--host", machine.address),
        *("--port", str(_PORT), "--websocket-port", str(_WEBSOCKET_PORT)),
    )
    _until(machine, "broker", "try: ")
    return secure


def _handed(secure: Path, machine: Machine) -> Path:
    """Hand a machine the credentials of its role, and nothing else."""
    role = {"page": "observer", "hostile": COUNTRIES[-1].lower()}.get(machine.name, machine.name)
    target = machine.home / "handed"
    shutil.copytree(secure / role, target)
    return target


def _receiver(machine: Machine, country: str, bundle: Path) -> "subprocess.Popen[bytes]":
    return machine.feed(
        *("receive", "receive", country, "--credentials", str(bundle), "--quiet"),
        *("--exercise", "snow-goose", "--out", str(machine.home / "received.jsonl")),
    )


def _page(machine: Machine, bundle: Path, broker: Machine) -> "subprocess.Popen[bytes] | None":
    if not (_MODULES / "mqtt").is_dir():
        return None
    url = f"wss://{broker.address}:{_WEBSOCKET_PORT}/mqtt"
    script = str(Path(__file__).with_name("page.mjs"))
    page = machine.start("page", node(), script, str(_MODULES), str(bundle), url)
    _until(machine, "page", "subscribed")
    return page


def _browser(machine: Machine, bundle: Path) -> "subprocess.Popen[bytes]":
    """Open the dashboard in a real browser, as somebody does who was handed a folder."""
    machine.feed(
        *("dashboard", "dashboard", "--credentials", str(bundle), "--port", str(_PAGE_PORT)),
        *("--websocket-port", str(_WEBSOCKET_PORT)),
    )
    _until(machine, "dashboard", r"http://\S+\n")
    found = re.search(r"http://\S+", machine.said("dashboard"))
    assert found, "it was just there"
    # What is behind the mark logs it in, as for whoever opens the address that is printed.
    address = found[0].replace("/#", "/?lang=en#")
    folder = str(Path(__file__).parent)
    browser = machine.start("browser", sys.executable, folder, "browser", address)
    _until(machine, "browser", "opened")
    return browser


def _outcome(
    machines: dict[str, Machine],
    ended: list[bool],
    page: "subprocess.Popen[bytes] | None",
    browser: "subprocess.Popen[bytes]",
) -> Outcome:
    broker = machines["broker"]
    said = _last(broker.said("publish"), "published")
    (run,) = (broker.home / "home" / "runs").iterdir()
    received = [
        f"{country}={machines[country.lower()].home / 'received.jsonl'}" for country in COUNTRIES
    ]
    verified = broker.feed("verify", "verify", run.name, *received)
    ended.append(verified.wait(60) != 0)
    refused: dict[str, dict[str, int]] = {
        country: _last(machines[country.lower()].said("receive"), "received").get("refused", {})
        for country in COUNTRIES
    }
    seen = None
    if page is not None:
        page.terminate()
        page.wait(10)
        seen = json.loads(machines["page"].said("page").splitlines()[-1])
    browser.terminate()
    browser.wait(60)
    looked: dict[str, list[str]] = json.loads(machines["page"].said("browser").splitlines()[-1])
    ended.append(bool(looked["troubles"]))
    attacked = machines["hostile"].home / "attack"
    return Outcome(
        messages=said.get("messages", 0),
        unacknowledged=_unacknowledged(broker.said("publish")),
        latest_ms=said.get("latest_ms", 10**9),
        verified=broker.said("verify").strip(),
        complete=not any(ended) and not {*_unacknowledged(broker.said("publish"))} & {*OTHERS},
        page=seen,
        browser=looked,
        refused=refused,
        let_in=attacked.exists() and "let in" in attacked.read_text(encoding="utf-8"),
    )


def _unacknowledged(said: str) -> list[str]:
    """Return the countries that a player names in the end."""
    found = re.search(r"were not acknowledged by receivers: (.+);", said)
    return re.findall(r"[A-Z]{3}", found[1]) if found else []


def _last(said: str, event: str) -> dict[str, Any]:
    """Return the last line of a log about an event."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found: dict[str, Any] = next((one for one in reversed(lines) if one["event"] == event), {})
    return found


def _until(machine: Machine, name: str, pattern: str) -> None:
    """Wait until a program has said something."""
    for _ in range(_PATIENCE // 10):
        if re.search(pattern, machine.said(name)):
            return
        pause()
    raise AssertionError(f"{machine.name} never said {pattern!r}: {machine.said(name)}")
