"""Tests that read scans need what `make ocr` installs; without it they are skipped and say so."""

from __future__ import annotations

import pytest

from ingest.installed import missing_of

REASON = "reads a scan: what that takes is not installed (make ocr)"
IS_MISSING = bool(missing_of("ocr"))
needs_ocr = pytest.mark.skipif(IS_MISSING, reason=REASON)
