"""``feed credentials``: what it does is in tests/app/test_credentials.py."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.cli import invoke
from feed.files.bundle import find_bundle
from feed.files.secure import SecureFolder
from tests.commands import STORY, Shell

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a secured broker."""
    SecureFolder(tmp_path / "s").prepare(["player", "jpn"], ["localhost"], NOW)
    return tmp_path / "s"


def test_roles_are_listed_rotated_revoked_and_handed_out(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A country in capital letters will do; no password is ever printed."""
    before = find_bundle(folder, "jpn").password
    for arguments in (
        ["list", str(folder)],
        ["rotate", str(folder), "JPN"],
        ["bundle", str(folder), "JPN", "--out", str(tmp_path / "out")],
    ):
        assert invoke(["credentials", *arguments]) == 0
    after = find_bundle(tmp_path / "out", "jpn").password
    assert invoke(["credentials", "revoke", str(folder), "jpn"]) == 0

    printed = capsys.readouterr()
    assert before != after
    assert before not in printed.out + printed.err
    assert after not in printed.out + printed.err
    assert printed.err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["steal", "{folder}", "jpn"], 2, "'steal' is nothing to do here; write list, rotate"),
        (["list", "{folder}", "jpn"], 2, "'list' tells of all roles"),
        (["rotate", "{folder}"], 2, "say whose credentials"),
        (["bundle", "{folder}", "jpn"], 2, "say where the bundle goes with --out"),
        (["rotate", "{folder}", "jpn", "--out", "x"], 2, "--out is for a bundle"),
        (["revoke", "{folder}", "nor"], 2, "'nor' is no role of"),
        (["list", "/nosuch"], 74, "is no folder of 'feed broker --secure'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    arguments: list[str],
    code: int,
    words: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And nothing is changed."""
    before = (folder / "users.json").read_bytes()
    assert invoke(["credentials", *(each.format(folder=folder) for each in arguments)]) == code

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert words in printed.err
    assert (folder / "users.json").read_bytes() == before


ROLES = ("player", "operator", "observer", "jpn", "kor")
NEEDS = {
    "publish activation-eve-2023": "player",
    "clean x": "player",
    "control pause --exercise x": "operator",
    "receive JPN --exercise x": "jpn",
    "export --follow -f geojson --country JPN --exercise x -o -": "jpn",
    "broker --leaf JPN --port 0 --websocket-port 0": "jpn",
}


@pytest.mark.parametrize("typed", NEEDS)
@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_whoever_has_other_credentials_is_told_which_it_needs(
    typed: str,
    by_environment: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence, for every verb and role, before anything is connected or begun."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    secure, needed = SecureFolder(tmp_path / "s"), NEEDS[typed]
    secure.prepare(ROLES, ["localhost"], NOW)
    secure.located("mqtts://localhost:1", "wss://localhost:2/mqtt")
    for role in ROLES:
        if role == needed:
            continue
        handed, arguments = str(tmp_path / "s" / role), typed.split()
        if by_environment:
            monkeypatch.setenv("FEED_CREDENTIALS", handed)
        else:
            arguments += ["--credentials", handed]
        assert invoke(arguments) == 2
        said = f"are those of '{role}'; give those of '{needed}'"
        assert said in capsys.readouterr().err


EVERYBODY = {"player", "operator", "observer", "jpn"}
MAY = {
    "control status": {"operator"},
    "inject {folder}/more.yaml": {"operator"},
    "connect JPN": EVERYBODY,
    "watch --count 1 exercise/v1/held/clock": EVERYBODY,
    "watch --count 1": EVERYBODY - {"jpn"},
    "watch --count 1 exercise/v1/held/#": EVERYBODY - {"jpn"},
    "capture -t exercise/# -n 1 -o {folder}/{role}.jsonl": EVERYBODY - {"jpn"},
    "capture -t exercise/v1/+/clock -n 1 -o {folder}/{role}-clock.jsonl": EVERYBODY,
    "clean other": {"player"},
    "play {folder}/kept.jsonl --exercise other": {"player"},
    "publish {folder}/story.yaml --rate max --exercise other": {"player"},
}
"""what each verb that connects takes, on a run that is held, with the roles that may"""
MORE = "- {meeting: more-talks, title: Talks, place: A hall, originator: USA, state: held}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Give a secured broker with a run that is held; its credentials are in ``folder / 's'``."""
    shell = Shell(tmp_path_factory.mktemp("roles"))
    (shell.folder / "story.yaml").write_text(STORY, encoding="utf-8")
    (shell.folder / "more.yaml").write_text(MORE, encoding="utf-8")
    shell.broker("--secure", str(shell.folder / "s"))
    player = ("--paused", "--credentials", str(shell.folder / "s" / "player"))
    shell.start("publish", str(shell.folder / "story.yaml"), "--exercise", "held", *player).until(
        "publishing"
    )
    kept, handed = str(shell.folder / "kept.jsonl"), str(shell.folder / "s" / "observer")
    shell.run("capture", "-t", "exercise/#", "-n", "1", "-o", kept, "--credentials", handed)
    yield shell
    shell.close()


@pytest.mark.slow
@pytest.mark.parametrize("typed", MAY)
def test_each_role_may_what_it_may_and_is_told_so_otherwise(
    typed: str, held: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a secured broker that is there; never with a traceback, and never in silence."""
    for name, value in held.environment.items():
        monkeypatch.setenv(name, value)
    for role in sorted(EVERYBODY):
        arguments = typed.format(folder=held.folder, role=role).split()
        if arguments[0] in {"control", "inject"}:
            arguments += ["--exercise", "held"]
        code = invoke([*arguments, "--credentials", str(held.folder / "s" / role)])
        said = capsys.readouterr().err
        if role in MAY[typed]:
            assert code == 0, (role, said)
        else:
            assert code in {2, 3}, (role, said)
            assert said.splitlines()[-1].startswith("feed: "), (role, said)
