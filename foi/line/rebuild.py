"""`foi doctor --rebuild-and-compare`: whether the warehouse, which follows the changes, is what a build of everything makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from foi.messages import Complaint, bilingual, message
from ingest.home import Home
from ingest.model import IngestError
from ingest.words.issues import issue_text

SHOWN = 40  # lines; --json gives all


def compare_home(root: Path, as_json: bool) -> int:
    """Build everything anew beside the warehouse and print what differs; the exit code is 1 if anything does."""
    from foi.faults import require

    require("warehouse")
    from dagster_project.compare import rebuild_and_compare
    from dagster_project.dbt import WarehouseError

    try:
        found = rebuild_and_compare(Home(root.resolve()), lambda: print(message("compare.begin"), file=sys.stderr))
    except IngestError as error:
        raise Complaint(issue_text(error.issue), 3) from error
    except WarehouseError as error:
        raise Complaint(bilingual("error.build", reason=str(error)[:1500]), 3) from error
    if as_json:
        print(json.dumps({"same": not found, "differences": found}, ensure_ascii=False, indent=2))
    elif not found:
        print(message("compare.same"))
    else:
        print(
            "\n".join(
                [message("compare.different", n=len(found)), *(f"  {line}" for line in found[:SHOWN]), message("compare.next")]
            )
        )
    return 1 if found else 0
