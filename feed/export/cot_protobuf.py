"""Cursor on Target as protobuf: the events of ``cot`` in the TAK Protocol, version 1.

In a file and over TCP each message has the header of a stream (0xBF and its length), in a datagram
that of the mesh (0xBF 0x01 0xBF), as TAK clients expect it.  The events, their types and their mark
are those of ``cot``; the remark is in ``xmlDetail``.

What it cannot say: what ``cot`` cannot.
"""

from collections.abc import Iterable, Iterator

from feed.export.cot import COT, cot_events
from feed.export.record import ExportContext, Exported, ExportFormat, Part

__all__ = ["COT_PROTOBUF"]


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield one message for each report."""
    import takproto  # noqa: PLC0415 - an extra

    version = takproto.TAKProtoVer.MESH if context.datagrams else takproto.TAKProtoVer.STREAM
    for event in cot_events(records, context):
        yield Part("", bytes(takproto.xml2proto(event, version)))


COT_PROTOBUF = ExportFormat(
    "cot-protobuf",
    "Cursor on Target, the TAK Protocol's protobuf",
    write,
    kinds=COT.kinds,
    single=True,
    needs=(*COT.needs, "takproto"),
)
