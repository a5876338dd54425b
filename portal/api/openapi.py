"""The OpenAPI document of the interface, made from the dictionary of the warehouse: what each column is called, means, and may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from dagster_project.names import Column
from foi.messages import bilingual
from foi.published.release import Release
from ingest.words.language import Text
from portal.api.parameters import LANG, Parameter
from portal.api.problem import PROBLEM
from portal.api.resources import Resource, series_parameters

BASE = "/api/v1"
TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "string",
}
TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "string", "null"]}  # what JSON cannot hold exactly is its text
RELEASE = {
    "type": "object",
    "required": ["number", "published_at"],
    "properties": {"number": {"type": "string"}, "published_at": {"type": "string", "format": "date-time"}},
}
COUNT = {
    "type": "object",
    "required": ["value", "is_more", "zh", "en"],
    "properties": {
        "value": {"type": "integer"},
        "is_more": {"type": "boolean", "description": "There are more rows than value says; they were not counted."},
        "zh": {"type": "string"},
        "en": {"type": "string"},
    },
}
PROBLEMS = {
    "type": "object",
    "required": ["title", "type", "status", "errors"],
    "properties": {
        "title": {"type": "string"},
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "code", "path", "detail"],
                "properties": {
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                    "path": {"type": "string"},
                    "detail": {},
                },
            },
        },
    },
}

WRONG = {
    "400": "A parameter is wrong.",
    "404": "There is no such unit or area.",
    "405": "It can only be read.",
    "503": "No data is published.",
}


def document(resources: Mapping[str, Resource], release: Release) -> dict[str, Any]:
    """The whole document, of the release that is published now."""
    paths = {f"{BASE}/{name}": _listed(resource) for name, resource in resources.items()}
    paths[f"{BASE}/series"] = _operation("series", bilingual("api.series"), series_parameters(), "Series")
    paths[BASE] = _operation("index", bilingual("api.index"), (), "Index")
    schemas = {_row_name(r): _row(r.table.columns, r.table.meaning) for r in resources.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": bilingual("portal.name").en,
            "version": version("foi"),
            "description": "\n\n".join(bilingual("api.about")),
            "license": {"name": "MIT"},
            "x-release": release.number,
        },
        "paths": paths,
        "components": {
            "schemas": {
                **schemas,
                "Release": RELEASE,
                "Count": COUNT,
                "Problem": PROBLEMS,
                "Series": _series(),
                "Index": _index(),
            }
        },
    }


def _listed(resource: Resource) -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["release", "count", "rows", "next"],
        "properties": {
            "release": _ref("Release"),
            "count": _ref("Count"),
            "rows": {"type": "array", "items": _ref(_row_name(resource))},
            "next": {**TEXT, "description": bilingual("api.next").en},
        },
    }
    return _operation(resource.name, resource.table.title, resource.parameters, page)


def _operation(name: str, title: Text, parameters: Iterable[Parameter], schema: str | dict[str, Any]) -> dict[str, Any]:
    body = _ref(schema) if isinstance(schema, str) else schema
    wrong = {"content": {PROBLEM: {"schema": _ref("Problem")}}}
    found = {"headers": {"ETag": {"schema": {"type": "string"}}}, "content": {"application/json": {"schema": body}}}
    answers: dict[str, Any] = {
        "200": {"description": title.en, **found},
        "304": {"description": "The release that you hold still stands."},
    }
    answers |= {status: {"description": why, **wrong} for status, why in WRONG.items()}
    given = [_parameter(one) for one in (*parameters, LANG)]
    return {
        "get": {"operationId": name, "summary": title.en, "x-summary-zh": title.zh, "parameters": given, "responses": answers}
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    schema = {"type": "string", **one.expected} if one.values else one.expected
    return {
        "name": one.name, "in": "query", "required": one.is_required, "description": one.meaning.en, "x-description-zh": one.meaning.zh,
        "schema": schema,
    }  # fmt: skip


def _row(columns: Sequence[Column], meaning: Text) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning.en,
        "required": [column.name for column in columns],
        "properties": {column.name: _property(column) for column in columns},
    }


def _property(column: Column) -> dict[str, Any]:
    """A column as the dictionary has it, in English for programs and with the Chinese beside it."""
    kind: dict[str, Any] = {"type": [TYPES[column.type], "null"]} if column.type in TYPES else dict(TEXT)
    if column.type.startswith("DECIMAL"):
        kind = dict(NUMBER)
    elif column.type.endswith("[]"):
        kind = {"type": ["array", "null"]}
    elif column.type == "DATE":
        kind["format"] = "date"
    if column.values:
        kind["enum"] = [*column.values, None]
    kind |= {"title": column.title.en, "description": column.meaning.en}
    kind |= {"x-title-zh": column.title.zh, "x-description-zh": column.meaning.zh}
    return kind | ({"x-unit-zh": column.unit.zh, "x-unit-en": column.unit.en} if column.unit else {})


def _series() -> dict[str, Any]:
    whole = {"type": "integer"}
    row = {
        "type": "object",
        "required": ["report_year", "value", "note_zh", "note_en"],
        "properties": {"report_year": whole, "value": NUMBER, "change": NUMBER, "numerator": NUMBER, "denominator": NUMBER,
                       "note_zh": {"type": "string"}, "note_en": {"type": "string"}},
    }  # fmt: skip
    said = {"type": "object", "required": ["zh", "en"], "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}
    return {
        "type": "object",
        "required": ["release", "code", "name", "measure", "measure_name", "boundaries", "changes", "rows"],
        "properties": {
            "release": _ref("Release"), "code": {"type": "string"}, "name": {"type": "string"}, "measure": {"type": "string"},
            "measure_name": said, "boundaries": {"type": "string"}, "changes": {"type": "array", "items": said},
            "rows": {"type": "array", "items": row},
        },
    }  # fmt: skip


def _index() -> dict[str, Any]:
    one = {
        "type": "object",
        "required": ["path", "zh", "en"],
        "properties": {n: {"type": "string"} for n in ("path", "zh", "en")},
    }
    return {
        "type": "object",
        "required": ["release", "resources", "openapi"],
        "properties": {"release": _ref("Release"), "resources": {"type": "array", "items": one}, "openapi": {"type": "string"}},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _row_name(resource: Resource) -> str:
    return "".join(word.capitalize() for word in resource.name.split("_")) + "Row"
