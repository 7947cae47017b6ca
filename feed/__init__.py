"""A real-time alert feed simulator: replay, alert meaning and exercise control over MQTT."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feed.app.message import ReceivedMessage
    from feed.app.receive import receive
    from feed.errors import (
        BrokerError,
        FeedError,
        FilesError,
        IncompleteError,
        ScenarioError,
        UsageError,
    )

__all__ = [
    "BrokerError",
    "FeedError",
    "FilesError",
    "IncompleteError",
    "ReceivedMessage",
    "ScenarioError",
    "UsageError",
    "__version__",
    "receive",
]

__version__ = "0.1.0"

_HOMES = {"receive": "feed.app.receive", "ReceivedMessage": "feed.app.message"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``feed --help`` loads none."""
    if name not in __all__:
        raise AttributeError(f"module 'feed' has no attribute '{name}'")
    import importlib  # noqa: PLC0415 - only whoever needs a public name pays for it

    return getattr(importlib.import_module(_HOMES.get(name, "feed.errors")), name)
