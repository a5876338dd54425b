"""Alerts: one digest for each recipient and run, in words, each problem once."""

from foi.alerting.digest import Digest, preview
from foi.alerting.send import Delivery, send

__all__ = ["Delivery", "Digest", "preview", "send"]
