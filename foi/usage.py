"""What was typed wrong, in words: the complaints of the command line itself, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from foi.messages import Complaint, bilingual, has_message, message, template


def is_usage(error: BaseException) -> bool:
    """Whether the command line itself complains of what was typed; its classes have no public name."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def usage_words(error: Any) -> str:
    """What was wrong, what was expected, and where the help is; the help itself where nothing was typed."""
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    context = getattr(error, "ctx", None)
    option = str(getattr(error, "option_name", None) or "")
    found, expected = _refused(error)
    values = {
        "what": option or _typed_name(parameter),
        "command": context.command_path if context else "foi",
        "meaning": template(getattr(parameter, "help", None) or "") or "",
        "near": ", ".join(sorted(getattr(error, "possibilities", None) or ())),
        "found": found,
        "expected": bilingual(f"usage.type_{expected}" if has_message(f"usage.type_{expected}") else "usage.type_other"),
    }
    if kind == "BadOptionUsage":
        kind = "NoValue" if "does not take" in error.format_message() else "NeedsValue"
    return message(f"usage.{kind}" if has_message(f"usage.{kind}") else "usage.UsageError", **values)


def no_such_command(found: str, group: str, known: Iterable[str]) -> Complaint:
    """The complaint about a command that is none, with those whose names are nearest."""
    near = ", ".join(get_close_matches(found, list(known), cutoff=0.5))
    return Complaint(message("usage.NoSuchCommand", found=found, command=group, near=near))


def too_many_words(words: Iterable[str], command: str) -> Complaint:
    """The complaint about words that a command has no place for."""
    return Complaint(message("usage.TooManyWords", found=" ".join(words), command=command))


def _typed_name(parameter: Any) -> str:
    """The option or argument that is meant, as it is typed."""
    if parameter is None:
        return ""
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else str(parameter.name).upper()


def _refused(error: Any) -> tuple[str, str]:
    """The value that was refused, and what kind of value was expected, as the check of types tells them."""
    told = getattr(error.__cause__, "errors", None)
    found = told()[0] if told else {}
    return str(found.get("input", "")), str(found.get("type", "")).partition("_")[0]
