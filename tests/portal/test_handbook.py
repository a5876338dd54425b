"""The handbook: every page is shown in the reader's language, every link leads somewhere, and words are found, Chinese ones too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.paths import ROOT
from tests.portal.browser import SIZES, hindrances, needs_browser
from tests.portal.handbook import build, needs_zensical
from tests.portal.serving import served

HANDBOOK = sorted((ROOT / "docs" / "handbook").glob("*.md"))
TWINS = [page.stem for page in HANDBOOK if page.with_suffix(".en.md").exists()]
LANGUAGES = ("", "?lang=en")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("handbook"))


@pytest.fixture(scope="module")
def handbook(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A portal with the handbook, of a home folder in which nothing is: a newcomer reads before he loads."""
    with served(tmp_path_factory.mktemp("empty"), site) as client:
        yield client


class Seen(HTMLParser):
    """The links, the pictures and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given["id"]} if "id" in given else set()
        self.links |= {given["href"]} if tag == "a" and "href" in given else set()
        self.loaded |= {given[name] for name in ("src", "href") if name in given and tag != "a"}
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in ("script", "style") else []


def addresses(client: httpx.Client, language: str = "") -> list[str]:
    """Every page that the handbook lists."""
    text = client.get(f"/docs{language}").text
    return sorted(set(re.findall(r'href="(/docs[^"#]*)', text)))


@needs_zensical
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_listed_and_every_link_and_picture_of_it_leads_somewhere(handbook: httpx.Client, language: str):
    pages, wrong = addresses(handbook, language), []
    assert len(pages) > 20
    seen = {page: Seen(handbook.get(page).text) for page in pages}
    for page, found in seen.items():
        wrong += [(page, what) for what in found.inline]
        for link in found.links:
            path, _, anchor = link.partition("#")
            if path.startswith("/docs") and path not in seen:  # this page in the other language
                leads = handbook.get(path).status_code == 200 and not anchor
            else:
                leads = link.startswith(("/", "#", "http")) and (not anchor or anchor in seen[path or page].anchors)
            wrong += [] if leads else [(page, link)]
        for address in found.loaded:
            if not address.startswith("/") or handbook.get(address).status_code != 200:
                wrong.append((page, address))
    assert wrong == []


@needs_zensical
def test_every_file_of_docs_is_a_page(site: Path):
    written = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    there = {path.parent.relative_to(site).as_posix() for path in site.rglob("*/index.html")}
    listed = {page["url"].strip("/") for group in json.loads((site / "rules/index.html").read_text("utf-8"))["pages"]
              for page in group["children"]}  # fmt: skip
    assert there == written == listed


@needs_zensical
@pytest.mark.parametrize("name", TWINS)
def test_a_page_has_a_twin_and_a_reader_gets_the_one_in_his_language(handbook: httpx.Client, name: str):
    chinese, english = (handbook.get(f"/docs/handbook/{name}{language}").text for language in LANGUAGES)
    titles = [re.findall(r"<h1[^>]*>(.*?)</h1>", text)[0] for text in (chinese, english)]
    assert re.search(r"[\u4e00-\u9fff]", titles[0]) and not re.search(r"[\u4e00-\u9fff]", titles[1])
    assert '<article lang="zh-CN">' in chinese and '<article lang="en">' in english
    links = {link for link in Seen(english).links if link.startswith("/docs") and link != f"/docs/handbook/{name}"}
    assert links and all("lang=en" in link for link in links)


@needs_zensical
def test_a_page_in_another_language_says_so(handbook: httpx.Client):
    assert "本页只有英文" in handbook.get("/docs/operations").text
    assert 'class="note"' not in handbook.get("/docs/operations?lang=en").text
    assert "本页只有英文" not in handbook.get("/docs/rules").text


@needs_zensical
@pytest.mark.parametrize(("words", "page"), [
    ("结转", "/docs/handbook/clerks"), ("街道", "/docs/handbook/first-hour"), ("政务新媒体", "/docs/handbook/analysts"),
    ("应报名单", "/docs/handbook/county-year"),
    ("缺数 不是 0", "/docs/handbook/analysts"), ("SYSTEMCTL", "/docs/operations"),
])  # fmt: skip
def test_words_are_found_without_spaces_and_scripts_and_lead_to_their_section(handbook: httpx.Client, words: str, page: str):
    text = handbook.get("/docs/search", params={"q": words}).text
    links = [link for link in re.findall(r'<li><a href="([^"]+)">[^<]*</a>[^<]*(?:<span[^>]*>[^<]*</span>)?<br>', text)]
    assert any(link.partition("#")[0] == page for link in links), links
    assert f"<mark>{words.split()[0].lower()}</mark>" in text.lower()
    for link in links:
        path, _, anchor = link.partition("#")
        assert not anchor or anchor in Seen(handbook.get(path).text).anchors


@needs_zensical
def test_a_search_keeps_to_the_language_of_its_reader_and_says_when_nothing_is_found(handbook: httpx.Client):
    english = handbook.get("/docs/search?lang=en", params={"q": "verdict", "lang": "en"}).text
    assert "/docs/handbook/clerks?lang=en" in english and "检查草稿" not in english
    nothing = handbook.get("/docs/search", params={"q": "没有这样的词"})
    assert nothing.status_code == 200 and "手册中没有“没有这样的词”" in nothing.text
    assert handbook.get("/docs/search").status_code == handbook.get("/docs/search", params={"q": "(["}).status_code == 200
    assert "&lt;b&gt;" in handbook.get("/docs/search", params={"q": "<b>"}).text


@needs_zensical
@pytest.mark.parametrize(
    "path", ["/docs/nowhere", "/docs/rules.en", "/docs/search.json", "/docs/..%2f..%2fapp.py", "/docs/pictures/none.png"]
)
def test_what_is_no_page_is_told(handbook: httpx.Client, path: str):
    answer = handbook.get(path)
    assert answer.status_code == 404 and 'class="error-summary"' in answer.text


@pytest.mark.parametrize("path", ["/docs", "/docs/rules", "/docs/search?q=x", "/docs/rules?lang=en"])
def test_where_no_handbook_was_built_a_page_says_what_to_do(tmp_path: Path, path: str):
    with served(tmp_path, tmp_path / "none") as client:
        answer = client.get(path)
    assert answer.status_code == 503 and "make docs" in answer.text and "Traceback" not in answer.text


@needs_zensical
def test_every_page_of_the_portal_leads_to_the_handbook_in_its_language(handbook: httpx.Client):
    assert handbook.get("/about").text.count('href="/docs"') == 2
    assert handbook.get("/about?lang=en").text.count('href="/docs?lang=en"') == 2


@needs_zensical
@needs_browser
@pytest.mark.parametrize("width", SIZES)
def test_a_browser_loads_nothing_from_elsewhere_and_nothing_hinders_a_screen_reader(
    browser: Any, handbook: httpx.Client, width: int
):
    paths = [*addresses(handbook), "/docs/search?q=结转", "/docs/handbook/county-year?lang=en"]
    assert hindrances(browser, handbook, paths, width, colors_of=8) == []


@needs_zensical
@needs_browser
def test_without_scripts_a_reader_finds_a_word_and_comes_to_its_section(browser: Any, handbook: httpx.Client):
    page = browser.new_context(java_script_enabled=False).new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{str(handbook.base_url).rstrip('/')}/about")
    page.click("header a:has-text('使用手册')")
    page.fill("#q", "上年结转")
    page.click(".beside-text button")
    page.click(".text a:has-text('与上年核对')")
    assert "上年结转" in page.inner_text("article")
    page.click("header a:has-text('English')")
    assert "last year" in page.inner_text("article") and told == []
    page.context.close()
