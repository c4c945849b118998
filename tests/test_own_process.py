from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harnn.own_process import in_own_process, worker_processes


def test_the_process_is_another_one_each_time():
    processes = {os.getpid(), in_own_process(os.getpid), in_own_process(os.getpid)}
    assert len(processes) == 3


def test_a_function_of_the_caller_sees_its_arguments_and_its_error_comes_back():
    def divided(number: int, by: int) -> float:
        return number / by

    assert in_own_process(divided, 6, 3) == 2.0
    with pytest.raises(ZeroDivisionError):
        in_own_process(divided, 6, 0)


def test_a_process_that_dies_is_told_of_and_harms_no_other():
    with pytest.raises(RuntimeError, match=r"its process died with exit code 9: .* memory"):
        in_own_process(os._exit, 9)
    assert in_own_process(max, 1, 2) == 2


def test_workers_have_so_many_threads():
    with worker_processes(2, threads=3) as workers:
        asked = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
        found = [workers.submit(os.getenv, name).result() for name in asked]
    assert found == ["3", "3"]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the process is left alone")
def test_a_process_ends_with_the_one_that_waits_for_it(tmp_path: Path):
    written = tmp_path / "number"
    script = f"""
import os, pathlib, time
from harnn.own_process import in_own_process

def work():
    written = pathlib.Path({str(written)!r})
    written.with_suffix(".new").write_text(str(os.getpid()))
    written.with_suffix(".new").rename(written)
    time.sleep(300)

in_own_process(work)
"""
    waiting = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    try:
        assert _comes_true(written.exists, seconds=120)
        worker = int(written.read_text())
        assert _runs(worker)
        waiting.send_signal(signal.SIGKILL)
        waiting.wait()
        assert _comes_true(lambda: not _runs(worker), seconds=60)
    finally:
        waiting.kill()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked about is still listed.
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _comes_true(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False
