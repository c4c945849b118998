"""``harnn predict``: classifies the rows of a file or a stream with a saved model."""

from __future__ import annotations

from contextlib import closing, nullcontext
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harnn.cli.answering_model import load_answering
from harnn.cli.delimiter_option import DelimiterOption

if TYPE_CHECKING:
    from harnn.text.prediction.answers import Asked

__all__ = ["predict"]


def predict(
    model: Annotated[
        Path,
        typer.Argument(
            help="The folder of a saved model, or what harnn export wrote as onnx.",
            show_default=False,
        ),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A CSV, TSV, JSONL, Parquet or TXT file (a text a line), or - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="OUTPUT",
            help="A CSV, TSV, JSONL or Parquet file, or - for JSON lines on standard output.",
        ),
    ] = "-",
    text: Annotated[str, typer.Option(metavar="COLUMN", help="The column of documents.")] = "text",
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="Of standard input: text (a text a line, the default) or jsonl.",
        ),
    ] = None,
    delimiter: DelimiterOption = None,
    top_k: Annotated[
        int, typer.Option(min=0, metavar="K", help="Add the K likeliest paths, column top_k.")
    ] = 0,
    probabilities: Annotated[
        bool,
        typer.Option("--probabilities", help="Add the probability of every path."),
    ] = False,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMNS",
            help="Columns of the input to keep, id,text; '' for none. By default all.",
        ),
    ] = None,
    prefix: Annotated[
        str, typer.Option(help="Put before the names of the predicted columns.")
    ] = "",
    stop: Annotated[
        str,
        typer.Option(
            metavar="WHERE",
            help="leaf: whole paths; confident: only as far down as --precision allows.",
        ),
    ] = "leaf",
    precision: Annotated[
        float,
        typer.Option(
            metavar="P", help="With --stop confident, the share of what is given to be right."
        ),
    ] = 0.95,
    coverage: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            help="Add paths that hold the true one with this probability, column set.",
        ),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Begin anew, whatever a stopped run has answered."),
    ] = False,
) -> None:
    """Classify documents, in constant memory, and write them with what is predicted.

    Adds a column for each level, of the level's name, or l1, l2, ... where it has none (labels for
    a model of several paths a document), and probability. Where the input has a column of a level's
    name, the columns are called predicted_NAME.
    With --stop confident, a level of which the model is not sure enough is null. From file to
    file, what was stopped (Ctrl-C, a full disk) goes on when the same command is given again.
    """
    from harnn.cli.answer_journal import AnswerJournal
    from harnn.cli.option_checks import check_file, check_share
    from harnn.cli.predicted_rows import PredictedColumns, predicted_rows
    from harnn.cli.record_columns import all_columns, first_columns
    from harnn.cli.record_writers import check_output, open_writer
    from harnn.cli.records import open_records
    from harnn.errors import ConfigError
    from harnn.text.prediction.answers import Asked

    # Whatever is wrong with the files is said before the model is loaded.
    check_output(output)
    if output != "-":
        check_file(output)
    if stop not in ("leaf", "confident"):
        raise ConfigError(f"--stop must be leaf or confident, not {stop}")
    check_share("--precision", precision)
    if coverage is not None:
        check_share("--coverage", coverage)
    if "-" not in (source, output) and Path(source).resolve() == Path(output).resolve():
        raise ConfigError(f"{output}: is the input itself, which would be overwritten")
    opened = partial(open_records, source, text, format, delimiter)
    records = opened()
    if Path(source).suffix.lower() == ".jsonl":
        given = all_columns(opened())
    else:
        given, records = first_columns(records, complete=format != "jsonl")
    kept = None if keep is None else [column.strip() for column in keep.split(",") if column]
    from rich.console import Console
    from rich.progress import Progress

    classifier = load_answering(model)
    asked = Asked(top_k, stop, precision, coverage)
    taken = given.names if kept is None else kept
    columns = PredictedColumns(classifier, asked, probabilities, prefix, taken)
    journal = None
    if "-" not in (source, output):
        of = _answered(model, Path(source), text, columns.needed) | {"--delimiter": delimiter}
        journal = AnswerJournal(Path(output), of, overwrite)
    console = Console(stderr=True)
    types = {**records.types, **columns.types()}
    # Where a later row may have other columns, the first ones say which there are.
    header = [*taken, *columns.names] if given.complete or kept is not None else []
    unfinished = None if journal is None else journal.rows
    written = 0
    with (
        nullcontext() if journal is None else journal,
        closing(
            predicted_rows(classifier, records.texts(text), columns, kept, journal, given)
        ) as rows,
        Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        open_writer(output, types, unfinished, header, given.samples) as writer,
    ):
        for row in progress.track(rows, total=records.total, description="predicting"):
            writer.write(row)
            written += 1
    if output != "-":
        typer.echo(f"{output}: {written:,} row{'s' if written > 1 else ''}")


def _answered(model: Path, source: Path, text: str, asked: Asked) -> dict[str, Any]:
    """Say what answers are of: where any of it differs, they are others."""
    stat = source.stat()
    return {
        "model": sha256((model / "model.json").read_bytes()).hexdigest(),
        "input": [str(source.resolve()), stat.st_size, stat.st_mtime_ns],
        "--text": text,
        "--top-k or --probabilities": asked.top_k,
        "--stop": asked.stop,
        "--precision": asked.precision,
        "--coverage": asked.coverage,
    }
