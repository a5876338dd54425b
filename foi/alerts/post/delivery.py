"""Hand one message to Apprise, and find out what became of it without letting any address out.

Apprise takes the answer 200 for success, but the robots of 企业微信, 钉钉 and 飞书 answer 200 to everything and say in the body
whether they took it (errcode, code, StatusCode); so the answers themselves are looked at. Apprise's log lines name addresses:
they end here, and only the kind of an error and its number are taken from them.
"""

from __future__ import annotations

import logging
import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from foi.alerts.post.message import Message
from foi.alerts.post.rendering import chat_text, mail_html
from foi.alerts.who.channels import ROBOTS
from foi.messages import Complaint, bilingual
from ingest.words.language import Text

# Where the robots say whether they took a message: 0 if they did.
ANSWERS = ("errcode", "code", "StatusCode")
PASSED_ON = (502, 504)  # a server between may have passed the message on


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a message was taken, else why not in words; whether it may have arrived all the same; whether nobody answered."""

    taken: bool
    reason: Text | None = None
    is_uncertain: bool = False
    is_down: bool = False


@dataclass
class Witness(logging.Handler):
    """What was seen while sending: the answers, and the errors on the way."""

    answers: list[tuple[int, int]] = field(default_factory=list)  # HTTP status, the robot's own number
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the error that is being handled while this line is logged; the line itself is dropped."""
        error = sys.exc_info()[1]
        if error is not None and error not in self.errors:
            self.errors.append(error)

    def __hash__(self) -> int:
        return id(self)


def notify(message: Message) -> Outcome:
    """Send a message over its channel; a Complaint if the address is not set or not understood."""
    urls = message.channel.urls(message.key)
    with _watched() as witness:
        import apprise

        notifier = apprise.Apprise()
        if not any(notifier.add(url) for url in urls):
            raise Complaint(bilingual("alerts.bad_address", variable=message.channel.variable))
        address = str(notifier[0].url())  # type: ignore[no-untyped-call]
        is_robot = address.split("://")[0] in ROBOTS.values()
        mail = message.channel.kind == "mail"
        style = apprise.NotifyFormat.HTML if mail else apprise.NotifyFormat.TEXT
        try:
            taken = bool(
                notifier.notify(body=mail_html(message) if mail else chat_text(message), title=message.title, body_format=style)
            )
        except Exception as error:  # whatever a plug-in throws may quote the address: only its kind goes on
            taken, witness.errors = False, [error]
    refused = next((code for _, code in witness.answers if code), 0) if is_robot else 0
    if taken and not refused:
        return Outcome(True)
    return _outcome(witness, refused)


def _outcome(witness: Witness, refused: int) -> Outcome:
    if refused:
        return Outcome(False, bilingual("alerts.refused", code=f"errcode {refused}"))
    if witness.answers:
        status = witness.answers[-1][0]
        uncertain = status in PASSED_ON
        return Outcome(False, bilingual("alerts.unanswered" if uncertain else "alerts.refused", code=f"HTTP {status}"), uncertain)
    error = witness.errors[0] if witness.errors else None
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(False, bilingual("alerts.refused", code=f"SMTP {error.smtp_code}"))
    if error is None or isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
        return Outcome(False, bilingual("alerts.refused", code=type(error).__name__ if error else "Apprise"))
    name = type(error).__name__
    if _never_left(error):
        return Outcome(False, bilingual("alerts.refused", code=name), is_down=True)
    return Outcome(False, bilingual("alerts.unanswered", code=name), is_uncertain=True, is_down=True)


def _never_left(error: BaseException) -> bool:
    """Whether there was no connection at all, so that nothing can have arrived."""
    import requests
    import urllib3

    inner = getattr(error.args[0] if error.args else None, "reason", None)
    never = (ConnectionRefusedError, requests.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.SSLError)
    return isinstance(error, never) or isinstance(inner, urllib3.exceptions.NewConnectionError)


@contextmanager
def _watched() -> Iterator[Witness]:
    """Keep the lines of Apprise and its helpers from every log, and note the answers that come in."""
    import requests

    witness = Witness()
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3", "requests")]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]
    send = requests.Session.send

    def noted(session: Any, request: Any, **options: Any) -> Any:
        response = send(session, request, **options)
        witness.answers.append((response.status_code, _number(response)))
        return response

    for logger in loggers:
        logger.setLevel(logging.DEBUG if logger.name == "apprise" else logging.CRITICAL + 1)
        logger.propagate, logger.handlers = False, [witness]
    requests.Session.send = noted  # type: ignore[method-assign, assignment]  # Apprise has no way to ask for the answer
    try:
        yield witness
    finally:
        requests.Session.send = send  # type: ignore[method-assign]
        for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate, logger.handlers = propagate, handlers


def _number(response: Any) -> int:
    """The number by which a robot says that it did not take the message; 0 if there is none."""
    try:
        body = response.json()
    except ValueError:
        return 0
    numbers = [body[name] for name in ANSWERS if isinstance(body.get(name), int)] if isinstance(body, dict) else []
    return next((number for number in numbers if number), 0)
