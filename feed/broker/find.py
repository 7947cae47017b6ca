"""Find the program of an engine: the one named by the user, a recent one on the PATH, or elsewhere.

A program older than the tested version is passed over; one that the user names is refused with a
sentence instead.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from feed.errors import UsageError

__all__ = ["Program", "Server", "find_program", "in_wheel"]

_PATIENCE_S = 10


@dataclass(frozen=True)
class Server:
    """A program of an engine that can be used, and how it was found."""

    path: Path
    version: str
    origin: str


@dataclass(frozen=True)
class Program:
    """What an engine's program is called, and how to know it."""

    name: str
    option: str
    """of the command line, by which the user names one"""
    variable: str
    """of the environment, by which the user names one"""
    oldest: tuple[int, ...]
    ask: tuple[str, ...]
    """the arguments with which it tells its version"""
    version: re.Pattern[str]
    places: Callable[[], Iterator[tuple[Path, str]]]
    """where else it may be, and what each place is called"""
    install: str
    """how to get one"""


def find_program(program: Program, named: str | None, environment: Mapping[str, str]) -> Server:
    """Return the program to use; say what to do when there is none."""
    for name, origin in (
        (named, program.option),
        (environment.get(program.variable), program.variable),
    ):
        if name:
            return _named(program, name, origin, environment)
    older = ""
    for path, origin in _found(program, environment):
        version = _version(program, path)
        if version is not None and version >= program.oldest:
            return _server(path, version, origin)
        if version is not None:
            older = f" ({path} is {_text(version)})"
    needed = f"{program.name} {_text(program.oldest)}"
    raise UsageError(
        f"no {needed} or newer on the PATH{older}; {program.install}, "
        f"name it with {program.option}, or use a broker of your own with --broker URL"
    )


def in_wheel(wheel: str, name: str) -> Path | None:
    """Return the program that a wheel installed, wherever its scripts went."""
    try:
        files = metadata.files(wheel) or []
    except metadata.PackageNotFoundError:
        return None
    programs = (Path(str(file.locate())) for file in files if file.stem == name)
    return next((program.resolve() for program in programs if program.is_file()), None)


def _found(program: Program, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    on_path = shutil.which(program.name, path=environment.get("PATH", ""))
    if on_path is not None:
        yield Path(on_path), "PATH"
    yield from program.places()


def _named(program: Program, name: str, origin: str, environment: Mapping[str, str]) -> Server:
    path = shutil.which(name, path=environment.get("PATH", ""))
    if path is None:
        raise UsageError(
            f"{origin} '{name}' is not a program that can be run; give the path of a {program.name}"
        )
    version = _version(program, Path(path))
    if version is None:
        raise UsageError(
            f"{origin} '{name}' does not tell its version as {program.name} does; "
            f"give the path of a {program.name}"
        )
    if version < program.oldest:
        raise UsageError(
            f"{origin} '{name}' is version {_text(version)}; "
            f"give one that is {_text(program.oldest)} or newer"
        )
    return _server(Path(path), version, origin)


def _server(path: Path, version: tuple[int, ...], origin: str) -> Server:
    return Server(path.absolute(), _text(version), origin)


def _version(program: Program, path: Path) -> tuple[int, ...] | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the program is the one the user chose
            [path, *program.ask],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = program.version.search(answer.stdout)
    return tuple(map(int, found.groups())) if found else None


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
