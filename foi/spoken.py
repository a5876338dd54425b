"""The command line in the language of its reader: --lang, and help texts that are looked up when they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from foi.messages import Complaint, has_message, message
from foi.usage import no_such_command, too_many_words
from ingest.words.language import VARIABLE, named, use_language

OPTION = "--lang"


def choose_language(words: list[str]) -> list[str]:
    """Speak what --lang names, wherever it stands on the line, and give back the other words."""
    use_language(None)
    rest: list[str] = []
    at = 0
    while at < len(words) and words[at] != "--":
        option, given, value = words[at].partition("=")
        if option != OPTION:
            rest.append(words[at])
        else:
            at += not given
            value = value if given else (words[at] if at < len(words) else "")
            if not named(value):
                raise Complaint(message("usage.language", found=value, option=OPTION))
            use_language(named(value))
        at += 1
    return rest + words[at:]


class Commands(typer.Typer):
    """Commands whose help is a key of messages.yaml."""

    def __init__(self, help: str) -> None:
        options: dict[str, Any] = {"no_args_is_help": True, "add_completion": False, "pretty_exceptions_enable": False}
        super().__init__(cls=SpokenGroup, help=help, rich_markup_mode=None, **options)

    def command(self, name: str | None = None, *, help: str | None = None, **options: Any) -> Callable[[Any], Any]:
        return super().command(name, cls=SpokenCommand, help=help, no_args_is_help=False, **options)


class SpokenCommand(TyperCommand):
    """A command whose help is in the language of its reader, and its complaint of words that have no place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise too_many_words(rest, ctx.command_path)
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _write_help(self, ctx, formatter)


class SpokenGroup(TyperGroup):
    """A group of commands whose help is in the language of its reader, and its complaint of a command that is none."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise no_such_command(args[0], ctx.command_path, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _write_help(self, ctx, formatter)
        with formatter.section(message("help.commands")):
            named_commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            formatter.write_dl([(name, _first(_text(c.help))) for name, c in named_commands if c and not c.hidden])


def _write_help(command: Any, ctx: Any, formatter: Any) -> None:
    """Usage, what the command does, its arguments and its options."""
    arguments = [p for p in command.params if isinstance(p, TyperArgument)]
    words = [f"[{_name(p)}]" if not p.required else _name(p) for p in arguments]
    groups = [message("help.command_word"), "…"] if isinstance(command, TyperGroup) else []
    formatter.write_usage(
        ctx.command_path, " ".join([message("help.options_word"), *groups, *words]), prefix=message("help.usage")
    )
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(_text(command.help))
    options = [p for p in command.get_params(ctx) if not isinstance(p, TyperArgument)]
    for title, rows in (
        ("help.arguments", [(_name(p), _help(p)) for p in arguments]),
        (
            "help.options",
            [
                *((", ".join(p.opts) + _value(p), _help(p)) for p in options),
                (f"{OPTION} zh|en", message("help.lang", variable=VARIABLE)),
            ],
        ),
    ):
        if rows:
            with formatter.section(message(title)):
                formatter.write_dl(rows)


def _name(parameter: Any) -> str:
    return f"{parameter.name}…".upper() if parameter.nargs == -1 else str(parameter.name).upper()


def _value(parameter: Any) -> str:
    """What follows an option, where something does: its own name stands for it."""
    return "" if parameter.is_flag or parameter.name == "help" else f" {str(parameter.name).upper()}"


def _help(parameter: Any) -> str:
    """What a parameter is for, its variable, and its value if none is given."""
    text = message("help.help") if parameter.name == "help" else _text(parameter.help)
    extra = [message("help.variable", name=parameter.envvar)] if parameter.envvar else []
    default = parameter.default
    if default and not callable(default) and parameter.show_default and not isinstance(default, bool):
        extra.append(message("help.default", value=default))
    return f"{text} [{message('help.comma').join(extra)}]" if extra else text


def _text(key: str | None) -> str:
    return message(key) if key and has_message(key) else key or ""


def _first(text: str) -> str:
    """The first sentence, which stands in the list of commands."""
    return text.split("。")[0].split(". ")[0]
