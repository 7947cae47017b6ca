"""Observers: packets however they are cut, and as many as there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.bench import fan_out as measured
from feed.bench.figure import Effort


@given(bodies=st.lists(st.binary(max_size=400), max_size=4), kind=st.sampled_from([0x30, 0x90]))
def test_packets_are_found_however_they_are_cut(bodies: list[bytes], kind: int) -> None:
    """A torn one waits for the rest."""
    whole = b"".join(bytes([kind]) + _length(len(body)) + body for body in bodies)
    found, waiting = [], b""
    for byte in whole:
        waiting += bytes([byte])
        while (packet := measured._packet(waiting)) is not None:
            first, start, end = packet
            assert first == kind
            found.append(waiting[start:end])
            waiting = waiting[end:]
    assert (found, waiting) == (bodies, b"")


def _length(length: int) -> bytes:
    parts = []
    while True:
        length, part = divmod(length, 128)
        parts.append(part | (0x80 if length else 0))
        if not length:
            return bytes(parts)


@pytest.mark.slow
@pytest.mark.broker
async def test_every_observer_hears_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not arrive would be an error, not a figure."""
    monkeypatch.setattr(measured, "_STEPS", (50,))
    monkeypatch.setattr(measured, "_SECONDS", 1)
    slow, most = await measured.fan_out(Effort(short=True))

    assert slow.ours > 0
    assert most.ours in {0, 50}
