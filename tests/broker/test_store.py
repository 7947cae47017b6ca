"""Tests of ``feed.broker.store``."""

import os
import stat
from pathlib import Path

import pytest

from feed.broker.store import Store
from feed.errors import FilesError


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_without_a_folder_it_is_temporary() -> None:
    """A temporary folder has a name before it is made, and is gone after it is removed."""
    store = Store(None, "nats")
    assert store.temporary
    assert not store.folder.exists()

    store.create()
    assert store.folder.is_dir()

    store.remove()
    assert not store.folder.exists()


def test_two_temporary_folders_differ() -> None:
    """No two brokers share a temporary folder."""
    assert Store(None, "nats").folder != Store(None, "nats").folder


def test_a_folder_that_is_there_already_is_used(tmp_path: Path) -> None:
    """A kept folder may exist, or be made with its parents."""
    Store(tmp_path, "nats").create()
    Store(tmp_path / "a" / "b", "nats").create()

    assert (tmp_path / "a" / "b").is_dir()


def test_a_temporary_folder_is_never_somebody_else_s(tmp_path: Path) -> None:
    """A folder of that name that another user made is not taken."""
    store = Store(None, "nats")
    store.folder.mkdir()

    with pytest.raises(FilesError, match="file exists"):
        store.create()
    store.remove()


def test_passwords_are_for_the_owner_alone(tmp_path: Path) -> None:
    """Folder, configuration and log are closed to others, also where an open file was before."""
    store = Store(tmp_path / "store", "nats")
    store.create()
    store.config.write_text("open", encoding="utf-8")
    store.config.chmod(0o644)

    store.write("nats.conf", "secret 平壌")
    os.close(store.open_output())

    assert store.config.read_text(encoding="utf-8") == "secret 平壌"
    assert mode(store.folder) == 0o700
    assert mode(store.config) == 0o600
    assert mode(store.log) == 0o600


def test_one_broker_at_a_time(tmp_path: Path) -> None:
    """A folder that is held is refused until it is let go."""
    first = Store(tmp_path, "nats").lock()
    assert first is not None
    assert Store(tmp_path, "nats").lock() is None

    os.close(first)
    second = Store(tmp_path, "nats").lock()
    assert second is not None
    os.close(second)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be is said with what to do."""
    (tmp_path / "file").touch()

    with pytest.raises(FilesError) as refused:
        Store(tmp_path / "file" / "store", "nats").create()

    assert str(refused.value) == (
        f"{tmp_path}/file/store: the broker cannot keep its files there (not a directory); "
        "name a folder that can be written"
    )


def test_an_old_process_id_is_forgotten(tmp_path: Path) -> None:
    """The process id of a server that ran before is removed, if there is one."""
    store = Store(tmp_path, "nats")
    store.pid_file.touch()

    store.forget_pid()
    store.forget_pid()

    assert not store.pid_file.exists()


def test_no_log_nothing_said(tmp_path: Path) -> None:
    """A server that wrote nothing is no error on top."""
    assert Store(tmp_path, "nats").said() == []


def test_what_is_said_is_of_the_present_server(tmp_path: Path) -> None:
    """What an earlier server wrote into a folder that was kept is not repeated."""
    store = Store(tmp_path, "nats")
    store.log.write_text("[1] 2026 [FTL] long ago\n", encoding="utf-8")

    os.close(store.open_output())

    assert store.said() == []
