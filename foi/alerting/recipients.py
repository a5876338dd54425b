"""Who is told what: recipients as data (YAML), secrets from the environment only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import yaml

from foi.messages import Complaint, say

SMTP = "FOI_SMTP_URL"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to a recipient: mail with an address, or webhook with the name of the variable that holds its address."""

    kind: str
    target: str

    @property
    def label(self) -> str:
        """What may be shown and stored: never a secret."""
        return f"{self.kind} {self.target}"

    def url(self) -> str:
        """The address as Apprise wants it; raises Complaint naming the variable that is not set."""
        variable = SMTP if self.kind == "mail" else self.target.removeprefix("env:")
        secret = os.environ.get(variable)
        if not secret:
            raise Complaint(say("alerts.unset", variable=variable))
        parts = urlsplit(secret)
        if self.kind == "webhook":
            scheme = "jsons" if parts.scheme == "https" else "json"
            return f"{scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        secure = "mailtos" if parts.scheme == "smtps" else "mailto"
        sender = os.environ.get("FOI_MAIL_FROM", f"foi@{parts.hostname}")
        return f"{secure}://{parts.netloc}?smtp={parts.hostname}&from={quote(sender)}&to={quote(self.target)}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or group, the areas they look after (code prefixes), the least severity they hear of, and their channels."""

    name: str
    areas: tuple[str, ...]
    severity: str
    channels: tuple[Channel, ...]

    def looks_after(self, unit_code: str | None) -> bool:
        """Whether a unit lies in one of the areas."""
        return unit_code is not None and any(unit_code.startswith(area) for area in self.areas)


def load_recipients(path: Path) -> list[Recipient]:
    """The recipients of a YAML file; a Complaint names what is wrong in it."""
    if not path.is_file():
        raise Complaint(say("error.no_such_path", path=path))
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return [
            Recipient(
                entry["name"],
                tuple(str(area) for area in entry["areas"]),
                entry.get("severity", "error"),
                tuple(Channel(kind, target) for channel in entry["channels"] for kind, target in channel.items()),
            )
            for entry in data["recipients"]
        ]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Complaint(say("alerts.bad_recipients", path=path, reason=repr(error))) from error
