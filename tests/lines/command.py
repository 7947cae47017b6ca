"""Three sites, each with a broker of its own, over lines that are cut, slow and lossy.

The hub and the player are on one machine, each country's broker, receiver and page on another.
"""

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feed.clock import SystemClock
from feed.web.page import FOLDER
from tests.brokers import pause
from tests.workshop.machines import Line, Machine, Machines, why_not

__all__ = ["COUNTRIES", "Outcome", "Story", "main", "sites"]

COUNTRIES = ("KOR", "JPN", "USA")
MIDDLE = "JPN"
SCENARIO, EXERCISE = "over-aomori-2022", "snow-goose"
_PORT, _WEBSOCKET_PORT, _PAGE_PORT = 8883, 8084, 8090
_KBIT, _PERCENT = 64, 20
_PATIENCE_S = 60.0
_SETTLED_S = 5.0
"""A look that was begun before the line was cut may end after it."""
CLOCK = SystemClock()


@dataclass(frozen=True)
class Story:
    """How fast it is played, and what happens to the middle line: seconds, one after the other."""

    rate: int = 5
    until: str = "+21m"
    before_s: float = 50.0
    """from the first message to the cut"""
    cut_s: float = 60.0
    slow_s: float = 45.0
    lossy_s: float = 45.0


@dataclass
class Outcome:
    """What came of it."""

    verified: str = ""
    complete: bool = False
    """every receiver has everything, each once, in order"""
    before: int = 0
    """messages of the middle country that were at its site when the line was cut"""
    after: int = 0
    """the same when it came back: what was on its way then is all"""
    messages: int = 0
    """what it has in the end"""
    late: int = 0
    """what a receiver got that came to the site while the line was cut"""
    looks: dict[str, int] = field(default_factory=dict)
    """how often somebody looked at what stands at a site while the middle line was cut"""
    troubles: list[str] = field(default_factory=list)
    """whatever was not as it should be, in words"""


def main() -> None:
    """Play it, and say what came of it; exit code 1 if anything was missing anywhere."""
    parser = argparse.ArgumentParser(prog="sites", description=__doc__)
    parser.add_argument("--rate", type=int, default=Story.rate, help="scenario seconds per second")
    parser.add_argument("--cut", type=float, default=Story.cut_s, help="seconds")
    parser.add_argument("--keep", type=Path, help="leave what everybody said in this folder")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left behind
    if why := why_not(lines=True):
        sys.stdout.write(f"{why}\n")
        return
    story = Story(rate=asked.rate, cut_s=asked.cut)
    with tempfile.TemporaryDirectory(prefix="feed-sites-") as folder:
        found = sites(asked.keep or Path(folder), story)
    sys.stdout.write(f"{json.dumps(vars(found), indent=1)}\n")
    sys.exit(not found.complete or bool(found.troubles))


def sites(folder: Path, story: Story, *, page: bool = True) -> Outcome:
    """Play a story to three sites, and return what came of it."""
    folder.mkdir(exist_ok=True)
    names = ("hub", *(country.lower() for country in COUNTRIES))
    with Machines(folder, names) as made:
        machines = made.machines
        hub, middle = machines["hub"], machines[MIDDLE.lower()]
        secure = _hub(hub)
        receivers = [_site(machines[c.lower()], c, secure, hub) for c in COUNTRIES]
        player = hub.feed(
            *("publish", "publish", SCENARIO, "--rate", str(story.rate), "--until", story.until),
            *("--start-offset", "+1m", "--wait-for", ",".join(COUNTRIES)),
        )
        _until(lambda: _lines(middle, "receive") > 0)
        watchers = [_watcher(machines[country.lower()], country) for country in COUNTRIES]
        if page and (FOLDER / "index.html").is_file():
            watchers.append(_page(middle))
        _let_pass(story.before_s)
        outcome = Outcome()
        late = _broken(machines, story, outcome)
        _let_pass(story.slow_s, middle.line.slow, _KBIT, line=middle.line)
        _let_pass(story.lossy_s, middle.line.lossy, _PERCENT, line=middle.line)
        ended = [one.wait(300) for one in (player, *receivers, late)]
        for one in watchers:
            one.terminate()
            one.wait(10)
        _judge(machines, ended, outcome)
        return outcome


def _broken(
    machines: dict[str, Machine], story: Story, outcome: Outcome
) -> "subprocess.Popen[bytes]":
    """Cut the middle line for a while, and let somebody come to that site meanwhile."""
    middle = machines[MIDDLE.lower()]
    others = [machines[each.lower()] for each in COUNTRIES if each != MIDDLE]
    middle.line.cut()
    cut = CLOCK.wall() / 1e6
    outcome.before, elsewhere = (
        _lines(middle, "receive"),
        [_lines(one, "receive") for one in others],
    )
    late = _receiver(middle, MIDDLE, "late")
    _let_pass(story.cut_s)
    # How far the player is stands at the site a second late, so that may be all that it asks for.
    wanted = outcome.before - 2 * story.rate
    with contextlib.suppress(AssertionError):
        _until(lambda: _lines(middle, "late") >= wanted)
    outcome.late, outcome.after = _lines(middle, "late"), _lines(middle, "receive")
    mended = CLOCK.wall() / 1e6
    middle.line.mend()
    went_on = [
        _lines(one, "receive") > before for one, before in zip(others, elsewhere, strict=True)
    ]
    if not all(went_on):
        outcome.troubles.append("another site got nothing while the middle line was cut")
    if outcome.late < wanted:
        outcome.troubles.append(f"who came meanwhile got {outcome.late} of {outcome.before}")
    for country in COUNTRIES:
        machine = machines[country.lower()]
        looks = [json.loads(one) for one in machine.said("watcher").splitlines()]
        inside = [one for one in looks if cut + _SETTLED_S < one["at"] < mended]
        outcome.looks[country] = len(inside)
        _looked_at(country, inside, outcome)
    if (middle.home / "page").exists():
        seen = [json.loads(one) for one in middle.said("page").splitlines() if one[:1] == "{"]
        inside = [one for one in seen if cut < one["at"] < mended]
        outcome.looks["page"] = len(inside)
        outcome.looks["page, opened anew"] = sum(one["reloaded"] for one in inside)
        for one in inside:
            _seen(one, outcome)
    return late


