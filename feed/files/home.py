"""The folder in which feed keeps what outlives a command, if the user names one: FEED_HOME."""

from pathlib import Path

from feed.errors import FilesError
from feed.model.quoting import quoted

__all__ = ["HOME", "named_home"]

HOME = "FEED_HOME"
"""The variable of the environment."""


def named_home(value: str) -> Path:
    """Return the folder that FEED_HOME names; FilesError if it cannot be one."""
    try:
        home = Path(value).expanduser().absolute()
        there = next(path for path in (home, *home.parents) if path.exists())
        if there.is_dir():
            return home
        why = f"{there} is not a folder"
    except RuntimeError:
        why = "there is no such user"
    except OSError as error:
        why = (error.strerror or str(error)).lower()
    raise FilesError(HOME, f"{quoted(value)} cannot be used: {why}; name a folder, or unset it")
