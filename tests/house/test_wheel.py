"""What is installed is whole: a wheel, in an environment that knows no checkout, runs the demo, checks a draft and loads a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.test_house_rules import listed
from tests.paths import ROOT
from tests.portal.handbook import IS_MISSING, build

ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
# What stands in a folder of the project and is no part of the product: it makes the examples.
MAKES_EXAMPLES = re.compile(r"examples/\w+\.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of all files that belong to the project, built from a copy: building leaves folders behind."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in listed():
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / "source" / name)
    if not IS_MISSING:  # the handbook comes along where it was built
        build(folder / "source")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*pip, "wheel", *options, "-w", folder, folder / "source"], check=True, capture_output=True, cwd=folder)
    (built,) = folder.glob("foi-*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path) -> Path:
    """Where the wheel is installed: an environment that knows our dependencies, and nothing of the checkout."""
    environment = wheel.parent / "environment"
    venv.create(environment, with_pip=False)
    program = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    answer = subprocess.run(
        [program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True
    )
    site = Path(answer.stdout.strip())
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(program)]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True, capture_output=True
    )
    # A folder that is named so has no .pth read in it: the link to the checkout does not count.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return site


def test_the_wheel_holds_every_file_of_the_product_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {name for name in listed() if name.startswith(tuple(f"{room}/" for room in ROOMS))}
    wanted |= {
        f"foi_project/{name}"
        for name in listed()
        if name.startswith(("dbt/", "examples/")) and not MAKES_EXAMPLES.fullmatch(name)
    }
    site = wheel.parent / "source" / "portal" / "site"
    wanted |= {f"portal/site/{path.relative_to(site).as_posix()}" for path in site.rglob("*") if path.is_file()}
    assert there == wanted


def test_what_is_installed_elsewhere_runs_the_demo_checks_a_draft_and_loads_a_file(site: Path, tmp_path: Path):
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if "__pycache__" not in path.parts}
    program = Path(str(sysconfig.get_path("scripts", vars={"base": str(site.parents[2])}))) / "foi"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FOI_"))}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(tmp_path / "cache"), "FOI_HOME": str(tmp_path / "home")}

    def foi(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *map(str, words)], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=600
        )

    demo = foi("demo")
    assert demo.returncode == 0 and str(ROOT) not in demo.stdout + demo.stderr, demo.stderr
    (command,) = (line.strip() for line in demo.stdout.splitlines() if "foi check" in line)
    draft = command.split()[2]
    assert draft == str(site / "foi_project" / "examples" / "draft.docx")
    assert ".venv/bin/activate" not in demo.stdout  # there is none here
    checked = foi("check", draft)
    assert checked.returncode == 1 and "Traceback" not in checked.stderr, checked.stderr
    # The demo loads through the same function; what it has loaded is known here, and there is nothing to build anew.
    loaded = foi("load", draft.removesuffix("draft.docx") + "reports")
    assert loaded.returncode == 1 and "Traceback" not in loaded.stderr, loaded.stderr
    count = foi("query", "select count(*) n from fct_inputs where file like '%寒葱沟镇2024%'", "--csv")
    assert count.stdout.splitlines()[1:] == ["1"]
    after = {path: path.stat().st_mtime_ns for path in site.rglob("*") if "__pycache__" not in path.parts}
    assert after == before  # nothing is written into the installed package
