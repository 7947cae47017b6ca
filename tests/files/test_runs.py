"""Run folders are private, found by a prefix, and never removed while they run."""

import os
import stat
import sys
from pathlib import Path

import pytest

from feed.errors import FilesError, UsageError
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import (
    RunFolder,
    create_run,
    find_run,
    list_runs,
    prune_runs,
    receiver_folder,
    runs_folder,
)
from tests.files.child import child
from tests.files.test_database import as_nobody


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Give a folder of runs that is not there yet."""
    return tmp_path / "home" / "runs"


def played(runs: Path, run_id: str, *, started: int, ended: bool = True) -> RunFolder:
    """Make a run that published one message."""
    run = create_run(runs, run_id)
    about = {"run": run_id, "started": started, "exercise": "TEST", "scenario": "first-light"}
    with PlayerLedger.create(run.player_ledger, about) as ledger:
        ledger.add([Published(1, "JPN", 1, 0, "a.kor.1", 1, 2, "t", b"{}")])
        if ended:
            ledger.note("ended", started + 1)
    return run


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep it elsewhere")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"FEED_HOME": "/f", "XDG_STATE_HOME": "/x", "HOME": "/h"}, "/f/runs"),
        ({"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/feed/runs"),
        ({"XDG_STATE_HOME": "x", "HOME": "/h"}, "/h/.local/state/feed/runs"),
        ({"FEED_HOME": "", "XDG_STATE_HOME": "", "HOME": "/h"}, "/h/.local/state/feed/runs"),
    ],
)
def test_where_runs_lie(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FEED_HOME comes first, then the XDG folder of state, then its default."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert runs_folder(environment) == Path(expected)


def test_a_home_that_is_relative(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative FEED_HOME means the folder one stands in, also after that changes."""
    monkeypatch.chdir(tmp_path)
    assert runs_folder({"FEED_HOME": "here"}) == tmp_path / "here" / "runs"


