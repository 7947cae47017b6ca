"""Run folders: where the files of each run lie, and which runs there are.

A run is running while somebody holds its lock; nothing else is believed, so a killed run is shown
as what it is.  Only a folder that holds a lock file is a run, and only such a folder is removed.
"""

import contextlib
import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import platformdirs

from feed.errors import FilesError, UsageError, is_no_room, unless_full
from feed.files.home import HOME, named_home
from feed.files.ledger import PlayerLedger
from feed.files.lock import Lock
from feed.files.receiver_ledger import ReceiverLedger

__all__ = [
    "RunFolder",
    "RunInfo",
    "RunState",
    "create_run",
    "find_run",
    "list_runs",
    "prune_runs",
    "receiver_folder",
    "remove_run",
    "runs_folder",
]

RunState = Literal["running", "ended", "broken-off", "received", "damaged"]
"""``received``: played elsewhere, and only received here."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LOCK = "lock"
_SHOWN = 5
"""How many runs are named when a prefix fits several."""


class RunFolder:
    """The folder of one run, readable by its owner alone, and the names of the files in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.path.name

    @property
    def player_ledger(self) -> Path:
        """The ledger of what was published."""
        return self.path / "player.sqlite"

    def receiver_ledger(self, country: str, name: str) -> Path:
        """Return the ledger of what a receiver of a country got."""
        return self.path / f"receiver-{_level(country.lower())}-{_level(name)}.sqlite"

    @property
    def store(self) -> Path:
        """The folder in which the embedded broker keeps its messages."""
        return self.path / "store"

    @property
    def scenario(self) -> Path | None:
        """The copy of the scenario, under its own suffix; None if there is none."""
        return next(iter(sorted(self.path.glob("scenario.*"))), None)

    @property
    def arrangements(self) -> Path | None:
        """The copy of the arrangements, under its own suffix; None if there is none."""
        return next(iter(sorted(self.path.glob("arrangements.*"))), None)

    def keep_scenario(self, source: Path) -> Path:
        """Copy a scenario into the folder, so that the run can go on when the original changed."""
        return self._keep(source, "scenario")

    def keep_arrangements(self, source: Path) -> Path:
        """Copy a file of arrangements into the folder."""
        return self._keep(source, "arrangements")

    @property
    def faults(self) -> Path | None:
        """The copy of the faults on purpose, under its own suffix; None if there is none."""
        return next(iter(sorted(self.path.glob("faults.*"))), None)

    def keep_faults(self, source: Path) -> Path:
        """Copy a file of faults into the folder."""
        return self._keep(source, "faults")

    def _keep(self, source: Path, name: str) -> Path:
        target = self.path / f"{name}{source.suffix or '.yaml'}"
        with _written(target) as file, _said(source, "read"):
            shutil.copyfile(source, file)
        return target

    def remove_store(self) -> None:
        """Remove what the embedded broker kept; a run that is complete needs it no longer."""
        shutil.rmtree(self.store, ignore_errors=True)

    def lock(self) -> Lock:
        """Take the run for this process; UsageError if another plays it."""
        taken = Lock.take(self.path / _LOCK)
        if taken is None:
            raise UsageError(f"run {self.id} is being played; stop that player first, or use it")
        return taken

    def is_running(self) -> bool:
        """Tell if a process plays the run."""
        return Lock.is_held(self.path / _LOCK)

    def size(self) -> int:
        """Return how many bytes all files of the run have."""
        size = 0
        # A running run removes files while they are counted.
        for folder, _, names in os.walk(self.path):
            for name in names:
                with contextlib.suppress(OSError):
                    size += (Path(folder) / name).lstat().st_size
        return size


class RunInfo(NamedTuple):
    """What a list of runs says about one."""

    id: str
    started: int
    """wall time in microseconds since 1970; when the folder last changed if it does not say"""
    exercise: str
    scenario: str
    state: RunState
    size: int
    published: int
    path: Path


