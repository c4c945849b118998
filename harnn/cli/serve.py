"""``harnn serve``: a trained classifier behind HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from harnn.cli.answering_model import is_exported

__all__ = ["serve"]


def serve(
    model: Annotated[
        Path,
        typer.Argument(
            help="What harnn export wrote as onnx or onnx_int8; or a saved model, which is "
            "exported first.",
            show_default=False,
        ),
    ],
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 for all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8000,
    name: Annotated[str, typer.Option(help="What the page calls it.")] = "HARNN classifier",
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="That read texts; by default one a core.")
    ] = None,
    max_texts: Annotated[int, typer.Option(min=1, metavar="N", help="Of a request.")] = 128,
    max_characters: Annotated[int, typer.Option(min=1, metavar="N", help="Of a text.")] = 100_000,
    max_waiting: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Texts that wait; beyond them the answer is 503."),
    ] = 2048,
) -> None:
    """Answer on /predict, /explain, /taxonomy, /health and /metrics, and with a page on /.

    /openapi.json describes all of it. SIGTERM or Ctrl-C stops it once the requests at work are
    answered.
    """
    from harnn.errors import ConfigError

    try:
        from harnn.serving import ServingLimits
        from harnn.serving import serve as serve_classifier
        from harnn.serving.server import bind
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"harnn serve needs the package {error.name}: pip install 'harnn[serve]'"
        ) from None
    from harnn.runtime import OnnxClassifier

    limits = ServingLimits(texts=max_texts, characters=max_characters, waiting=max_waiting)
    # A port that is taken is said before the model is loaded.
    with bind(host, port) as bound:
        with _exported(model) as folder:
            classifier = OnnxClassifier.load(folder, threads)
        serve_classifier(
            classifier,
            limits=limits,
            name=name,
            listening=lambda address: typer.echo(f"{name} on {address}"),
            bound=bound,
        )
    typer.echo("stopped")


@contextmanager
def _exported(model: Path) -> Iterator[Path]:
    """Give the folder of an export: the model's own, or one that is made of it."""
    if is_exported(model):
        yield model
        return

    from harnn.text.classifier import HARNNClassifier

    with tempfile.TemporaryDirectory(prefix="harnn-serve-") as scratch:
        typer.echo(f"exporting {model}; `harnn export {model} FOLDER` does it once and for all")
        HARNNClassifier.load(model).export(Path(scratch, "model"), "onnx")
        yield Path(scratch, "model")
