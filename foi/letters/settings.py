"""What letters say of their sender: letters.yaml in the home folder, checked word for word; without it letters are drafts without a number."""

from __future__ import annotations

import json
import re
import shutil
import string
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from foi.located_yaml import Located, read_located
from foi.messages import Complaint, message
from ingest.home import Home
from ingest.home.placing import placed

TEMPLATE = Path(__file__).parent / "settings.yaml"
LONGEST = 200  # characters of a value
DAYS = range(1, 366)


@dataclass(frozen=True, slots=True)
class Settings:
    """The sender of letters, the pattern of their numbers, until when they are answered, and what stands at their end."""

    sender: str
    number: str
    reply_by: str
    contact: str = ""
    phone: str = ""
    seal: str = ""
    address: str = ""

    def due(self, today: date) -> date:
        """The last day for an answer to a letter of today."""
        return today + timedelta(days=int(self.reply_by)) if self.reply_by.isdecimal() else date.fromisoformat(self.reply_by)


NAMES = tuple(f.name for f in fields(Settings))
NEEDED = ("sender", "number", "reply_by")


def read_settings(home: Home, today: date) -> Settings | None:
    """The settings of a home folder, None where there are none; a Complaint names the line and what to do."""
    path = home.letter_settings
    if not path.is_file():
        return None
    located = read_located(path, "letter")
    given = located.mapping(path.name, NAMES)
    for name in NEEDED:
        if name not in given:
            raise located.wrong(f"needed_{name}")
    for name, value in given.items():
        _check(value, name, today)
    return Settings(**{name: value.word(name) for name, value in given.items()})


def portal_address(home: Home) -> str:
    """Where people reach the portal, for messages that lead to it; empty where the file names none, or cannot be read (which letters tell)."""
    try:
        given = read_located(home.letter_settings, "letter").mapping(home.letter_settings.name, NAMES)
        word = given["address"].word("address") if "address" in given else ""
    except Complaint:
        return ""
    return word.rstrip("/") if _is_address(word) else ""


def begin_settings(home: Home) -> Path:
    """Put the commented template into the home folder, for a person to fill in; what is there already stays."""
    if home.letter_settings.exists():
        raise Complaint(message("letter.settings_there", path=home.letter_settings))
    home.root.mkdir(parents=True, exist_ok=True)
    with placed(home.letter_settings) as scratch:
        scratch.write_bytes(TEMPLATE.read_bytes())
    return home.letter_settings


def keep_settings(home: Home, settings: Settings, today: date) -> None:
    """Write settings that were given in a form, with the remarks of the template; a Complaint where they could not be read again."""
    lines = []
    values = asdict(settings)
    for line in TEMPLATE.read_text("utf-8").splitlines():
        name = line.partition(":")[0]
        is_value = name in values and not line.startswith("#")
        lines.append(f"{name}: {json.dumps(values[name].strip(), ensure_ascii=False)}" if is_value else line)
    trial = Home(home.root / f".{home.letter_settings.name}.trial")
    try:
        with placed(trial.letter_settings) as scratch:
            scratch.write_text("\n".join(lines) + "\n", "utf-8")
        _read_again(trial, home, today)
        with placed(home.letter_settings, sure=True) as scratch:
            scratch.write_bytes(trial.letter_settings.read_bytes())
    finally:
        shutil.rmtree(trial.root, ignore_errors=True)


def _read_again(trial: Home, home: Home, today: date) -> None:
    """A Complaint as if the file stood in its place already."""
    try:
        read_settings(trial, today)
    except Complaint as complaint:
        raise Complaint(str(complaint).replace(str(trial.letter_settings), home.letter_settings.name)) from None


def _check(value: Located, name: str, today: date) -> None:
    """A Complaint at the line of a value that cannot be used."""
    word = value.word(name)
    if name in NEEDED and not word:
        raise value.wrong(f"needed_{name}")
    if len(word) > LONGEST or not word.isprintable():
        raise value.wrong("setting_text", name=name, most=LONGEST)
    if name == "number" and not _counts(word):
        raise value.wrong("setting_number", found=word)
    if name == "reply_by" and not _is_due(word, today):
        raise value.wrong("setting_reply_by", found=word, today=today.isoformat())
    if name == "address" and word and not _is_address(word):
        raise value.wrong("setting_address", found=word)


def _counts(pattern: str) -> bool:
    """Whether a pattern counts letters: {n} once, {year} at most once, and nothing else in braces."""
    try:
        named = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(pattern) if name is not None]
    except ValueError:
        return False
    names = [name for name, spec, how in named if not spec and not how]
    return len(names) == len(named) and names.count("n") == 1 and names.count("year") <= 1 and {*names} <= {"n", "year"}


def _is_due(word: str, today: date) -> bool:
    if word.isascii() and word.isdecimal():
        return len(word) < 4 and int(word) in DAYS
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", word, re.ASCII)) and date.fromisoformat(word) >= today
    except ValueError:
        return False


def _is_address(word: str) -> bool:
    try:
        parts = urlsplit(word)
        is_plain = not (parts.query or parts.fragment or parts.username or " " in word)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain
    except ValueError:
        return False
