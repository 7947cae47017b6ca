"""The player whose memory is measured sends everything."""

import pytest

from feed.bench.memory_child import main


async def test_it_counts_what_it_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """And tells its most memory."""
    await main(20)
    sent, kilobytes = map(int, capsys.readouterr().out.split())
    assert sent == 60
    assert kilobytes > 10_000
