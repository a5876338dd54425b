"""The dbt project is parsed once for each version of its files; every home folder uses what was parsed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.home.placing import placed
from ingest.project import project_folder

PROJECT = project_folder("dbt")
# Stands for the raw folder of a home while dbt parses (sources.yml); dbt never looks there.
ANY_RAW = "/foi/raw/of/any/home"
PARSERS = ("dbt-core", "dbt-adapters", "dbt-common", "dbt-duckdb", "mashumaro")
KEPT = 5  # versions of the project


def parsed_project(home: Home, parse: Callable[[], tuple[Any, str]]) -> Any:
    """The parsed project with the sources of this home folder, from the cache or else from `parse`; manifest.json is written for it.

    `parse` reads the project with ANY_RAW as the raw folder and returns dbt's Manifest and the text of its manifest.json.
    """
    kept = _read(home)
    if kept is None:
        kept = parse()
        # The text of every file is wanted only to parse again what changed; here everything is.
        kept[0].files = {}
        _keep(home, *kept)
    manifest, text = kept
    _use_sources_of(home, manifest)
    with placed(home.dbt_target / "manifest.json") as scratch:
        scratch.write_bytes(text.replace(ANY_RAW, json.dumps(str(home.raw))[1:-1]).encode())
    return manifest


def _places(home: Home) -> Iterator[Path]:
    """Where parsed projects are kept: with the caches of this person; where that cannot be, in the home folder."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    with contextlib.suppress(RuntimeError):  # this person has no home
        yield (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "foi" / "dbt"
    yield home.dbt_target / "parsed"


def _name() -> str:
    """Which version of the project is parsed by which version of dbt."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in PARSERS).encode())
    digest.update(Path(__file__).read_bytes())
    for path in sorted(p for p in PROJECT.rglob("*") if p.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROJECT).as_posix()} {len(content)}\n".encode() + content)
    return f"{digest.hexdigest()[:32]}.msgpack"


def _read(home: Home) -> tuple[Any, str] | None:
    import msgpack
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    for path in (place / _name() for place in _places(home)):
        try:
            packed, text = msgpack.unpackb(path.read_bytes())
            manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
        # Whatever is wrong with a kept copy (dbt has no one type for it), the project itself is there to be parsed.
        except Exception:
            continue
        with contextlib.suppress(OSError):
            os.utime(path)  # those used last are kept
        return manifest, text
    return None


def _keep(home: Home, manifest: Any, text: str) -> None:
    import msgpack
    from dbt.parser.manifest import extended_mashumaro_encoder

    packed = msgpack.packb((manifest.to_msgpack(extended_mashumaro_encoder), text))
    for place in _places(home):
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            with placed(place / _name()) as scratch:  # other processes may be reading it
                scratch.write_bytes(packed)
            for old in sorted(place.glob("[!.]*.msgpack"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
                old.unlink(missing_ok=True)
            return


def _use_sources_of(home: Home, manifest: Any) -> None:
    """dbt-duckdb reads where a source lies when a model that selects from it is built."""
    here = _lying_in(str(home.raw))
    for source in manifest.sources.values():
        source.meta = here(source.meta)
        source.config.meta = here(source.config.meta)
        source.unrendered_config = here(source.unrendered_config)
        source.relation_name = here(source.relation_name)


def _lying_in(raw: str) -> Callable[[Any], Any]:
    def here(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: here(inner) for name, inner in value.items()}
        return value.replace(ANY_RAW, raw) if isinstance(value, str) else value

    return here
