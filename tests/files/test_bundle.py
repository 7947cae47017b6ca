"""Credentials as they are handed out: found by role, and never shown."""

import json
import os
from pathlib import Path

import pytest

from feed.errors import FilesError, UsageError
from feed.files.bundle import ABOUT, PUBLIC_KEY, Bundle, find_bundle, read_key

SECRET = "not-to-be-shown"  # noqa: S105 - of a test


def bundle(folder: Path, user: str, **more: object) -> Path:
    """Make the folder of a role."""
    folder.mkdir(parents=True)
    about = {"user": user, "password": SECRET, **more}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    return folder


def test_the_folder_of_all_has_one_for_each_role(tmp_path: Path) -> None:
    """As a broker's owner names it."""
    for user in ("player", "jpn"):
        bundle(tmp_path / user, user, broker="mqtts://host:8883")

    found = find_bundle(tmp_path, "jpn")
    assert found == Bundle(tmp_path / "jpn", "jpn", SECRET, "mqtts://host:8883")
    assert found.authority == tmp_path / "jpn" / "ca.pem"
    assert SECRET not in repr(found)


def test_the_folder_of_one_is_for_nobody_else(tmp_path: Path) -> None:
    """As a country names what it was handed; everybody may do what observers do."""
    folder = bundle(tmp_path / "handed", "jpn")

    assert find_bundle(folder, "jpn").user == "jpn"
    assert find_bundle(folder, "observer").user == "jpn"
    with pytest.raises(UsageError, match="are those of 'jpn'; give those of 'kor'"):
        find_bundle(folder, "kor")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 70_000,
        b"\xff",
        b"null",
        b'{"user":"jpn"}',
        b'{"user":5,"password":"not-to-be-shown"}',
        b'{"user":"../x","password":"not-to-be-shown"}',
        b'{"user":"JPN","password":"not-to-be-shown"}',
        b'{"user":"jpn","password":"not-to-be-shown' + b"x" * 300 + b'"}',
    ],
    ids=range(10),
)
def test_what_are_no_credentials_are_refused_without_showing_them(
    content: bytes, tmp_path: Path
) -> None:
    """One sentence; what is damaged may still hold a password."""
    (tmp_path / ABOUT).write_bytes(content)

    with pytest.raises(FilesError) as refused:
        find_bundle(tmp_path, "jpn")
    assert "holds no credentials; name a folder" in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_role_that_was_revoked_is_said(tmp_path: Path) -> None:
    """With what lets it in again; its folder is still there, without credentials."""
    (tmp_path / "jpn").mkdir()
    with pytest.raises(FilesError, match=r"'jpn' was revoked.*credentials rotate \S+ jpn'"):
        find_bundle(tmp_path, "jpn")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """And so is a file that is a folder."""
    with pytest.raises(FilesError, match="no such file"):
        find_bundle(tmp_path / "nowhere", "jpn")
    assert read_key(tmp_path, "key") is None
    (tmp_path / "key").mkdir()
    with pytest.raises(FilesError, match="is a directory"):
        read_key(tmp_path, "key")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    for name in (ABOUT, PUBLIC_KEY):
        os.mkfifo(tmp_path / name)
    with pytest.raises(FilesError, match=rf"{ABOUT}: cannot be read \(it is a pipe\)"):
        find_bundle(tmp_path, "jpn")
    with pytest.raises(FilesError, match=rf"{PUBLIC_KEY}: cannot be read \(it is a pipe\)"):
        read_key(tmp_path, PUBLIC_KEY)
