"""What tests of control need: a run that is being played, and an operator who asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from feed.app.controls import Controls, control
from feed.app.options import Options
from feed.app.publication import Publication
from feed.clock import Clock
from feed.core.plan import Plan
from tests.app.stage import PATIENCE_S, Stage

__all__ = ["SHOT", "Controlled", "controlled"]

SHOT: dict[str, Any] = {"incident": "surprise", "category": "other", "originator": "KOR"}


@dataclass
class Controlled:
    """A run that is being played, its operator, and the task that plays it."""

    publication: Publication
    operator: Controls
    task: "asyncio.Task[bool]"


@asynccontextmanager
async def controlled(
    stage: Stage,
    plan: Plan,
    options: Options | None = None,
    *,
    clock: Clock | None = None,
    run: str = "",
) -> AsyncIterator[Controlled]:
    """Play a plan, paused unless the options say otherwise, and connect an operator."""
    publication = stage.publication(plan, options or Options(paused=True), clock=clock, run=run)
    begun = asyncio.Event()
    publication.begun = begun.set
    broker = stage.broker.url_for("operator")
    async with stage.playing(publication) as task, control(stage.exercise, broker=broker) as asks:
        await stage.together(begun.wait())
        async with asyncio.timeout(PATIENCE_S * 4):
            yield Controlled(publication, asks, task)
