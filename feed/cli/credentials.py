"""``feed credentials``: who may connect to a secured broker, from now on."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["credentials"]


def credentials(
    what: Annotated[
        str, typer.Argument(help="What to do: list, rotate, revoke or bundle.", metavar="WHAT")
    ],
    folder: Annotated[
        Path, typer.Argument(help="The folder of 'feed broker --secure'.", metavar="DIR")
    ],
    role: Annotated[
        str | None,
        typer.Argument(help="Whose: player, operator, observer or a country.", metavar="ROLE"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Where the bundle goes: a folder that is not there yet.",
            metavar="FOLDER",
        ),
    ] = None,
) -> None:
    """Rotate, revoke or hand out a secured broker's credentials.

    list tells who may connect.  rotate gives a role another password, also one that was revoked;
    revoke keeps it out: a broker that runs ends its connections within a second, and nobody
    else's.  bundle copies what one role needs, to hand out.

    Example: feed credentials bundle workshop JPN --out for-japan
    """
    from feed.app.credentials import bundled, listed, revoked, rotated
    from feed.errors import UsageError

    changes = {"rotate": rotated, "revoke": revoked}
    if what not in {"list", "bundle", *changes}:
        raise UsageError(f"'{what}' is nothing to do here; write list, rotate, revoke or bundle")
    if what != "bundle" and out is not None:
        raise UsageError("--out is for a bundle; leave it out")
    if what == "list":
        if role is not None:
            raise UsageError("'list' tells of all roles; leave out the role")
        print("\n".join(listed(folder)))
        return
    if role is None:
        raise UsageError(f"say whose credentials: feed credentials {what} {folder} ROLE")
    if what == "bundle":
        if out is None:
            raise UsageError("say where the bundle goes with --out FOLDER")
        print(bundled(folder, role.lower(), out))
    else:
        print(changes[what](folder, role.lower()))
