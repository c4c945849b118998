"""``harnn evaluate``: what a saved model is worth on labelled documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harnn.cli.corpus_options import DataArgument, LabelsOption, TextOption, open_corpus
from harnn.cli.delimiter_option import DelimiterOption
from harnn.cli.option_checks import check_file
from harnn.errors import DataError, nearest

if TYPE_CHECKING:
    from harnn.text.corpora import Corpus, Split

__all__ = ["evaluate"]


def evaluate(
    model: Annotated[Path, typer.Argument(help="The folder of a saved model.", show_default=False)],
    data: DataArgument,
    text: TextOption = None,
    labels: LabelsOption = None,
    delimiter: DelimiterOption = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="PART",
            help="train, validation or test. By default test, or all of a single file.",
        ),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the scores to this file too.")
    ] = None,
) -> None:
    """Score a model on labelled documents."""
    if json is not None:
        check_file(json)
    corpus = open_corpus(data, text, labels, delimiter)
    name, part = _part(corpus, split)
    from harnn.text.classifier import HARNNClassifier

    classifier = HARNNClassifier.load(model)
    _check_form(classifier, corpus)
    evaluation = classifier.evaluate(*part)
    typer.echo(f"{model} on {corpus.name}, {name} ({len(part):,} documents)\n")
    typer.echo(evaluation.text())
    if json is not None:
        from harnn.cli.json_file import write_json

        write_json(json, evaluation.to_dict())
        typer.echo(f"\nscores written to {json}")


def _part(corpus: Corpus, asked: str | None) -> tuple[str, Split]:
    parts = {name: part for name, part in corpus.parts.items() if part.label_form is not None}
    if asked is None:
        # A single file is all there is; among several parts only the test part goes unasked.
        asked = next(iter(parts)) if len(parts) == 1 else "test"
    if asked not in parts:
        raise DataError(
            f"{corpus.name} has no labelled part {asked!r}{nearest(asked, parts)}; "
            f"--split takes one of {', '.join(parts)}"
        )
    return asked, parts[asked]


def _check_form(classifier: Any, corpus: Corpus) -> None:
    """Refuse rows of levels where the model knows lists of paths, and the other way round."""
    form = classifier.label_form_
    # One path for each document may be a string, a row of names or the only one of a list.
    if form not in ("path", corpus.label_form):
        raise DataError(
            f"{corpus.name} has labels in the form {corpus.label_form!r}, the model was fitted on "
            f"the form {form!r}: name columns of that form with --labels"
        )
