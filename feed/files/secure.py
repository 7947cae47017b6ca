"""The folder of a secured broker: who may connect, and what each of them is given.

    DIR/ca.pem, ca-key.pem            the certificate authority
    DIR/server.pem, server-key.pem    the broker's certificate
    DIR/users.json                    the roles and the hashes of their passwords
    DIR/player, DIR/operator, …       for each role what it is handed: see feed.files.bundle

The broker reads hashes only: the passwords stand in the folders of the roles, which can be handed
out and removed.  Everything is readable by its owner alone.
"""

import base64
import contextlib
import datetime as dt
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import bcrypt
from pydantic import BaseModel, ConfigDict, Field

from feed.errors import FilesError, UsageError, unless_full
from feed.files.bundle import ABOUT, AUTHORITY, PUBLIC_KEY, SIGNING_KEY, BundleAbout
from feed.files.certificates import (
    KeyPair,
    names_of,
    new_authority,
    new_certificate,
    new_signing_key,
    outdated,
)

__all__ = ["PLAYER", "Hashes", "SecureFolder"]

PLAYER = "player"
_USERS = "users.json"
_AUTHORITY_KEY = "ca-key.pem"
_SERVER, _SERVER_KEY = "server.pem", "server-key.pem"
_PASSWORD_BYTES = 24
_ROUNDS = 4
"""Of bcrypt, the fewest there are: what is hashed is random, so that nobody can guess it, and the
broker has to check it for every connection."""
_ITERATIONS = 101
"""mosquitto's own number, for the same reason"""
_SALT_BYTES = 12
_LARGEST = 1_048_576


class Hashes(BaseModel):
    """A password as brokers keep it."""

    model_config = ConfigDict(extra="ignore", strict=True)

    bcrypt: Annotated[str, Field(max_length=100)]
    """as nats-server reads it"""
    mosquitto: Annotated[str, Field(max_length=200)]
    """PBKDF2 with SHA-512, as mosquitto_passwd writes it"""