def _looked_at(country: str, looks: list[dict[str, Any]], outcome: Outcome) -> None:
    """Hold what stood at a site against what has to stand there in mid-flight."""
    if not looks:
        outcome.troubles.append(f"{country}: nobody looked")
    for look in looks:
        stands = look["stands"]
        if not any("/launch/" in topic for topic in stands) or look["others"]:
            outcome.troubles.append(f"{country}: {look}")


def _seen(look: dict[str, Any], outcome: Outcome) -> None:
    """Hold what the page showed against what a person has to see in mid-flight."""
    wanted = {
        "In the air": "Intermediate-range ballistic missile",
        "Who knows": MIDDLE,
        "Alerts": "J-Alert",
    }
    for region, text in wanted.items():
        if text not in look[region]:
            outcome.troubles.append(f"page: {region}: {look[region]!r} ({look['at']})")
    outcome.troubles += look["troubles"]


def _judge(machines: dict[str, Machine], ended: list[int], outcome: Outcome) -> None:
    """Compare what every receiver has with what was played."""
    hub = machines["hub"]
    (run,) = (hub.home / "home" / "runs").iterdir()
    files = {c: machines[c.lower()].home / "receive.jsonl" for c in COUNTRIES}
    checked = hub.feed("verify", "verify", run.name, *(f"{c}={f}" for c, f in files.items()))
    ended.append(checked.wait(60))
    outcome.verified = hub.said("verify").strip()
    late = machines[MIDDLE.lower()].home / "late.jsonl"
    same = late.read_bytes() == files[MIDDLE].read_bytes()
    if not same:
        outcome.troubles.append("who came meanwhile did not end with the same")
    outcome.messages = _lines(machines[MIDDLE.lower()], "receive")
    outcome.complete = not any(ended) and same
    for machine in machines.values():
        for said in machine.home.iterdir():
            if said.is_file() and b"Traceback" in said.read_bytes():
                outcome.troubles.append(f"{machine.name}: {said.name} ended in a traceback")


def _hub(machine: Machine) -> Path:
    """Start the hub where the sites reach it; return the folder of its credentials."""
    secure = machine.home / "secure"
    machine.feed(
        *("broker", "broker", "--secure", str(secure), "--host", machine.address),
        *("--port", str(_PORT), "--websocket-port", str(_WEBSOCKET_PORT)),
    )
    _until(lambda: "try: " in machine.said("broker"))
    return secure


def _site(machine: Machine, country: str, secure: Path, hub: Machine) -> "subprocess.Popen[bytes]":
    """Start a site's broker, with what its country was handed, and its receiver."""
    handed = machine.home / "handed"
    shutil.copytree(secure / country.lower(), handed)
    machine.feed(
        *("broker", "broker", "--leaf", country, "--hub", f"mqtts://{hub.address}:{_PORT}"),
        *("--credentials", str(handed), "--store", str(machine.home / "store")),
        *("--dashboard-port", str(_PAGE_PORT)),
    )
    _until(lambda: "the hub is there" in machine.said("broker"))
    receiver = _receiver(machine, country, "receive")
    _until(lambda: "subscribed" in machine.said("receive"))
    return receiver


def _receiver(machine: Machine, country: str, name: str) -> "subprocess.Popen[bytes]":
    return machine.feed(
        *(name, "receive", country, "--exercise", EXERCISE, "--quiet", "--name", name),
        *("--out", str(machine.home / f"{name}.jsonl")),
    )


def _watcher(machine: Machine, country: str) -> "subprocess.Popen[bytes]":
    script = str(Path(__file__).parent)
    return machine.start("watcher", sys.executable, script, "watcher", country)


def _page(machine: Machine) -> "subprocess.Popen[bytes]":
    url = f"http://127.0.0.1:{_PAGE_PORT}/?lang=en&country={MIDDLE.lower()}"
    page = machine.start("page", sys.executable, str(Path(__file__).parent), "page", url)
    _until(lambda: machine.said("page").startswith("{"))
    return page


def _lines(machine: Machine, name: str) -> int:
    """Count the messages that a receiver has written down."""
    file = machine.home / f"{name}.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _let_pass(seconds: float, bad: Any = None, how: int = 0, line: Line | None = None) -> None:
    """Let the run go on, over a line to which something is done meanwhile."""
    if bad is not None:
        bad(how)
    end = CLOCK.now() + seconds
    while CLOCK.now() < end:
        pause()
    if line is not None:
        line.mend()


def _until(true: Any) -> None:
    """Wait until something is so."""
    end = CLOCK.now() + _PATIENCE_S
    while not true():
        assert CLOCK.now() < end, "it never came to that"
        pause()
