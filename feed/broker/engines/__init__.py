"""The programs that the embedded broker can run; to add one is one file here and one line."""

import os
from collections.abc import Mapping

from feed.broker.engines import mosquitto, nats_server
from feed.broker.engines.engine import Engine
from feed.errors import UsageError

__all__ = ["DEFAULT", "ENGINES", "chosen_engine", "engine_named"]

ENGINES: tuple[Engine, ...] = (nats_server, mosquitto)
DEFAULT: Engine = nats_server
_OPTION, _VARIABLE = "--engine", "FEED_ENGINE"


def engine_named(name: str) -> Engine | None:
    """Return the engine of a name, or None for an unknown one."""
    return next((engine for engine in ENGINES if name == engine.NAME), None)


def chosen_engine(name: str | None = None, environment: Mapping[str, str] = os.environ) -> Engine:
    """Return the engine that a user wants: by option, by environment, or the usual one."""
    for wanted, origin in ((name, _OPTION), (environment.get(_VARIABLE) or None, _VARIABLE)):
        if wanted is not None:
            engine = engine_named(wanted)
            if engine is None:
                names = ", ".join(each.NAME for each in ENGINES)
                raise UsageError(f"{origin} '{wanted}' is no engine; take one of {names}")
            return engine
    return DEFAULT
