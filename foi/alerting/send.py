"""Send the digests: what goes out is written down before it is sent and confirmed after, so that a crash loses nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from foi.alerting.digest import Digest, preview
from foi.alerting.ledger import arrived, begin, refused, sending
from foi.alerting.wording import said
from foi.messages import Complaint, say


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one digest."""

    digest: Digest
    delivered: bool
    text: str


def send(path: Path, recipients: Path, sent: Path) -> list[Delivery]:
    """Send what is new or fixed to each recipient; what could not be sent is tried again by the next run."""
    with sending(sent):
        return [_deliver(digest, sent) for digest in preview(path, recipients, sent)]


def _deliver(digest: Digest, sent: Path) -> Delivery:
    who = {"recipient": digest.recipient.name, "channel": digest.channel.label}
    try:
        urls = digest.channel.urls()
        begin(sent, digest.owner, digest.key)
        reason = _notify(digest, urls)
    except Complaint as complaint:
        reason = str(complaint)
    if reason:
        refused(sent, digest.owner, digest.key)
        return Delivery(digest, False, say("alerts.failed", **who, reason=reason))
    told = [(p.place, p.values_hash, p.message) for p in digest.new]
    arrived(sent, digest.owner, told, [place for place, _ in digest.fixed])
    counts = {"new": len(digest.new), "fixed": len(digest.fixed), "open": digest.still_open}
    return Delivery(digest, True, say("alerts.sent", **who, **counts))


def _notify(digest: Digest, urls: list[str]) -> str:
    """Send one digest; nothing when it was taken, else the reason why not."""
    import apprise

    for chatty in ("apprise", "urllib3"):  # their messages, even at debug level, name addresses with their secrets
        logging.getLogger(chatty).setLevel(logging.CRITICAL + 1)
    notifier = apprise.Apprise()
    if not any(notifier.add(url) for url in urls):
        raise Complaint(said("bad_address", variable=digest.channel.variable))
    mail = digest.channel.kind == "mail"
    style = apprise.NotifyFormat.HTML if mail else apprise.NotifyFormat.TEXT
    taken = notifier.notify(body=digest.html if mail else digest.text, title=digest.title, body_format=style)
    return "" if taken else say("alerts.refused")
