"""Send the digests: what is told is written down before it is sent and confirmed after, so that a crash loses nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from foi.alerting.digest import Digest, open_ledger, preview
from foi.messages import Complaint, say


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one digest."""

    digest: Digest
    delivered: bool
    text: str


def send(path: Path, recipients: Path, ledger: Path) -> list[Delivery]:
    """Send what is new or fixed to each recipient; what could not be sent is tried again by the next run."""
    return [_deliver(digest, ledger) for digest in preview(path, recipients, ledger)]


def _deliver(digest: Digest, ledger: Path) -> Delivery:
    who = {"recipient": digest.recipient.name, "channel": digest.channel.label}
    owner = (digest.recipient.name, digest.channel.label)
    told = open_ledger(ledger)
    with told:
        rows = [(*owner, p.place, p.values_hash, p.message, "pending") for p in digest.new]
        told.executemany("insert or replace into told values (?, ?, ?, ?, ?, ?)", rows)
    try:
        reason = "" if _notify(digest) else say("alerts.refused")
    except Complaint as complaint:
        reason = str(complaint)
    if not reason:
        with told:
            told.executemany(
                "update told set state = 'sent' where recipient = ? and channel = ? and place = ?",
                [(*owner, p.place) for p in digest.new],
            )
            told.executemany(
                "delete from told where recipient = ? and channel = ? and place = ?",
                [(*owner, place) for place, _ in digest.fixed],
            )
    told.close()
    counts = {"new": len(digest.new), "fixed": len(digest.fixed), "open": digest.still_open}
    text = say("alerts.failed", **who, reason=reason) if reason else say("alerts.sent", **who, **counts)
    return Delivery(digest, not reason, text)


def _notify(digest: Digest) -> bool:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its messages may name addresses with their secrets
    notifier = apprise.Apprise()
    if not notifier.add(digest.channel.url()):
        return False
    mail = digest.channel.kind == "mail"
    body = digest.html if mail else f"{digest.text}\n#{digest.key}"
    style = apprise.NotifyFormat.HTML if mail else apprise.NotifyFormat.TEXT
    return bool(notifier.notify(body=body, title=digest.subject.split(" / ")[0], body_format=style))
