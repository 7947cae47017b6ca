"""The command line of the fuzzing: which doors, for how long."""

import argparse
import importlib
import importlib.util
import logging
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import structlog

__all__ = ["DOORS", "main"]

DOORS = (
    *("scenario", "scenario-lines", "included", "arrangements", "faults", "control", "history"),
    *("answer", "payload", "signature", "head", "clock", "manifest", "claim", "recording"),
    *("received", "capture", "table", "points", "calendar", "ledger", "credentials"),
    *("player", "receiver", "receivers", "export", "run"),
)
"""the names; what is behind them is imported when the fuzzer can watch it"""

MISSING = "make fuzz needs atheris, which is not installed here: pip install 'alert-feed[fuzz]'"
_SLOW_S = 20
_MOST_MB = 1024
_LONGEST = 65_536
_BYTES = 0.3
"""how much of the damage is the fuzzer's own, which knows of bytes alone"""
_ANEW = 0.6
"""Up to here what the door is used to is damaged, and beyond what the fuzzer has kept.  It cannot
watch the models, to which all that is right looks alike, and keeps the shortest of it."""


def main() -> None:
    """Fuzz each door that is asked for in a process of its own; exit code 1 if one gave way."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("doors", nargs="*", metavar="DOOR", help=", ".join(DOORS))
    parser.add_argument("--seconds", type=int, default=60, help="for each door")
    parser.add_argument("--kept", type=Path, default=None, help="a folder for what was found")
    parser.add_argument("--one", choices=DOORS, help=argparse.SUPPRESS)
    asked, rest = parser.parse_known_args()
    if importlib.util.find_spec("atheris") is None:
        _say(MISSING)
        return
    if asked.one is not None:
        # The folder of what the door is used to is what remains besides options.
        _enter_again_and_again(asked.one, [*rest, *asked.doors])
    unknown = [name for name in asked.doors if name not in DOORS]
    if unknown:
        parser.error(f"no such door: {', '.join(unknown)}; there are {', '.join(DOORS)}")
    kept = asked.kept or Path(tempfile.mkdtemp(prefix="feed-fuzz-"))
    gave_way = [name for name in asked.doors or DOORS if not _fuzz(name, asked.seconds, kept)]
    _say(f"gave way: {', '.join(gave_way) or 'none'}; the inputs are in {kept}")
    sys.exit(bool(gave_way))


def _enter_again_and_again(name: str, options: list[str]) -> None:
    """Fuzz one door in this process, which then ends."""
    # What is said of damage would fill a disk.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["feed", "tests.fuzz.doors"]):
        doors = importlib.import_module("tests.fuzz.doors")
    damage = importlib.import_module("tests.fuzz.damage")
    usual = doors.DOORS[name].seeds()

    def damaged(data: bytes, longest: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 - nothing secret comes of it
        way = chance.random()
        if way < _BYTES:
            return bytes(atheris.Mutate(data, longest))
        if way < _ANEW:
            data = chance.choice(usual)
        for _ in range(chance.randint(1, 3)):
            data = damage.damaged(data, chance, longest)
        return bytes(data)

    atheris.Setup([sys.argv[0], *options], doors.DOORS[name].enter, custom_mutator=damaged)
    atheris.Fuzz()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _fuzz(name: str, seconds: int, kept: Path) -> bool:
    """Fuzz one door; tell whether it held."""
    corpus = kept / name
    corpus.mkdir(parents=True, exist_ok=True)
    doors = importlib.import_module("tests.fuzz.doors")
    for number, seed in enumerate(doors.DOORS[name].seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        *(f"-max_total_time={seconds}", f"-timeout={_SLOW_S}", f"-rss_limit_mb={_MOST_MB}"),
        *(f"-max_len={_LONGEST}", f"-artifact_prefix={kept}/{name}-", "-print_final_stats=1"),
    ]
    program = str(Path(__file__).with_name("__main__.py"))
    _say(f"== {name}")
    done = subprocess.run(
        [sys.executable, program, "--one", name, *options, str(corpus)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    lines = done.stdout.splitlines()
    told = ("INFO: seed corpus:", "stat::number_of_executed")
    _say("\n".join(line for line in lines if line.startswith(told)))
    if done.returncode:
        _say("\n".join(lines[-40:]))
    return not done.returncode
