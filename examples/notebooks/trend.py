"""A notebook (https://marimo.io): one measure of an area over the years, with what is missing and why; read by polars, checked by the sum.

Look at it with `make notebook`, or run it as it stands: python examples/notebooks/trend.py --home foi-demo --area 990101
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(app_title="foi")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    import foi

    given = mo.cli_args()
    home = foi.open(given.get("home") or "foi-demo")
    return given, home, mo, pl


@app.cell
def _(given, home, mo):
    area = str(given.get("area") or home.area_year["area_code"].sort()[-1])
    measures = ["received", "granted", "closed", "carried_out"]
    measure = mo.ui.dropdown(measures, value=given.get("measure") or "received")
    measure  # noqa: B018
    return area, measure


@app.cell
def _(home, measure, pl):
    home.about("area_year").filter(pl.col("column").str.starts_with(measure.value))  # what the columns mean, and their unit
    return


@app.cell
def _(area, home, measure, mo, pl):
    # A sum, with on how many reports it rests and how many are missing: no number is shown without them.
    sums = (
        home.area_year.filter(pl.col("area_code") == area)
        .select("report_year", measure.value, f"{measure.value}_units", "units_missing")
        .sort("report_year")
    )
    mo.ui.table(sums)
    return (sums,)


@app.cell
def _(area, home, measure, mo, pl):
    # The same from below: what stands in the sum is reported; all else has a state that says why it is no number.
    below = pl.any_horizontal(pl.col(f"{level}_code") == area for level in ("province", "city", "county"))
    parts = home.unit_year.filter(below & pl.col("level").is_in(["township", "department"]))
    states = parts.group_by("report_year", f"{measure.value}_state").len().sort("report_year", f"{measure.value}_state")
    mo.ui.table(states)
    return parts, states


@app.cell
def _(home, measure, parts, pl, sums):
    # A table that does not hold is in no sum; `exclusions` says which and why. Without those, the units add up to their area.
    left_out = home.exclusions.filter(pl.col("table_name").is_in(["requests", "statistics"]))
    counted = parts.filter("was_there").join(left_out, on="report_id", how="anti")
    added = counted.group_by("report_year").agg(pl.col(measure.value).sum().alias("of_units"))
    held = sums.join(added, on="report_year", how="left").select("report_year", measure.value, "of_units", "units_missing")
    print(held.write_csv(), end="")
    held  # noqa: B018
    return


if __name__ == "__main__":
    app.run()
