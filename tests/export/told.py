"""What exporters are given in tests: small stories as a country is told them, and hostile ones."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from feed.app.export_source import SourceOptions, export_source
from feed.export.record import ExportContext, Exported, ExportFormat
from feed.model.common import EventBase
from feed.model.event import KINDS
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests import make

__all__ = ["CONTEXT", "FEW", "files", "hostile", "library", "one", "record", "told"]

FEW = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""drawing a body takes longer than writing it"""
CONTEXT = ExportContext("MORNING CALM", "morning-calm", "run1", 1, "Made", zone="Asia/Tokyo")


def record(delivery: Delivery, sequence: int = 1) -> Exported:
    """Return a delivery as it was sent a second after it was due."""
    topic = f"exercise/v1/morning-calm/feed/jpn/{delivery.message.kind}/{delivery.message.event}"
    return Exported(delivery, sequence, delivery.due + SECOND, topic, b'{"status":"Exercise"}')


def told(*events: EventBase, country: str = "JPN") -> list[Exported]:
    """Return what one country is told of a story."""
    deliveries = [each for each in make.plan(*events).deliveries() if each.recipient == country]
    return [record(each, n) for n, each in enumerate(deliveries, 1)]


def library(name: str, *countries: str) -> Iterator[Exported]:
    """Yield what some countries are told of a story of the library."""
    with export_source(SourceOptions(name, countries or ("JPN",)), {}) as source:
        yield from source.records()


def files(form: ExportFormat, records: Iterable[Exported]) -> dict[str, bytes]:
    """Return the files of an export; of messages that the format has no place for, none."""
    found: dict[str, bytes] = {}
    fitting = (
        each for each in records if not form.kinds or each.delivery.message.kind in form.kinds
    )
    for part in form.write(fitting, CONTEXT):
        found[part.file] = found.get(part.file, b"") + part.data
    return found


def one(form: ExportFormat, records: Iterable[Exported]) -> bytes:
    """Return the one file of an export."""
    (data,) = files(form, records).values()
    return data


_TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "<a>&]]>",
        "\x00\x1b[2J",
        "\ud800",
        "=cmd|'x'!A1",
        'a,"b"\r\n',
        "BEGIN:VEVENT\r\nEND:",
        "\ufffe",
    ]
)
_PLACE = st.fixed_dictionaries(
    {
        "type": st.just("Point"),
        "coordinates": st.lists(
            st.floats() | st.integers(-180, 180) | st.none(), min_size=1, max_size=3
        ),
    }
)
_NAMES = st.sampled_from(
    [
        "en", "ja", "name", "text", "headline", "areas", "remaining", "issuer", "authority",
        "channel", "circle", "center", "radius_km", "point", "code", "reason", "category", "site",
        "position", "altitude_m", "velocity", "east_m_s", "north_m_s", "up_m_s", "quality",
        "error_m", "sensor_class", "phase", "area", "radius_m", "time", "state", "title", "place",
        "scheduled", "participants", "agenda", "outcome", "vehicle", "track_number", "object",
        "about", "response", "precision", "when",
    ]
)  # fmt: skip
_VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | _PLACE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=4,
)


@st.composite
def hostile(draw: st.DrawFn, kinds: Sequence[str] = KINDS) -> list[Exported]:
    """Draw messages whose bodies are whatever somebody may have written."""
    records: list[Exported] = []
    for n in range(1, draw(st.integers(1, 4)) + 1):
        kind = draw(st.sampled_from(kinds or KINDS))
        message = make.message(
            at=n,
            kind=kind,
            event=draw(st.sampled_from(["one", "two"])),
            number=n,
            data=draw(st.dictionaries(_NAMES, _VALUE, max_size=10)),
            type=draw(st.sampled_from(["alert", "update", "cancel", "all-clear"])),
            partial=draw(st.booleans()),
        )
        before = tuple(each.delivery.message.key for each in records)
        delivery = make.delivery(n)._replace(
            message=message, references=before, arrangement=draw(_TEXT), due=message.at
        )
        records.append(record(delivery, n))
    return records
