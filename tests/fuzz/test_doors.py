"""Hostile input at every door: short here, for minutes with ``make fuzz``."""

import contextlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.command import DOORS as NAMES
from tests.fuzz.command import MISSING
from tests.fuzz.damage import damaged
from tests.fuzz.doors import DOORS
from tests.make import PATIENT

FEW = settings(PATIENT, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def test_every_door_is_fuzzed() -> None:
    """The command line knows all of them."""
    assert tuple(DOORS) == NAMES


@pytest.mark.parametrize("name", DOORS)
def test_a_door_takes_what_it_is_used_to_and_what_it_once_gave_way_to(name: str) -> None:
    """The first is read, the second refused or read; nothing else is raised."""
    door = DOORS[name]
    for seed in door.usual():
        door.enter(seed)
    for found in door.findings():
        door.enter(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
@FEW
@given(data=st.data())
def test_a_door_takes_anything(name: str, data: st.DataObject) -> None:
    """Random bytes, and what it is used to with damage."""
    door = DOORS[name]
    if data.draw(st.booleans()):
        door.enter(data.draw(st.binary(max_size=300)))
    else:
        seed = data.draw(st.sampled_from(door.usual()))
        door.enter(damaged(seed, data.draw(st.randoms(use_true_random=False))))


@pytest.mark.parametrize("name", DOORS)
def test_a_door_reads_something_at_all(name: str) -> None:
    """What it is used to is not refused, or the damage would be of nothing."""
    door = DOORS[name]
    read = 0
    for seed in door.usual():
        with contextlib.suppress(*door.refuses):
            door.read(seed)
            read += 1
    assert read


def test_without_the_fuzzer_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    """And where it is there, a door is held for a second."""
    program = str(Path(__file__).with_name("__main__.py"))
    done = subprocess.run(
        [sys.executable, program, "head", "--seconds", "1", "--kept", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if importlib.util.find_spec("atheris") is None:
        assert MISSING in done.stdout
    else:
        # A fuzzer that begins with nothing gets no further than the first letter.
        assert "INFO: seed corpus: files: 1" in done.stdout
        assert "gave way: none" in done.stdout
