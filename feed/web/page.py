"""The built page: every file of it, in memory, by its path; nothing else can be asked for."""

from dataclasses import dataclass
from pathlib import Path

from feed.errors import FilesError

__all__ = ["FOLDER", "PageFile", "load_page"]

FOLDER = Path(__file__).parent / "page"
"""where the page is built to; ``dashboard/`` has its source"""

WHY = "missing.txt"
"""what the build left behind if it could not be made"""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_BUILD = "build it with 'npm ci && npm run build' in dashboard/, or install feed again"


@dataclass(frozen=True)
class PageFile:
    """A file of the page."""

    type: str
    plain: bytes
    brotli: bytes | None = None
    lasting: bool = False
    """its name changes with its content, so a browser may keep it"""


def load_page(folder: Path = FOLDER) -> dict[str, PageFile]:
    """Return the files by the path they are served at; FilesError if the page is not built."""
    try:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in _TYPES)
        files = {f"/{path.relative_to(folder).as_posix()}": _file(path, folder) for path in paths}
    except OSError as error:
        raise FilesError(folder, f"the page cannot be read ({error.strerror}); {_BUILD}") from error
    if "/index.html" not in files:
        raise FilesError(folder, f"the page was not built with this installation{_why(folder)}")
    return {**files, "/": files["/index.html"]}


def _why(folder: Path) -> str:
    try:
        return f": {(folder / WHY).read_text(encoding='utf-8').strip()}; {_BUILD}"
    except OSError:
        return f"; {_BUILD}"


def _file(path: Path, folder: Path) -> PageFile:
    compressed = path.with_name(f"{path.name}.br")
    return PageFile(
        type=_TYPES[path.suffix],
        plain=path.read_bytes(),
        brotli=compressed.read_bytes() if compressed.is_file() else None,
        lasting=path.parent != folder,
    )
