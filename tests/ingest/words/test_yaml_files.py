"""A long YAML file that is read entry by entry holds what it holds as a whole, and its mistakes have their lines."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.words.yaml_files import FormError, YamlEntries, read_yaml
from tests.paths import ROOT


def test_entry_by_entry_the_texts_are_those_of_the_whole_file():
    path = ROOT / "foi" / "messages.yaml"
    entries, whole = YamlEntries(path), read_yaml(path)
    assert list(entries) == list(whole) and {key: entries[key] for key in entries} == whole
    assert whole == yaml.safe_load(path.read_text("utf-8")) and "nothing.of.this" not in entries


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a.b: {zh: 甲}\n# 说明\nc:\n  zh: 乙\na.b: {zh: 丙}\n", "x.yaml:5: “a.b” stands twice"),
        ("a: {zh: 甲}\nb: {zh: 甲, zh: 乙}\n", "x.yaml:2: “zh” stands twice"),
        ("a: {zh: 甲}\n\nb: {zh: 甲\nc: {zh: 乙}\n", "x.yaml:4: not valid YAML"),
        ("甲\n", "x.yaml:1: not valid YAML"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, line: str):
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FormError, match=line):
        entries = YamlEntries(path)
        [entries[key] for key in entries]
    if text != "甲\n":
        with pytest.raises(FormError, match=line.partition(":")[0]):
            read_yaml(path)
