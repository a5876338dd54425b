"""Which groups of packages are installed here: reading and checking need none; the warehouse and scans need theirs."""

from __future__ import annotations

from importlib.util import find_spec

OCR_MODULES = ("onnxruntime", "cv2", "rapidocr")  # what reads scans, beside what it shares with others

# The modules that a group brings and that the code imports (pyproject.toml names what is installed for them).
GROUPS = {
    "warehouse": (
        "apprise",
        "dagster",
        "dbt",
        "dbt_common",
        "duckdb",
        "duckdb_sqlalchemy",
        "great_expectations",
        "msgpack",
        "pyarrow",
        "requests",
        "sqlalchemy",
        "starlette",
        "urllib3",
        "uvicorn",
        "vl_convert",
        "xlsxwriter",
    ),
    "ocr": (*OCR_MODULES, "numpy", "PIL"),
}


def missing_of(group: str) -> list[str]:
    """The modules of a group that cannot be found here."""
    return [module for module in GROUPS[group] if find_spec(module) is None]


def group_of(module: str | None) -> str:
    """The group that brings a module; empty where it belongs to none."""
    name = (module or "").partition(".")[0]
    return next((group for group, modules in GROUPS.items() if name in modules), "")
