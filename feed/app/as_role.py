"""As whom to connect to a broker: what is known on this machine of its passwords."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from feed.errors import FeedError
from feed.files.bundle import find_bundle
from feed.files.credentials import find_credentials
from feed.files.runs import runs_folder
from feed.mqtt.address import BrokerAddress

__all__ = ["as_role", "home"]

_NOWHERE = 9
"""the port of a service that nobody runs: no connection yet, so that it is tried again"""
_TRUSTED = frozenset({"player", "operator"})
"""who has a password on every broker that is started here"""


def home() -> Path:
    """Return the folder in which feed keeps what outlives a command."""
    return runs_folder(os.environ).parent


def as_role(address: BrokerAddress, name: str) -> BrokerAddress:
    """Return an address as a role connects to it, if the user did not say as whom.

    On a broker that was started on this machine the passwords are known; on any other one, a
    country gives its name and no password, which open brokers accept.
    """
    found = address.mapped(lambda one: _as_role(one, name))
    if not found.others or name not in _TRUSTED:
        return found
    ours = any(one.renew is not None for one in found.each)
    return found.mapped(lambda one: _once_known(one, name, ours=ours) if one.user is None else one)


def _once_known(address: BrokerAddress, name: str, *, ours: bool) -> BrokerAddress:
    """Return one of several addresses of which it is not known yet as whom to connect.

    Of nodes that are started on this machine, one that is away has no password.  Taken without, it
    would let a player in as an observer when it comes back, and acknowledge what it then drops.
    """

    def renewed() -> BrokerAddress:
        now = _as_role(address, name)
        return replace(address, port=_NOWHERE) if ours and now.user is None else now

    return replace(address, renew=renewed)


def _as_role(address: BrokerAddress, name: str) -> BrokerAddress:
    if address.credentials is not None:
        return _with_bundle(address, address.credentials, name)
    if address.user is not None or (name == "observer" and not address.tls):
        return address
    kept = find_credentials(home(), address.host, address.port)
    if kept.folder is not None and address.tls:
        return _with_bundle(replace(address, before_5=not kept.mqtt_5), kept.folder, name)
    if name in kept.passwords:

        def renewed() -> BrokerAddress:
            now = find_credentials(home(), kept.host, address.port)
            user, password = now.users.get(name, name), now.passwords.get(name)
            if password is not None:
                return replace(found, user=user, password=password)
            # A broker that lets in whom it does not know would serve it with nothing, for ever.
            return found if found.user == name else replace(found, port=_NOWHERE)

        # To the very address that it listens on: another spelling may reach somebody else.
        user, password = kept.users.get(name, name), kept.passwords[name]
        found = replace(
            address, host=kept.host, user=user, password=password, before_5=not kept.mqtt_5
        )
        return replace(found, renew=renewed)
    if name in _TRUSTED:
        return address
    return replace(address, user=name, password=None)


def _with_bundle(address: BrokerAddress, folder: Path, name: str) -> BrokerAddress:
    """Return an address with the credentials of a role; a user in the address comes before."""
    bundle = find_bundle(folder, name)
    found = replace(address, credentials=bundle.folder, authority=bundle.authority)
    if address.user is not None:
        return found

    def renewed() -> BrokerAddress:
        # Credentials that were revoked are gone; that they are refused says the broker.
        with suppress(FeedError):
            return replace(found, user=bundle.user, password=find_bundle(folder, name).password)
        return replace(found, user=bundle.user, password=bundle.password)

    return replace(renewed(), renew=renewed)
