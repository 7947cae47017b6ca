"""One request from the command line, and the events of a file."""

from pathlib import Path

import pytest

from feed.app.control_command import ask, inject
from feed.errors import ScenarioError, UsageError
from tests.app.controlling import controlled
from tests.app.stage import Stage, eventful

pytestmark = pytest.mark.slow


async def test_one_request_is_answered(stage: Stage) -> None:
    """With the clock, and the status if that was asked for."""
    where = {"exercise": stage.exercise, "broker": stage.broker.url_for("operator")}
    async with controlled(stage, eventful()):
        answer = await ask("seek", {"to": "+10s"}, **where)
        assert answer["clock"]["position_s"] == 10
        assert (await ask("status", {}, **where))["status"]["exercise"] == stage.exercise


async def test_the_events_of_a_file_are_added(stage: Stage, tmp_path: Path) -> None:
    """At a time, or now; a mistake in the file is said before anything is connected."""
    where = {"exercise": stage.exercise, "broker": stage.broker.url_for("operator")}
    file = tmp_path / "add.yaml"
    file.write_text(
        "events:\n- {incident: surprise, category: other, originator: KOR, count: 3, "
        "assumed: true}\n",
        encoding="utf-8",
    )
    async with controlled(stage, eventful()) as played:
        await inject(file, "+7s", **where)
        plan = played.publication.run.plan
        assert [one.message.key for one in plan.deliveries() if one.message.event == "surprise"]
        with pytest.raises(UsageError, match="event 1, 'surprise', cannot be added"):
            await inject(file, "+9s", **where)
    file.write_text("- {incident: surprise}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"add.yaml:1:3: "):
        await inject(file, None, exercise=None, broker="mqtt://127.0.0.1:9")
