"""Who is told what: the file of recipients (docs/alerts.md), checked word for word; secrets never stand in it."""

from __future__ import annotations

import re
from pathlib import Path

from foi.alerts.who.channels import KINDS, Channel
from foi.alerts.who.subscriptions import Entry, Escalation, Reminders, Subscriptions
from foi.located_yaml import Located, read_located
from ingest.words.language import LANGUAGES, language

SEVERITIES = ("error", "warning", "hint")
KEYS = ("name", "areas", "units", "severity", "rules", "channels", "language", "members", "escalate", "reminders", "role")
MOVED = "portal"  # whose address stands in letters.yaml
PERSON = ("name", "channels", "language")
USUAL = Reminders((14, 7, 1), (1, 7, 14))


def load_recipients(path: Path) -> Subscriptions:
    """The recipients of a YAML file; a Complaint names file, line and what is wrong, without repeating what may be a secret."""
    entries: dict[str, Entry] = {}
    located = read_located(path)
    if isinstance(located.content, dict) and MOVED in located.content:
        raise located.content[MOVED].wrong("portal_moved")
    top = located.mapping("recipients", ("recipients",))
    if "recipients" not in top:
        raise located.wrong("missing", key="recipients")
    for part in top["recipients"].items("recipients"):
        entry = _entry(part, entries)
        if entry.name in entries:
            raise part.wrong("same_name", name=entry.name)
        entries[entry.name] = entry
    subscriptions = Subscriptions(entries)
    for part, entry in zip(top["recipients"].items("recipients"), [e for e in entries.values() if not e.is_inline], strict=True):
        _check_names(part, entry, subscriptions)
    return subscriptions


def _entry(part: Located, entries: dict[str, Entry]) -> Entry:
    fields = part.mapping("recipients", KEYS)
    name = _name(part, fields)
    role = fields["role"].word("role") if "role" in fields else ""
    if role not in ("", "operator"):
        raise fields["role"].wrong("bad_role", found=role)
    severity = fields["severity"].word("severity") if "severity" in fields else "error"
    if severity not in SEVERITIES:
        raise fields["severity"].wrong("bad_severity", found=severity)
    return Entry(
        name=name,
        areas=_words(fields, "areas", r"[0-9]{2,12}", "bad_area"),
        units=_words(fields, "units", r"[0-9]{2}[0-9A-Za-z_.-]*(-\S+)?", "bad_unit"),
        severity=severity,
        rules=_rules(fields),
        channels=_channels(name, fields),
        languages=_languages(fields),
        members=_members(fields, entries),
        escalation=_escalation(fields),
        reminders=_reminders(fields),
        is_operator=role == "operator",
    )


def _name(part: Located, fields: dict[str, Located]) -> str:
    name = fields["name"].word("name") if "name" in fields else ""
    if not name:
        raise part.wrong("missing", key="name")
    return name


def _words(fields: dict[str, Located], key: str, pattern: str, entry: str) -> tuple[str, ...]:
    words = [(part, part.word(key)) for part in fields[key].items(key)] if key in fields else []
    for part, word in words:
        if re.fullmatch(pattern, word, re.ASCII) is None:
            raise part.wrong(entry, found=word)
    return tuple(word for _, word in words)


def _rules(fields: dict[str, Located]) -> tuple[str, ...]:
    """Rules by their name, or one of their instances by name.instance; a misspelled one would silence its violations."""
    if "rules" not in fields:
        return ()
    from expectations.gate.suites import checks
    from ingest.law.entries import entries

    known = {e.rule for e in entries()} | {c.name.partition("_")[2] for c in checks() if c.suite == "numbers"}
    words = _words(fields, "rules", r".+", "bad_rule")
    for part, word in zip(fields["rules"].items("rules"), words, strict=True):
        if word.split(".")[0] not in known:
            raise part.wrong("bad_rule", found=word)
    return words


