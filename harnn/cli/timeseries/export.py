"""``harnn timeseries export``: a saved imputer or forecaster in a form that is served elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["export"]


def export(
    model: Annotated[Path, typer.Argument(help="The folder of a saved model.", show_default=False)],
    output: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    format: Annotated[str, typer.Option(metavar="FORMAT", help="onnx or keras.")] = "onnx",
) -> None:
    """Write the network of a model for onnxruntime or Keras, and compare it with the model.

    An imputer that reads the past alone gets a second network, of a step and its states.
    """
    from harnn.errors import ConfigError
    from harnn.timeseries.export import check_format

    check_format(format)
    from harnn.timeseries.recurrent_estimator import RecurrentEstimator
    from harnn.timeseries.saved_models import load_model

    loaded = load_model(model)
    if not isinstance(loaded, RecurrentEstimator):
        raise ConfigError(f"{model}: a {type(loaded).__name__} has no network to export")
    written = loaded.export(output, format)
    typer.echo(
        f"{written.format}: {written.path}: {', '.join(written.networks)}; largest difference "
        f"from the model on random readings {written.difference:.1e} deviations"
    )