class _Users(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    users: Annotated[dict[str, Hashes], Field(max_length=1000)]


class SecureFolder:
    """The credentials of one broker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @property
    def certificate(self) -> Path:
        """The broker's certificate."""
        return self.folder / _SERVER

    @property
    def key(self) -> Path:
        """The key of the broker's certificate."""
        return self.folder / _SERVER_KEY

    @property
    def exists(self) -> bool:
        """Whether it was made."""
        return (self.folder / _USERS).exists()

    def bundle(self, role: str) -> Path:
        """Return the folder of what a role is handed."""
        return self.folder / role

    def prepare(self, roles: Sequence[str], hosts: Sequence[str], now: dt.datetime) -> list[str]:
        """Make what is missing; return the roles that are new.

        The certificate is made anew when it is for other hosts, or about to end.  Whoever was
        revoked stays out.
        """
        with self._said():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            authority = self._authority(now)
            self._serve(authority, hosts, now)
            known = self.users() if self.exists else {}
            signing = self._signing_key()
            fresh = [role for role in roles if role not in known and not self._revoked(role)]
            for role in fresh:
                self._hand_out(role, known, authority.public, signing)
            self._write_users(known)
        return fresh

    def users(self) -> dict[str, Hashes]:
        """Return the hashes of the passwords of who may connect."""
        path = self.folder / _USERS
        with self._said():
            try:
                with path.open("rb") as file:
                    return _Users.model_validate_json(file.read(_LARGEST)).users
            except ValueError:
                text = "is damaged; remove the folder and start the broker with --secure again"
                raise FilesError(path, text) from None

    def rotate(self, role: str) -> Path:
        """Give a role another password; return the folder of what it is to be handed."""
        known = self._known(role, revoked=True)
        with self._said():
            authority = (self.folder / AUTHORITY).read_bytes()
            self._hand_out(role, known, authority, self._signing_key())
            self._write_users(known)
        return self.bundle(role)

    def revoke(self, role: str) -> None:
        """Keep a role out from now on, and remove what it would be handed."""
        known = self._known(role)
        with self._said():
            del known[role]
            self._write_users(known)
            folder = self.bundle(role)
            (folder / ABOUT).unlink(missing_ok=True)

    def roles(self) -> dict[str, bool]:
        """Return every role that was ever given credentials, and whether it may connect."""
        known = self._known(None)
        with self._said():
            folders = [path.name for path in self.folder.iterdir() if self._revoked(path.name)]
        return {role: role in known for role in sorted({*known, *folders})}

    def handed(self, role: str) -> bool:
        """Tell whether what a role is handed is still in the folder."""
        return (self.bundle(role) / ABOUT).exists()

    def copy(self, role: str, out: Path) -> list[str]:
        """Copy what a role is handed to a new folder; return the names of the files."""
        self._known(role)
        if not self.handed(role):
            text = (
                f"is not here any longer; 'feed credentials rotate {self.folder} {role}' makes it"
            )
            raise FilesError(self.bundle(role) / ABOUT, text)
        with self._said():
            try:
                out.mkdir(mode=0o700, parents=True)
            except FileExistsError:
                raise FilesError(out, "is there already; name a new folder") from None
            paths = sorted(self.bundle(role).iterdir())
            for path in paths:
                _write(out / path.name, path.read_bytes())
        return [path.name for path in paths]

    def located(self, broker: str, websocket: str) -> None:
        """Write down where the broker is, in everything that is handed out."""
        for role in self.users():
            path = self.bundle(role) / ABOUT
            with self._said(), contextlib.suppress(FileNotFoundError, ValueError):
                about = BundleAbout.model_validate_json(path.read_bytes())
                there = about.model_copy(update={"broker": broker, "websocket": websocket})
                if there != about:
                    _write(path, there.model_dump_json(indent=1).encode() + b"\n")

    def stamp(self) -> tuple[int, int]:
        """Return what changes whenever who may connect does."""
        with self._said():
            found = (self.folder / _USERS).stat()
        return found.st_mtime_ns, found.st_ino

    def _known(self, role: str | None, *, revoked: bool = False) -> dict[str, Hashes]:
        """Return the users; UsageError if a role is none of them."""
        if not self.exists:
            text = "is no folder of 'feed broker --secure'; start the broker with it first"
            raise FilesError(self.folder, text)
        known = self.users()
        if role is not None and role not in known and not (revoked and self._revoked(role)):
            raise UsageError(
                f"'{role}' is no role of {self.folder}; there are {', '.join(sorted(known))}"
            )
        return known

    def _revoked(self, role: str) -> bool:
        """Tell whether a role was there once: its folder is, without credentials."""
        folder = self.bundle(role)
        return folder.is_dir() and not (folder / ABOUT).exists()

    def _authority(self, now: dt.datetime) -> KeyPair:
        certificate, key = self.folder / AUTHORITY, self.folder / _AUTHORITY_KEY
        if not (certificate.exists() and key.exists()):
            made = new_authority(f"alert-feed exercise {secrets.token_hex(4)}", now)
            _write(key, made.private)
            _write(certificate, made.public)
        return KeyPair(key.read_bytes(), certificate.read_bytes())

    def _serve(self, authority: KeyPair, hosts: Sequence[str], now: dt.datetime) -> None:
        if self.certificate.exists() and self.key.exists():
            there = self.certificate.read_bytes()
            with contextlib.suppress(ValueError):
                if set(hosts) <= set(names_of(there)) and not outdated(there, now):
                    return
        try:
            made = new_certificate(authority, hosts, now)
        except (ValueError, UnicodeError):
            text = "holds no key of an authority; remove the folder, or name another host"
            raise FilesError(self.folder / _AUTHORITY_KEY, text) from None
        _write(self.key, made.private)
        _write(self.certificate, made.public)

    def _signing_key(self) -> KeyPair:
        private, public = self.folder / SIGNING_KEY, self.folder / PUBLIC_KEY
        if not (private.exists() and public.exists()):
            made = new_signing_key()
            _write(private, made.private)
            _write(public, made.public)
        return KeyPair(private.read_bytes(), public.read_bytes())

    def _hand_out(
        self, role: str, known: dict[str, Hashes], authority: bytes, signing: KeyPair
    ) -> None:
        """Make a new password of a role, and all that it is handed."""
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        folder = self.bundle(role)
        folder.mkdir(mode=0o700, exist_ok=True)
        about = BundleAbout(user=role, password=password)
        with contextlib.suppress(OSError, ValueError):
            before = BundleAbout.model_validate_json((folder / ABOUT).read_bytes())
            about = before.model_copy(update={"password": password})
        _write(folder / ABOUT, about.model_dump_json(indent=1).encode() + b"\n")
        _write(folder / AUTHORITY, authority)
        _write(folder / PUBLIC_KEY, signing.public)
        if role == PLAYER:
            _write(folder / SIGNING_KEY, signing.private)
        known[role] = _hashed(password)

    def _write_users(self, users: Mapping[str, Hashes]) -> None:
        text = _Users(users=dict(users)).model_dump_json(indent=1)
        _write(self.folder / _USERS, text.encode() + b"\n")

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = Path(str(error.filename or self.folder))
            text = f"cannot be used ({os.strerror(error.errno or 0).lower()}); see --secure"
            raise FilesError(where, unless_full(error, text)) from error


def _hashed(password: str) -> Hashes:
    plain = password.encode()
    salt = os.urandom(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", plain, salt, _ITERATIONS)
    coded = [base64.b64encode(part).decode() for part in (salt, digest)]
    return Hashes(
        # '$2a$' is what nats-server knows a hash by.
        bcrypt=bcrypt.hashpw(plain, bcrypt.gensalt(_ROUNDS, prefix=b"2a")).decode(),
        mosquitto=f"$7${_ITERATIONS}${coded[0]}${coded[1]}",
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole, for its owner alone."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
