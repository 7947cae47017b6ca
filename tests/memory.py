"""Folders in memory, for properties that write to a file thousands of times."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["folder_in_memory"]

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders with names of their own are made in it


def folder_in_memory() -> TemporaryDirectory[str]:
    """Give a folder for which no disk is waited at each commit, where there is one."""
    return TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None)
