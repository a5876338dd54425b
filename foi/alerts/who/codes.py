"""The codes of areas and units in the file of recipients: one that stands for nothing would never be heard of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.located_yaml import read_located

SHOWN = 3
AREA = "select 1 from dim_unit where starts_with(unit_code, $1) limit 1"
# A department may owe a report before it has ever filed one; its area is known.
UNIT = (
    "select 1 from dim_unit where unit_code = $1 or (contains($1, '-') and unit_code = regexp_extract($1, '^(.+?)-', 1)) limit 1"
)
# The nearest code for each name: as many digits, most of them the same.
NEAR = (
    "select unit_name, unit_code from (select unit_name, unit_code from dim_unit union select distinct unit_name, unit_code from fct_reports"
    f" where unit_code is not null) order by length(unit_code) <> length($1), jaro_winkler_similarity(unit_code, $1) desc, unit_code limit {SHOWN}"
)


def check_codes(path: Path, connection: Any) -> None:
    """A Complaint with entry, line, code and near units for the first area or unit that the published file does not know."""
    for part in read_located(path).mapping("recipients", ("recipients",))["recipients"].items("recipients"):
        fields = part.mapping("recipients", part.content if isinstance(part.content, dict) else ())
        for key, query in (("areas", AREA), ("units", UNIT)):
            for place in fields[key].items(key) if key in fields else ():
                code = place.word(key)
                if not connection.execute(query, [code]).fetchone():
                    near = ", ".join(f"{name} {near}" for name, near in connection.execute(NEAR, [code]).fetchall())
                    raise place.wrong(f"unknown_{key}", name=fields["name"].word("name"), found=code, near=near)
