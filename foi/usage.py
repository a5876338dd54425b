"""What was typed wrong, in words: the command line's own complaints, Chinese first."""

from __future__ import annotations

from typing import Any

from foi.messages import has_message, message


def is_usage(error: BaseException) -> bool:
    """Whether the command line itself complains of what was typed; its classes have no public name."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def in_words(error: Any) -> str:
    """What was wrong, and where the help is; the help itself where nothing was typed."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "foi"
    key = f"usage.{kind}" if has_message(f"usage.{kind}") else "usage.UsageError"
    return message(key, what=_what(error), command=command, message=error.format_message().rstrip("."))


def _what(error: Any) -> str:
    """The option or argument that is meant, as it is typed."""
    parameter = getattr(error, "param", None)
    if option := getattr(error, "option_name", None):
        return str(option)
    if parameter is None:
        return str(getattr(error, "param_hint", None) or "")
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else str(parameter.name).upper()
