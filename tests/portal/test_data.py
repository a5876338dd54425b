"""What can be taken away is whole and exact, every measure and rule is told, and the home says how it stands."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import httpx
import polars
import pytest

from foi.published.no_formula import no_formula
from foi.published.release import PublishedTable, csv_of
from ingest.law.entries import entries
from ingest.law.examples import written_examples
from tests.portal.serving import served


def test_the_database_that_is_taken_is_the_one_that_is_published(portal: httpx.Client, loaded: Path):
    taken = portal.get("/data/published.duckdb")
    assert taken.content == (loaded / "published.duckdb").read_bytes()
    assert re.search(r'filename="foi-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.duckdb"', taken.headers["content-disposition"])


def test_every_file_has_its_checksum(portal: httpx.Client, loaded: Path):
    sums = dict(reversed(line.split("  ")) for line in portal.get("/data/SHA256SUMS").text.splitlines())
    assert "published.duckdb" in sums and len(sums) > 10
    assert all(hashlib.sha256((loaded / path).read_bytes()).hexdigest() == digest for path, digest in sums.items())


def test_the_package_describes_every_table_that_can_be_taken(portal: httpx.Client, ask, loaded: Path):
    package = portal.get("/data/datapackage.json").json()
    assert package["version"] in portal.get("/data").text
    for resource in package["resources"]:
        frame = polars.concat([polars.read_parquet(loaded / path) for path in resource["path"]], how="vertical_relaxed")
        assert [field["name"] for field in resource["schema"]["fields"]] == frame.columns, resource["name"]
        assert all(field["title"] and field["title_en"] for field in resource["schema"]["fields"])
        assert all(
            hashlib.sha256((loaded / path).read_bytes()).hexdigest() == digest.removeprefix("sha256:")
            for path, digest in resource["hashes"].items()
        )


@pytest.mark.parametrize("table", ["unit_year", "area_year", "progress", "fct_cells"])
def test_a_table_is_the_same_as_parquet_as_csv_and_in_the_warehouse(portal: httpx.Client, ask, table: str):
    taken = portal.get(f"/data/{table}.parquet")
    if taken.headers["content-type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
            frames = [polars.read_parquet(archive.read(name)) for name in archive.namelist()]
    else:
        frames = [polars.read_parquet(taken.content)]
    (expected,) = ask(f"select count(*) from {table}")[0]
    assert sum(map(len, frames)) == expected
    rows = list(csv.DictReader(io.StringIO(portal.get(f"/data/{table}.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == expected
    if table == "unit_year":
        found = ask("select count(received), sum(received), count(*) filter (where received = 0) from unit_year")[0]
        told = [Decimal(row["received"]) for row in rows if row["received"]]
        assert (len(told), sum(told), told.count(Decimal(0))) == found and not any(row["received"].endswith(".0") for row in rows)


def test_a_table_that_is_none_is_told_with_those_there_are(portal: httpx.Client):
    for path in ("/data/nothing.csv", "/data/nothing.parquet", "/data/..%2fdecisions.jsonl.csv"):
        answer = portal.get(path)
        assert answer.status_code == 404 and 'class="error-summary"' in answer.text


def test_the_dictionary_tells_every_measure_with_its_forms(portal: httpx.Client, ask):
    rows = list(csv.DictReader(io.StringIO(portal.get("/dictionary.csv").text.removeprefix("\ufeff"))))
    measures = {measure for (measure,) in ask("select distinct measure from measure_by_form")}
    assert measures <= {row["code"] for row in rows} and "grant_rate" in {row["code"] for row in rows}
    text = portal.get("/dictionary?lang=en").text
    assert "the 2014 form adds what was already public" in text


def test_every_rule_is_told_with_an_example_that_passes_and_one_that_fails(portal: httpx.Client):
    rows = list(csv.DictReader(io.StringIO(portal.get("/dictionary/rules.csv?lang=en").text.removeprefix("\ufeff"))))
    assert len(rows) == len(entries())
    told = {row["rule"]: row for row in rows}
    assert all(told[rule]["passes"] != told[rule]["fails"] for rule in written_examples())
    assert told["carry_over"]["fails"] == "2023: carried out, total 103; 2024: carried in, total 77"


def test_every_table_is_told_with_its_columns(portal: httpx.Client, ask):
    assert 'href="/dictionary/tables/unit_year"' in portal.get("/dictionary/tables").text
    rows = list(csv.DictReader(io.StringIO(portal.get("/dictionary/tables/unit_year.csv").text.removeprefix("\ufeff"))))
    assert [row["column"] for row in rows] == [name for name, *_ in ask("describe marts.unit_year")]
    assert portal.get("/dictionary/tables/nothing").status_code == 404


def test_health_counts_what_is_loaded_and_what_waits(portal: httpx.Client, ask):
    text = portal.get("/health").text
    loaded = ask("select count(*) from fct_inputs where input_state = 'loaded' and report_year = 2024")[0][0]
    assert re.search(rf'<th scope="row">2024</th><td class="n">{loaded}</td>', text)
    assert "需要处理的" in text and "表上印的勾稽" in text


def test_health_names_a_check_that_could_not_run(small):
    small.add(
        "quality.expectation_results",
        suite="statutory_sums",
        expectation="x",
        status="broken",
        severity="error",
        message_zh="示例原因",
        message_en="for example",
    )
    with served(small.path.parent) as client:
        text = client.get("/health").text
        assert "有 1 项检查本身未能运行" in text and "示例原因" in text and "没有需要处理的问题" not in text


@pytest.mark.parametrize(
    "path", ["/", "/search?q=x", "/unit/11", "/area/11/2024", "/trend?unit=11", "/data", "/dictionary", "/health", "/unit/11.csv"]
)
def test_a_home_without_a_release_says_what_to_do(tmp_path: Path, path: str):
    with served(tmp_path) as client:
        answer = client.get(path)
        assert answer.status_code == 503 and "foi load" in answer.text and "Traceback" not in answer.text


def test_a_damaged_release_says_what_to_do(tmp_path: Path):
    (tmp_path / "published.duckdb").write_bytes(b"nothing" * 5000)
    with served(tmp_path) as client:
        answer = client.get("/unit/11")
        assert answer.status_code == 503 and "foi load" in answer.text


def test_a_release_of_an_older_version_says_to_load_again(small):
    with small.open() as connection:
        connection.execute("alter table marts.unit_year drop column was_there")
    small.unit("990101101", "示例甲镇")
    with served(small.path.parent) as client:
        answer = client.get("/unit/990101101")
        assert answer.status_code == 503 and "foi load" in answer.text
        assert client.get("/about").status_code == 200


def test_a_new_release_is_shown_as_soon_as_it_is_there(small, tmp_path: Path):
    small.unit("990101101", "示例甲镇")
    with served(small.path.parent) as client:
        assert "示例甲镇" in client.get("/unit/990101101").text
        other = tmp_path / "other.duckdb"
        other.write_bytes(small.path.read_bytes())
        import duckdb

        with duckdb.connect(str(other)) as connection:
            connection.execute("update core.dim_unit set unit_name = '示例乙镇'")
        other.replace(small.path)
        text = client.get("/unit/990101101").text
        assert "示例乙镇" in text and "示例甲镇" not in text


def test_what_landed_lately_is_listed_with_what_it_replaced(portal: httpx.Client, ask):
    rows = list(csv.DictReader(io.StringIO(portal.get("/changes.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == ask("select count(*) from fct_reports")[0][0]  # the examples were loaded on one day
    kinds = [row["kind"] for row in rows]
    assert kinds.count("新单位的第一份报告") == ask("select count(distinct unit_code) from fct_reports")[0][0]
    ((figures,),) = ask("select count(*) from version_changes where kind = 'cell'")
    assert sum(int(row["figures_changed"]) for row in rows) == figures and kinds.count("替换了以前的版本") == 1
    assert "没有新的报告" in portal.get("/changes?since=2099-01-01").text
    assert portal.get("/changes?since=yesterday").status_code == 400


def test_the_dictionary_is_json_too_where_only_some_of_a_column_has_two_languages(portal: httpx.Client):
    rows = portal.get("/dictionary.json").json()
    assert rows and all(len(row) == len(rows[0]) for row in rows)


def test_a_text_that_a_spreadsheet_would_carry_out_is_only_a_text_in_csv(tmp_path: Path):
    texts = ["=1+1", "+86", "-5", "-", "@x", "\tx", "\r=", "-1,000.5%", "正常", "", None, "--", "-\n=2"]
    file = tmp_path / "example.parquet"
    frame = polars.DataFrame({"text": texts, "number": [-5] * len(texts), "unit": ["件"] * len(texts)})
    frame.write_parquet(file)
    told = b"".join(csv_of(PublishedTable("example", (file,), 0))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told, newline="")))
    assert [row["text"] for row in rows] == [no_formula(text) or "" for text in texts]
    assert [row["text"] for row in rows if row["text"].startswith("'")] == [
        "'=1+1", "'@x", "'\tx", "'\r=", "'--", "'-\n=2"
    ]  # fmt: skip
    assert {row["number"] for row in rows} == {"-5"} and {row["unit"] for row in rows} == {"件"}
    assert polars.read_parquet(file)["text"].to_list() == texts
