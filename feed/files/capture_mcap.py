"""Captures as MCAP: one channel for each topic, QoS and retain flag; the payload as it came.

All that is known of the ``mcap`` library stands here.
"""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO
from zlib import error as ZlibError  # noqa: N812 - an exception under its trade name

from mcap.exceptions import McapError
from mcap.records import Channel, Chunk, DataEnd, Message
from mcap.stream_reader import StreamReader, breakup_chunk
from mcap.writer import CompressionType, Writer

from feed.errors import Problem, ScenarioError
from feed.files.captured import Captured

__all__ = ["MAGIC", "McapFile", "read_mcap"]

MAGIC = b"\x89MCAP0\r\n"
_LARGEST_RECORD = 64 << 20
_CHUNK = 1 << 18
"""A capture that is killed loses what is not in a chunk yet."""
_NANOSECONDS = 1000


class McapFile:
    """An MCAP file that is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._writer = Writer(
            file, chunk_size=_CHUNK, compression=CompressionType.ZSTD, enable_data_crcs=True
        )
        self._writer.start(profile="", library="alert-feed")
        self._channels: dict[tuple[str, int, bool], int] = {}
        self._count = 0

    def add(self, record: Captured) -> None:
        """Add a record."""
        assert record.topic is not None, "a record without a topic"
        slot = (record.topic, record.qos, record.retain)
        if slot not in self._channels:
            about = {"qos": str(record.qos), "retain": str(int(record.retain))}
            self._channels[slot] = self._writer.register_channel(record.topic, "", 0, about)
        self._count += 1
        at = (record.wall or 0) * _NANOSECONDS
        # The sequence of MCAP has 32 bits.
        number = self._count % 2**32
        self._writer.add_message(self._channels[slot], at, record.payload, at, number)

    def finish(self) -> None:
        """Write the index at the end."""
        self._writer.finish()  # type: ignore[no-untyped-call]


def read_mcap(file: BinaryIO, shown: str) -> Iterator[Captured]:
    """Yield the messages of an MCAP file, whoever wrote it, in the order of the file."""
    channels: dict[int, Channel] = {}
    count = 0
    try:
        for record in _records(file):
            if isinstance(record, Channel):
                channels[record.id] = record
            elif isinstance(record, Message):
                count += 1
                yield _captured(count, channels[record.channel_id], record)
    except (McapError, struct.error, ZlibError, KeyError, ValueError, EOFError) as error:
        raise _problem(shown, count, error) from error
    except Exception as error:
        # zstandard and lz4 have errors of their own, under names that are not public.
        if type(error).__module__.split(".")[0] not in {"zstd", "zstandard", "lz4", "builtins"}:
            raise
        raise _problem(shown, count, error) from error


def _records(file: BinaryIO) -> Iterator[Any]:
    reader = StreamReader(
        file, emit_chunks=True, validate_crcs=True, record_size_limit=_LARGEST_RECORD
    )
    ended = False
    for record in reader.records:
        # What follows the data is an index, in which a damaged byte can make one more message.
        ended = ended or isinstance(record, DataEnd)
        if ended:
            continue
        if not isinstance(record, Chunk):
            yield record
        elif record.uncompressed_size > _LARGEST_RECORD:
            raise McapError(f"a chunk of {record.uncompressed_size} bytes")
        else:
            yield from breakup_chunk(record, validate_crc=True)


def _captured(number: int, channel: Channel, message: Message) -> Captured:
    qos = channel.metadata.get("qos", "0")
    return Captured(
        line=number,
        wall=message.log_time // _NANOSECONDS,
        topic=channel.topic,
        payload=message.data,
        qos=int(qos) if qos in {"0", "1", "2"} else 0,
        retain=channel.metadata.get("retain") == "1",
    )


def _problem(shown: str, count: int, error: Exception) -> ScenarioError:
    said = " ".join(str(error).split())[:100] or type(error).__name__
    text = f"the MCAP file is cut off or damaged after its message {count} ({said})"
    return ScenarioError([Problem(shown, max(count, 1), 1, text)])
