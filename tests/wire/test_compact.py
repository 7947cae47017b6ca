"""JSON without spaces."""

import json

from feed.wire.compact import compact


def test_it_is_json_without_spaces() -> None:
    """In the order that it was given, in UTF-8."""
    value = {"title": "朝 の", "list": [1, 2.5, None], "a": {"b": True}}

    assert json.loads(compact(value)) == value
    assert compact(value) == '{"title":"朝 の","list":[1,2.5,null],"a":{"b":true}}'.encode()
