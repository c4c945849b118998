"""``harnn export``: a saved model in a form that is served elsewhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from harnn.cli.delimiter_option import DelimiterOption

__all__ = ["export"]


def export(
    model: Annotated[Path, typer.Argument(help="The folder of a saved model.", show_default=False)],
    output: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    format: Annotated[
        str, typer.Option(metavar="FORMAT", help="onnx, onnx_int8, saved_model, litert or keras.")
    ] = "onnx",
    check: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Compare on the documents of a CSV, TSV, JSONL, Parquet or TXT file; by default "
            "on texts made of the vocabulary's words.",
        ),
    ] = None,
    text: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column of documents in FILE.")
    ] = "text",
    delimiter: DelimiterOption = None,
    documents: Annotated[
        int, typer.Option(min=1, metavar="N", help="Compare on the first N of them.")
    ] = 1000,
    name: Annotated[
        str, typer.Option(help="For the model card: what the model is called.")
    ] = "HARNN classifier",
    license: Annotated[
        str, typer.Option(help="For the model card: under which the model may be used.")
    ] = "not stated",
    data: Annotated[
        str, typer.Option(help="For the model card: what it was learnt from.")
    ] = "not stated",
    score: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="For the model card: a score on test data; may be given again.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a model for other runtimes, and compare what was written with the model.

    Nothing is written if a probability differs by more than 1e-4; with eight bits, if one
    document in ten gets other paths.
    """
    from harnn.cli.records import open_records
    from harnn.errors import ConfigError
    from harnn.text.export import ModelCard, check_export

    # Whatever is wrong with what was given is said before the model is loaded.
    check_export(output, format)
    scores = dict(map(_score, score or ()))
    texts = None
    if check is None and delimiter is not None:
        raise ConfigError("--delimiter is for the FILE of --check")
    if check is not None:
        rows = open_records(check, text, delimiter=delimiter).texts(text)
        texts = [document for _, document in islice(rows, documents)]
    from harnn.text.classifier import HARNNClassifier

    card = ModelCard(name, license, data, scores)
    written = HARNNClassifier.load(model).export(output, format, texts, card)
    typer.echo(
        f"{written.format}: {written.path}, {written.bytes / 2**20:.1f} MB; "
        f"{written.compared} compared with the model: largest difference of a "
        f"probability {written.difference:.1e}, same paths in {written.same_paths:,}"
    )


def _score(given: str) -> tuple[str, float]:
    from harnn.errors import ConfigError

    name, equals, value = given.partition("=")
    try:
        if not name.strip() or not equals:
            raise ValueError
        return name.strip(), float(value)
    except ValueError:
        raise ConfigError(f"--score {given}: NAME=VALUE is needed, VALUE a number") from None
