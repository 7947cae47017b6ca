"""Tests of ``feed.mqtt.errors``: every failure is one sentence that says what to do."""

import errno
import logging
import os
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from aiomqtt.exceptions import MqttCodeError, MqttConnectError, MqttError
from gmqtt.mqtt.handler import MQTTConnectError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from feed.errors import FilesError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import broker_error, for_good, number_of, quiet, refused, tls_context

WORDS = "secret"
ADDRESS = BrokerAddress("h", 1883, user="player", password=WORDS)
MULTIPLE = (
    "Multiple exceptions: [Errno 111] Connect call failed ('::1', 1883, 0, 0), "
    "[Errno 111] Connect call failed ('127.0.0.1', 1883)"
)


def paho_refusal(code: int) -> MqttConnectError:
    """Return a refusal as aiomqtt tells it."""
    return MqttConnectError(ReasonCode(PacketTypes.CONNACK, identifier=code))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "refused; start one with 'feed broker"),
        (MqttError("[Errno 111] Connection refused"), "refused; start one with 'feed broker"),
        (OSError(MULTIPLE.replace("111", str(errno.ECONNREFUSED))), "connection refused; start"),
        (TimeoutError(), "no answer; check"),
        (MqttError("Operation timed out"), "no answer; check"),
        (MqttError("timed out"), "no answer; check"),
        (socket.gaierror(-2, "Name or service not known"), "no such host; check the address"),
        (MqttError("[Errno -3] Temporary failure in name resolution"), "no such host; check"),
        (MqttError("[Errno -5] No address associated with hostname"), "no such host; check"),
        (OSError(8, "nodename nor servname provided, or not known"), "no such host; check"),
        (OSError(101, "Network is unreachable"), "cannot be reached; check"),
        (MqttError("[Errno 113] No route to host"), "cannot be reached; check"),
        (ssl.SSLError(1, "[SSL] record layer failure"), "encrypted connection failed; check"),
        (MqttError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate"), "encrypted connection failed"),
        (
            ConnectionResetError(104, "Connection reset by peer"),
            "its port for MQTT, and mqtt:// or",
        ),
        (MqttCodeError(7, "Unexpected disconnection"), "was lost; check"),
        (MqttError("Disconnected during message iteration"), "was lost; check"),
        (MQTTConnectError(4), "wrong user name or password; give them as mqtt://user:password@"),
        (MQTTConnectError(5), "not authorised; give a user"),
        (MQTTConnectError(1), "does not speak MQTT 3.1.1; use"),
        (MQTTConnectError(2), "refuses this client id; take another"),
        (MQTTConnectError(3), "not available at present; try again"),
        (MQTTConnectError(99), "refused the connection (code 99)"),
        (paho_refusal(132), "does not speak MQTT 3.1.1; use"),
        (paho_refusal(133), "refuses this client id; take another"),
        (paho_refusal(134), "wrong user name or password; give"),
        (paho_refusal(135), "not authorised; give a user"),
        (paho_refusal(136), "not available at present; try again"),
    ],
)
def test_every_failure_is_one_sentence(error: BaseException, words: str) -> None:
    """What went wrong, whichever library says it, is told with the address and a remedy."""
    told = broker_error(ADDRESS, error)

    assert words in str(told)
    assert str(told).startswith("broker h:1883: ")
    assert "\n" not in str(told)
    assert not str(told).endswith(".")
    assert WORDS not in str(told) + repr(told)


@pytest.mark.parametrize("code", [4, 5])
def test_credentials_that_are_refused_are_named_without_the_password(code: int) -> None:
    """Whose they are, where, and whom to ask: nobody can give others on the command line."""
    theirs = replace(ADDRESS, user="jpn", password="secret", credentials=Path("for-japan"))  # noqa: S106 - made up
    told = str(refused(theirs, code))

    assert "does not take the password of 'jpn' in for-japan; it was changed or revoked" in told
    assert "secret" not in told
    assert "mqtt://" not in told


@pytest.mark.parametrize(("code", "words"), [(9, "is not valid yet"), (10, "has expired")])
def test_a_certificate_out_of_time_has_a_remedy_of_its_own(code: int, words: str) -> None:
    """Other credentials would not help."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "in OpenSSL's words"
    told = str(broker_error(ADDRESS, error))

    assert f"its certificate {words}; check the clocks" in told
    assert "give the credentials" not in told


def test_a_cause_behind_an_error_is_seen() -> None:
    """A library that hides a failure of encryption behind its own error does not hide it."""
    error = MqttError("failed")
    error.__cause__ = ssl.SSLError(1, "bad")

    assert "encrypted connection failed" in str(broker_error(ADDRESS, error))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MQTTConnectError(4), True),
        (MQTTConnectError(5), True),
        (MQTTConnectError(3), False),
        (paho_refusal(134), True),
        (paho_refusal(136), False),
        (MqttError("Operation timed out"), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_only_a_refusal_in_words_is_for_good(error: BaseException, *, expected: bool) -> None:
    """A broker that is away may come back; a wrong password stays wrong."""
    assert for_good(error) is expected


def test_return_codes_are_numbers_however_they_are_wrapped() -> None:
    """Plain numbers and paho's objects are both read; what is neither is no known code."""
    assert number_of(5) == 5
    assert number_of(ReasonCode(PacketTypes.CONNACK, identifier=135)) == 135
    assert number_of("no code") == -1
    assert "not authorised" in str(refused(ADDRESS, 5))


def test_the_libraries_do_not_print() -> None:
    """What the MQTT libraries log stays with them."""
    quiet()

    for name in ("gmqtt.client", "gmqtt.mqtt.handler", "mqtt"):
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)


def test_only_an_address_that_says_so_is_encrypted() -> None:
    """mqtts:// checks the certificate and the name; mqtt:// has neither."""
    context = tls_context(BrokerAddress("h", 8883, tls=True))

    assert context is not None
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert tls_context(ADDRESS) is None


def test_a_pipe_is_no_authority(tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    authority = tmp_path / "ca.pem"
    os.mkfifo(authority)
    with pytest.raises(FilesError, match="holds no certificate"):
        tls_context(BrokerAddress("h", 8883, tls=True, authority=authority))
