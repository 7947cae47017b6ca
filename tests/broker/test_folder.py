"""Tests of ``feed.broker.folder``: whose folder it is."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from feed.broker.engines import ENGINES
from feed.broker.folder import held_folder
from feed.broker.store import Store
from feed.clock import SystemClock
from feed.errors import FilesError


async def test_a_folder_of_another_engine_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    """What it keeps there would be as if it was not; the sentence names both ways out."""
    clock = SystemClock()
    for first, second in ((ENGINES[0], ENGINES[1]), (ENGINES[1], ENGINES[0])):
        folder = tmp_path / first.STEM
        async with AsyncExitStack() as stack:
            place = Store(folder, first.STEM)
            await held_folder(stack, place, first, clock)
            place.write(f"{first.STEM}.conf", "")
        before = sorted(folder.iterdir())
        with pytest.raises(FilesError) as refused:
            async with AsyncExitStack() as stack:
                await held_folder(stack, Store(folder, second.STEM), second, clock)
        assert f"take --engine {first.NAME}, or another folder" in str(refused.value)
        assert sorted(folder.iterdir()) == before
        async with AsyncExitStack() as stack:
            await held_folder(stack, Store(folder, first.STEM), first, clock)
