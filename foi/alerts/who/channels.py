"""The ways to a recipient: mail, robots of chat services, JSON; addresses stand in the environment only."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from foi.messages import Complaint, bilingual

SMTP = "FOI_SMTP_URL"
SENDER = "FOI_MAIL_FROM"
# How a mail server's address is written, and what Apprise calls it.
MAIL = {"smtp": ("mailto", ""), "smtp+starttls": ("mailtos", "&mode=starttls"), "smtps": ("mailtos", "&mode=ssl")}
# The robots, and what Apprise calls them; their variable holds the web address the service shows, an address of Apprise, or the bare key.
ROBOTS = {"wecom": "wecombot", "dingtalk": "dingtalk", "feishu": "feishu", "lark": "lark"}
# The web addresses that the services show; Apprise does not take all of them as they are.
NATIVE = {
    "dingtalk": re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=([\w-]+)$"),
    "feishu": re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?$"),
    "lark": re.compile(r"https://open\.larksuite\.com/open-apis/bot/v2/hook/([\w-]+)/?$"),
    "wecom": re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send/?\?key=([\w-]+)$"),
}
KINDS = ("mail", *ROBOTS, "json", "webhook")


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to a recipient: mail with an address, or a kind of webhook with the name of the variable that holds its address."""

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

    @property
    def is_set(self) -> bool:
        """Whether that variable holds anything."""
        return bool(os.environ.get(self.variable, "").strip())

    def urls(self, key: str = "") -> list[str]:
        """The address as Apprise wants it, the best way first; a Complaint names the variable that is not set or not understood.

        The key of the message goes along as a header where the way has headers (mail, JSON).
        """
        secret = os.environ.get(self.variable, "").strip()
        if not secret:
            raise Complaint(bilingual("alerts.unset", variable=self.variable))
        try:
            return self._urls(secret, key)
        except ValueError:
            raise Complaint(bilingual("alerts.bad_address", variable=self.variable)) from None  # the cause quotes the address

    def _urls(self, secret: str, key: str) -> list[str]:
        if self.kind == "mail":
            return [_with_header(_mail(secret, self.target), key)]
        if self.kind in ROBOTS:
            return [_robot(self.kind, secret)]
        json = [_with_header(url, key) for url in _json(secret)]
        robots = [_robot(kind, secret) for kind, shown in NATIVE.items() if shown.match(secret)]
        if self.kind == "json" or secret.startswith(("json://", "jsons://")):
            return json
        return robots or [secret, *json]


def _mail(secret: str, address: str) -> str:
    """The mail server's address with the receiver; ValueError if it is none."""
    parts = urlsplit(secret)
    receiver = f"to={quote(address)}"
    if parts.scheme in ("mailto", "mailtos"):
        return f"{secret}{'&' if parts.query else '?'}{receiver}"
    if parts.scheme not in MAIL or not parts.hostname or parts.port == 0:
        raise ValueError(SMTP)
    scheme, mode = MAIL[parts.scheme]
    user = unquote(parts.username or "")
    # Nobody sends from a bare number: a relay that is named by its number gets a sender without a domain.
    domain = "localhost" if re.fullmatch(r"[\d.:a-fA-F]*[\d:]", parts.hostname) else parts.hostname
    sender = os.environ.get(SENDER) or (user if "@" in user else f"foi@{domain}")
    return f"{scheme}://{parts.netloc}?smtp={parts.hostname}&from={quote(sender)}&{receiver}{mode}"


def _robot(kind: str, secret: str) -> str:
    """The address of a robot; ValueError if it is of another service."""
    scheme = ROBOTS[kind]
    shown = NATIVE[kind].match(secret)
    if shown or re.fullmatch(r"[\w-]+", secret):
        return f"{scheme}://{shown[1] if shown else secret}"
    if urlsplit(secret).scheme != scheme:
        raise ValueError(kind)
    return secret


def _json(secret: str) -> list[str]:
    """A plain web address as a JSON webhook; Apprise passes on what follows the ? when a minus stands before each key."""
    parts = urlsplit(secret)
    if parts.scheme in ("json", "jsons"):
        return [secret]
    scheme = {"http": "json", "https": "jsons"}.get(parts.scheme)
    query = "&".join(f"-{pair}" for pair in parts.query.split("&") if pair)
    return [f"{scheme}://{parts.netloc}{parts.path}{'?' if query else ''}{query}"] if scheme else []


def _with_header(url: str, key: str) -> str:
    """The address with the message's key as a header: Apprise sends what has a plus before its name."""
    return f"{url}{'&' if '?' in url else '?'}+Idempotency-Key={key}" if key else url
