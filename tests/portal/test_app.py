"""What stands around every page: language, headers, files by their hash, and pages that say what went wrong."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from portal.run import bound
from portal.static_files import FOLDER
from tests.paths import ROOT
from tests.portal.serving import served

STYLE = re.compile(r'href="(/static/portal\.[0-9a-f]{12}\.css)"')


def test_a_page_speaks_one_language_and_its_links_carry_it(portal: httpx.Client):
    chinese, english = portal.get("/about"), portal.get("/about?lang=en")
    assert chinese.status_code == english.status_code == 200
    assert '<html lang="zh-CN">' in chinese.text and '<html lang="en">' in english.text
    assert 'href="/search"' in chinese.text and 'href="/search?lang=en"' in english.text
    assert 'href="/about?lang=en"' in chinese.text and re.search(r'class="language" href="/about"', english.text)
    assert set(re.findall(r"[\u4e00-\u9fff]+", english.text)) == {"中文"}


def test_a_browser_may_load_nothing_from_elsewhere_and_run_nothing_inline(portal: httpx.Client):
    for path in ("/about", "/nowhere", "/static/none.css"):
        headers = portal.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    text = portal.get("/about").text
    assert "://" not in text and "<script>" not in text and " style=" not in text


def test_style_is_small_and_kept_by_the_browser_under_the_hash_of_its_content(portal: httpx.Client):
    (address,) = STYLE.findall(portal.get("/about").text)
    answer = portal.get(address)
    assert answer.headers["content-type"].startswith("text/css") and "immutable" in answer.headers["cache-control"]
    assert answer.text == (FOLDER / "portal.css").read_text("utf-8") and len(answer.content) <= 20_000
    assert portal.get("/static/portal.000000000000.css").status_code == 404


@pytest.mark.parametrize(("path", "status", "words"), [
    ("/nowhere", 404, "/nowhere"), ("/about.csv", 404, "csv"), ("/about?lang=fr", 400, "lang=zh"), ("/static/x.css", 404, "/static/x.css"),
])  # fmt: skip
def test_a_wrong_address_gets_a_page_that_says_so(portal: httpx.Client, path: str, status: int, words: str):
    answer = portal.get(path)
    assert answer.status_code == status and words in answer.text
    assert 'class="error-summary"' in answer.text and "Traceback" not in answer.text
    assert 'action="/search"' in answer.text


def test_the_portal_can_only_be_read(portal: httpx.Client):
    answer = portal.post("/about")
    assert answer.status_code == 405 and 'class="error-summary"' in answer.text


def test_a_port_that_is_taken_is_told_with_what_to_do():
    taken = bound(0)
    try:
        port = taken.getsockname()[1]
        taken.listen()
        command = [sys.executable, "-c", "from foi.cli import main; main()", "portal", "--port", str(port)]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
        assert ran.returncode == 2 and f"--port {port + 1}" in ran.stderr and "Traceback" not in ran.stderr
    finally:
        taken.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a process otherwise there")
def test_the_command_prints_its_address_answers_and_ends_with_ctrl_c(tmp_path: Path):
    command = [sys.executable, "-c", "from foi.cli import main; main()", "portal", "--port", "0", "--home", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None and process.stderr is not None
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        (once,) = re.findall(r"sign-in\?once=([\w-]{43})$", process.stdout.readline().strip())
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(trust_env=False, transport=transport) as client:
            assert client.get(f"{address}about", timeout=60).status_code == 200
            assert client.post(f"{address}sign-in", data={"once": once}).status_code == 303
            assert client.get(f"{address}audit").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0 and process.stderr.read() == ""


def test_a_home_without_a_release_shows_what_to_do(tmp_path: Path):
    with served(tmp_path) as client:
        assert client.get("/about").status_code == 200
