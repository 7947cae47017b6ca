"""Figures without a broker."""

import pytest

from feed.bench import planning
from feed.bench.figure import Effort

SHORT = Effort(repeat=1, short=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "count"), [(planning.plan, 2), (planning.check, 1), (planning.growth, 5)]
)
async def test_each_figure_is_measured(measure: object, count: int) -> None:
    """Every row has a value and a unit."""
    rows = await measure(SHORT)  # type: ignore[operator]

    assert len(rows) == count
    assert all(row.ours > 0 and row.unit for row in rows)
    assert all((row.peer is None) == (not row.peer_name) for row in rows)


@pytest.mark.slow
async def test_memory_and_seek_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, which counts what it sent."""
    monkeypatch.setattr(planning, "_MILLION", 3_340)
    few, alone = await planning.memory(SHORT)
    library, back = await planning.seek(SHORT)

    assert few.ours == alone.ours > 20
    assert few.peer is not None
    assert library.ours > 0 < back.ours
