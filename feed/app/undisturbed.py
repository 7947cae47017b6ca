"""Time without long pauses of Python's own: garbage is collected before, and what lives stays.

A full collection walks over everything that was ever imported and read, about 80 ms with the
libraries that are used here; while a run is paced that is a stretch in which nothing goes out.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["undisturbed"]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let full collections look only at what is made while the context lasts."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