def runs_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of all runs, by FEED_HOME or where the system keeps what programs keep."""
    if home := environment.get(HOME):
        return named_home(home) / "runs"
    try:
        return platformdirs.user_state_path("feed", appauthor=False) / "runs"
    except RuntimeError as error:
        raise UsageError("there is no home folder; say where runs lie with FEED_HOME") from error


def create_run(runs: Path, run_id: str) -> RunFolder:
    """Make the folder of a new run."""
    run = RunFolder(runs / _level(run_id))
    with _said(run.path, "written"):
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            run.path.mkdir(mode=0o700)
        except FileExistsError as error:
            text = f"run {run_id} is there already; go on with it, or give the new one another id"
            raise UsageError(text) from error
        (run.path / _LOCK).touch(mode=0o600)
    return run


def receiver_folder(runs: Path, run_id: str) -> RunFolder:
    """Return the folder of a run that is played elsewhere or here, made if need be."""
    run = RunFolder(runs / _level(run_id))
    with _said(run.path, "written"):
        run.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (run.path / _LOCK).touch(mode=0o600)
    return run


def find_run(runs: Path, prefix: str) -> RunFolder:
    """Return the run whose id begins so; UsageError if there is none, or more than one."""
    ids = [run.id for run in _folders(runs)]
    found = [prefix] if prefix in ids else [each for each in ids if each.startswith(prefix)]
    if len(found) == 1:
        return RunFolder(runs / found[0])
    if found:
        more = "" if len(found) <= _SHOWN else f" and {len(found) - _SHOWN} more"
        shown = ", ".join(found[:_SHOWN])
        raise UsageError(f"'{prefix}' fits several runs: {shown}{more}; write more of the id")
    near = difflib.get_close_matches(prefix, ids, n=1)
    hint = f"did you mean '{near[0]}'" if near else "'feed runs' lists the runs there are"
    raise UsageError(f"there is no run '{prefix}'; {hint}")


def list_runs(runs: Path) -> list[RunInfo]:
    """Return what there is to say about each run, the newest first."""
    infos = [_info(run) for run in _folders(runs)]
    return sorted(infos, key=lambda info: (info.started, info.id), reverse=True)


def prune_runs(runs: Path, *, keep: int | None = None, before: int | None = None) -> list[RunInfo]:
    """Remove all but the newest ``keep`` runs, or those started ``before`` a wall time.

    With both, a run goes if both say so.  One that is running or being received stays, and counts.
    """
    if keep is None and before is None:
        raise UsageError("say which runs may go: how many to keep, or how old they must be")
    infos = list_runs(runs)
    removed = []
    for place, info in enumerate(infos):
        kept = keep is not None and place < keep
        young = before is not None and info.started >= before
        if not kept and not young and remove_run(RunFolder(info.path)):
            removed.append(info)
    return removed


def remove_run(run: RunFolder) -> bool:
    """Remove a run and all its files; False if it is running, or being received."""
    lock = Lock.take(run.path / _LOCK)
    if lock is None:
        return False
    with lock, _said(run.path, "removed"):
        if any(map(ReceiverLedger.is_open, run.path.glob("receiver-*.sqlite"))):
            return False
        # Renamed first, so that a folder that is half gone is no run any more.
        gone = Path(tempfile.mkdtemp(prefix=".removed-", dir=run.path.parent))
        run.path.rename(gone / run.id)
        shutil.rmtree(gone)
    return True


def _folders(runs: Path) -> Iterator[RunFolder]:
    with _said(runs, "read"):
        entries = sorted(runs.iterdir()) if runs.exists() else []
        for path in entries:
            if _NAME.fullmatch(path.name) and not path.is_symlink() and (path / _LOCK).is_file():
                yield RunFolder(path)


def _info(run: RunFolder) -> RunInfo:
    # Asked before the ledger is read: a run that ends meanwhile is not taken for a broken one.
    running = run.is_running()
    about: dict[str, Any] = {}
    published = 0
    changed = 0
    state: RunState = "broken-off"
    try:
        if run.player_ledger.exists():
            with PlayerLedger.open(run.player_ledger, read_only=True, check=False) as ledger:
                about, published = ledger.about, ledger.count()
            state = "ended" if "ended" in about else "broken-off"
        elif any(run.path.glob("receiver-*.sqlite")):
            state = "received"
        changed = run.path.stat().st_mtime_ns // 1000
    except (FilesError, OSError):
        state = "damaged"
    started = about.get("started")
    return RunInfo(
        id=run.id,
        started=started if isinstance(started, int) else changed,
        exercise=str(about.get("exercise", "")),
        scenario=str(about.get("scenario", "")),
        state="running" if running else state,
        size=run.size(),
        published=published,
        path=run.path,
    )


def _level(name: str) -> str:
    """Return a name that is part of a path, if it cannot lead anywhere else."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}': use lower-case letters, digits and single hyphens")
    return name


@contextlib.contextmanager
def _written(target: Path) -> Iterator[Path]:
    """Give a private file to write to that becomes the target when all went well."""
    with _said(target, "written"):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(descriptor)
        try:
            yield Path(name)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _said(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if done == "read" and is_no_room(error):
            raise  # of a copy: whoever writes it says so
        reason = (error.strerror or str(error)).lower()
        text = f"cannot be {done}: {reason}; check its folder and rights"
        raise FilesError(path, unless_full(error, text)) from error
