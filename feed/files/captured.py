"""One record of captured traffic, whatever the format of its file."""

from typing import NamedTuple

__all__ = ["Captured"]


class Captured(NamedTuple):
    """One MQTT message as it was captured."""

    line: int
    """its place in the file, from 1: a line, or the number of its record"""
    wall: int | None
    """when it was received, microseconds since 1970; None if the file does not say"""
    topic: str | None
    """None: the file has bare payloads"""
    payload: bytes
    qos: int = 0
    retain: bool = False
    whole: bool = True
    """False: the program that wrote the file cut the payload off"""