def _languages(fields: dict[str, Located]) -> tuple[str, ...]:
    """The languages that are asked for, in their order; where none is, the one that this run speaks."""
    languages = _words(fields, "language", "|".join(LANGUAGES), "bad_language") or (language(),)
    return tuple(dict.fromkeys(languages))


def _channels(name: str, fields: dict[str, Located]) -> tuple[Channel, ...]:
    channels: list[Channel] = []
    for part in fields["channels"].items("channels") if "channels" in fields else ():
        if not isinstance(part.content, dict):
            raise part.wrong("not_a_mapping", key="channels")
        for kind, value in part.content.items():
            if kind not in KINDS:
                raise value.wrong("bad_channel", name=name, found=kind, options=", ".join(KINDS))
            target = value.word(kind)
            if kind == "mail" and re.fullmatch(r"[^@\s/:?&#]+@[^@\s/:?&#]+", target) is None:
                raise value.wrong("bad_mail", name=name)
            if kind != "mail" and re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", target) is None:
                raise value.wrong("secret_in_file", name=name, kind=kind)
            channels.append(Channel(kind, target))
    return tuple(dict.fromkeys(channels))


def _members(fields: dict[str, Located], entries: dict[str, Entry]) -> tuple[str, ...]:
    """The names of a group's members; one who is written out there is an entry of their own."""
    names: list[str] = []
    for part in fields["members"].items("members") if "members" in fields else ():
        if isinstance(part.content, str):
            names.append(part.word("members"))
            continue
        person = part.mapping("members", PERSON)
        name = _name(part, person)
        if name in entries:
            raise part.wrong("same_name", name=name)
        channels = _channels(name, person)
        if not channels:
            raise part.wrong("missing", key="channels")
        entries[name] = Entry(name=name, channels=channels, languages=_languages(person), is_inline=True)
        names.append(name)
    return tuple(dict.fromkeys(names))


def _escalation(fields: dict[str, Located]) -> Escalation | None:
    if "escalate" not in fields:
        return None
    parts = fields["escalate"].mapping("escalate", ("to", "after_days"))
    for key in ("to", "after_days"):
        if key not in parts:
            raise fields["escalate"].wrong("missing", key=key)
    return Escalation(parts["to"].word("to"), _days(parts["after_days"], "after_days"))


def _reminders(fields: dict[str, Located]) -> Reminders | None:
    part = fields.get("reminders")
    if part is None or part.content in ("false", "no"):
        return None
    if part.content in ("true", "yes"):
        return USUAL
    steps = part.mapping("reminders", ("before", "after"))
    days = {key: tuple(_days(day, key) for day in steps[key].items(key)) for key in steps}
    return Reminders(days.get("before", ()), days.get("after", ()))


def _days(part: Located, key: str) -> int:
    word = part.word(key)
    if not re.fullmatch(r"[0-9]{1,3}", word, re.ASCII) or not 1 <= int(word) <= 400:
        raise part.wrong("bad_days", key=key, found=word)
    return int(word)


def _check_names(part: Located, entry: Entry, subscriptions: Subscriptions) -> None:
    """Every name that is used stands in the file, nothing leads back to itself, and everybody can be reached."""
    known = subscriptions.entries
    for key, names in (("members", entry.members), ("escalate", [entry.escalation.to] if entry.escalation else [])):
        for name in names:
            if name not in known:
                raise part.wrong("unknown_name", key=key, name=name)
    for key, after in (("members", lambda e: e.members), ("escalate", lambda e: [e.escalation.to] if e.escalation else [])):
        seen, ahead = set(), list(after(entry))
        while ahead:
            name = ahead.pop()
            if name == entry.name:
                raise part.wrong("circle", key=key, name=entry.name)
            if name not in seen and name in known:
                seen.add(name)
                ahead += after(known[name])
    if not subscriptions.reached(entry):
        raise part.wrong("no_way", name=entry.name)
    if not (entry.hears_anything or entry.name in subscriptions.named):
        raise part.wrong("missing", key="areas")
