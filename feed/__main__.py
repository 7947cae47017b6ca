"""``feed``, and ``python -m feed``, which is the same: loads the command line and runs it."""

import signal

__all__ = ["main"]


def main() -> None:
    """Run the command line; interrupted while it is loaded, end without a word."""
    # Nothing has begun yet that would have to be ended, and where it was says nothing to anybody.
    handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if handled:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from feed.cli import main as run  # noqa: PLC0415 - it is what takes the time

    if handled:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
