"""Filling holes by the protocol of TSI-Bench, beside simple fills and published numbers.

    HARNN_DATA_DIR=... python benchmarks/imputation.py [--only beijing-points-10] [--seeds 5]

TSI-Bench (Du et al., 2024): sensors in deviations of the training part; windows that do not overlap
(48 steps of ETTh1, 14 / 5 / the other months; 24 of the air of Beijing, 132 sensors, 28 / 10 / 10
months), each filled by itself; the same kind of holes in all parts, drawn exactly. Errors are over
the hidden values of the test part, or with ``--part validation`` of the validation part, by which
the options below were chosen; ``--set NAME=VALUE`` changes one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from series_benchmark import add_seeds, new_parser, new_table, options_changed

from harnn.timeseries import RecurrentImputer, Series, SimpleImputer, load_series, split_series
from harnn.timeseries.missingness import hide_points, hide_subsequences
from harnn.timeseries.scaling import Scaling
from harnn.timeseries.scores import score_series
from harnn.timeseries.series import read_series

Hide = Callable[[np.ndarray, int], np.ndarray]
SHARED: dict[str, Any] = {
    "cell": "lstm",
    "units": 128,
    "epochs": 60,
    "patience": 20,
    "verbose": False,
}


@dataclass(frozen=True)
class Case:
    """A data set with a kind of holes.

    Attributes:
        load: Reads the data.
        months: Of training and validation.
        window: Steps of a window.
        hide: Chooses what to hide, from what is observed and a seed.
        options: Of the imputer.
        published: Mean absolute and squared errors in TSI-Bench.
    """

    load: Callable[[], pd.DataFrame]
    months: tuple[int, int]
    window: int
    hide: Hide
    options: dict[str, Any]
    published: dict[str, tuple[float, float]]


def _ett() -> pd.DataFrame:
    return load_series("etth1")[""]


def _beijing() -> pd.DataFrame:
    return load_series("beijing_air", beside="station")[""]


CASES = {
    "ett-points-10": Case(
        _ett,
        (14, 5),
        48,
        lambda observed, seed: hide_points(observed, 0.1, seed),
        {"hide_share": 0.2},
        {"BRITS": (0.145, 0.064), "SAITS": (0.144, 0.047), "CSDI": (0.151, 0.057)},
    ),
    "ett-points-50": Case(
        _ett,
        (14, 5),
        48,
        lambda observed, seed: hide_points(observed, 0.5, seed),
        {"hide_share": 0.4},
        {"BRITS": (0.238, 0.127), "SAITS": (0.223, 0.107), "CSDI": (0.318, 0.207)},
    ),
    "ett-subsequences-50": Case(
        _ett,
        (14, 5),
        48,
        lambda observed, seed: hide_subsequences(observed, 0.5, 36, seed),
        {"hide_share": 0.4, "hide_length": 48},
        {"BRITS": (0.730, 1.065), "SAITS": (0.635, 0.881), "CSDI": (0.558, 0.783)},
    ),
    "beijing-points-10": Case(
        _beijing,
        (28, 10),
        24,
        lambda observed, seed: hide_points(observed, 0.1, seed),
        {
            "hide_share": 0.2,
            "units": 256,
            "epochs": 80,
            "head_dropout": 0.3,
            "learning_rate": 2e-3,
        },
        {"BRITS": (0.127, 0.101), "SAITS": (0.155, 0.124), "CSDI": (0.102, 0.507)},
    ),
}


def main() -> None:
    parser = new_parser(__doc__.splitlines()[0], seeds=5)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    arguments = parser.parse_args()
    changed = options_changed(arguments.changed)
    for name in arguments.only:
        case = CASES[name]
        table = new_table(f"{name}, {arguments.part} part", ("MAE", "MSE"))
        for title, found in _rows(case, arguments.part, arguments.seeds, changed):
            add_seeds(table, title, found)
        if arguments.part == "test":
            for title, (mae, mse) in case.published.items():
                table.add_row(f"{title}, published", f"{mae:.3f}", f"{mse:.3f}", "")
        Console().print(table)


def _rows(
    case: Case, part: str, seeds: int, changed: dict[str, Any]
) -> Iterator[tuple[str, list[tuple[float, float, float]]]]:
    """Give the errors and seconds of each model with each seed; holes are drawn by the seed too."""
    parts = split_series(read_series(case.load()), months=case.months)._asdict()
    scaling = Scaling.of(parts["train"])
    windows = {name: _windows(of_part[0], case.window) for name, of_part in parts.items()}
    options = SHARED | case.options | {"window": case.window} | changed
    models: dict[str, Callable[[int], Any]] = {
        "mean": lambda _: SimpleImputer("mean"),
        "last value": lambda _: SimpleImputer("last"),
        "linear interpolation": lambda _: SimpleImputer("line"),
        "recurrent": lambda seed: RecurrentImputer(**options, random_state=seed),
    }
    for title, make in models.items():
        found = []
        for seed in range(seeds):
            holed, hidden = {}, {}
            for number, (name, of_part) in enumerate(windows.items()):
                observed = np.stack([one.observed for one in of_part])
                hidden[name] = case.hide(observed, 1000 * seed + number)
                holed[name] = [
                    one.with_values(np.where(of_one, np.nan, one.values)).frame()
                    for one, of_one in zip(of_part, hidden[name], strict=True)
                ]
            began = time.perf_counter()
            model = make(seed).fit(holed["train"], validation_data=holed["validation"])
            seconds = time.perf_counter() - began
            said = np.stack([one.mean for one in model.reconstruct(holed[part])])
            true = np.stack([one.values for one in windows[part]])
            # In deviations of the training part as it is, as in TSI-Bench.
            scores = score_series(scaling.scaled(true), scaling.scaled(said), hidden[part])
            found.append((scores.mae, scores.micro_mse, seconds))
        yield title, found


def _windows(series: Series, length: int) -> list[Series]:
    """Cut a series into windows that do not overlap; what is left over is left out."""
    starts = range(0, len(series) - length + 1, length)
    return [series.part(start, start + length) for start in starts]


if __name__ == "__main__":
    main()
