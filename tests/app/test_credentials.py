"""Credentials that are changed and handed out."""

import datetime as dt
import stat
from pathlib import Path

import pytest

from feed.app.credentials import bundled, listed, revoked, rotated
from feed.errors import FilesError, UsageError
from feed.files.bundle import ABOUT
from feed.files.secure import SecureFolder

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a secured broker."""
    SecureFolder(tmp_path / "s").prepare(["player", "jpn", "kor"], ["localhost"], NOW)
    return tmp_path / "s"


def test_the_list_tells_who_may_connect_and_what_is_left_to_hand_out(folder: Path) -> None:
    """Three states."""
    revoked(folder, "kor")
    (folder / "jpn" / ABOUT).unlink()

    assert [*listed(folder)] == [
        "jpn        may connect; its credentials are not here any longer",
        "kor        revoked",
        f"player     may connect; its credentials: {folder / 'player'}",
    ]


def test_what_is_done_is_said_with_what_follows(folder: Path) -> None:
    """And how to take it back."""
    assert "Hand the folder out again" in rotated(folder, "jpn")
    assert "rotate" in revoked(folder, "jpn")


def test_a_bundle_is_a_folder_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    """It has the files of one role, and none of anybody else's."""
    out = tmp_path / "a" / "bundle"
    names = "ca.pem, credentials.json, player-key.pem"

    assert bundled(folder, "jpn", out) == f"{out}: {names}; hand it to jpn and to nobody else"
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    for path in out.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes() == (folder / "jpn" / path.name).read_bytes()
    with pytest.raises(FilesError, match="is there already; name a new folder"):
        bundled(folder, "jpn", out)


def test_what_is_not_there_cannot_be_handed_out(folder: Path, tmp_path: Path) -> None:
    """A role nobody knows, a folder that was taken away."""
    with pytest.raises(UsageError, match="'nor' is no role of"):
        bundled(folder, "nor", tmp_path / "out")
    (folder / "jpn" / ABOUT).unlink()
    with pytest.raises(FilesError, match="jpn' makes"):
        bundled(folder, "jpn", tmp_path / "out")
    with pytest.raises(FilesError, match="is no folder of 'feed broker --secure'"):
        [*listed(tmp_path)]
