"""Where a live export goes: files that grow while it is written, standard output, or a socket.

A file that is there already is never touched, because nothing could bring it back.
"""

import contextlib
import shutil
from pathlib import Path

from feed.errors import FilesError
from feed.export.record import Part
from feed.files.export_target import append_part, print_bytes
from feed.files.recording import file_sentence
from feed.files.source import STDIN

__all__ = ["LiveTarget", "refuse_existing"]


def refuse_existing(out: Path) -> None:
    """Refuse, before anything is begun, a place at which nothing can be written."""
    try:
        if str(out) == STDIN or (out.exists() and not out.is_file() and not out.is_dir()):
            return
        if out.is_file():
            raise FilesError(out, "is there already; a live export begins a new file, name one")
        if out.is_dir() and any(out.iterdir()):
            raise FilesError(out, "is there already; name a folder that is new or empty")
        if not out.absolute().parent.is_dir():
            raise FilesError(out, "the folder that it is to be in is not there; make it first")
    except OSError as error:
        raise FilesError(out, file_sentence(error)) from error


class LiveTarget:
    """Files, or one file, that are written while somebody may read them."""

    def __init__(self, out: Path, *, folder: bool) -> None:
        self._out = out
        self._folder = folder
        if folder:
            try:
                out.mkdir(exist_ok=True)
            except OSError as error:
                raise FilesError(out, file_sentence(error)) from error

    def put(self, part: Part) -> None:
        """Add a part; whoever reads the file sees it at once."""
        if str(self._out) == STDIN:
            print_bytes(part.data)
            return
        append_part(self._out / part.file if self._folder else self._out, part, self._out)

    def discard(self) -> None:
        """Take away what was written: there is nothing in it."""
        with contextlib.suppress(OSError):
            if self._folder:
                shutil.rmtree(self._out)
            elif self._out.is_file():
                self._out.unlink()
