"""``python -m feed``: the same as ``feed``."""

from feed.cli import main

if __name__ == "__main__":
    main()
