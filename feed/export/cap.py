"""CAP 1.2: every alert, update and end of one as a message of the Common Alerting Protocol.

One file for each message, one ``info`` for each language, and ``index.atom``, an Atom feed of the
last 500 of them, as CAP consumers poll it.  ``references`` names every earlier
message of the chain in CAP's own form, as Google's rules ask.  The mark: ``status`` is Exercise,
``note`` has the exercise, ``event``, headline and description begin with EXERCISE.

An all-clear is an Update whose response is AllClear, because CAP's Cancel says that a message was
wrong.  What ends a part is an Update too, for the areas where the alert goes on, with what it said
before: a Cancel would take away all of it.

What CAP cannot say: launches, tracks, impacts, meetings, agreements, incidents, statements; when
somebody got it and by which arrangement; fractions of a second.  A correction of an alert that is
not in the export is left out, because CAP can only refer to a message by its time of sending.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from feed.export.cap_index import INDEX, CapEntry, cap_index
from feed.export.reading import bodies, choice, line, number, place, seconds_time, texts
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.alert import Category, Certainty, Response, Severity, Urgency
from feed.model.marking import BANNER, marked
from feed.model.message import OWN, PUBLIC, Delivery, Message

__all__ = ["CAP", "NAMESPACE", "CapAlerts"]

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_MOST_KNOWN = 10_000
"""Messages that can still be referred to."""
_LONGEST_CHAIN = 50
_MOST_ENTRIES = 500
"""of the index; a consumer that was away for longer reads the files"""
_NO_NAME = re.compile(r"[^A-Za-z0-9._@-]+")
"""CAP's identifiers have no spaces, commas, < and &; what is more is harmless to leave out."""


@dataclass
class _Chain:
    """One message that was written: how to refer to it, and what it said."""

    earlier: list[str]
    """it and all before it, in CAP's form"""
    said: Mapping[str, Any] = field(default_factory=dict)
    """the body of the last message that was no end"""


