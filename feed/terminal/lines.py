"""Lines for pipes and logs: one for each message, and a few about the run around them.

Every line about an exercise starts with the mark, so that no line that is cut out can be mistaken.
The columns stand in a fixed order and hold no spaces, up to the words, which are the rest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from feed.model.scenario import exercise_slug
from feed.model.time import SECOND, render_duration
from feed.terminal.views import CountryView, LiveState, MessageView
from feed.wire.envelope import Envelope, decode, message_of
from feed.wire.topics import ROOT, Topics
from feed.wording.headline import headline
from feed.wording.text import clean
from feed.wording.times import Times, after, named_zone, rate_text

__all__ = ["MARK", "Lines", "message_line", "payload_line", "summary_lines"]

MARK = "EXERCISE"
"""The first word of every line about an exercise."""
_NONE = "-"


class Lines:
    """Lines about a run, written to a stream as things happen."""

    def __init__(self, out: TextIO, *, offset_s: int = 0, zone: str | None = None) -> None:
        """Write times in a named zone, else as the messages have them, else with an offset."""
        self._out = out
        self._times = Times(offset_s, named_zone(zone))

    def begin(self, state: LiveState) -> None:
        """Say what is played, to whom, and where to connect."""
        for line in _opening(state, self._times):
            self._write(line)

    def messages(self, country: str, messages: Iterable[tuple[MessageView, float | None]]) -> None:
        """Say what a country got, each message with its latency in milliseconds."""
        lines = [message_line(country, each, self._times, latency) for each, latency in messages]
        if lines:
            self._write("\n".join(lines))

    def payload(
        self, topic: str, payload: bytes, *, retained: bool, wall_us: int, language: str = "en"
    ) -> None:
        """Say what came on a topic, whatever it is."""
        line = payload_line(topic, payload, self._times, wall_us, retained=retained, lang=language)
        self._write(line)

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        # A person looks on, or a pipe that should not lag behind; a batch is a few lines.
        self._out.flush()


def message_line(
    country: str, message: MessageView, times: Times, latency_ms: float | None = None
) -> str:
    """Return a message that a country got as one line.

    Columns: mark, due time, recipient, sequence, delay after the event, wall latency, kind, act,
    event, path, arrangement, headline.
    """
    if message.offset_s is not None and times.zone is None:
        times = Times(message.offset_s)
    return _line(
        times.rfc3339(message.due_us),
        _word(country),
        str(message.sequence),
        after(round(message.delay_s * SECOND)) or "+0.0s",
        _NONE if latency_ms is None else f"{latency_ms:.0f}ms",
        _word(message.kind),
        _word(message.act),
        _word(message.event),
        _word(message.path or message.originator),
        _word(message.arrangement),
        message.headline,
    )


def payload_line(
    topic: str, payload: bytes, times: Times, wall_us: int, *, retained: bool, lang: str = "en"
) -> str:
    """Return what came on any topic as one line: mark, wall time, topic, and what it says.

    A topic that belongs to no exercise has ``-`` in place of the mark.
    """
    wall = Times(0, times.zone).rfc3339(wall_us)
    words = _words(payload, times, lang)
    if retained:
        words = f"(retained) {words}"
    marked = topic == ROOT or topic.startswith(f"{ROOT.partition('/')[0]}/")
    return clean(f"{MARK if marked else _NONE} {wall} {_word(topic)} {words}")


def summary_lines(state: LiveState) -> Iterator[str]:
    """Yield what is said after the last message: one line for each country, and one for all."""
    for country in state.countries:
        yield _line(_account(country, state.epoch))
    skipped = (
        f", {render_duration(state.skipped_us).partition('.')[0]} of silence skipped"
        if state.skipped_us
        else ""
    )
    restarts = f", broker restarted {state.restarts} times" if state.restarts else ""
    sent = f"{_of(state.planned)} sent" if state.epoch == 1 else " sent in all"
    yield _line(
        f"{state.state}: {state.sent:,}{sent}, "
        f"at most {state.latest_ms:,} ms late{skipped}{restarts}"
    )


def _opening(state: LiveState, times: Times) -> Iterator[str]:
    length = render_duration(state.ends_us - state.starts_us).partition(".")[0]
    yield _line(f"{state.exercise}: {state.title}")
    yield _line(
        f"run {state.run}: {times.rfc3339(state.starts_us)} to {times.rfc3339(state.ends_us)} "
        f"({length}), rate {rate_text(state.rate)}"
    )
    who = ", ".join(country.country for country in state.countries)
    what = "" if state.planned is None else f"; {state.planned:,} messages are planned"
    yield _line(f"to {who}{what}")
    yield _line(f"on the topics {Topics(exercise_slug(state.exercise)).base}/#")
    if state.arrangements_us is not None:
        yield _line(f"by the arrangements of {times.rfc3339(state.arrangements_us)}")
    for address in state.addresses:
        yield _line(f"connect to {address}")
    yield _line(f"dashboard: {state.page}" if state.page else "in a browser: feed dashboard")


def _account(country: CountryView, epoch: int) -> str:
    # What was planned says nothing of what is sent twice, or jumped over.
    received = f"{_of(country.planned)} received" if epoch == 1 else " received since the last jump"
    latency = "" if country.latency_ms is None else f", median latency {country.latency_ms:.1f} ms"
    return (
        f"{country.country}: {country.received:,}{received}, "
        f"{country.missing:,} missing, {country.duplicates:,} twice{latency}"
    )


def _of(planned: int | None) -> str:
    return "" if planned is None else f" of {planned:,}"


def _words(payload: bytes, times: Times, language: str) -> str:
    """Return what a payload says: a message in words, other JSON as it is, else its bytes."""
    if not payload:
        return "(empty: what was retained here is taken away)"
    try:
        envelope = decode(payload)
        message, due = message_of(envelope)
    except ValueError:
        return _other(payload)
    times = times if times.zone is not None else Times(message.offset_s)
    line = headline(envelope.kind, envelope.act, envelope.data, language, times.zone)
    delay = after(due - message.at) or "+0.0s"
    return (
        f"{times.rfc3339(due)} {envelope.recipient} {_number(envelope)} {delay} "
        f"{envelope.kind} {envelope.act} {envelope.subject} {_word(envelope.path or '')} "
        f"{_word(envelope.arrangement or '')} {line}"
    )


def _number(envelope: Envelope) -> str:
    """Return the number of a message; a picture of an event has none of its own."""
    return "state" if ".state." in envelope.id else str(envelope.number)


def _other(payload: bytes) -> str:
    text = payload.decode("utf-8", errors="replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, Mapping):
        return text
    return " ".join(f"{name}={_plain(member)}" for name, member in value.items())


def _plain(value: Any) -> str:
    if isinstance(value, str) and value and " " not in value:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(*words: str) -> str:
    return clean(" ".join((MARK, *words)))


def _word(text: str) -> str:
    """Return a text as one column: without spaces, and never empty."""
    if text.isprintable() and " " not in text:
        return text or _NONE
    return "".join(clean(text).split()) or _NONE
