from __future__ import annotations

import io

import pytest
from rich.console import Console
from training_benchmark.fit_tables import fit_table, stage_table
from training_benchmark.fits import Fit, seconds_to
from training_benchmark.operation_times import operation_tables, sum_of_operations
from training_benchmark.speed_tables import layer_table, speed_table
from training_benchmark.speeds import Measured
from training_benchmark.stages import NETWORK, REST, Stage
from training_benchmark.worker import Turn


def _printed(*tables):
    written = io.StringIO()
    Console(file=written, width=250).print(*tables)
    return written.getvalue()


def _row(printed, title):
    """Return the cells of the row of that title."""
    lines = ([cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines())
    return next(cells for cells in lines if cells and cells[0] == title)


def _measured(title, documents_per_second, steps=4, other_cpu=0.0):
    turns = [
        Turn(
            seconds=2.0,
            cpu=3.0,
            other_cpu=other_cpu,
            steps=steps,
            documents=2 * speed,
            words=200 * speed,
            multiply_adds=10**9,
            rate=10**9,
            peak_memory=5 * 10**8,
        )
        # A turn while the machine was busy is no part of a median.
        for speed in (1, documents_per_second, documents_per_second)
    ]
    return Measured(title, turns, words_per_document=100.0)


def _fit(model, seconds, right, epochs=()):
    network = Stage(NETWORK, 10.0, seconds, seconds - 10.0, 1.5 * (seconds - 10.0), 2 * 10**9)
    return Fit(
        model=model,
        import_seconds=3.0,
        whole=Stage("all", 0.0, seconds, seconds, 2.0 * seconds, 2 * 10**9),
        stages=[network, Stage(REST, 0.0, seconds, 10.0, 5.0, None)],
        peak_memory=2 * 10**9,
        several_paths=False,
        epochs=[{"seconds": 20.0, "all_levels_right": score} for score in epochs],
        best_epoch=len(epochs) or None,
        scores={"all_levels_right": right, "micro_f1": 0.9, "macro_f1": None},
    )


def test_steps_are_compared_with_keras_and_pytorch_and_loops_with_their_step():
    step, keras, torch = _measured("step", 600), _measured("keras", 300), _measured("torch", 400)
    loop = _measured("loop", 540)
    printed = _printed(speed_table([step, keras, torch], [(loop, step)], keras, torch, "t"))
    assert _row(printed, "step")[1:8] == ["2.00", "1.50", "", "50%", "1.50", "600", "60,000"]
    assert _row(printed, "loop")[1:4] == ["", "", "0.90"]
    assert _row(printed, "step")[-1] == "500 MB"
    # Without PyTorch and without the step of a loop there is no ratio.
    printed = _printed(speed_table([step], [(loop, None)], None, None, "t"))
    assert _row(printed, "step")[1:4] == _row(printed, "loop")[1:4] == ["", "", ""]


def test_a_layer_is_a_share_of_the_step():
    printed = _printed(
        layer_table([_measured("lstm", 400, steps=16)], _measured("whole", 100), "t")
    )
    assert _row(printed, "lstm")[1] == "25%"
    assert _row(printed, "whole")[1] == "100%"


def test_a_table_says_that_the_cores_were_not_idle():
    idle, busy = _measured("idle", 400), _measured("busy", 400, other_cpu=1.0)
    unknown = _measured("unknown", 400, other_cpu=None)
    assert "not idle" not in _printed(layer_table([unknown], idle, "t"))
    warned = _printed(speed_table([idle, busy], [], None, None, "t"))
    assert "other processes used up to 0.5 of them" in warned


def test_fits_are_compared_with_the_rival_and_seeds_are_averaged():
    networks = [_fit("best", 100.0, 0.9, (0.7, 0.85)), _fit("best", 140.0, 0.92, (0.83, 0.92))]
    fits = {"best": networks, "svm": [_fit("svm", 20.0, 0.8)]}
    printed = _printed(fit_table(fits, "svm", "t"))
    best, svm = _row(printed, "best"), _row(printed, "svm")
    assert best[1:5] == ["6.0", "2.00", "120.0 ± 28.3", "3.0"]
    # 10 s to the network and one or two epochs of 20 s; the end of the fit where no epoch has it.
    assert best[5:8] == ["40", "75", "2 (2)"]
    assert best[9:] == ["0.910 ± 0.014", "0.900 ± 0.000", ""]
    assert svm[1] == "1.0"
    assert svm[5:8] == ["", "", ""]
    assert _row(_printed(fit_table({"best": networks}, "svm", "t")), "best")[1] == ""


def test_the_time_to_a_score_counts_from_the_beginning_of_the_fit():
    fit = _fit("best", 100.0, 0.9, (0.7, 0.85))
    assert seconds_to(fit, 0.6) == 30.0
    assert seconds_to(fit, 0.85) == 50.0
    assert seconds_to(fit, 0.9) == 100.0
    assert seconds_to(fit, 0.91) is None


def test_stages_are_shares_of_the_fit():
    printed = _printed(stage_table(_fit("best", 100.0, 0.9, (0.8,)), "t"))
    cells = _row(printed, NETWORK)
    assert cells[1:] == ["90%", "1.50", "90.0", "10.0", "100.0", "2,000 MB"]
    assert _row(printed, REST)[-1] == ""
    assert _row(printed, "all")[1] == "100%"


def test_operations_are_summed_by_kind_and_by_layer():
    events = [
        ("net_1/document_1/bilstm_1/while/MatMul:MatMul", 3.0),
        ("gradient_tape/net_1/document_1/bilstm_1/while/MatMul:MatMul", 4.0),
        ("net_1/scores_2_1/Mul:Mul", 2.0),
        ("adam/update/Mul:Mul", 1.0),
        ("ExecutorState::Process", 99.0),
        ("EagerExecute", 99.0),
    ]
    times = sum_of_operations(events, steps=2)
    assert times.kinds == {"MatMul": 7.0, "Mul": 3.0}
    assert times.layers[("document/bilstm", "backward")] == 4.0
    assert times.layers[("scores_2", "forward")] == 2.0
    printed = _printed(*operation_tables(times, wall=0.01))
    assert _row(printed, "MatMul")[1:] == ["70.0%", "3.50", "1"]
    assert "10 ms per step" in printed
    assert sum(times.layers.values()) == pytest.approx(10.0)
