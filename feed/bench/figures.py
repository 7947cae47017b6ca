"""Every figure there is.  To add one: write its function, and name it here."""

from feed.bench.broker import deliver, publish, whole_run
from feed.bench.fan_out import fan_out
from feed.bench.figure import Figure
from feed.bench.pacing import latency, pace
from feed.bench.planning import check, growth, memory, plan, seek
from feed.bench.starting import start

__all__ = ["FIGURES"]

FIGURES = (
    Figure("publish", "published and acknowledged a second", publish),
    Figure("deliver", "delivered a second to three receivers in processes of their own", deliver),
    Figure("run", "delivered a second by feed run, all in one command", whole_run),
    Figure("pace", "how late messages leave", pace),
    Figure("latency", "from sent to received", latency),
    Figure("plan", "planning and encoding a delivery", plan),
    Figure("check", "events checked a second", check),
    Figure("seek", "a jump in a run", seek),
    Figure("memory", "of a player with 10⁶ deliveries", memory),
    Figure("growth", "of cost with countries and launches", growth),
    Figure("start", "until help is shown, and the first message is there", start),
    Figure("fan-out", "how many observers at once", fan_out),
)
