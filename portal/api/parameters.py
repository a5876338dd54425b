"""The parameters of the interface: what each may be, and how they are read. What is not known is refused, and so is what is not right."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from foi.messages import bilingual, message
from ingest.words.language import LANGUAGES, Text
from portal.api.problem import Problem, Refused

_WORDS = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+")
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, what it is in both languages, its type (string, integer, boolean), and what it may be."""

    name: str
    meaning: Text
    type: str = "string"
    values: tuple[str, ...] = ()
    between: tuple[int, int] = (0, 0)
    is_required: bool = False
    longest: int = 100

    def read(self, text: str) -> Any:
        """The value that a text says; None if it says none that this parameter may be."""
        if self.type == "integer":
            low, high = self.between
            return int(text) if _WHOLE.fullmatch(text) and low <= int(text) <= high else None
        if self.type == "boolean":
            return {"true": True, "false": False}.get(text)
        if self.values:
            return text if text in self.values else None
        return text if len(text) <= self.longest and _WORDS.fullmatch(text) else None

    @property
    def expected(self) -> Any:
        """What it may be, for whoever got it wrong."""
        if self.type == "integer":
            return {"type": "integer", "minimum": self.between[0], "maximum": self.between[1]}
        if self.type == "boolean":
            return {"type": "boolean"}
        return {"enum": list(self.values)} if self.values else {"type": "string", "minLength": 1, "maxLength": self.longest}


LANG = Parameter("lang", bilingual("api.lang"), values=LANGUAGES)


def read(request: Request, known: Sequence[Parameter]) -> dict[str, Any]:
    """The parameters of a request; Refused with everything that is wrong with them, each parameter named."""
    parameters = {parameter.name: parameter for parameter in (*known, LANG)}
    found: dict[str, Any] = {}
    wrong = []
    for name, text in request.query_params.multi_items():
        parameter = parameters.get(name)
        if parameter is None:
            wrong.append(
                _problem("unknown_parameter", name, {"expected": sorted(parameters)}, known=", ".join(sorted(parameters)))
            )
        elif name in found:
            wrong.append(_problem("repeated_parameter", name, None))
        elif (value := parameter.read(text)) is None:
            wrong.append(_problem("bad_value", name, {"found": text, "expected": parameter.expected}, found=text))
        else:
            found[name] = value
    asked = set(request.query_params)
    wrong += [_problem("required", p.name, None) for p in known if p.is_required and p.name not in asked]
    if wrong:
        raise Refused(wrong)
    found.pop(LANG.name, None)
    return found


def one_of(given: Mapping[str, Any], names: Sequence[str], most: int = 99) -> None:
    """Refused unless at least one of these parameters (and at most so many) was given."""
    if not 1 <= len([name for name in names if name in given]) <= most:
        key = "api.one_of" if most == 1 else "api.any_of"
        raise Refused([Problem(message(key, names=", ".join(names)), "required", "query", {"expected": list(names)})])


def next_of(key: Sequence[Any]) -> str:
    """A key of a row as a word that stands in an address."""
    return base64.urlsafe_b64encode(json.dumps(list(key), ensure_ascii=False).encode()).decode().rstrip("=")


def after(word: str, kinds: Sequence[type]) -> list[Any]:
    """The key that such a word holds; Refused if it was not given out by this interface."""
    try:
        key = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds) or not all(map(_is_short, key)):
        raise Refused([_problem("bad_next", "next", {"found": word})])
    return key


def _is_short(part: Any) -> bool:
    return abs(part) < 10**9 if isinstance(part, int) else bool(_WORDS.fullmatch(part))


def _problem(code: str, name: str, detail: Any, **values: Any) -> Problem:
    return Problem(message(f"api.{code}", name=name, **values), code, f"query.{name}", detail)
