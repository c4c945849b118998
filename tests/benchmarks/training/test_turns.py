from __future__ import annotations

import importlib.util
import io
import json
import sys
import time
from dataclasses import asdict

import pytest
from rich.console import Console
from training_benchmark import turns as turns_module
from training_benchmark.process_usage import (
    cpu_seconds,
    machine_cpu_seconds,
    peak_memory,
    resident_memory,
)
from training_benchmark.speeds import Model, measure
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.turns import Turns, Work
from training_benchmark.worker import Worker, WorkerError


def _answers(monkeypatch, questions, steps):
    """Run steps in this process, and return what they answer."""
    answers = io.StringIO()
    monkeypatch.setattr(turns_module, "answer_stream", lambda: answers)
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(map("{}\n".format, questions))))
    turns = Turns(lambda: time.sleep(0.01))
    turns.ready(weights=3)
    turns.run(steps)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_a_turn_counts_the_steps_after_the_first(monkeypatch):
    ran = []
    work = [Work(documents=n, words=10 * n, multiply_adds=100 * n) for n in range(1, 100)]
    steps = ((one, lambda one=one: (ran.append(one), time.sleep(0.01))) for one in work)
    ready, first, second = _answers(monkeypatch, ['{"seconds": 0.0}'] * 2, steps)
    assert ready["weights"] == 3
    # Each turn warms up with one step and, with no time left, counts the next one.
    assert (first["steps"], first["documents"], first["words"]) == (1, 2, 20)
    assert (second["steps"], second["documents"], second["multiply_adds"]) == (1, 4, 400)
    assert first["seconds"] >= 0.01
    assert len(ran) == 4


def test_a_turn_lasts_as_long_as_is_asked_for(monkeypatch):
    steps = ((Work(1, 1, 1), lambda: time.sleep(0.01)) for _ in range(1000))
    _, turn = _answers(monkeypatch, ['{"seconds": 0.1}'], steps)
    assert turn["seconds"] >= 0.1
    assert 1 < turn["steps"] <= 10
    # The product was said to take a hundredth of a second.
    assert turn["rate"] == pytest.approx(turns_module.PRODUCT_SIZE**3 / 0.01, rel=0.5)


def test_a_process_of_its_own_trains_in_turns():
    documents = SyntheticDocuments(
        vocabulary=400, level_sizes=(2, 3), batch_size=4, time=10, shortest=5, count=2
    )
    model = Model("small", "harnn_step", {"preset": "adapted", "documents": asdict(documents)})
    found = measure([model], turns=2, seconds=0.1, console=Console(file=io.StringIO()))
    small = found["small"]
    assert len(small.turns) == 2
    assert small.documents_per_second > 0
    assert 5 <= small.words_per_second / small.documents_per_second <= 10
    assert small.seconds_per_step == pytest.approx(4 / small.documents_per_second)
    assert small.peak_memory > 50e6


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="PyTorch is installed")
def test_without_pytorch_its_row_is_left_out_with_a_note():
    written = io.StringIO()
    documents = asdict(SyntheticDocuments(vocabulary=40, batch_size=2, count=1))
    model = Model("PyTorch", "torch_harnn", {"documents": documents})
    assert measure([model], 1, 0.1, Console(file=written, width=200)) == {}
    assert "no row for PyTorch" in written.getvalue()


def test_a_process_that_fails_is_reported_with_what_it_wrote():
    with pytest.raises(WorkerError, match="KeyError: 'documents'"):
        Worker("keras_transcription", {})
    with pytest.raises(WorkerError, match="No module named"):
        Worker("no_such_module", {})


def test_the_use_of_the_process_is_measured():
    before, of_machine = cpu_seconds(), machine_cpu_seconds()
    deadline = time.perf_counter() + 0.1
    while time.perf_counter() < deadline:
        pass
    assert cpu_seconds() > before
    assert of_machine is None or machine_cpu_seconds() > of_machine
    resident = resident_memory()
    assert resident is None or 0 < resident <= peak_memory() * 1.1