class CapAlerts:
    """The alerts of one country in one epoch, one after the other, and the index of them."""

    def __init__(self, context: ExportContext) -> None:
        self._context = context
        self._chains: dict[str, _Chain] = {}
        self._entries: deque[CapEntry] = deque(maxlen=_MOST_ENTRIES)

    def take(self, record: Exported, *, first: bool = False) -> Part | None:
        """Return a message as a file; None, and counted, if CAP cannot say it.

        ``first``: what was said before is not known here, so an update is an alert.
        """
        chains, message = self._chains, record.delivery.message
        known = [chains[key] for key in record.delivery.references if key in chains]
        if message.type != "alert" and not known:
            if not first:
                self._context.left_out["it refers to an alert that is not in the export"] += 1
                return None
            message = message._replace(type="alert", partial=False)
        earlier = list(dict.fromkeys(each for chain in known for each in chain.earlier))
        said = known[-1].said if known else {}
        delivery = record.delivery._replace(message=message)
        document = _document(delivery, self._context, earlier, said)
        own = ",".join(
            (_sender(message, self._context), _name(message, self._context), _sent(message))
        )
        goes_on = message.type in {"alert", "update"} or not said
        chains[message.key] = _Chain(
            [*earlier, own][-_LONGEST_CHAIN:], message.data if goes_on else said
        )
        if len(chains) > _MOST_KNOWN:
            del chains[next(iter(chains))]
        part = Part(f"{record.sequence:08}-{message.event}.xml", document, whole=True)
        self._entries.append(_entry(message, self._context, part.file))
        return part

    def index(self, country: str, started: str) -> Part:
        """Return the index of the last messages; ``started``: its time where there are none."""
        return Part(INDEX, cap_index(self._entries, self._context, country, started), whole=True)


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield one file for each message, and the index of them."""
    alerts, country = CapAlerts(context), ""
    for record in records:
        part = alerts.take(record)
        if part is not None:
            country = record.delivery.recipient
            yield part
            if context.live:
                yield alerts.index(country, "")
    if country and not context.live:
        yield alerts.index(country, "")


CAP = ExportFormat(
    "cap",
    "CAP 1.2, one XML file for each alert message, with an Atom index",
    write,
    kinds=("alert",),
    folder=True,
    needs=("lxml",),
)


def _sender(message: Message, context: ExportContext) -> str:
    return f"{message.originator.lower()}@{context.slug}.exercise.invalid"


def _name(message: Message, context: ExportContext) -> str:
    return _NO_NAME.sub("-", f"{context.slug}.{message.key}")


def _sent(message: Message) -> str:
    return seconds_time(message.at, message.offset_s)


def _entry(message: Message, context: ExportContext, file: str) -> CapEntry:
    issuer = message.data.get("issuer")
    authority = line(issuer.get("authority")) if isinstance(issuer, Mapping) else ""
    headline, description = next(iter(_texts(message, context.language).values()))
    return CapEntry(
        name=_name(message, context),
        file=file,
        title=line(f"{_type(message)}: {(headline or description).removeprefix(f'{BANNER}. ')}"),
        author=authority or _sender(message, context),
        sent=message.at,
        updated=_sent(message),
    )


def _document(
    delivery: Delivery, context: ExportContext, earlier: list[str], said: Mapping[str, Any]
) -> bytes:
    from lxml import etree  # noqa: PLC0415 - an extra

    message, data = delivery.message, delivery.message.data
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]

    def add(name: str, text: str) -> None:
        etree.SubElement(root, f"{{{NAMESPACE}}}{name}").text = text

    add("identifier", _name(message, context))
    add("sender", _sender(message, context))
    add("sent", _sent(message))
    add("status", "Exercise")
    add("msgType", _type(message))
    issuer = data.get("issuer")
    issuer = issuer if isinstance(issuer, Mapping) else {}
    if channel := line(issuer.get("channel")):
        add("source", channel)
    shared = message.release == "arrangement" or delivery.arrangement not in {OWN, PUBLIC}
    add("scope", "Restricted" if shared else "Public")
    if shared:
        add(
            "restriction", line("REL TO " + ", ".join(delivery.releasable or (delivery.recipient,)))
        )
    reason = line(data.get("reason"))
    add("note", line(f"{context.mark}{f'; {message.type}: {reason}' if reason else ''}"))
    if earlier:
        add("references", " ".join(earlier))
    if about := _NO_NAME.sub("-", line(data.get("about"))):
        add("incidents", about)
    for language, text in _texts(message, context.language).items():
        root.append(_info(message, said, language, text, line(issuer.get("authority"))))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _type(message: Message) -> str:
    if message.type == "alert":
        return "Alert"
    return "Cancel" if message.type == "cancel" and not message.partial else "Update"


def _texts(message: Message, first: str) -> dict[str, tuple[str, str]]:
    """Return headline and description by language; the first is what simple readers show."""
    headlines, descriptions = texts(message.data.get("headline")), texts(message.data.get("text"))
    languages = list(dict.fromkeys((*descriptions, *headlines))) or ["en"]
    languages.sort(key=lambda language: language != first)
    bare = marked(f"{message.type.capitalize()} without a text.")
    return {
        language: (
            headlines.get(language, ""),
            descriptions.get(language) or headlines.get(language) or bare,
        )
        for language in languages
    }


def _info(
    message: Message,
    said: Mapping[str, Any],
    language: str,
    text: tuple[str, str],
    authority: str,
) -> Any:
    from lxml import etree  # noqa: PLC0415 - an extra

    info = etree.Element(f"{{{NAMESPACE}}}info")

    def add(name: str, value: str, to: Any = info) -> None:
        etree.SubElement(to, f"{{{NAMESPACE}}}{name}").text = value

    data = message.data
    # Where a part has ended, the rest goes on as it was said before.
    stands = {**data, **said, "areas": data.get("remaining")} if message.partial else data
    category = choice(stands.get("category"), get_args(Category), "Other")
    headline, description = text
    if message.partial:
        ended = ", ".join(_named(area) for area in bodies(data.get("areas")))
        description = f"{description}\n{message.type}: {ended}"
    add("language", language)
    add("category", category)
    add("event", f"EXERCISE {category} alert")
    add("responseType", choice(stands.get("response"), get_args(Response), "None"))
    for name, among in (("urgency", Urgency), ("severity", Severity), ("certainty", Certainty)):
        add(name, choice(stands.get(name), get_args(among), "Unknown"))
    if message.expires is not None:
        add("expires", seconds_time(message.expires, message.offset_s))
    if authority:
        add("senderName", authority)
    if headline:
        add("headline", line(headline))
    add("description", description)
    for area in bodies(stands.get("areas")) or [{}]:
        element = etree.SubElement(info, f"{{{NAMESPACE}}}area")
        add("areaDesc", _named(area), element)
        if circle := _circle(area):
            add("circle", circle, element)
        if code := line(area.get("code")):
            geocode = etree.SubElement(element, f"{{{NAMESPACE}}}geocode")
            add("valueName", "code", geocode)
            add("value", code, geocode)
    return info


def _named(area: Mapping[str, Any]) -> str:
    return line(area.get("name")) or "not stated"


def _circle(area: Mapping[str, Any]) -> str:
    """Return a circle as CAP writes it, latitude first; a point is one without a radius."""
    circle = area.get("circle")
    circle = circle if isinstance(circle, Mapping) else {}
    centre, radius = place(circle.get("center")), number(circle.get("radius_km"))
    if centre is None or radius is None or radius < 0:
        centre, radius = place(area.get("point")), 0.0
    if centre is None:
        return ""
    return f"{centre[1]:.5f},{centre[0]:.5f} {radius:.3f}"
