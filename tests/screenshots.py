"""`make screenshots`: pictures of the running portal, wide and narrow; the four that the README shows are made by the same command."""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import httpx

from tests.paths import ROOT
from tests.portal.browser import CHROMIUM, IS_MISSING, REASON
from tests.portal.serving import served, signed_in

SEED, CELL = "230883101", "requests.received.total"
COUNTY = "990101"
SHOWN = ("area", "unit", "report", "evidence")  # in the README
# What an admin sees.
SIGNED_IN = {"audit": "/audit", "tokens": "/tokens", "letters": f"/letters/{COUNTY}/2023", "answers": f"/answers?area={COUNTY}",
             "sender": "/letters/settings"}  # fmt: skip
WIDE, NARROW = 1280, 390
README_HEIGHT = 860


def main() -> None:
    """Load the examples into a folder of their own, or show a home folder that is given, and take the pictures."""
    asked = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    asked.add_argument("--home", type=Path, help="a home folder with the examples; without it one is made")
    asked.add_argument("--to", type=Path, default=ROOT / "build" / "screenshots", help="where all pictures are kept")
    given = asked.parse_args()
    if IS_MISSING:
        sys.exit(REASON)
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or _loaded(Path(scratch) / "home")
        with served(home) as portal, signed_in(portal, home, "admin") as admin:
            _take(portal, dict(admin.cookies), {} if given.home else _asked(admin), given.to)


def _loaded(home: Path) -> Path:
    foi = Path(sys.executable).with_name("foi")
    subprocess.run([foi, "load", ROOT / "examples" / "reports", "--home", home], stdout=subprocess.DEVNULL)
    return home


def _asked(admin: httpx.Client) -> dict[str, str]:
    """Write the letters of a county as a reviewer does, answer one as its unit does; where the unit answers."""
    settings = {
        "sender": "示例县政务公开办公室",
        "number": "示例核〔{year}〕{n}号",
        "reply_by": "15",
        "contact": "示例科",
        "phone": "000-0000",
    }
    admin.post("/letters/settings", data={**settings, "address": str(admin.base_url).rstrip("/")})
    with zipfile.ZipFile(io.BytesIO(admin.post(f"/letters/{COUNTY}/2023").content)) as letters:
        (letter,) = (letters.read(name).decode() for name in letters.namelist() if name.endswith(".html"))
    (path,) = re.findall(r"/answer/[\w-]+", letter)
    asked = dict(re.findall(r'type="hidden" name="((?:rule|left|right)-\d+)" value="([^"]*)"', admin.get(path).text))
    numbers = {f"number-{n}-requests.granted.{column}": "0" for n, column in enumerate(("natural_person", "total"))}
    admin.post(path, data={**asked, **numbers, "kind-0": "wrong", "kind-1": "wrong", "who": "示例科"})
    return {"answer": path}


def _take(portal: httpx.Client, cookies: dict[str, str], asked: dict[str, str], folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    pictures = ROOT / "docs" / "pictures"
    pictures.mkdir(exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    host = str(portal.base_url).rstrip("/")
    with sync_playwright() as played:
        chromium = played.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (WIDE, NARROW):
            page = chromium.new_context(viewport={"width": width, "height": README_HEIGHT}).new_page()
            for name, path in {**pages(portal), **asked}.items():
                page.goto(host + path)
                if name == "explore":
                    page.wait_for_selector("#explorer[data-state]", state="attached", timeout=120_000)
                page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
                if name in SHOWN and width == WIDE:
                    _for_readme(page, pictures / f"{name}.png")
            page.context.add_cookies([{"name": name, "value": value, "url": host} for name, value in cookies.items()])
            for name, path in SIGNED_IN.items():
                page.goto(host + path)
                page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        chromium.close()
    print(f"{folder}: {(len(pages(portal)) + len(asked) + len(SIGNED_IN)) * 2}")


def _for_readme(page: Any, path: Path) -> None:
    broken = page.locator("td.broken").first
    if broken.count():  # where a sum fails, the cells that show it
        broken.scroll_into_view_if_needed()
    page.screenshot(path=path)


def pages(portal: httpx.Client) -> dict[str, str]:
    """Every kind of page once, by a name; a report is found as a person would find it."""
    report = re.findall(r'href="(/report/[0-9a-f]{16})"', portal.get(f"/unit/{SEED}").text)[-1]
    failing = next(
        path
        for path in re.findall(r'href="(/report/[0-9a-f]{16})"', portal.get("/unit/990101103").text)
        if 'class="n broken"' in portal.get(path).text
    )
    return {
        "home": "/",
        "area": f"/area/{COUNTY}/2023",
        "units": f"/area/{COUNTY}/2023/units",
        "roster": f"/roster/{COUNTY}/2024?unit={COUNTY}101",
        "hand_in": "/hand-in",
        "rollup": f"/rollup/{COUNTY}/2021",
        "rollup_cell": f"/rollup/{COUNTY}/2021/cell/requests.granted.total",
        "unit": "/unit/990101001",
        "report": failing,
        "seed": report,
        "evidence": f"{report}/cell/{CELL}",
        "document": f"{report}/document",
        "search": "/search?q=政务",
        "trend": f"/trend?area={COUNTY}&measure=grant_rate",
        "explore": f"/explore?area={COUNTY}",
        "compare": "/compare?unit=990101101+990101102",
        "dictionary": "/dictionary",
        "rules": "/dictionary/rules",
        "data": "/data",
        "changes": "/changes",
        "progress": f"/progress/{COUNTY}",
        "check": "/check",
        "violations": "/violations",
        "group": "/violations/group?kind=error&rule=requests_closed_total",
        "acts": "/violations/acts",
        "repair": "/violations/repair?unit=990101103&year=2023",
        "corrections": "/corrections",
        "withdrawals": "/withdrawals",
        "sign_in": "/sign-in",
        "health": "/health",
        "handbook": "/docs/handbook/first-hour",
        "nowhere": "/unit/999999999",
        "english": f"/area/{COUNTY}/2023?lang=en",
    }


if __name__ == "__main__":
    main()
