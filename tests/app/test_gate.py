"""The gate of a receiver: what is not the player's, or not for here and now, stays out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from feed.app.gate import ALTERED, REPLAYED, STALE, UNSIGNED, Gate
from feed.clock import VirtualClock
from feed.model.time import rfc3339
from feed.mqtt.address import parse_address
from feed.wire.clock import RunClock
from tests.keys import bundle, signer

PLAIN = parse_address("mqtt://127.0.0.1")
WALL = 1_700_000_000_000_000


def gate(folder: Path) -> Gate:
    """Return the gate of somebody who has the player's public key."""
    return Gate(replace(PLAIN, credentials=bundle(folder / "jpn")), VirtualClock(wall=WALL))


def signed(**members: Any) -> bytes:
    """Return something that the player has signed."""
    return json.dumps(signer().signed(members)).encode()


def test_without_a_key_everything_gets_in() -> None:
    """There the broker's rights are all there is."""
    one = Gate(PLAIN, VirtualClock())

    assert one.admits("a", b"x")
    assert one.in_place("a", None)
    assert one.is_of_now("a", RunClock(state="playing"))
    assert not one.signed
    assert one.refused == {}


def test_only_what_the_player_signed_gets_in(tmp_path: Path) -> None:
    """What has no signature, or one of something else, is counted."""
    one = gate(tmp_path)

    assert one.admits("a", signed(x=1))
    assert not one.admits("a", b'{"x":1}')
    assert not one.admits("a", signed(x=1).replace(b"1", b"2", 1))
    assert one.refused == {UNSIGNED: 1, ALTERED: 1}


def test_what_was_signed_for_one_place_stands_nowhere_else(tmp_path: Path) -> None:
    """The head of one country is not that of another."""
    one = gate(tmp_path)

    assert one.in_place("exercise/v1/x/head/jpn", "exercise/v1/x/head/jpn")
    assert not one.in_place("exercise/v1/x/head/jpn", "exercise/v1/x/head/kor")
    assert not one.in_place("exercise/v1/x/head/jpn", None)
    assert one.refused == {REPLAYED: 2}


def test_a_clock_of_another_time_is_stale(tmp_path: Path) -> None:
    """One that says nothing of its time is, too."""
    one = gate(tmp_path)

    assert one.is_of_now("a", RunClock(state="playing", wall=rfc3339(WALL)))
    assert not one.is_of_now("a", RunClock(state="playing", wall=rfc3339(WALL - 10**9)))
    assert not one.is_of_now("a", RunClock(state="playing"))
    assert one.refused == {STALE: 2}
