"""What went wrong, for a program: one form for every error of the interface."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from foi.messages import Complaint, message

PREFIX = "/api/"
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 503: "no_data"}
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in words, as a code, where in the request (query.year), and what was found and expected there."""

    message: str
    code: str
    path: str = ""
    detail: Any = None


class Refused(Complaint):
    """A request whose parameters are wrong, each named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = tuple(problems)


def problem_of(status: int, error: BaseException, text: str, path: str) -> Response:
    """The answer that says what went wrong; `text` where the error does not name its parts itself."""
    problems = error.problems if isinstance(error, Refused) else (Problem(text, CODES.get(status, "failed"), path),)
    key = f"portal.title_{status}"
    title = message(key if status in (400, 503) else "api.title_404" if status == 404 else "api.title_500")
    body = {
        "type": "about:blank",
        "title": title if status != 405 else HTTPStatus(status).phrase,
        "status": status,
        "errors": [asdict(one) for one in problems],
    }
    return Response(json.dumps(body, ensure_ascii=False), status, media_type=PROBLEM)
