"""Alerts: one digest for each recipient and run, in words, each problem once (docs/alerts.md)."""

from foi.alerting.compose import preview
from foi.alerting.message import Message
from foi.alerting.send import Delivery, send

__all__ = ["Delivery", "Message", "preview", "send"]
