"""A trained imputer or forecaster in a form that is served elsewhere: Keras, ONNX."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.environment import installed_versions
from harnn.errors import ConfigError, ExportError, nearest
from harnn.model_archive import write_archive
from harnn.onnx_file import check_exportable, write_onnx
from harnn.timeseries.series_archive import write_numbers

if TYPE_CHECKING:
    from harnn.timeseries.recurrent_estimator import RecurrentEstimator

__all__ = ["FORMATS", "ExportedSeriesModel", "export_estimator"]

FORMATS = ("keras", "onnx")
# No output may differ by more, in deviations of the sensors.
TOLERANCE = 1e-4
VERSION = 1
_STEPS = 20
_STREAMING = (
    " In `stream` each `next_state` is the `state` of the next call; before the first step all are "
    "0. From ONNX, `harnn.runtime.imputation_stream(folder)` fills values step by step with NumPy "
    "and onnxruntime alone."
)


@dataclass(frozen=True)
class ExportedSeriesModel:
    """A finished export.

    Attributes:
        path: The folder.
        format: Its format.
        networks: The files of networks in it.
        difference: The largest difference of an output from the estimator's own network, in
            deviations of the sensors.
    """

    path: Path
    format: str
    networks: tuple[str, ...]
    difference: float


def check_format(format: str) -> None:
    """Refuse a format that there is not, before a model is loaded for it.

    Args:
        format: What the user asked for.

    Raises:
        ConfigError: If it is none of ``FORMATS``.
    """
    if format not in FORMATS:
        hint = nearest(format, FORMATS)
        raise ConfigError(f"format must be {' or '.join(FORMATS)}, not {format!r}{hint}")


def export_estimator(
    estimator: RecurrentEstimator, path: str | os.PathLike[str], format: str = "onnx"
) -> ExportedSeriesModel:
    """Write a fitted estimator in a format: see `RecurrentEstimator.export`."""
    check_format(format)
    check_exportable()
    networks = {f"network.{format}": estimator.model_}
    if (stream := estimator._stream_network()) is not None:
        networks[f"stream.{format}"] = _named(stream)
    description = {
        "estimator": type(estimator).__name__,
        "sensors": list(estimator.feature_names_in_),
        "timed": estimator.timed_,
        "readings": asdict(estimator._readings),
        "window": estimator.get_params()["window"],
        "networks": {
            name: {
                "inputs": {one.name: list(one.shape) for one in network.inputs},
                "outputs": list(network.output),
            }
            for name, network in networks.items()
        },
    }
    differences: list[float] = []

    def write_files(folder: Path) -> None:
        for name, network in networks.items():
            if format == "onnx":
                write_onnx(network, folder / name)
            else:
                network.save(folder / name)
            differences.append(_difference(network, folder / name))
        write_numbers(estimator, folder)
        card = _card(estimator, description, max(differences))
        (folder / "README.md").write_text(card, encoding="utf-8")

    write_archive(path, f"harnn-series-{format}", VERSION, description, write_files)
    return ExportedSeriesModel(Path(path), format, tuple(networks), max(differences))


def _named(stream: Any) -> Any:
    """Return a streaming network whose outputs have names."""
    from harnn.quiet_keras import keras

    names = ["reconstruction", *(f"next_{one.name}" for one in stream.inputs[1:])]
    return keras.Model(stream.inputs, dict(zip(names, stream.outputs, strict=True)), name="stream")


def _difference(network: Any, path: Path) -> float:
    """Return how far what was written is from the network, on readings drawn at random."""
    generator = np.random.default_rng(0)
    inputs = {
        one.name: generator.normal(
            size=[size or number for size, number in zip(one.shape, (3, _STEPS), strict=False)]
            + list(one.shape[2:])
        ).astype(np.float32)
        for one in network.inputs
    }
    own = _asked(network, inputs)
    said = _run(path, inputs, list(own))
    largest = max(
        float(np.abs(np.asarray(own[name]) - np.asarray(said[name])).max()) for name in own
    )
    if not largest <= TOLERANCE:  # so that NaN is refused, too
        raise ExportError(f"{path.name} differs from the network by {largest}: nothing was written")
    return largest


def _run(path: Path, inputs: dict[str, np.ndarray], names: list[str]) -> dict[str, Any]:
    if path.suffix == ".onnx":
        from harnn.runtime.session import open_session

        return dict(zip(names, open_session(path)(names, inputs), strict=True))
    from harnn.quiet_keras import keras

    return _asked(keras.models.load_model(path), inputs)


def _asked(network: Any, inputs: dict[str, np.ndarray]) -> dict[str, Any]:
    given = list(inputs.values())
    return dict(network(given if len(given) > 1 else given[0], training=False))


def _card(estimator: RecurrentEstimator, description: dict[str, Any], difference: float) -> str:
    sensors = description["sensors"]
    readings = estimator._readings
    channels = ["the fill of each sensor, scaled: its value where it is observed, else "]
    channels[0] += (
        "the line between its neighbours"
        if readings.base == "line"
        else "its last value, and 0 before the first"
    )
    channels.append("whether each sensor is observed, 1 or 0")
    unit = "seconds" if description["timed"] else "steps"
    since = f"of each sensor, log(1 + δ / {readings.step:g}), δ the {unit} since its last value"
    channels.append(since)
    if readings.base == "line":
        channels.append(f"the same of the {unit} to its next value")
    channels += [
        f"sin and cos of 2π · (time modulo {period:g}) / {period:g}, time in {unit}"
        for period in readings.periods
    ]
    lines = [
        f"# {description['estimator']} of {len(sensors)} sensors",
        "",
        f"Sensors, in this order: {', '.join(map(str, sensors))}. `numbers.npz` holds `mean` and "
        "`scale`: networks read and say `(value - mean) / scale`.",
        "",
        "Channels of `readings`, one block after the other:",
        "",
        *(f"{number}. {channel}" for number, channel in enumerate(channels, start=1)),
        "",
        "| network | inputs | outputs |",
        "|---|---|---|",
        *(
            f"| `{name}` | "
            + ", ".join(f"`{one}` {tuple(shape)}" for one, shape in told["inputs"].items())
            + " | "
            + ", ".join(f"`{one}`" for one in told["outputs"])
            + " |"
            for name, told in description["networks"].items()
        ),
        "",
        "`None` is any size." + (_STREAMING if len(description["networks"]) > 1 else ""),
        "",
        f"Outputs beyond {len(sensors)} columns are precisions, 1 / σ². Compared with the "
        f"estimator's networks on random readings: no output farther off than {difference:.1e}. "
        "Written with "
        + ", ".join(f"{name} {version}" for name, version in installed_versions().items())
        + ".",
        "",
        "Learnt from these sensors at these rates: of others it says worse things, without a word.",
        "",
    ]
    return "\n".join(lines)
