"""What ledgers say about themselves and hold as JSON: each member with its kind."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from feed.files.database_values import FIRST, LAST

__all__ = ["DETAILS", "GAPS", "ReceiverFacts", "RunFacts"]

_Microseconds = Annotated[int, Field(ge=FIRST, le=LAST)]
_Number = Annotated[int, Field(ge=0, lt=2**63)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]

DETAILS = TypeAdapter(dict[str, Any])
"""of an action"""
GAPS = TypeAdapter(list[Annotated[list[_Number], Field(min_length=2, max_length=2)]])
"""of a receipt: what is missing, as [first, last]"""


class RunFacts(BaseModel):
    """What a run says about itself when it begins, and when it ends."""

    run: str = ""
    exercise: str = ""
    scenario: str = ""
    digest: str = ""
    started: _Microseconds = 0
    countries: list[str] = []
    as_of: str | None = None
    rate: _Positive | Literal["max"] = 1.0
    begin: _Microseconds | None = None
    until: _Microseconds | None = None
    max_gap_s: _Positive | None = None
    ended: _Microseconds = 0
    complete: bool = False


class ReceiverFacts(BaseModel):
    """Whose ledger it is, and how much was refused of what came."""

    country: str = ""
    client: str = ""
    refused: dict[str, _Number] = {}
