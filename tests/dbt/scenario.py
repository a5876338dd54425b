"""The filings the warehouse is tested with: one county with its townships and departments, each filing with one peculiarity."""

from __future__ import annotations

from datetime import date, datetime

from tests.dbt.raw_zone import Filing

COUNTY, TOWN, FARM, HILL, LAKE, RIVER = "230883", "230883101", "230883102", "230883103", "230883104", "230883105"
BUREAU = "230883-教育局"
STRANGER = "230883998"  # a township code the registry does not have


def handled(received: int | None = None, **outcomes: int) -> dict[str, int | str]:
    """Cells of table three, all from natural persons, whose printed sums hold."""
    carried_out = outcomes.pop("carried_out", 0)
    closed = sum(outcomes.values())
    rows = {**outcomes, "closed": closed, "carried_out": carried_out, "received": closed + carried_out}
    assert received in (None, rows["received"])
    return {f"requests.{row}.{column}": n for row, n in rows.items() for column in ("natural_person", "total")}


def with_total(cells: dict[str, int | str], row: str, given: int | str) -> dict[str, int | str]:
    """The cells with another number or state in the total of one row."""
    return {**cells, f"requests.{row}.total": given}


FIRST = Filing("h/town-2023.html", TOWN, 2023, cells=handled(granted=3), published_on=date(2024, 1, 20))
SECOND = Filing("a/town-2023-corrected.html", TOWN, 2023, cells=handled(granted=4, repeated=6), published_on=date(2024, 3, 2))
TWICE = Filing("b/farm-2023.html", FARM, 2023, document="farm", cells=handled(granted=1, partly_granted=1, repeated=8))
AGAIN = Filing("a/farm-copy.html", None, 2023, document="farm", cells=TWICE.cells)
BROKEN = Filing("hill-2023.html", HILL, 2023, cells=with_total(handled(granted=500), "closed", 494))
BLANK = Filing(
    "lake-2023.html",
    LAKE,
    2023,
    cells=with_total(handled(granted=7, denied_by_law=2), "partly_granted", "blank")
    | {"requests.denied_inquiry.total": "blank", "challenges.review.upheld": 2, "challenges.review.total": 2},
    published_on=date(2024, 2, 20),
)
TABLE_MISSING = Filing("river-2023.html", RIVER, 2023, forms={"requests": None})
GOVERNMENT = Filing("county-2023.html", COUNTY, 2023, cells=handled(granted=9000))
OFFICE = Filing("bureau-2023.html", BUREAU, 2023, unit_name="抚远市教育局", cells=handled(granted=5))
UNKNOWN_CODE = Filing("stranger-2022.html", STRANGER, 2022, unit_name="示例镇")
UNMATCHED = Filing("somewhere-2023.html", None, 2023, unit_name="城关镇", candidates=("210101101", "110101001"))
UNMATCHED_TWIN = Filing("elsewhere-2023.html", None, 2023, unit_name="城关镇")
UNDATED = Filing("undated.html", FARM, None)
QUARANTINED = Filing("empty.html", reason="empty_file")
OLD_FORM = Filing(
    "town-2020.html",
    TOWN,
    2020,
    form="2019",
    cells=handled(granted=1, otherwise=2) | {"disclosure.rules_published_total": 3, "disclosure.procurement_amount": 12},
    units={"disclosure.procurement_amount": "元"},
)
NOTHING = Filing("town-2022.html", TOWN, 2022, units={"disclosure.fees": "元"}, cells={"disclosure.fees": 90})
ALL_ZERO = Filing("farm-2019.html", FARM, 2019, form="2019")
ABSENT = Filing("farm-2021.html", FARM, 2021, cells=with_total({}, "closed", "absent") | {"disclosure.licenses": "unreadable"})
# The manifest was corrected later: the newest row of the same file and bytes decides.
GUESSED = Filing("lake-2022.html", None, 2022, cells=handled(granted=2))
CORRECTED = Filing("lake-2022.html", LAKE, 2022, cells=GUESSED.cells, landed_at=datetime(2025, 5, 1))

# The same farm before 2019: the table of its province, then the national one, which asks more.
LOCAL = Filing(
    "farm-2013.html", FARM, 2013, form="fujian-2011",
    cells={"statistics.received": 6, "statistics.received_online": 6, "statistics.received.cumulative": 9, "statistics.answered": 6,
           "statistics.denied": 6, "statistics.lawsuit": 2, "statistics.received_other_form": "absent"},
)  # fmt: skip
NATIONAL = Filing(
    "farm-2014.html", FARM, 2014, form="2014",
    cells={"statistics.received": 9, "statistics.received_online": 8, "statistics.answered": 9, "statistics.granted": 5,
           "statistics.already_public": 3, "statistics.told_to_correct": 1, "statistics.normative_made": 7,
           "statistics.fees_collected": 4, "statistics.denied_privacy": "blank", "statistics.lawsuit": 1,
           "statistics.lawsuit_corrected": 1},
)  # fmt: skip
# Only prose: no form is known, and none is made up.
PROSE = Filing("farm-2009.html", FARM, 2009, forms=dict.fromkeys(("disclosure", "requests", "challenges"), None))
FILINGS = [
    FIRST, SECOND, TWICE, AGAIN, BROKEN, BLANK, TABLE_MISSING, GOVERNMENT, OFFICE, UNKNOWN_CODE, UNMATCHED, UNMATCHED_TWIN, UNDATED,
    QUARANTINED, OLD_FORM, NOTHING, ALL_ZERO, ABSENT, GUESSED, CORRECTED, LOCAL, NATIONAL, PROSE,
]  # fmt: skip
BATCHES = {"b1": FILINGS[:9], "b2": [*FILINGS[9:], FIRST]}
OTHER_ORDER = {f"z{n}": [filing] for n, filing in enumerate(reversed(FILINGS))}
ONLY_QUARANTINED = {"b1": [QUARANTINED]}
