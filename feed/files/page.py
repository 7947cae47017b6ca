"""A page that is written to a file as it is made: whole, or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from feed.errors import FilesError

__all__ = ["write_page"]


def write_page(path: Path, parts: Iterable[str]) -> None:
    """Write the parts of a page; what stood there before stays until all of it is written."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe or a device cannot be replaced, only written to.
            with path.open("w", encoding="utf-8", errors="replace") as file:
                file.writelines(parts)
            return
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with beside.open("w", encoding="utf-8", errors="replace") as file:
                file.writelines(parts)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FilesError(path, f"cannot be written: {reason}; check its folder") from error
