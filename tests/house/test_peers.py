"""A peer that lacks a package is "not run"; a file that it refuses is "refused"; neither counts as missing numbers."""

from __future__ import annotations

import random

from ingest.model import Document
from ingest.readers import read_document
from tests.factory import random_record
from tests.factory.formats import FORMATS
from tests.paths import ROOT
from tests.peers import score


def files():
    record = random_record(random.Random(1), "2021", 30, "示例甲镇", 2024)
    return [(record, FORMATS["html-clean"](record))]


def test_a_reader_that_lacks_a_package_is_not_run():
    def lacks(data: bytes) -> Document:
        try:
            import no_such_package
        except ImportError as error:
            raise RuntimeError("this format needs more packages") from error
        return no_such_package.read(data)

    counted, package = score(lacks, files())
    assert counted == [] and "no_such_package" in package


def test_a_file_that_a_reader_refuses_loses_no_numbers():
    def refuses(data: bytes) -> Document:
        raise ValueError("not a page")

    assert score(refuses, files()) == ([0, 0, 0, 1], "")


def test_our_own_reader_is_scored_by_the_same_count():
    assert score(read_document, files()) == ([200, 0, 0, 0], "")


def test_the_lock_of_the_peers_holds_what_markitdown_needs_to_start():
    names = {
        line.partition("==")[0]
        for name in ("requirements-peers.lock", "requirements.lock")
        for line in (ROOT / name).read_text("utf-8").splitlines()
    }
    assert {"onnxruntime", "flatbuffers", "magika", "markitdown"} <= names
