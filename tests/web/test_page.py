"""The built page in memory."""

from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.web.page import load_page


def test_every_file_stands_under_its_path(tmp_path: Path) -> None:
    """What was compressed beforehand is taken along; what is no part of a page is not served."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(b"<p>")
    (tmp_path / "assets" / "a-1.js").write_bytes(b"plain")
    (tmp_path / "assets" / "a-1.js.br").write_bytes(b"short")
    (tmp_path / "built-from.txt").write_bytes(b"digest")
    page = load_page(tmp_path)

    assert sorted(page) == ["/", "/assets/a-1.js", "/index.html"]
    assert page["/"] == page["/index.html"]
    assert page["/assets/a-1.js"].brotli == b"short"
    assert page["/assets/a-1.js"].lasting
    assert not page["/"].lasting


@pytest.mark.parametrize("why", ["no registry of npm packages can be reached", None])
def test_a_page_that_was_not_built_says_why_and_what_to_do(tmp_path: Path, why: str | None) -> None:
    """The build left its reason behind."""
    if why is not None:
        (tmp_path / "missing.txt").write_text(f"{why}\n", encoding="utf-8")
    with pytest.raises(FilesError, match="build it with 'npm ci && npm run build'") as raised:
        load_page(tmp_path)

    assert (why or "not built") in str(raised.value)


def test_a_folder_that_is_not_there_is_a_page_that_was_not_built(tmp_path: Path) -> None:
    """An editable checkout before its first build."""
    with pytest.raises(FilesError, match="not built"):
        load_page(tmp_path / "none")
