"""What this installation can read beyond the formats that need nothing: scans (OCR) and Word 6/95 (LibreOffice)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from ingest.readers.word import libreoffice


@dataclass(frozen=True, slots=True)
class Ability:
    """One ability: its name, whether it is there, what it rests on, and which reasons for setting a file aside it cures."""

    name: str
    present: bool
    found: str
    cures: frozenset[str]


def abilities() -> list[Ability]:
    """All abilities, in a fixed order."""
    from ingest.installed import OCR_MODULES  # here, for it takes no part in reading: a change of it makes no file be read anew

    missing = [m for m in OCR_MODULES if find_spec(m) is None]
    office = libreoffice.available() or ""
    return [
        Ability("ocr", not missing, ", ".join(missing or OCR_MODULES), frozenset({"ocr_not_installed", "scan_needs_ocr"})),
        Ability("libreoffice", bool(office), office, frozenset({"word6_not_read"})),
    ]


def curable() -> frozenset[str]:
    """The reasons for which files were set aside that this installation could read now; also that an original was gone: it is here again."""
    return frozenset({"original_gone", *(code for a in abilities() if a.present for code in a.cures)})


def can(name: str) -> bool:
    """Whether this installation has an ability."""
    return any(a.name == name and a.present for a in abilities())
