"""The chart of the explorer as Vega-Lite, data and all: each part of an area over the years, and in one year by two measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foi.ask.area import Area, Part
from foi.ask.area_numbers import MEASURES, RATES, Numbers
from foi.messages import message
from foi.published import json_value
from portal.chart import FONTS, HEIGHT, WIDTH
from portal.page import COLORS

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
CODES = (*MEASURES, *RATES)
FAINT = 0.15  # what was not chosen
SHOWN = f"indexof({list(RATES)}, {{0}}) >= 0 ? format(datum.{{1}}, '.1%') : format(datum.{{1}}, ',')"


def chart_of(found: Area, chosen: str = "") -> dict[str, Any]:
    """The parts of an area as a chart in which a measure, a year and a part (first the `chosen` one) are picked."""
    years = sorted(found.by_year)
    return {
        "$schema": SCHEMA,
        "data": {"values": [_row(found, part, year) for part in found.parts for year in years]},
        "params": [
            {"name": "names", "value": {code: found.names[code].shown for code in CODES}},
            _select("measure", "explore.measure", found, MEASURES[0]),
            _select("other", "explore.other", found, "closed"),
            {"name": "year", "value": found.report_year, "bind": _slider(years)},
        ],
        "vconcat": [_over_years(found, chosen), _side_by_side()],
        "config": {"font": FONTS, "background": "#fff", "axis": {"labelFontSize": 13}, "title": {"anchor": "start", "fontSize": 15}},
    }  # fmt: skip


def _row(found: Area, part: Part, year: int) -> dict[str, Any]:
    """The numbers of a part in a year. What stands in no sum, and a rate of few cases, is none, as in the tables of the portal."""
    numbers = part.by_year.get(year, Numbers())
    counted = {m: numbers.values.get(m) if numbers.units.get(m) else None for m in MEASURES}
    rates = {r: numbers.rate(r) if numbers.units.get(r) and not numbers.is_small(r) else None for r in RATES}
    since = sum(one <= year for one in found.breaks)  # a line ends where years cannot be compared
    name = part.name or message("progress.own")
    return {"code": part.code, "name": name, "report_year": year, "since": since, **_plain(counted), **_plain(rates)}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_value(value) for name, value in values.items()}


def _select(name: str, key: str, found: Area, value: str) -> dict[str, Any]:
    labels = [found.names[code].shown for code in CODES]
    return {
        "name": name,
        "value": value,
        "bind": {"input": "select", "options": list(CODES), "labels": labels, "name": message(key)},
    }


def _slider(years: list[int]) -> dict[str, Any]:
    return {"input": "range", "min": years[0], "max": years[-1], "step": 1, "name": message("explore.year")}


def _number(param: str, field: str) -> list[dict[str, Any]]:
    """A number that a parameter names, and how it is told."""
    told = {"calculate": SHOWN.format(param, field), "as": f"{field}_told"}
    said = {"calculate": f"datum.name + ' ' + datum.report_year + ': ' + datum.{field}_told", "as": "said"}
    return [{"calculate": f"datum[{param}]", "as": field}, told, said]


def _axis(param: str, field: str) -> dict[str, Any]:
    label = f"indexof({list(RATES)}, {param}) >= 0 ? format(datum.value, '.0%') : format(datum.value, ',')"
    return {"field": field, "type": "quantitative", "title": None, "axis": {"labelExpr": label}, "scale": {"zero": True}}


def _part(found: Area) -> dict[str, Any]:
    """By color where each part can have its own."""
    if len(found.parts) > len(COLORS):
        return {"value": COLORS[0]}
    return {
        "field": "name",
        "type": "nominal",
        "title": None,
        "scale": {"range": list(COLORS)},
        "legend": {"labelLimit": 0, "labelFontSize": 13},
    }


def _over_years(found: Area, chosen: str) -> dict[str, Any]:
    picked: dict[str, Any] = {"name": "part", "select": {"type": "point", "fields": ["code"], "toggle": "true"}}
    if any(part.code == chosen for part in found.parts):
        picked["value"] = [{"code": chosen}]
    years = {"field": "report_year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}}
    lines = {
        "transform": _number("measure", "value"),
        "params": [picked],
        "mark": {"type": "line", "point": {"size": 60}, "strokeWidth": 2.5},
        "encoding": {
            "x": years,
            "y": _axis("measure", "value"),
            "color": _part(found),
            "detail": [{"field": "code"}, {"field": "since"}],
            "opacity": {"condition": {"param": "part", "value": 1}, "value": FAINT},
            "description": {"field": "said"},
            "tooltip": _tooltip("value_told", "explore.number"),
        },
    }
    breaks = {
        "data": {"values": [{"report_year": year} for year in found.breaks]},
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {"x": years},
    }
    return {**_view("names[measure]"), "layer": [breaks, lines] if found.breaks else [lines]}


def _side_by_side() -> dict[str, Any]:
    return {
        **_view("year + ' · ↑ ' + names[measure] + ' · → ' + names[other]"),
        "transform": [{"filter": "datum.report_year == year"}, *_number("measure", "value"), *_number("other", "beside")],
        "mark": {"type": "point", "filled": True, "size": 80, "color": COLORS[0]},
        "encoding": {
            "x": _axis("other", "beside"),
            "y": _axis("measure", "value"),
            "opacity": {"condition": {"param": "part", "value": 1}, "value": FAINT},
            "description": {"field": "said"},
            "tooltip": [*_tooltip("value_told", "explore.measure"), {"field": "beside_told", "title": message("explore.other")}],
        },
    }


def _view(title: str) -> dict[str, Any]:
    return {"width": WIDTH - 120, "height": HEIGHT, "title": {"text": {"expr": title}}}


def _tooltip(field: str, key: str) -> list[dict[str, Any]]:
    told = (("name", "portal.column_name"), ("report_year", "portal.column_report_year"), (field, key))
    return [{"field": name, "title": message(title)} for name, title in told]
