"""Every page is in one language; what a unit, a form or a report is called stays as it is."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from tests.one_language import foreign_words

PAGES = (
    "/", "/?year=2024", "/area/990101/2023", "/area/99/2022", "/area/990101/2024/units", "/area/230883/2024", "/unit/990101001", "/unit/990101201",
    "/unit/990101101/peers",
    "/trend", "/trend?area=990101&measure=grant_rate", "/trend?unit=990101103", "/compare", "/compare?unit=990101101+990101102",
    "/data", "/changes", "/health", "/about", "/dictionary/tables", "/dictionary/tables/area_year", "/search", "/search?q=nothing", "/nowhere",
    "/rollup/990101/2021", "/rollup/990101/2022", "/rollup/990101/2021/cell/requests.granted.total", "/rollup/990101/2018",
    "/violations", "/violations/group?kind=error", "/violations/group?kind=incomplete", "/violations/acts", "/corrections", "/withdrawals",
    "/violations/repair?unit=990101103&year=2023",
    "/unit/nobody", "/area/990101/2003", "/area/990101/2024?order=nothing", "/sign-in", "/sign-in?once=x", "/audit", "/tokens",
    "/roster/990101/2024", "/roster/990101/2024?unit=990101101", "/hand-in", "/progress/990101?year=2021", "/changes?area=990101",
    "/answers", "/letters/990101/2023", "/letters/settings", "/answer/foi_nothing",
)  # fmt: skip


def _words(page: str) -> str:
    """What a reader reads: the text of a page and the titles of its marks, a line for each piece."""
    body = re.sub(r"(?s)<(head|script|style)\b.*?</\\1>", "", page)
    titles = re.findall(r'(?:title|aria-label)="([^"]*)"', body)
    return html.unescape("\n".join([*titles, re.sub(r"<[^>]*>", "\n", body)]))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_in_one_language(portal: httpx.Client, ask, path: str, language: str):
    page = (
        portal.get(path, params={"lang": "en"} if language == "en" else {}).text
        if "?" not in path
        else portal.get(f"{path}&lang={language}").text
    )
    names = {name for (name,) in ask("select distinct unit_name from dim_unit where level <> 'township' or unit_code like '99%'")}
    names |= {
        text
        for (text,) in ask(
            "select distinct sentence from fct_counts union select distinct unit_name from fct_reports union select distinct unit_name from progress"
        )
    }
    # What the units of an area wrote stands in its roll-up as they wrote it.
    written = "select distinct unnest(string_split(text, chr(10))) from fct_sections where section in ('problems', 'other')"
    names |= {text for (text,) in ask(written)} if path.startswith("/rollup") else set()
    names |= {text for (text,) in ask("select distinct unit_word from fct_counts where unit_word is not null")}
    other = ("中文", "English")
    assert foreign_words(_words(page), language, *(name for name in names if name), *other) == []
