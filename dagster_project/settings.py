"""All settings of a run in one resource: where the home folder is and which folder is read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dagster_project.change.build import Change
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.home.placing import placed
from ingest.home.plain_path import plain_folder
from ingest.landing.batches import lock, new_inputs
from ingest.landing.inbox import Input, list_inputs
from ingest.landing.known_bytes import is_being_written
from ingest.landing.last_seen import FolderListing
from ingest.landing.mending import read_damaged_again, set_damaged_aside
from ingest.landing.reading import Landed, Progress, Reading, read_inputs
from ingest.model import Issue
from ingest.readers.abilities import curable
from ingest.roster.store import keep_rosters_of
from ingest.units.known import registry_for

DAGSTER_YAML = """\
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
run_launcher:
  module: dagster_project.launcher
  class: Launcher
compute_logs:  # nothing is printed in a run, and to catch it would take two processes for each
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
retention:  # of the record of schedules and sensors; runs are forgotten by dagster_project/history
  schedule: {purge_after_days: {skipped: 7, failure: 90, success: 90}}
  sensor: {purge_after_days: {skipped: 7, failure: 90, success: 90}}
storage:
  custom:
    module: dagster_project.history
    class: History
    config: {base_dir: {env: DAGSTER_HOME}}
"""


@dataclass
class Settings:
    """The home folder and the folder that is read (inbox), and what this process has read of it.

    `on` is the day it counts as (today unless told). With `scans_later` the scans are left in `reading.scans`, so that the rest can be published first.
    With `leaves_unfinished` a file that was written to a moment ago is left in `unfinished` for the next load: nobody said that it is whole.
    """

    home: str
    inbox: str
    scans_later: bool = False
    leaves_unfinished: bool = False
    on: date | None = None
    progress: Progress | None = field(default=None, repr=False)
    noticed: list[Issue] = field(default_factory=list, repr=False)  # what was damaged in the home folder, and what came of it
    reading: Reading | None = field(default=None, repr=False)
    listing: FolderListing | None = field(default=None, repr=False)
    unfinished: list[str] = field(default_factory=list, repr=False)
    rebuild: str | None = None  # why everything is to be built anew, though it need not
    change: Change | None = field(default=None, repr=False)  # what the build that runs touches

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings for the Dagster UI and daemon: FOI_HOME and FOI_INBOX, by default foi-home and its folder inbox."""
        home = os.environ.get("FOI_HOME", "foi-home")
        return cls(home=home, inbox=str(Home(Path(home)).inbox))

    @property
    def place(self) -> Home:
        """The home folder, under a path that every engine takes as it stands."""
        return Home(plain_folder(Path(self.home)))

    @property
    def recipients(self) -> Path | None:
        """The file that says who gets alerts: FOI_RECIPIENTS, or recipients.yaml in the home folder; None if there is none."""
        named = os.environ.get("FOI_RECIPIENTS")
        return Path(named) if named else self.place.recipients if self.place.recipients.is_file() else None

    @property
    def today(self) -> date:
        """The day in China, where the deadlines are."""
        return self.on or beijing_today()

    def announce(self, stage: str) -> None:
        """Say that a stage of the line begins, if anybody wants to hear of it."""
        if self.progress:
            self.progress(stage, 0, 1)

    def mend(self) -> None:
        """Make again, or set aside, what is damaged of the home folder; `noticed` says what came of it."""
        with lock(self.place):
            self.noticed += set_damaged_aside(self.place)
            self.noticed += read_damaged_again(self.place, registry_for(Path(self.inbox), self.place), self.progress)

    def read_new(self) -> Reading:
        """Read the files that have not landed yet and take over the rosters; once per run, since the years decide which partitions run."""
        if self.reading is None:
            source = Path(self.inbox)
            self.mend()
            with lock(self.place):
                registry = registry_for(source, self.place)
                keep_rosters_of(self.place, source, registry)
                self.listing = FolderListing(self.place, source) if source.exists() else None
                inputs = self._finished(list_inputs(source)) if source.exists() else []
                fresh = new_inputs(self.place, inputs, registry, curable(), self.listing)
            self.reading = read_inputs(fresh, registry, self.progress)
            if not self.scans_later:
                self.reading = self.read_scans(self.reading)
        return self.reading

    def _finished(self, inputs: list[Input]) -> list[Input]:
        """The inputs to read now; what is still being written is noted as unfinished."""
        if self.leaves_unfinished:
            self.unfinished = [one.file for one in inputs if not one.problem and is_being_written(one.path)]
        left = set(self.unfinished)
        return [one for one in inputs if one.file not in left]

    def keep_listing(self, landed: list[Landed]) -> None:
        """Write down what lies in the folder now that these files have landed; the others wait for a run of their own."""
        if self.listing and self.reading:
            done = {one.input.file for one in landed}
            waiting = {*(one.input.file for one in self.reading.landed), *(scan.file for scan in self.reading.scans)} - done
            self.listing.keep(waiting | {one.input.file for one in self.reading.left} | set(self.unfinished))

    def read_scans(self, reading: Reading) -> Reading:
        """Read the scans that wait, and join them to the rest."""
        registry = registry_for(Path(self.inbox), self.place)
        scans = read_inputs(reading.scans, registry, self.progress, self.place.recognized)
        reading.landed += scans.landed
        reading.left += scans.left
        reading.rows.extend(scans.rows)
        reading.scans = []
        return reading


def partition_of(landed: Landed) -> str:
    """The year partition of a file: its report year, or undated when it names none (also every quarantined file)."""
    year = landed.report.report_year
    return str(year) if year and str(year) in YEAR_KEYS else "undated"


YEAR_KEYS = [*(str(year) for year in range(2008, 2036)), "undated"]


def prepare_instance(home: Home) -> Path:
    """Make the Dagster home with telemetry off and one writer to DuckDB at a time."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    config = home.dagster / "dagster.yaml"
    if not config.is_file() or config.read_bytes() != DAGSTER_YAML.encode():
        with placed(config) as scratch:
            scratch.write_text(DAGSTER_YAML, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_TELEMETRY_DISABLED"] = "1"
    return home.dagster