def test_no_home_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home folder is told what to set."""

    def homeless(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", homeless)
    with pytest.raises(UsageError, match="say where runs lie with FEED_HOME"):
        runs_folder({})


def test_a_run_is_private(runs: Path, tmp_path: Path) -> None:
    """The folder can be read by its owner alone, and so can what is kept in it."""
    run = create_run(runs, "01jfm0")
    original = tmp_path / "story.yaml"
    original.write_text("secret", encoding="utf-8")
    original.chmod(0o644)
    saved = run.keep_scenario(original)

    assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert saved.read_text(encoding="utf-8") == "secret"


def test_the_scenario_is_kept_under_its_suffix(runs: Path, tmp_path: Path) -> None:
    """A copy of the scenario and the arrangements is there when the originals are gone."""
    run = create_run(runs, "01jfm0")
    assert run.scenario is None
    assert run.arrangements is None
    scenario, arrangements = tmp_path / "long.jsonl", tmp_path / "mine.yaml"
    scenario.write_text("{}\n", encoding="utf-8")
    arrangements.write_text("links: []\n", encoding="utf-8")

    assert run.keep_scenario(scenario) == run.scenario == run.path / "scenario.jsonl"
    assert run.keep_arrangements(arrangements) == run.arrangements
    scenario.unlink()
    assert run.scenario.read_text(encoding="utf-8") == "{}\n"


def test_a_copy_that_fails_leaves_nothing(runs: Path, tmp_path: Path) -> None:
    """A scenario that cannot be read is a sentence that names it, and no half copy."""
    run = create_run(runs, "01jfm0")

    with pytest.raises(FilesError, match=r"gone\.yaml: cannot be read: no such file"):
        run.keep_scenario(tmp_path / "gone.yaml")
    assert sorted(run.path.iterdir()) == [run.path / "lock"]


def test_every_file_has_its_own_name(runs: Path) -> None:
    """Two receivers of one country have two ledgers; a name leads nowhere else."""
    run = create_run(runs, "01jfm0")
    receivers = {run.receiver_ledger("JPN", "a"), run.receiver_ledger("jpn", "b")}
    names = receivers | {run.player_ledger, run.store}

    assert len(names) == 4
    assert {name.parent for name in names} == {run.path}
    with pytest.raises(UsageError, match=r"'\.\./x': use lower-case letters"):
        run.receiver_ledger("JPN", "../x")


@pytest.mark.parametrize("run_id", ["", "..", "a/b", "A", "-a", "a b"])
def test_ids_that_are_none(runs: Path, run_id: str) -> None:
    """An id that would lead out of the folder, or hide in it, is refused."""
    with pytest.raises(UsageError, match="use lower-case letters"):
        create_run(runs, run_id)
    assert not runs.exists()


def test_an_id_is_used_once(runs: Path) -> None:
    """A second run of the same id is refused."""
    create_run(runs, "01jfm0")

    with pytest.raises(UsageError, match="is there already"):
        create_run(runs, "01jfm0")


def test_a_receiver_shares_the_folder_of_a_run(runs: Path) -> None:
    """A receiver uses the folder that is there, or makes it, and does not play the run."""
    made = receiver_folder(runs, "01jfm0")
    again = receiver_folder(runs, "01jfm0")

    assert made.path == again.path
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    assert not made.is_running()
    assert find_run(runs, "01").id == "01jfm0"


def test_the_store_is_removed(runs: Path) -> None:
    """What the broker kept can go before the run does, and need not be there."""
    run = create_run(runs, "01jfm0")
    (run.store / "jetstream").mkdir(parents=True)

    run.remove_store()
    run.remove_store()

    assert not run.store.exists()
    assert run.path.exists()


def test_a_folder_without_rights(tmp_path: Path) -> None:
    """A place where no folder can be made is one sentence."""
    with as_nobody(), pytest.raises(FilesError, match="check its folder and rights"):
        create_run(tmp_path / "runs", "01jfm0")


def test_a_run_is_played_by_one(runs: Path) -> None:
    """A second player is refused until the first lets go."""
    run = create_run(runs, "01jfm0")

    with run.lock():
        assert run.is_running()
        with pytest.raises(UsageError, match="run 01jfm0 is being played"):
            RunFolder(run.path).lock()
    assert not run.is_running()
    run.lock().release()


def test_a_run_is_found_by_the_beginning_of_its_id(runs: Path) -> None:
    """A prefix of one run is enough, an id that others continue is that run."""
    for run_id in ("01jfm0", "01jfm0-b", "01jgk7"):
        create_run(runs, run_id)

    assert find_run(runs, "01jg").id == "01jgk7"
    assert find_run(runs, "01jfm0").id == "01jfm0"
    with pytest.raises(UsageError, match="'01jf' fits several runs: 01jfm0, 01jfm0-b; write more"):
        find_run(runs, "01jf")


def test_a_run_that_is_not_there(runs: Path) -> None:
    """A slip of the pen gets the run that was meant, anything else the list."""
    with pytest.raises(UsageError, match="there is no run 'x'; 'feed runs' lists"):
        find_run(runs, "x")
    create_run(runs, "01jfm0")
    with pytest.raises(UsageError, match="there is no run '01jfn0'; did you mean '01jfm0'"):
        find_run(runs, "01jfn0")
    with pytest.raises(UsageError, match="there is no run"):
        find_run(runs, "../runs/01jfm0")


def test_many_runs_are_not_all_named(runs: Path) -> None:
    """A sentence stays one that can be read."""
    for n in range(8):
        create_run(runs, f"01jfm{n}")

    with pytest.raises(UsageError, match="01jfm4 and 3 more; write more"):
        find_run(runs, "01")


def test_the_list_says_how_each_run_stands(runs: Path) -> None:
    """Running, ended, broken off and damaged runs are told apart, the newest first."""
    played(runs, "a", started=100)
    played(runs, "b", started=300, ended=False)
    running = played(runs, "c", started=200, ended=False)
    played(runs, "d", started=50).player_ledger.write_text("nothing", encoding="utf-8")
    received = receiver_folder(runs, "f")
    received.receiver_ledger("JPN", "a").touch()
    for age, run in enumerate((create_run(runs, "e"), received, RunFolder(runs / "d"))):
        os.utime(run.path, ns=(0, (90 - age) * 1000))

    with running.lock():
        infos = list_runs(runs)

    assert [(info.id, info.state, info.published) for info in infos] == [
        ("b", "broken-off", 1),
        ("c", "running", 1),
        ("a", "ended", 1),
        ("e", "broken-off", 0),
        ("f", "received", 0),
        ("d", "damaged", 0),
    ]
    assert (infos[0].exercise, infos[0].scenario) == ("TEST", "first-light")
    assert infos[0].size == infos[0].path.joinpath("player.sqlite").stat().st_size


def test_no_runs_at_all(runs: Path) -> None:
    """A folder that was never made holds no runs."""
    assert list_runs(runs) == []


_PLAYER = """
import sys
from pathlib import Path
from feed.files.ledger import PlayerLedger, Published
from feed.files.runs import RunFolder

