"""The options with which a command is told which corpus to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harnn.errors import ConfigError, DataError, LabelColumnsError

if TYPE_CHECKING:
    from harnn.cli.config import RunConfig
    from harnn.text.corpora import Corpus

__all__ = ["DataArgument", "LabelsOption", "TextOption", "config_of", "open_corpus"]

DataArgument = Annotated[
    str,
    typer.Argument(
        help="A corpus by name (dbpedia, docstrings, ...), a CSV, TSV, JSONL or Parquet file, a "
        "folder of such files, owner/name of the hub, or a run's .yaml config.",
        show_default=False,
    ),
]
TextOption = Annotated[
    str | None, typer.Option("--text", metavar="COLUMN", help="The column of documents.")
]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="COLUMNS",
        help="Columns of names, one per level: section,topic ('[section]' for one level); or one "
        "column of lists of paths: tags.",
    ),
]


def config_of(data: str) -> RunConfig | None:
    """Return the config that ``DATA`` on the command line names; None if it is no config."""
    if Path(data).suffix.lower() not in (".yaml", ".yml"):
        return None
    from harnn.cli.config import load_config

    return load_config(Path(data))


def open_corpus(
    data: str,
    text: str | None = None,
    labels: str | None = None,
    delimiter: str | None = None,
) -> Corpus:
    """Load what a command was told to read.

    Args:
        data: What stands for ``DATA`` on the command line.
        text: The column of documents.
        labels: The columns of labels.
        delimiter: What stands between the cells of CSV and TSV files.

    Returns:
        The corpus.

    Raises:
        ConfigError: If columns or a delimiter are given beside a config, which names them itself.
        DataError: If the corpus cannot be read, or has no labels.
    """
    given: dict[str, Any] = {}
    if text is not None:
        given["text"] = text
    if labels is not None:
        given["labels"] = _columns(labels)
    if delimiter is not None:
        given["delimiter"] = delimiter
    config = config_of(data)
    if config is not None:
        if given:
            raise ConfigError(f"{data} names its columns: leave out --{' and --'.join(given)}")
        corpus = config.corpus.load()
    else:
        from harnn.text.corpora import load_corpus

        try:
            corpus = load_corpus(data, **given)
        except LabelColumnsError as error:
            raise error.with_cure(
                "name them with --labels section,topic, one per level, or --labels tags, a column "
                "of lists of paths"
            ) from None
    if corpus.label_form is None:
        raise DataError(f"{data}: there are no labels")
    return corpus


def _columns(labels: str) -> str | list[str]:
    listed = labels.strip()
    if listed.startswith("[") and listed.endswith("]"):
        listed = listed[1:-1]
    elif "," not in listed:
        return listed
    names = [name.strip() for name in listed.split(",")]
    if "" in names:
        raise ConfigError(f"--labels {labels!r}: the name of a column is empty")
    return names
