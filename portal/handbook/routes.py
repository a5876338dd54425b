"""/docs: the handbook in the reader's language, its pictures, and the search in it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.messages import bilingual, message
from ingest.words.language import language
from portal.handbook.built import ENGLISH, PICTURES, Built, built
from portal.handbook.search import hits_of
from portal.page import link, page

ROOT = "/docs"
_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\b(?:href|src)=)"([^"]*)"')


def contents(request: Request) -> Response:
    """What the handbook holds."""
    handbook = built(request.app.state.handbook)
    return _shown(request, handbook, "handbook_contents.html", "") if handbook else _missing(request)


def search(request: Request) -> Response:
    """The sections that hold the words that were typed."""
    handbook = built(request.app.state.handbook)
    if handbook is None:
        return _missing(request)
    words = request.query_params.get("q", "").strip()[:100]
    hits, n = hits_of(handbook, words, language())
    return _shown(request, handbook, "handbook_search.html", words=words, hits=hits, n=n)


def one_page(request: Request) -> Response:
    """A page, or a picture of one."""
    handbook, name = built(request.app.state.handbook), request.path_params["name"].strip("/")
    if handbook is None:
        return _missing(request)
    if name in handbook.pictures:
        return Response(handbook.pictures[name].read_bytes(), media_type=PICTURES[PurePosixPath(name).suffix])
    if name not in handbook.pages or name.endswith(ENGLISH):
        raise HTTPException(404)
    twin = handbook.twin(name, language())
    written = handbook.pages[twin]
    content = _placed(written.content, name)
    return _shown(request, handbook, "handbook_page.html", written=written, content=content, of=handbook.language_of(twin))


def _missing(request: Request) -> Response:
    """What to do where no handbook was built."""
    lines = [message("portal.handbook_build")]
    return page(request, "error.html", status=503, title=message("portal.handbook_missing"), lines=lines)


def _shown(request: Request, handbook: Built, template: str, crumb: str = ROOT, **values: Any) -> Response:
    """A page with the list of all pages beside it."""
    groups = [
        (key, [_entry(handbook, one) for one in entries if _is_meant(handbook, one[1])]) for key, entries in handbook.groups
    ]
    crumbs = [(bilingual("portal.nav_docs"), crumb)]
    return page(request, template, groups=groups, root=ROOT, crumbs=crumbs, **values)


def _is_meant(handbook: Built, name: str) -> bool:
    """Whether a page is for readers of this language: of two twins one is."""
    return name == handbook.twin(name.removesuffix(ENGLISH), language())


def _entry(handbook: Built, entry: tuple[str, str]) -> tuple[str, str, str]:
    """A page in a list: its title, its address without a language, and the language it is written in."""
    title, name = entry
    return title, f"{ROOT}/{name.removesuffix(ENGLISH)}", handbook.language_of(name)


def _placed(content: str, name: str) -> str:
    """The text of a page with links into the handbook as this reader follows them; what is wide can be moved by keys.

    It is our own text, so nothing in it is escaped.
    """

    def address(match: re.Match[str]) -> str:
        before, given = match.groups()
        path, mark, anchor = urljoin(f"{ROOT}/{name}/", given).partition("#")
        if not given.startswith("#") and path.startswith(f"{ROOT}/"):
            given = path if before.endswith("src=") else link(path.rstrip("/").removesuffix(ENGLISH)) + mark + anchor
        return f'{before}"{given}"'

    wide = content.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    return _ADDRESS.sub(address, wide.replace("<pre>", '<pre tabindex="0">'))


ROUTES = (
    Route(ROOT, contents),
    Route(f"{ROOT}/", contents),
    Route(f"{ROOT}/search", search),
    Route(f"{ROOT}/{{name:path}}", one_page),
)
