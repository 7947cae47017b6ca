"""The key of client ids."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.identity import identity


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    """A session belongs to an id, so it is the same the next time; another home has another."""
    home = tmp_path / "a" / "home"

    assert identity(home) == identity(home)
    assert identity(home) != identity(tmp_path / "b")
    assert stat.S_IMODE((home / "client-id").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["client-id"]


@pytest.mark.parametrize(
    "damage", [b"", b"\xff", b"short\n", b"0123456789ab\n", b"../../x\n", b"0" * 100_000]
)
def test_a_damaged_one_is_replaced(tmp_path: Path, damage: bytes) -> None:
    """What no id can be made of is not used."""
    (tmp_path / "client-id").write_bytes(damage)
    made = identity(tmp_path)

    assert len(made) == 32
    assert identity(tmp_path) == made


def test_who_is_first_is_right(tmp_path: Path) -> None:
    """Programs that are started at once agree."""
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: identity(tmp_path), range(32)))) == 1


def test_a_home_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """With the variable that says where it is."""
    (tmp_path / "file").touch()

    with pytest.raises(FilesError, match="FEED_HOME"):
        identity(tmp_path / "file" / "home")
