"""Who is told what: recipients as data (YAML), secrets from the environment only."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import yaml

from foi.alerting.wording import said
from foi.messages import Complaint, say

SMTP = "FOI_SMTP_URL"
SENDER = "FOI_MAIL_FROM"
SEVERITIES = ("error", "warning")
# How a mail server's address is written, and what Apprise calls it.
MAIL = {"smtp": ("mailto", ""), "smtp+starttls": ("mailtos", "&mode=starttls"), "smtps": ("mailtos", "&mode=ssl")}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to a recipient: mail with an address, or webhook with the name of the variable that holds its address."""

    kind: str
    target: str

    @property
    def label(self) -> str:
        """What may be shown and stored: never a secret."""
        return f"{self.kind} {self.target}"

    @property
    def variable(self) -> str:
        """The environment variable that holds the secret of this channel."""
        return SMTP if self.kind == "mail" else self.target.removeprefix("env:")

    def urls(self) -> list[str]:
        """The address as Apprise wants it, the best way first; a Complaint names the variable that is not set or not understood.

        A webhook may be http(s):// (a chat service that Apprise knows, else plain JSON) or any address of Apprise.
        """
        secret = os.environ.get(self.variable, "").strip()
        if not secret:
            raise Complaint(say("alerts.unset", variable=self.variable))
        try:
            urls = [_mail(secret, self.target)] if self.kind == "mail" else [secret, *_json(secret)]
        except ValueError as error:
            raise Complaint(said("bad_address", variable=self.variable)) from error
        return urls


def _mail(secret: str, address: str) -> str:
    """The mail server's address with the receiver; ValueError if it is none."""
    parts = urlsplit(secret)
    receiver = f"to={quote(address)}"
    if parts.scheme in ("mailto", "mailtos"):
        return f"{secret}{'&' if parts.query else '?'}{receiver}"
    if parts.scheme not in MAIL or not parts.hostname:
        raise ValueError(SMTP)
    scheme, mode = MAIL[parts.scheme]
    user = unquote(parts.username or "")
    sender = os.environ.get(SENDER) or (user if "@" in user else f"foi@{parts.hostname}")
    return f"{scheme}://{parts.netloc}?smtp={parts.hostname}&from={quote(sender)}&{receiver}{mode}"


def _json(secret: str) -> list[str]:
    """A plain web address as a JSON webhook; Apprise passes on what follows the ? when a minus stands before each key."""
    parts = urlsplit(secret)
    scheme = {"http": "json", "https": "jsons"}.get(parts.scheme)
    query = "&".join(f"-{pair}" for pair in parts.query.split("&") if pair)
    return [f"{scheme}://{parts.netloc}{parts.path}{'?' if query else ''}{query}"] if scheme else []


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or group, the areas they look after (code prefixes), the least severity they hear of, and their channels."""

    name: str
    areas: tuple[str, ...]
    severity: str
    channels: tuple[Channel, ...]

    def hears_of(self, unit_code: str | None, severity: str) -> bool:
        """Whether a unit lies in one of the areas and the problem is grave enough."""
        near = unit_code is not None and any(unit_code.startswith(area) for area in self.areas)
        return near and (severity == "error" or self.severity == "warning")


def load_recipients(path: Path) -> list[Recipient]:
    """The recipients of a YAML file; a Complaint names what is wrong in it, without repeating what may be a secret."""
    if not path.is_file():
        raise Complaint(say("error.no_such_path", path=path))
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        people = [_recipient(entry) for entry in _list(data, "recipients")]
        names = [person.name for person in people]
        for name in names:
            _expect(names.count(name) == 1, said("same_name", name=name))
        return people
    except yaml.MarkedYAMLError as error:
        reason = said("not_yaml", line=error.problem_mark.line + 1 if error.problem_mark else "?")
    except (ValueError, yaml.YAMLError) as error:
        reason = str(error)
    raise Complaint(say("alerts.bad_recipients", path=path, reason=reason))


def _recipient(entry: Any) -> Recipient:
    _expect(isinstance(entry, dict) and bool(entry.get("name")), said("missing", key="name"))
    name, severity = str(entry["name"]), entry.get("severity", "error")
    areas = tuple(str(area) for area in _list(entry, "areas"))
    for area in areas:
        _expect(re.fullmatch(r"[0-9]{2,12}", area) is not None, said("bad_area", found=area))
    _expect(severity in SEVERITIES, said("bad_severity", found=severity))
    pairs = [pair for channel in _list(entry, "channels") for pair in _pairs(name, channel)]
    return Recipient(name, areas, severity, tuple(Channel(kind, target) for kind, target in pairs))


def _pairs(name: str, channel: Any) -> list[tuple[str, str]]:
    _expect(isinstance(channel, dict), said("not_a_list", key="channels", found=type(channel).__name__))
    for kind, target in channel.items():
        _expect(kind in ("mail", "webhook"), said("bad_channel", name=name, found=kind))
        secret = kind == "webhook" and re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", str(target)) is None
        _expect(not secret, said("secret_in_file", name=name))
    return [(kind, str(target)) for kind, target in channel.items()]


def _list(entry: Any, key: str) -> list[Any]:
    _expect(isinstance(entry, dict) and entry.get(key) is not None, said("missing", key=key))
    value = entry[key]
    _expect(isinstance(value, list), said("not_a_list", key=key, found=type(value).__name__))
    return list(value)


def _expect(fine: bool, reason: str) -> None:
    if not fine:
        raise ValueError(reason)
