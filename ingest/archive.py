"""Placeholder."""

from __future__ import annotations
from collections.abc import Iterator
from dataclasses import dataclass
from ingest.model import Issue


@dataclass(frozen=True)
class Member:
    name: str
    data: bytes | None
    error: Issue | None


def is_archive(data: bytes) -> bool:
    return False


def members(data: bytes, name: str) -> Iterator[Member]:
    yield from ()
