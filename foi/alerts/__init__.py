"""Alerts: one digest for each recipient and run, in words, each problem once (docs/alerts.md)."""
