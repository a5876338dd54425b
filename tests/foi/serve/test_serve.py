"""`foi serve`: the same commands with the same answers, carried out by one process that stays; and what becomes of them when it does not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import LaunchRunContext

from dagster_project.carried_out import settings_of
from dagster_project.defs.alerts import alerts_job
from dagster_project.load import PROCESS, record
from dagster_project.resident import connected, fingerprint, put, take
from ingest.home import Home
from tests.conftest import EXAMPLES, foi
from tests.desk import page
from tests.foi.serve.conftest import Served, as_json, is_running, until
from tests.one_language import assert_one_language
from tests.paths import ROOT

SERVED, OWN = "resident", "own"


def test_a_load_says_the_same_there_as_here_in_the_language_of_its_caller(
    served: Served, loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    served.idle()
    own = tmp_path / "own"
    shutil.copytree(served.home.root, own, symlinks=True, ignore=shutil.ignore_patterns(".serve*"))
    monkeypatch.chdir(EXAMPLES.parent)
    for language in ("zh", "en"):
        here, there = (foi("load", EXAMPLES.name, "--home", home, FOI_LANG=language) for home in (own, served.home.root))
        assert there.returncode == here.returncode == 1 and there.stdout == here.stdout, there.stderr
        assert there.stderr.splitlines()[0] == here.stderr.splitlines()[0]
    assert foi("load", EXAMPLES, "--home", served.home.root, "--lang", "en", FOI_LANG="zh").stdout == there.stdout
    here, there = (as_json(foi("load", EXAMPLES.name, "--home", home, "--json").stdout) for home in (own, served.home.root))
    assert (here.pop("process"), there.pop("process")) == (OWN, SERVED) and here == there


def test_what_is_wrong_is_said_as_ever(served: Served):
    done = foi("load", "nowhere", "--home", served.home.root)
    assert done.returncode == 2 and "nowhere" in done.stderr and "Traceback" not in done.stderr


def test_status_says_which_process_serves(served: Served, loaded: Path):
    told = as_json(foi("status", "--home", served.home.root, "--json").stdout)["resident"]
    assert told["serves"] and told["process"] == served.told()["process"] and told["is_same_version"]
    assert f"进程 {told['process']}" in foi("status", "--home", served.home.root).stdout
    assert as_json(foi("status", "--home", loaded, "--json").stdout)["resident"] == {"serves": False}


def test_it_is_not_begun_twice(served: Served):
    done = foi("serve", "--home", served.home.root)
    assert done.returncode == 2 and str(served.told()["process"]) in done.stderr and "已有常驻服务" in done.stderr


def test_a_decision_counts_without_a_load(served: Served):
    served.idle()
    wrong = as_json(foi("query", "select unit_code, report_year, rule_id from expectation_results where status = 'failed' and severity = 'error'"
                        " and unit_code is not null order by all limit 1", "--home", served.home.root, "--json").stdout)[0]  # fmt: skip
    done = foi("decide", "--home", served.home.root, "--unit", wrong["unit_code"], "--year", wrong["report_year"], "--rule",
               wrong["rule_id"], "--action", "explain", "--why", "示例", "--who", "示例科")  # fmt: skip
    assert done.returncode == 0 and "已记录" in done.stdout, done.stderr
    assert "foi decide --home" in served.said()
    counts = "select count(*) as n from decisions where state = 'holds'"
    until(lambda: as_json(foi("query", counts, "--home", served.home.root, "--json").stdout)[0]["n"], "a decision that counts")


def test_a_file_is_loaded_when_it_is_whole(served: Served):
    """One that is still being written waits, and the others do not wait for it."""
    served.idle()
    whole = page("寒葱沟镇", 31, 2021)
    (served.inbox / "整.html").write_bytes(page("寒葱沟镇", 21, 2022))
    unfinished = served.inbox / "未完.html"
    unfinished.write_bytes(whole[:200])

    def files() -> list[str]:
        with unfinished.open("ab") as still:  # it grows with each look
            still.write(b" ")
        found = foi(
            "query", "select file from fct_inputs where file in ('整.html', '未完.html')", "--home", served.home.root, "--json"
        )
        return [row["file"] for row in as_json(found.stdout)]

    assert until(files, "a file of the inbox that was loaded") == ["整.html"]
    unfinished.write_bytes(whole)
    numbers = "select count(*) as n from fct_inputs where file = '未完.html' and input_state = 'loaded'"
    until(
        lambda: as_json(foi("query", numbers, "--home", served.home.root, "--json").stdout)[0]["n"], "the file that was finished"
    )


def test_two_callers_at_once_are_served_one_after_the_other(served: Served):
    served.idle()
    command = [sys.executable, "-m", "foi", "load", str(EXAMPLES), "--home", str(served.home.root), "--json"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=240) for one in both]
    assert [one.returncode for one in both] == [1, 1] and all(as_json(out)["process"] == SERVED for out, _ in said)


def test_a_program_of_another_version_does_its_work_itself(served: Served, monkeypatch: pytest.MonkeyPatch):
    connection = connected(served.home)
    assert connection is not None
    with connection:
        put(connection, {"ask": "command", "fingerprint": "another", "words": [], "waits": True}, [0, 1, 2])
        told, _ = take(connection)
    assert told == {"state": "refused", "why": "version", "process": served.told()["process"]}
    monkeypatch.setattr("foi.resident.fingerprint", lambda: "another")
    from foi.resident import handed_over

    assert fingerprint() != "another" and handed_over(served.home.root) is None


def test_a_run_that_the_ui_asks_for_is_carried_out_by_it(served: Served):
    served.idle()
    with record(settings_of(served.home)) as instance:
        run = instance.create_run_for_job(alerts_job, status=dg.DagsterRunStatus.STARTING)
        instance.run_launcher.launch_run(LaunchRunContext(run, None))
        now = until(lambda: (r := instance.get_run_by_id(run.run_id)).is_finished and r, "the end of the run")
    assert now.status == dg.DagsterRunStatus.SUCCESS and now.tags[PROCESS] == str(served.told()["process"])
    assert run.run_id in served.said()


def begun_load(served: Served, number: int) -> subprocess.Popen[str]:
    """A load of a new file that has begun to build."""
    folder = served.home.root.parent / f"late-{number}"
    folder.mkdir()
    (folder / "manifest.csv").write_text("file,unit_code,report_year\n迟.html,230883101,2020\n", "utf-8")
    (folder / "迟.html").write_bytes(page("寒葱沟镇", number, 2020))
    command = [sys.executable, "-m", "foi", "load", str(folder), "--home", str(served.home.root)]
    client = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: (served.told().get("at_hand") or "").startswith("foi load"), "a load at hand")
    until(lambda: (served.home.root / ".published_state.building").is_file(), "a load that builds")
    return client


def loaded_number(served: Served, number: int) -> bool:
    sql = f"select count(*) as n from fct_disclosure where code = 'disclosure.licenses' and amount = {number}"
    return bool(as_json(foi("query", sql, "--home", served.home.root, "--json").stdout)[0]["n"])


def test_a_caller_that_goes_away_does_not_stop_its_load(served: Served):
    served.idle()
    client = begun_load(served, 41)
    client.send_signal(signal.SIGINT)
    assert client.wait(60) == 130 and "会把这条命令做完" in client.communicate()[1]
    served.idle()
    assert loaded_number(served, 41)


def test_a_worker_that_is_killed_is_replaced_and_the_next_load_goes_on(served: Served):
    served.idle()
    client, worker = begun_load(served, 42), served.told()["worker"]
    os.kill(worker, signal.SIGKILL)
    said = client.communicate(timeout=60)[1]
    assert client.returncode == 3 and "中断" in said and "Traceback" not in said
    assert_one_language(said, "zh", str(served.home.root), str(served.home.root.parent))
    assert served.process and served.process.poll() is None
    until(lambda: served.told().get("is_ready"), "a fresh worker")
    assert served.told()["worker"] != worker and "SIGKILL" in served.said()
    again = foi("load", served.home.root.parent / "late-42", "--home", served.home.root, "--json")
    assert as_json(again.stdout)["process"] == SERVED and loaded_number(served, 42)


def test_a_supervisor_that_is_killed_leaves_nothing_that_is_waited_for(served: Served):
    served.idle()
    worker = served.told()["worker"]
    assert served.process
    served.end(signal.SIGKILL)
    until(lambda: not is_running(worker), "the end of its worker")
    assert served.home.socket.exists()  # of a process that is gone
    own = as_json(foi("load", EXAMPLES, "--home", served.home.root, "--json").stdout)
    assert own["process"] == OWN
    served.begin()
    assert as_json(foi("load", EXAMPLES, "--home", served.home.root, "--json").stdout)["process"] == SERVED


def test_it_ends_within_seconds_when_it_is_told_to(served: Served):
    served.idle()
    worker, begun = served.told()["worker"], time.monotonic()
    said = served.end()
    assert "结束" in said and time.monotonic() - begun < 30 and not served.home.socket.exists()
    until(lambda: not is_running(worker), "the end of its worker")
    assert "ended" in served.said().splitlines()[-1]


def test_the_unit_file_names_this_program_and_this_home(tmp_path: Path):
    home = tmp_path / "数据 100%"
    said = foi("serve", "--home", home, "--systemd").stdout
    command = next(line for line in said.splitlines() if line.startswith("ExecStart="))
    assert Path(command.removeprefix("ExecStart=").split()[0]).is_absolute() and "100%%" in command and '"' in command
    assert "Restart=on-failure" in said and "User=" not in said and "WantedBy=default.target" in said
    assert not home.exists()


def test_a_home_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("示例")
    done = foi("serve", "--home", tmp_path / "file")
    assert done.returncode in (2, 3) and "file" in done.stderr and "Traceback" not in done.stderr
    assert Home(tmp_path / "file").root.read_text() == "示例"
