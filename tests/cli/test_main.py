from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

HEAVY = ("numpy", "pandas", "sklearn", "scipy", "datasets", "pyarrow", "keras", "tensorflow")


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments):
    done = run(
        "import sys\n"
        "from harnn.cli.main import app\n"
        "try:\n"
        f"    app({arguments!r})\n"
        "except SystemExit as end:\n"
        f"    loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "    sys.exit(f'loaded {loaded}' if loaded else end.code)\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_console_script_answers():
    script = Path(sys.executable).with_name("harnn")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"harnn {version('harnn')}\n"


def test_the_help_names_every_command(harnn):
    shown = harnn("--help").output
    assert all(
        command in shown for command in ("fit", "evaluate", "predict", "explain", "taxonomy")
    )


def test_a_wrong_command_or_option_is_a_usage_error(harnn):
    assert harnn("fitt").exit_code == 2
    assert harnn("predict", "--nonsense").exit_code == 2


def test_a_reader_that_goes_away_is_no_traceback(articles):
    command = [sys.executable, "-m", "harnn.cli", "taxonomy", str(articles)]
    command += ["--text", "body", "--labels", "section,topic"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
def test_a_full_disk_is_one_line(articles):
    command = [sys.executable, "-m", "harnn.cli", "taxonomy", str(articles)]
    command += ["--text", "body", "--labels", "section,topic"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "error: No space left on device\n")
