"""/data: what is published as a whole, to take away: DuckDB, parquet, CSV, with checksums and license."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dagster_project.names import Names
from foi.ask.export import export
from foi.ask.package import package_of
from foi.ask.tables import sizes_of
from foi.messages import Complaint, message
from foi.published import published
from foi.published.release import (
    PublishedTable,
    checksums_of,
    csv_of,
    published_table,
    published_tables,
    release_of,
)
from foi.published.releases import kept_releases
from ingest.beijing import beijing
from ingest.home import Home
from portal.formats import CONTENT_TYPES
from portal.page import page

DATABASE = "/data/published.duckdb"
IN_BOOK = 500_000  # cells of a workbook that is made while somebody waits: some seconds


def data(request: Request) -> Response:
    """The release, and what can be taken away of it."""
    home: Home = request.app.state.home
    release = release_of(home)
    tables = published_tables(home)
    with published(home.published) as connection:
        titles = {table.name: table.title for table in Names(connection).tables()}
        sizes = sizes_of(connection, [table.name for table in tables])
    return page(
        request, "data.html", release=release, at=beijing(release.at), tables=tables, titles=titles, crumbs=(), database=DATABASE,
        releases=kept_releases(home), beijing=beijing, books={name for name, (rows, columns) in sizes.items() if rows * columns <= IN_BOOK},
    )  # fmt: skip


def database(request: Request) -> Response:
    """The published file itself."""
    home: Home = request.app.state.home
    release = release_of(home)
    return FileResponse(home.published, filename=f"foi-{release.number}.duckdb", media_type="application/vnd.duckdb")


def parquet(request: Request) -> Response:
    """A table as parquet: the file, or a folder of files in an archive."""
    home: Home = request.app.state.home
    table = published_table(home, request.path_params["name"])
    if len(table.files) == 1 and table.files[0].parent == home.published_tables:
        return FileResponse(table.files[0], filename=f"{table.name}.parquet", media_type="application/vnd.apache.parquet")
    headers = {"content-disposition": f'attachment; filename="{table.name}.parquet.zip"'}
    return StreamingResponse(_archive(home, table), media_type="application/zip", headers=headers)


def csv(request: Request) -> Response:
    """A table as CSV."""
    table = published_table(request.app.state.home, request.path_params["name"])
    headers = {"content-disposition": f'attachment; filename="{table.name}.csv"'}
    return StreamingResponse(csv_of(table), media_type="text/csv; charset=utf-8", headers=headers)


def workbook(request: Request) -> Response:
    """A table as a workbook, where one of its size is made while somebody waits."""
    home: Home = request.app.state.home
    table = published_table(home, request.path_params["name"])
    with published(home.published) as connection:
        rows, columns = sizes_of(connection, [table.name])[table.name]
    if rows * columns > IN_BOOK:
        raise Complaint(message("data.too_large", table=table.name, rows=rows), 2)
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"{table.name}.xlsx"
        export(home.published, target, table.name)
        headers = {"content-disposition": f'attachment; filename="{table.name}.xlsx"'}
        return Response(target.read_bytes(), media_type=CONTENT_TYPES["xlsx"], headers=headers)


def checksums(request: Request) -> Response:
    """The checksums of all files, as sha256sum reads them."""
    return PlainTextResponse("".join(f"{digest}  {path}\n" for digest, path in checksums_of(request.app.state.home)))


def package(request: Request) -> Response:
    """All tables and their columns, as programs read it."""
    return JSONResponse(package_of(request.app.state.home))


class _Passed:
    """What is written into an archive, given on at once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Take a part."""
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """All parts since the last time."""
        found, self.parts = b"".join(self.parts), []
        return found


def _archive(home: Home, table: PublishedTable) -> Iterator[bytes]:
    """The files of a table as an archive that is never whole in memory; parquet is packed already."""
    passed = _Passed()
    with zipfile.ZipFile(passed, "w", zipfile.ZIP_STORED) as archive:
        for path in table.files:
            archive.writestr(path.relative_to(home.published_tables).as_posix(), path.read_bytes())
            yield passed.taken()
    yield passed.taken()


ROUTES = (
    Route("/data", data),
    Route(DATABASE, database),
    Route("/data/{name}.parquet", parquet),
    Route("/data/{name}.csv", csv),
    Route("/data/{name}.xlsx", workbook),
    Route("/data/SHA256SUMS", checksums),
    Route("/data/datapackage.json", package),
)
