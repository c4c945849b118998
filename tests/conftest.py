"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# TensorFlow reports its build and the missing GPU on standard error; that is no test's business.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Where several files are tested at a time, each has a core, not a thread on every core.
if "PYTEST_XDIST_WORKER" in os.environ:
    for _threads in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(_threads, "1")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of the real corpora."""
    folder = os.environ.get("HARNN_DATA_DIR")
    if not folder:
        pytest.skip("HARNN_DATA_DIR does not name the folder of the real corpora")
    return Path(folder)
