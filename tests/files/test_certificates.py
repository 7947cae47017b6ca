"""An authority and its certificates, as TLS and its clients see them."""

import datetime as dt
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from feed.clock import SystemClock
from feed.files.certificates import KeyPair, names_of, new_authority, new_certificate, outdated
from tests.brokers import need

NOW = dt.datetime.fromtimestamp(SystemClock().wall() // 1_000_000, dt.UTC)
HOSTS = ("127.0.0.1", "::1", "localhost", "broker.example", "münchen.example")


@cache
def authority() -> KeyPair:
    """Return an authority."""
    return new_authority("exercise", NOW)


@cache
def certificate(hosts: Sequence[str] = HOSTS, since: dt.datetime = NOW) -> KeyPair:
    """Return a certificate of it."""
    return new_certificate(authority(), hosts, since)


def test_a_certificate_names_its_hosts() -> None:
    """Names and addresses; others as DNS writes them."""
    assert names_of(certificate().public) == [*HOSTS[:-1], "xn--mnchen-3ya.example"]


def test_another_program_takes_it_for_its_hosts_and_for_no_other(tmp_path: Path) -> None:
    """Openssl is the judge: the chain, the purpose, the name."""
    openssl = need("openssl")
    for name, content in {"ca": authority().public, "server": certificate().public}.items():
        (tmp_path / f"{name}.pem").write_bytes(content)

    def verified(*options: str) -> bool:
        check = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem"]
        done = subprocess.run(
            [openssl, *check, *options, "server.pem"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    assert verified("-verify_hostname", "broker.example")
    assert verified("-verify_ip", "127.0.0.1")
    assert verified("-verify_ip", "::1")
    assert not verified("-verify_hostname", "other.example")
    shutil.copy(tmp_path / "server.pem", tmp_path / "leaf.pem")
    (tmp_path / "ca.pem").write_bytes(new_authority("another", NOW).public)
    assert not verified()


def test_it_is_made_anew_in_time() -> None:
    """A month before it ends."""
    assert not outdated(certificate().public, NOW)
    assert not outdated(certificate().public, NOW + dt.timedelta(days=360))
    assert outdated(certificate().public, NOW + dt.timedelta(days=370))


def test_a_server_can_use_it(tmp_path: Path) -> None:
    """The key is the one of the certificate."""
    (tmp_path / "c.pem").write_bytes(certificate().public)
    (tmp_path / "k.pem").write_bytes(certificate().private)

    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")


@pytest.mark.parametrize("hosts", [("a" * 300,), ("",)])
def test_a_host_that_is_none_is_refused(hosts: Sequence[str]) -> None:
    """No certificate is made for it."""
    with pytest.raises(ValueError, match=r"."):
        new_certificate(authority(), hosts, NOW)
