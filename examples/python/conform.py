"""What ``picture.py`` takes as true, for ``feed conform -- python conform.py``.

It reads JSON Lines and answers each with what stands: docs/conformance.md.
"""

import json
import sys

from picture import Feed

LAUNCH = {"track": "launch", "impact": "launch"}
"""They are reports of a launch."""


def main() -> None:
    """Answer until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what it shows goes elsewhere
    feed = Feed()
    for line in sys.stdin:
        said = json.loads(line)
        if "stream" in said:
            feed = Feed()
        elif "specversion" in said["payload"]:
            feed.take(said["payload"])
        active = {f"{LAUNCH.get(kind, kind)}/{event}" for event, _, kind in feed.picture.active}
        print(json.dumps({"active": [*active], "shown": feed.next - 1}), file=answers, flush=True)


if __name__ == "__main__":
    main()
