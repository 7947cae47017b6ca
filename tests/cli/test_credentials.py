"""``feed credentials``: what it does is in tests/app/test_credentials.py."""

import datetime as dt
from pathlib import Path

import pytest

from feed.cli import invoke
from feed.files.bundle import find_bundle
from feed.files.secure import SecureFolder

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
