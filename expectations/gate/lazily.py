"""Modules that a library imports for a part of it that we never use: they are loaded when somebody uses them, which nobody does."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Later:
    """Finds the modules of these names, and puts off carrying them out (importlib.util.LazyLoader)."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in self.names else None
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


@contextlib.contextmanager
def loaded_later(*names: str) -> Iterator[None]:
    """What is imported meanwhile takes modules of these names as they are, and they are loaded when one of their parts is asked for."""
    finder = _Later(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
