"""FEED_HOME: a folder, or one sentence that names the variable."""

from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.home import named_home


def test_a_folder_may_be_there_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made when something is written; a relative one is in the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert named_home(str(tmp_path)) == tmp_path
    assert named_home("a/b") == tmp_path / "a" / "b"
    assert named_home("~/feed") == tmp_path / "feed"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (__file__, "is not a folder"),
        (f"{__file__}/deep/down", "is not a folder"),
        ("/dev/null/x", "/dev/null is not a folder"),
        ("~nobody-of-this-name/x", "there is no such user"),
        ("x" * 300, "file name too long"),
    ],
)
def test_what_can_be_no_folder_is_refused(value: str, why: str) -> None:
    """The sentence says what is wrong and what to do."""
    with pytest.raises(FilesError, match=r"^FEED_HOME: '.*' cannot be used: .*; name a") as no:
        named_home(value)
    assert why in str(no.value)
