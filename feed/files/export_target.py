"""Where an export goes: one file, a folder of files, or standard output; whole or not at all."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from feed.errors import FilesError
from feed.export.record import Part
from feed.files.recording import file_sentence
from feed.files.source import STDIN

__all__ = ["Put", "append_part", "export_target", "print_bytes"]

Put = Callable[[Part], None]


@contextmanager
def export_target(out: Path, *, folder: bool) -> Iterator[Put]:
    """Give what adds a part to a file of the export.

    What is written becomes ``out`` when all went well; if not, nothing is left.  A file that is
    there already is replaced, a folder has to be new or empty.
    """
    if not folder and str(out) == STDIN:
        yield lambda part: print_bytes(part.data)
        return
    try:
        if folder and out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise FilesError(out, "is there already; name a folder that is new or empty")
        if not folder and out.is_dir():
            raise FilesError(out, "is a folder; name a file in it")
        if not folder and out.exists() and not out.is_file():
            with out.open("wb", buffering=0) as pipe:
                yield lambda part: _all(pipe.write, part.data)
            return
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
    except OSError as error:
        raise FilesError(out, file_sentence(error)) from error
    try:
        yield lambda part: append_part(work / (part.file or out.name), part, out)
        _put_in_place(work, out, folder=folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def append_part(path: Path, part: Part, out: Path) -> None:
    """Add a part to its file; one that is a whole file is in its place at once."""
    # Opened for each piece: a folder may get more files than can be open at one time.
    try:
        if part.whole:
            made = path.with_name(f".{path.name}.part")
            made.write_bytes(part.data)
            made.replace(path)
            return
        with path.open("ab") as file:
            file.write(part.data)
    except OSError as error:
        raise FilesError(out, file_sentence(error)) from error


def _put_in_place(work: Path, out: Path, *, folder: bool) -> None:
    try:
        if folder:
            out.mkdir(exist_ok=True)
            for path in sorted(work.iterdir()):
                path.replace(out / path.name)
        else:
            (work / out.name).replace(out)
    except OSError as error:
        raise FilesError(out, file_sentence(error)) from error


def print_bytes(data: bytes) -> None:
    """Write bytes to standard output, all of them at once."""
    sys.stdout.flush()
    _all(sys.stdout.buffer.write, data)
    sys.stdout.buffer.flush()


def _all(write: Callable[[memoryview], int | None], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[write(left) or 0 :]
