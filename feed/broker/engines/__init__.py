"""The programs that the embedded broker can run; to add one is one file here and one line."""

from feed.broker.engines import nats_server
from feed.broker.engines.engine import Engine

__all__ = ["DEFAULT", "ENGINES", "engine_named"]

ENGINES: tuple[Engine, ...] = (nats_server,)
DEFAULT: Engine = nats_server


def engine_named(name: str) -> Engine | None:
    """Return the engine of a name, or None for an unknown one."""
    return next((engine for engine in ENGINES if name == engine.NAME), None)
