"""Alerts: one digest for each recipient and run, in words, each problem once (docs/alerts.md)."""

from foi.alerts.compose import preview
from foi.alerts.post.message import Message
from foi.alerts.send import Delivery, send

__all__ = ["Delivery", "Message", "preview", "send"]
