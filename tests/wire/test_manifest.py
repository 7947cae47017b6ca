"""The manifest as anybody may have written it."""

import json

import pytest

from feed.wire.manifest import decode_manifest


def test_a_manifest_is_read() -> None:
    """Members that nobody knows are ignored."""
    said = {"run": "01a", "countries": ["JPN"], "planned": {"JPN": 3}, "moon": "full"}
    manifest = decode_manifest(json.dumps(said).encode())
    assert (manifest.run, manifest.countries, manifest.planned) == ("01a", ("JPN",), {"JPN": 3})


@pytest.mark.parametrize(
    "payload",
    [
        b"5",
        b"[" * 50_000,
        b'{"run": "01a", "countries": 5}',
        b'{"run": "01a", "countries": null}',
        b'{"run": "01a", "countries": ["$(rm)"]}',
        b'{"run": "01a", "title": {"a": 1}}',
        b'{"run": "01a", "planned": {"JPN": -1}}',
        b'{"countries": ["JPN"]}',
    ],
)
def test_what_is_no_manifest_is_refused(payload: bytes) -> None:
    """By a ``ValueError``, whatever is wrong with it."""
    with pytest.raises(ValueError, match="Manifest"):
        decode_manifest(payload)
