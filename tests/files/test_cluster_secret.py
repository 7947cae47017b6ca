"""Tests of ``feed.files.cluster_secret``: one word for all nodes of a user, whoever is first."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.cluster_secret import cluster_secret


def test_all_nodes_have_the_same_word_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Also when they begin at once; another user has another."""
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: cluster_secret(tmp_path), range(16)))

    assert len(found) == 1
    assert cluster_secret(tmp_path / "another") not in found
    assert stat.S_IMODE((tmp_path / "clusters" / "word").stat().st_mode) == 0o600
    assert sorted(each.name for each in (tmp_path / "clusters").iterdir()) == ["word"]


def test_a_damaged_or_unwritable_word_is_refused(tmp_path: Path) -> None:
    """A word that anybody may guess is none."""
    cluster_secret(tmp_path)
    (tmp_path / "clusters" / "word").write_text("", encoding="ascii")
    with pytest.raises(FilesError, match="is no word of a cluster"):
        cluster_secret(tmp_path)

    (tmp_path / "file").touch()
    with pytest.raises(FilesError, match="cannot be kept there"):
        cluster_secret(tmp_path / "file")
