"""Time without long pauses of Python's own: garbage is collected before, and what lives stays.

A full collection walks over everything that was ever imported and read, about 80 ms with the
libraries that are used here; while a run is paced that is a stretch in which nothing goes out.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["undisturbed"]

_RARELY = 1000
"""Collections of the middle generation before a full one; Python's own choice is 10."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let full collections be rare, and look only at what is made while the context lasts."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(before[0], before[1], _RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
