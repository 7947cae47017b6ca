"""``feed runs``: the runs that are written down here, and their removal."""

from typing import Annotated

import typer

from feed.cli.options import Json

__all__ = ["runs"]


def runs(
    keep: Annotated[
        int | None,
        typer.Option("--prune-keep", help="Remove all but the newest N runs.", min=0, metavar="N"),
    ] = None,
    older: Annotated[
        str | None,
        typer.Option(
            "--prune-older", help="Remove runs begun longer ago than this.", metavar="DURATION"
        ),
    ] = None,
    json_lines: Json = False,
) -> None:
    """List the runs on this machine, or remove old ones.

    A run that is being played is never removed.

    Example: feed runs --prune-older 7d
    """
    import os

    from feed.app.session import seconds
    from feed.cli.streams import print_json
    from feed.clock import SystemClock
    from feed.files.runs import list_runs, prune_runs, runs_folder
    from feed.model.time import rfc3339
    from feed.terminal.runs import runs_table

    folder = runs_folder(os.environ)
    wall = SystemClock().wall()
    pruning = keep is not None or older is not None
    if pruning:
        before = None if older is None else wall - round(seconds(older, "--prune-older") * 1e6)
        found = prune_runs(folder, keep=keep, before=before)
    else:
        found = list_runs(folder)
    rows = [info._asdict() | {"path": str(info.path)} for info in found]
    if not json_lines:
        print(runs_table(rows, removed=pruning))
        return
    for row in rows:
        started = rfc3339(row["started"]) if row["started"] else None
        about = {"id": row["id"], "started": started, "size_bytes": row["size"]}
        rest = {name: row[name] for name in ("exercise", "scenario", "state", "published", "path")}
        print_json({**about, **rest})
