"""A page that is written to a file as it is made: whole, or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from feed.errors import FilesError

__all__ = ["write_page"]


def write_page(path: Path, parts: Iterable[str]) -> None:
    """Write the parts of a page; what stood there before stays until all of it is written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with beside.open("w", encoding="utf-8", errors="replace") as file:
                file.writelines(parts)
            if path.exists() and not path.is_file():
                # A pipe or a device: it cannot be replaced, only written to.
                path.write_text(beside.read_text(encoding="utf-8"), encoding="utf-8")
            else:
                beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FilesError(path, f"cannot be written: {reason}; check its folder") from error
