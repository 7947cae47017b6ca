"""Logs: lines for people on a terminal, JSON Lines anywhere else, always to standard error.

What other libraries log goes the same way.  While a live view is shown on the same terminal, it
gets the lines in place of the terminal, so that the screen is not torn.
"""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TextIO

import structlog

from feed.model.time import rfc3339
from feed.wording.text import clean

__all__ = ["Notes", "configure_logs", "forward_logs", "log_forwarded"]

Fields = MutableMapping[str, Any]
Send = Callable[[int, str, Mapping[str, object], str | None], None]
"""takes level, event, fields, and the library that says it (None: it is ours)"""
_FIRST = ("time", "level", "event")


@dataclass
class Notes:
    """The way from the logs to a live view: the last warning or error, and the lines themselves."""

    text: str = ""
    above: Callable[[str], None] | None = None
    """what writes a line above the view, while there is one"""

    def last(self) -> str:
        """Return the last warning or error that was logged; nothing if there was none."""
        return self.text


def configure_logs(
    *,
    wall: Callable[[], int],
    verbose: bool = False,
    json: bool | None = None,
    stream: TextIO | None = None,
) -> Notes:
    """Send all logs to a stream, standard error by default; return where warnings are noted.

    ``wall`` gives microseconds since 1970; ``json=None`` decides by whether it is a terminal.
    """
    notes = Notes()
    target = stream or sys.stderr
    lines = json if json is not None else not target.isatty()
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _timed(wall),
        _cleaned,
        _noting(notes),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_as_json() if lines else _for_people()),
        ],
    )
    handler = _Handler(stream, notes)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    _set_levels(verbose=verbose)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=_filtering(verbose=verbose),
        logger_factory=_logger,
        cache_logger_on_first_use=False,
    )
    return notes


def forward_logs(send: Send, *, verbose: bool = False) -> None:
    """Send all logs to another process, which logs them as its own, instead of writing them."""

    def forward(_: object, method: str, fields: Fields) -> Fields:
        said = {name: _plain(value) for name, value in fields.items()}
        send(getattr(logging, method.upper(), logging.INFO), str(said.pop("event", "")), said, None)
        raise structlog.DropEvent

    _set_levels(verbose=verbose)
    logging.getLogger().addHandler(_Forwarding(send))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            forward,
        ],
        wrapper_class=_filtering(verbose=verbose),
        cache_logger_on_first_use=False,
    )


def log_forwarded(level: int, event: str, fields: Mapping[str, Any], logger: str | None) -> None:
    """Log what another process sends."""
    if logger is None:
        structlog.get_logger().log(level, event, **fields)
    else:
        logging.getLogger(logger).log(level, "%s", event)


def _set_levels(*, verbose: bool) -> None:
    logging.getLogger().setLevel(logging.DEBUG if verbose else logging.WARNING)
    logging.getLogger("feed").setLevel(logging.DEBUG if verbose else logging.INFO)


def _filtering(*, verbose: bool) -> Any:
    return structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO)


def _plain(value: object) -> object:
    """Return a value as it can be told another process."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return (value if isinstance(value, str) else str(value)).encode(errors="replace").decode()


def _logger(*_: object) -> logging.Logger:
    return logging.getLogger("feed")


class _Handler(logging.Handler):
    """Writes lines to a stream, or to the view that stands in its place."""

    def __init__(self, stream: TextIO | None, notes: Notes) -> None:
        super().__init__()
        self._stream = stream
        self._notes = notes

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a log that cannot be written harms nobody."""
        line = self.format(record)
        try:
            stream = self._stream or sys.stderr
            if self._notes.above is not None and stream.isatty():
                self._notes.above(line)
                return
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError):  # closed
            pass


class _Forwarding(logging.Handler):
    """Sends what libraries log to another process."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line."""
        self._send(record.levelno, str(_plain(record.getMessage())), {}, record.name)


def _timed(wall: Callable[[], int]) -> structlog.types.Processor:
    def add(_: object, __: str, fields: Fields) -> Fields:
        fields["time"] = rfc3339(wall())
        return fields

    return add


def _cleaned(_: object, __: str, fields: Fields) -> Fields:
    """Take out what would speak to the terminal: payloads of others get into logs."""
    for name, value in fields.items():
        if isinstance(value, str) and not value.isprintable():
            fields[name] = clean(value)
    return fields


def _noting(notes: Notes) -> structlog.types.Processor:
    def note(_: object, __: str, fields: Fields) -> Fields:
        if fields.get("level") in {"warning", "error", "critical"}:
            notes.text = _sentence(fields)
        return fields

    return note


def _sentence(fields: Mapping[str, Any]) -> str:
    rest = [f"{name}={value}" for name, value in fields.items() if _is_detail(name)]
    return " ".join([str(fields.get("event", "")), *rest])


def _is_detail(name: str) -> bool:
    return name not in _FIRST and not name.startswith("_") and name != "exc_info"


def _as_json() -> list[structlog.types.Processor]:
    return [
        structlog.processors.format_exc_info,
        _ordered,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _for_people() -> list[structlog.types.Processor]:
    return [
        structlog.dev.ConsoleRenderer(
            colors=False,
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
            pad_event_to=0,
        )
    ]


def _ordered(_: object, __: str, fields: Fields) -> Fields:
    first = {name: fields[name] for name in _FIRST if name in fields}
    return first | {name: value for name, value in fields.items() if name not in first}
