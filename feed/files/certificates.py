"""The certificate authority of a secured broker, and the certificate that it gives the broker.

Made once and kept: whoever was handed the authority's certificate can tell the broker from anybody
who took its address.  Ed25519 is not known to every TLS client, so the keys are of P-256.
"""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

__all__ = ["KeyPair", "names_of", "new_authority", "new_certificate", "new_signing_key", "outdated"]

_YEARS = 10
_SERVER_DAYS = 397
_USAGE = x509.oid.ExtendedKeyUsageOID
"""what browsers accept at most"""
_RENEW_DAYS = 30
_SKEW = dt.timedelta(days=1)
"""a machine whose clock is behind is let in too"""


class KeyPair(NamedTuple):
    """A private key and what is public of it, both as PEM."""

    private: bytes
    public: bytes


def new_signing_key() -> KeyPair:
    """Return a new key of Ed25519, for signatures of messages."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(_private(key), public)


def new_authority(name: str, now: dt.datetime) -> KeyPair:
    """Return the key and the certificate of a new authority."""
    key = new_key(SECP256R1())
    subject = _named(name)
    builder = _builder(subject, subject, key, now, dt.timedelta(days=365 * _YEARS))
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(_private(key), certificate.public_bytes(Encoding.PEM))


def new_certificate(authority: KeyPair, hosts: Sequence[str], now: dt.datetime) -> KeyPair:
    """Return the key and the certificate of a server at some hosts; ``ValueError``: no authority.

    A host is a name or an address.
    """
    signing = load_pem_private_key(authority.private, password=None)
    if not isinstance(signing, EllipticCurvePrivateKey):
        raise ValueError("the authority's key is of another kind")  # noqa: TRY004 - its content
    issuer = x509.load_pem_x509_certificate(authority.public)
    key = new_key(SECP256R1())
    builder = _builder(
        _named(hosts[0][:64]), issuer.subject, key, now, dt.timedelta(days=_SERVER_DAYS)
    )
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(
            # Of the nodes of a cluster each is the other's client, too.
            x509.ExtendedKeyUsage([_USAGE.SERVER_AUTH, _USAGE.CLIENT_AUTH]),
            critical=False,
        )
        .add_extension(x509.SubjectAlternativeName(list(map(_host, hosts))), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    return KeyPair(_private(key), certificate.public_bytes(Encoding.PEM))


def names_of(certificate: bytes) -> list[str]:
    """Return the hosts that a server's certificate is for; ``ValueError`` if it is none."""
    found = x509.load_pem_x509_certificate(certificate)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def outdated(certificate: bytes, now: dt.datetime) -> bool:
    """Tell whether a certificate has to be made anew by now."""
    found = x509.load_pem_x509_certificate(certificate)
    if found.not_valid_after_utc - now < dt.timedelta(days=_RENEW_DAYS):
        return True
    usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return _USAGE.CLIENT_AUTH not in usage  # of an earlier release


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    now: dt.datetime,
    lasts: dt.timedelta,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _SKEW,
        not_valid_after=now + lasts,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text.encode("idna").decode("ascii"))


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
