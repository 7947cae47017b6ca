"""MCAP: every message as it was published, for Foxglove, PlotJuggler and ``mcap``.

A channel for each topic, with the JSON Schema of its messages; after 10,000 topics one for each
kind, without the event's level.  Log time is when a message was due, publish time when it was sent,
in nanoseconds since 1970; ``sequence`` is the feed's own.  The payloads are the bytes that were
sent.  The mark: every topic begins with ``exercise``, every payload has ``status`` and
``exercise``, and so has the metadata of the file.

What MCAP cannot say: nothing of the messages is lost.  Of a scenario, which nobody has sent, log
time and publish time are the same.  Retained topics (``head``, ``state``, ``geo``, ``clock``) are
not in it; ``feed capture`` writes those of a run down.
"""

from collections.abc import Iterable, Iterator

from mcap.writer import CompressionType, Writer

from feed.export.record import ByteQueue, ExportContext, Exported, ExportFormat, Part

__all__ = ["MCAP"]

_NANOSECONDS = 1000
_CHUNK, _LIVE_CHUNK = 1 << 20, 1 << 15
"""bytes that are compressed together; what is not written yet is lost with the process"""
_MOST_SEQUENCE = 2**32
_MOST_CHANNELS = 10_000
"""MCAP numbers them in 16 bits, and every reader lists them."""


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield the file, chunk by chunk."""
    queue = ByteQueue()
    size = _LIVE_CHUNK if context.live else _CHUNK
    writer = Writer(queue, chunk_size=size, compression=CompressionType.ZSTD)  # type: ignore[arg-type]
    writer.start(profile="", library="alert-feed")
    writer.add_metadata(
        "exercise",
        {
            "status": "Exercise",
            "exercise": context.mark,
            "run": context.run,
            "epoch": str(context.epoch),
        },
    )
    schemas: dict[str, int] = {}
    channels: dict[str, int] = {}
    for record in records:
        kind, topic = record.delivery.message.kind, record.topic
        if topic not in channels and len(channels) >= _MOST_CHANNELS:
            topic = topic.rpartition("/")[0]
        if topic not in channels:
            if kind not in schemas:
                schemas[kind] = writer.register_schema(
                    f"feed.{kind}", "jsonschema", context.schemas.get(kind, b"{}")
                )
            channels[topic] = writer.register_channel(topic, "json", schemas[kind])
        writer.add_message(
            channels[topic],
            log_time=max(record.delivery.due, 0) * _NANOSECONDS,
            publish_time=max(record.sent, 0) * _NANOSECONDS,
            data=record.payload,
            sequence=record.sequence % _MOST_SEQUENCE,
        )
        if data := queue.take():
            yield Part("", data)
    writer.finish()  # type: ignore[no-untyped-call]
    yield Part("", queue.take())


MCAP = ExportFormat(
    "mcap", "MCAP, every message as it was published", write, one_country=False, told=False
)
