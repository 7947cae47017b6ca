"""A real-time alert feed simulator: replay, alert meaning and exercise control over MQTT."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feed.api.play import play
    from feed.api.playing import Playing
    from feed.api.story import LoadedScenario, PlannedMessage, check, load, plan
    from feed.app.controls import Controls, control
    from feed.app.message import ReceivedMessage
    from feed.app.receive import receive
    from feed.app.receiver import Receiver
    from feed.errors import (
        BrokerError,
        FeedError,
        FilesError,
        IncompleteError,
        Problem,
        ScenarioError,
        UsageError,
    )

__all__ = [
    "BrokerError",
    "Controls",
    "FeedError",
    "FilesError",
    "IncompleteError",
    "LoadedScenario",
    "PlannedMessage",
    "Playing",
    "Problem",
    "ReceivedMessage",
    "Receiver",
    "ScenarioError",
    "UsageError",
    "__version__",
    "check",
    "control",
    "load",
    "plan",
    "play",
    "receive",
]

__version__ = "0.1.0"

_HOMES = {
    "Controls": "feed.app.controls",
    "PlannedMessage": "feed.api.story",
    "Playing": "feed.api.playing",
    "ReceivedMessage": "feed.app.message",
    "Receiver": "feed.app.receiver",
    "LoadedScenario": "feed.api.story",
    "check": "feed.api.story",
    "control": "feed.app.controls",
    "load": "feed.api.story",
    "plan": "feed.api.story",
    "play": "feed.api.play",
    "receive": "feed.app.receive",
}
"""where the public names are; the errors are in ``feed.errors``"""


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``feed --help`` loads none."""
    if name not in __all__:
        raise AttributeError(f"module 'feed' has no attribute '{name}'")
    import importlib  # noqa: PLC0415 - only whoever needs a public name pays for it

    return getattr(importlib.import_module(_HOMES.get(name, "feed.errors")), name)
