"""CPU time and memory of the process, and CPU time of the machine."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

__all__ = ["cpu_seconds", "machine_cpu_seconds", "peak_memory", "resident_memory"]


def cpu_seconds() -> float:
    """Return the CPU seconds of all threads so far, and of the child processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def machine_cpu_seconds() -> float | None:
    """Return the CPU seconds of all processes so far; None where the system does not tell.

    Time that a virtual machine had to wait for its processor is included.
    """
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _, _, *others = map(int, stat.read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")


def peak_memory() -> int:
    """Return the largest resident memory of the process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: on Linux a process begins with that of the process that started it.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_memory() -> int | None:
    """Return the resident memory of the process in bytes; None where the system does not tell."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
