"""The AsyncAPI document that several tests look at: three countries, examples of every kind."""

from typing import Any

from feed.broker.roles import rights
from feed.wire.asyncapi import asyncapi
from feed.wire.asyncapi_schemas import EXAMPLES

__all__ = ["COUNTRIES", "DOCUMENT", "ROLES"]

COUNTRIES = ("KOR", "JPN", "AUS")
ROLES = rights([country.lower() for country in COUNTRIES])
DOCUMENT: dict[str, Any] = asyncapi(COUNTRIES, ROLES, EXAMPLES)
