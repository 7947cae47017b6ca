"""The one door through which the failures of MQTT libraries and sockets become our own errors."""

import errno
import logging
import re
import ssl

from aiomqtt.exceptions import MqttConnectError
from gmqtt.mqtt.handler import MQTTConnectError

from feed.errors import BrokerError, FilesError
from feed.mqtt.address import BrokerAddress

__all__ = [
    "BusyError",
    "broker_error",
    "for_good",
    "hung_up",
    "number_of",
    "quiet",
    "refused",
    "tls_context",
]

# Return codes of CONNACK in MQTT 3.1.1, section 3.2.2.3.
_REFUSALS = {
    1: "it does not speak MQTT 3.1.1; use a broker that does",
    2: "it refuses this client id; take another --name",
    3: "it is not available at present; try again later",
    4: "wrong user name or password; give them as mqtt://user:password@host:port",
    5: "not authorised; give a user that may connect, as mqtt://user:password@host:port",
}
_NOT_LET_IN = (4, 5)
_PASSING = 3
"""The only refusal that may end by itself."""
_CODES_OF_5 = {132: 1, 133: 2, 136: 3, 134: 4, 135: 5}
"""paho tells the refusals of 3.1.1 by the codes of MQTT 5."""
_OUT_OF_TIME = {9: "is not valid yet", 10: "has expired"}
"""what OpenSSL's codes of verification say of a certificate's time"""
_LOST = (
    "the connection was lost; check that the broker is running, that this is its port for MQTT, "
    "and mqtt:// or mqtts://"
)
_REFUSED = re.compile(rf"refused|errno {errno.ECONNREFUSED}\b")
_NO_HOST = re.compile(
    "name or service not known|nodename nor servname|no address associated|name resolution"
)
_NO_WAY = re.compile("unreachable|no route to host")


class BusyError(BrokerError):
    """A broker took long over what it then refused: it may have time for it in a moment."""


def broker_error(address: BrokerAddress, error: BaseException) -> BrokerError:
    """Return what went wrong with a broker as one sentence that says what to do."""
    if isinstance(error, BrokerError):
        return error
    code = _refusal(error)
    return BrokerError(address.shown, _words(error)) if code is None else refused(address, code)


def for_good(error: BaseException) -> bool:
    """Tell whether an attempt was refused in a way that another attempt will not change."""
    code = _refusal(error)
    if isinstance(error, BrokerError):
        return not isinstance(error, BusyError)
    return code in _REFUSALS and code != _PASSING


def hung_up(error: BaseException) -> bool:
    """Tell whether somebody took the connection and ended it without a word."""
    return not isinstance(error, BrokerError) and _refusal(error) is None and _words(error) == _LOST


def _refusal(error: BaseException) -> int | None:
    """Return the return code of CONNACK, if that is what went wrong."""
    if isinstance(error, MqttConnectError):
        code = number_of(error.rc)
        return _CODES_OF_5.get(code, code)
    return error._code if isinstance(error, MQTTConnectError) else None  # noqa: SLF001 - no public name


def number_of(code: object) -> int:
    """Return a return code as a number, however the library wraps it."""
    value = getattr(code, "value", code)
    return value if isinstance(value, int) else -1


def refused(address: BrokerAddress, code: int) -> BrokerError:
    """Return what a return code of CONNACK means, as one sentence that says what to do."""
    if code in _NOT_LET_IN and address.credentials is not None:
        text = (
            f"not authorised: it does not take the password of '{address.user}' in "
            f"{address.credentials}; it was changed or revoked, so ask who runs the broker for "
            "the folder anew"
        )
        return BrokerError(address.shown, text)
    return BrokerError(
        address.shown, _REFUSALS.get(code, f"it refused the connection (code {code})")
    )


def _words(error: BaseException) -> str:
    text = str(error).lower()
    cause = error.__cause__ or error.__context__
    if isinstance(error, TimeoutError) or "timed out" in text or "timeout" in text:
        return "no answer; check that an MQTT broker listens at this address"
    if isinstance(error, ConnectionRefusedError) or _REFUSED.search(text):
        return "connection refused; start one with 'feed broker'"
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError) or "ssl" in text:
        return _of_tls(error, cause)
    if _NO_HOST.search(text):
        return "no such host; check the address"
    if _NO_WAY.search(text):
        return "the host cannot be reached; check the address and the network"
    return _LOST


def _of_tls(*errors: BaseException | None) -> str:
    for error in errors:
        if isinstance(error, ssl.SSLCertVerificationError):
            if error.verify_code in _OUT_OF_TIME:
                return (
                    f"its certificate {_OUT_OF_TIME[error.verify_code]}; check the clocks of both "
                    "machines; 'feed broker --secure' makes another certificate when it starts"
                )
            return (
                f"its certificate is not accepted ({error.verify_message.rstrip('.').lower()}); "
                "give the credentials of this broker, and a host that its certificate names"
            )
    return "the encrypted connection failed; check mqtt:// or mqtts:// and its certificate"


def quiet() -> None:
    """Keep the MQTT libraries from printing; what matters of theirs is logged in our words."""
    for name in ("gmqtt", "gmqtt.client", "mqtt", "aiomqtt", "paho"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def tls_context(address: BrokerAddress) -> ssl.SSLContext | None:
    """Return how to encrypt a connection; None where the address asks for none.

    The broker's certificate has to be signed by the authority of the credentials, or by one that
    the machine trusts, for the very host of the address.
    """
    if not address.tls:
        return None
    try:
        # OpenSSL would wait for ever for whoever writes into a pipe.
        if address.authority is not None and address.authority.is_fifo():
            raise FileNotFoundError(address.authority)
        return ssl.create_default_context(cafile=address.authority)
    except OSError:  # an SSLError is one
        assert address.authority is not None, "the machine's own need no file"
        text = "holds no certificate; take the credentials as 'feed broker --secure' made them"
        raise FilesError(address.authority, text) from None
