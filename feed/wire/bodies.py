"""Bodies of messages as the models of their kinds, with whatever a later contract has added."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from feed.model.base import Model
from feed.model.event import MESSAGE_KINDS
from feed.model.quoting import quoted

__all__ = ["typed_body"]

_ROUNDS = 3


def typed_body(kind: str, data: Mapping[str, Any]) -> Model:
    """Return the body of a message of a kind; members that its model does not know are left out.

    ``ValueError`` with one sentence if the kind is not known, or the body is none of it.
    """
    if kind not in MESSAGE_KINDS:
        raise ValueError(f"no kind of message is called {quoted(kind)}")
    model, known = MESSAGE_KINDS[kind].body, dict(data)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(known)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            wrong = [one for one in details if one["type"] != "extra_forbidden"]
            if wrong:
                where = ".".join(map(str, wrong[0]["loc"]))
                text = f"the body is no {kind} ({quoted(where)}: {wrong[0]['msg']})"
                raise ValueError(text) from None
            for one in details:
                known = _without(known, one["loc"])
    raise ValueError(f"the body is no {kind}")


def _without(value: Any, steps: tuple[str | int, ...]) -> Any:
    """Return a value without the member at the end of some steps; the value itself stays."""
    step, *rest = steps
    if isinstance(value, Mapping):
        copy = dict(value)
        if rest and step in copy:
            copy[str(step)] = _without(copy[str(step)], tuple(rest))
        elif rest:
            return _without(value, tuple(rest))  # the name of a member of a union
        else:
            copy.pop(str(step), None)
        return copy
    if isinstance(value, list) and isinstance(step, int):
        return [_without(each, tuple(rest)) if n == step else each for n, each in enumerate(value)]
    return value