run = RunFolder(Path(sys.argv[1]))
with run.lock(), PlayerLedger.open(run.player_ledger) as ledger:
    ledger.add([Published(1, "JPN", 2, 1, "a.kor.2", 1, 2, "t", b"{}")])
    print(flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_killed_player_is_seen_at_once(runs: Path) -> None:
    """A run is running while its process lives; when it is killed the run is broken off."""
    run = played(runs, "a", started=100, ended=False)
    with child(_PLAYER, str(run.path)) as player:
        player.line()
        assert [(info.state, info.published) for info in list_runs(runs)] == [("running", 2)]
        assert prune_runs(runs, keep=0) == []
        player.kill()

    assert [(info.state, info.published) for info in list_runs(runs)] == [("broken-off", 2)]
    with run.lock(), PlayerLedger.open(run.player_ledger) as ledger:
        assert ledger.heads(1) == {"JPN": 2}


def test_old_runs_are_removed(runs: Path) -> None:
    """Runs beyond the number to keep go, or those of before a day, or where both agree."""
    for n in range(6):
        played(runs, f"r{n}", started=100 * n)

    assert [info.id for info in prune_runs(runs, keep=5)] == ["r0"]
    assert [info.id for info in prune_runs(runs, before=200)] == ["r1"]
    assert [info.id for info in prune_runs(runs, keep=2, before=300)] == ["r2"]
    assert [path.name for path in sorted(runs.iterdir())] == ["r3", "r4", "r5"]


def test_what_runs_or_is_no_run_stays(runs: Path, tmp_path: Path) -> None:
    """Nothing is removed that is being played, or that is not a run at all."""
    running = played(runs, "a", started=1)
    played(runs, "b", started=2)
    (runs / "notes").mkdir()
    (runs / "notes.txt").touch()
    elsewhere = create_run(tmp_path / "elsewhere", "c").path
    (runs / "c").symlink_to(elsewhere)

    with running.lock():
        assert [info.id for info in prune_runs(runs, keep=0)] == ["b"]
    assert [path.name for path in sorted(runs.iterdir())] == ["a", "c", "notes", "notes.txt"]
    assert elsewhere.exists()


def test_what_is_being_received_stays(runs: Path) -> None:
    """A receiver on this machine keeps its ledger, also one that just waits; a damaged one goes."""
    path = receiver_folder(runs, "a").receiver_ledger("JPN", "jpn")

    with ReceiverLedger.at(path, {"country": "JPN"}) as ledger:
        assert prune_runs(runs, keep=0) == []
        assert ledger.progress("a", 1).sequence == 0
    path.write_bytes(b"no ledger at all")
    assert [info.id for info in prune_runs(runs, keep=0)] == ["a"]


def test_prune_wants_to_know_which(runs: Path) -> None:
    """Without a limit nothing is removed."""
    with pytest.raises(UsageError, match="say which runs may go"):
        prune_runs(runs)


def test_a_run_that_cannot_be_removed(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that does not let itself be removed is one sentence, and is not in use after it."""
    run = played(runs, "a", started=1)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(FilesError, match="cannot be removed: permission denied"):
        prune_runs(runs, keep=0)
    assert not run.is_running()
