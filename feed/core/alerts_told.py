"""What came of the alerts of a run, followed through its jumps."""

from feed.core.picture import Picture
from feed.core.situation import AlertNow, Situations
from feed.model.message import Delivery

__all__ = ["AlertsTold"]

_MOST_ALERTS = 5_000
"""Messages about alerts that are looked at for each country."""


class AlertsTold:
    """What came of the alerts, as each country was told; a jump forgets what lies behind it."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, Delivery]] = {}

    def begin(self, due: int) -> None:
        """Forget what lies behind the moment at which an epoch begins, for everybody."""
        for told in self._told.values():
            for key in [key for key, each in told.items() if each.due >= due]:
                del told[key]

    def take(self, delivery: Delivery) -> None:
        """Take in what was sent to a country, in order."""
        told = self._told.setdefault(delivery.recipient, {})
        if delivery.message.kind == "alert" and len(told) < _MOST_ALERTS:
            told[delivery.message.key] = delivery

    def found(self) -> dict[str, AlertNow]:
        """Return each alert, as the country was told that heard the most of it."""
        alerts: dict[str, AlertNow] = {}
        for country, told in self._told.items():
            situations, picture = Situations([country]), Picture()
            for delivery in told.values():
                situations.take(delivery)
                picture.take(delivery)
            last = max((each.due for each in told.values()), default=0)
            list(picture.expire(last))
            now = situations.at(last, {country: picture}).of(country)
            for alert in (*now.alerts_over, *now.alerts):
                known = alerts.get(alert.event)
                if known is None or len(alert.corrections) > len(known.corrections):
                    alerts[alert.event] = alert
        return alerts
