"""The folder of a secured broker: who may connect, what each is handed, what nobody can read."""

import base64
import datetime as dt
import hashlib
import json
import stat
import subprocess
from pathlib import Path

import bcrypt
import pytest

from feed.errors import FilesError, UsageError
from feed.files.bundle import ABOUT, AUTHORITY, PUBLIC_KEY, SIGNING_KEY, find_bundle
from feed.files.certificates import names_of
from feed.files.secure import Hashes, SecureFolder
from feed.wire.signature import Signer, Verifier
from tests.brokers import need

ROLES = ("player", "operator", "observer", "jpn", "kor")
HOSTS = ("127.0.0.1", "localhost")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def secure(tmp_path: Path) -> SecureFolder:
    """Give a folder that was just made."""
    made = SecureFolder(tmp_path / "secure")
    assert made.prepare(ROLES, HOSTS, NOW) == [*ROLES]
    return made


def password(secure: SecureFolder, role: str) -> str:
    """Return the password that a role is handed."""
    return find_bundle(secure.folder, role).password


def fits(secret: str, hashes: Hashes) -> bool:
    """Tell whether a password is the one of both hashes."""
    _, number, rounds, salt, digest = hashes.mosquitto.split("$")
    assert (number, rounds) == ("7", "101")
    made = hashlib.pbkdf2_hmac("sha512", secret.encode(), base64.b64decode(salt), 101)
    same = made == base64.b64decode(digest)
    assert same == bcrypt.checkpw(secret.encode(), hashes.bcrypt.encode())
    return same


def test_each_role_has_a_password_of_its_own_that_is_kept_as_a_hash(secure: SecureFolder) -> None:
    """What the broker reads tells nobody a password."""
    secrets = {role: password(secure, role) for role in ROLES}
    users = secure.users()
    text = (secure.folder / "users.json").read_text(encoding="utf-8")

    assert len(set(secrets.values())) == len(ROLES)
    assert {*users} == {*ROLES}
    for role, secret in secrets.items():
        assert len(secret) >= 32
        assert fits(secret, users[role])
        assert secret not in text
    assert not fits(secrets["jpn"], users["kor"])


def test_mosquittos_own_program_writes_such_a_hash(tmp_path: Path) -> None:
    """The form is its own: algorithm, rounds, salt, digest."""
    file = tmp_path / "passwords"
    subprocess.run(
        [need("mosquitto_passwd"), "-c", "-b", str(file), "jpn", "secret"],
        check=True,
        capture_output=True,
    )
    user, _, written = file.read_text(encoding="utf-8").strip().partition(":")
    bcrypted = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()

    assert user == "jpn"
    assert fits("secret", Hashes(bcrypt=bcrypted, mosquitto=written))


def test_nobody_else_can_read_any_of_it(secure: SecureFolder) -> None:
    """Folders and files are their owner's alone, also after a change."""
    secure.rotate("jpn")
    secure.located("mqtts://a", "wss://a")
    paths = [secure.folder, *secure.folder.rglob("*")]

    assert len(paths) > 20
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_role_is_handed_what_it_needs_and_no_key_to_sign_with(secure: SecureFolder) -> None:
    """Only the player signs; everybody can check that."""
    for role in ROLES:
        names = {path.name for path in secure.bundle(role).iterdir()}
        own = {SIGNING_KEY} if role == "player" else set()
        assert names == {ABOUT, AUTHORITY, PUBLIC_KEY} | own
    signer = Signer((secure.bundle("player") / SIGNING_KEY).read_bytes())
    verifier = Verifier((secure.bundle("jpn") / PUBLIC_KEY).read_bytes())
    assert verifier.flaw(json.dumps(signer.signed({"a": 1})).encode()) is None


def test_a_second_start_changes_nothing(secure: SecureFolder) -> None:
    """What was handed out goes on to fit; a new country gets its own."""
    before = {path: path.read_bytes() for path in secure.folder.rglob("*") if path.is_file()}

    assert secure.prepare([*ROLES, "nor"], HOSTS[:1], NOW + dt.timedelta(days=9)) == ["nor"]
    for path, content in before.items():
        if path.name != "users.json":
            assert path.read_bytes() == content, path
    assert fits(password(secure, "nor"), secure.users()["nor"])


def test_other_hosts_and_the_end_of_time_make_a_new_certificate(secure: SecureFolder) -> None:
    """Of the same authority, so that nobody has to be handed anything."""
    authority = (secure.folder / AUTHORITY).read_bytes()
    first = secure.certificate.read_bytes()
    secure.prepare(ROLES, ["192.0.2.7"], NOW)
    second = secure.certificate.read_bytes()
    secure.prepare(ROLES, ["192.0.2.7"], NOW + dt.timedelta(days=380))

    assert names_of(second) == ["192.0.2.7"]
    assert len({first, second, secure.certificate.read_bytes()}) == 3
    assert (secure.folder / AUTHORITY).read_bytes() == authority


def test_a_rotated_password_is_another_one(secure: SecureFolder) -> None:
    """Of this role alone; where the broker is stays written down."""
    secure.located("mqtts://host:8883", "wss://host:8084/mqtt")
    old, stamp, other = password(secure, "jpn"), secure.stamp(), password(secure, "kor")

    assert secure.rotate("jpn") == secure.folder / "jpn"
    found = find_bundle(secure.folder, "jpn")
    assert not fits(old, secure.users()["jpn"])
    assert fits(found.password, secure.users()["jpn"])
    assert (found.broker, found.websocket) == ("mqtts://host:8883", "wss://host:8084/mqtt")
    assert password(secure, "kor") == other
    assert secure.stamp() != stamp


def test_who_is_revoked_stays_out_until_it_is_let_in_again(secure: SecureFolder) -> None:
    """Also over a start of the broker."""
    secure.revoke("jpn")
    assert "jpn" not in secure.users()
    assert secure.prepare(ROLES, HOSTS, NOW) == []
    assert "jpn" not in secure.users()
    with pytest.raises(UsageError, match="'jpn' is no role of"):
        secure.revoke("jpn")

    secure.rotate("jpn")
    assert fits(password(secure, "jpn"), secure.users()["jpn"])


def test_what_cannot_be_is_one_sentence(tmp_path: Path, secure: SecureFolder) -> None:
    """No folder, no role, damage."""
    with pytest.raises(FilesError, match="is no folder of 'feed broker --secure'"):
        SecureFolder(tmp_path / "nowhere").rotate("jpn")
    with pytest.raises(UsageError, match="there are jpn, kor, observer, operator, player"):
        secure.rotate("nor")
    (secure.folder / "users.json").write_text("[" * 99_999, encoding="utf-8")
    with pytest.raises(FilesError, match="is damaged; remove the folder"):
        secure.users()
    (tmp_path / "file").touch()
    with pytest.raises(FilesError, match="cannot be used"):
        SecureFolder(tmp_path / "file").prepare(ROLES, HOSTS, NOW)
