"""The verbs in Python ask for what the topic ``control`` takes."""

import inspect
from typing import Any, get_args

from feed.app.verbs import Verbs
from feed.wire.control import REQUEST, Request


class Asked(Verbs):
    """Remembers what it is asked for, and reads it as a player does."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    async def ask(self, do: str, **members: Any) -> dict[str, Any]:
        """Answer with a clock and a status."""
        self.said = {"do": do, **members}
        REQUEST.validate_python({"id": "1", "client": "op", **self.said})
        return {"clock": {"state": "paused"}, "status": {"sent": 3}}


async def test_every_verb_is_asked_for_as_a_player_reads_it() -> None:
    """With what is given, and nothing that is not."""
    asked = Asked()
    assert await asked.status() == {"sent": 3}
    assert await asked.play() == {"state": "paused"}
    assert asked.said == {"do": "play"}
    await asked.pause(wall="2100-01-01T00:00:00Z")
    await asked.rate("max")
    await asked.seek("08:24")
    await asked.seek(by="-1m")
    assert asked.said == {"do": "seek", "by": "-1m"}
    await asked.step()
    await asked.burst(3)
    await asked.next()
    await asked.loop("+1s", "+2s")
    await asked.until()
    assert asked.said == {"do": "until"}
    await asked.stop()
    await asked.reset()
    await asked.inject([{"alert": "a"}], at="08:24")
    assert asked.said == {"do": "inject", "events": [{"alert": "a"}], "at": "08:24"}
    await asked.hold("a")
    await asked.skip("a")
    await asked.fire("a.jpn.1")
    await asked.edit("a", {"b": 1})
    assert asked.said == {"do": "edit", "target": "a", "data": {"b": 1}}


def test_there_is_a_method_for_every_verb() -> None:
    """But the key that plays or pauses, which no program needs; one more reads what stands."""
    verbs = {get_args(kind.model_fields["do"].annotation)[0] for kind in get_args(Request)}
    methods = {name for name, _ in inspect.getmembers(Verbs, inspect.iscoroutinefunction)}

    assert methods - {"ask", "_clock_after", "faults"} == verbs - {"toggle"}
