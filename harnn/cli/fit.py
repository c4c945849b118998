"""``harnn fit``: from a config to a saved model and its scores."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harnn.cli.reporting import INTERRUPTED
from harnn.cli.run_arguments import ConfigArgument, OverridesArgument, OverwriteOption

if TYPE_CHECKING:
    from harnn.cli.config import RunConfig
    from harnn.cli.run_folder import RunFolder
    from harnn.text.corpora import Corpus

__all__ = ["fit"]


def fit(
    config: ConfigArgument,
    overrides: OverridesArgument = None,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Leave the test part alone, as while tuning.")
    ] = False,
    overwrite: OverwriteOption = False,
    predictions: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Show the predictions for N held-out documents."),
    ] = 5,
) -> None:
    """Fit a model, save it and score it.

    A fit that was killed or interrupted goes on when the same command is given again.
    """
    from harnn.cli.config import load_config
    from harnn.cli.run_folder import RunFolder

    run = load_config(config, overrides or ()).resolved()
    run.options().check()
    folder = RunFolder(run.output.folder)
    folder.prepare(run, overwrite)
    corpus = run.corpus.load()
    typer.echo(corpus.summary())
    classifier = _fitted(run, folder, corpus)
    classifier.save(folder.model)
    if classifier.interrupted_:
        typer.echo(
            f"interrupted: the model of epoch {classifier.best_epoch_} is in {folder.model}; the "
            f"same command{' without --overwrite' if overwrite else ''} goes on from here",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    folder.finish()
    held_out = {"validation": corpus.validation, "test": None if no_test else corpus.test}
    _score(classifier, held_out, folder)
    shown = held_out["test"] or held_out["validation"]
    if shown is not None and predictions:
        from harnn.cli.worked_predictions import worked_predictions

        typer.echo("\nPredictions for held-out documents:")
        for block in worked_predictions(classifier, shown, predictions, run.seed):
            typer.echo(f"\n{block}")
    typer.echo(
        f"\nThe model is in {folder.model}. To classify documents with it:"
        f"\n  harnn predict {folder.model} INPUT.csv{_reading(run)} -o OUTPUT.csv"
    )


def _reading(run: RunConfig) -> str:
    """Return the options with which another command reads a file like the training file."""
    given = {"text": (run.corpus.text, "text"), "delimiter": (run.corpus.delimiter, ",")}
    return "".join(
        f" --{option} {shlex.quote(value)}"
        for option, (value, usual) in given.items()
        if value not in (None, usual)
    )


def _fitted(run: RunConfig, folder: RunFolder, corpus: Corpus) -> Any:
    from harnn.errors import DataError
    from harnn.text.classifier import HARNNClassifier
    from harnn.text.labels.level_names import telling_names

    if corpus.label_form is None:
        raise DataError(f"{corpus.name}: there are no labels to learn")
    classifier = HARNNClassifier(
        label_form=corpus.label_form,
        checkpoint_dir=str(folder.checkpoint),
        random_state=run.seed,
        **run.model.model_dump(),
    )
    return classifier.fit(
        corpus.train.texts,
        corpus.train.labels,
        validation_data=corpus.validation,
        unlabelled=() if corpus.unlabelled is None else corpus.unlabelled.texts,
        level_names=telling_names(corpus.levels),
    )


def _score(classifier: Any, parts: dict[str, Any], folder: RunFolder) -> None:
    from harnn.cli.json_file import write_json

    scores = {}
    for name, part in parts.items():
        if part is not None:
            evaluation = classifier.evaluate(*part)
            scores[name] = evaluation.to_dict()
            typer.echo(f"\n{name} ({len(part):,} documents)\n\n{evaluation.text()}")
    write_json(folder.scores, scores)
    if not scores:
        typer.echo(
            "\nThe corpus has no part to score on: corpus.validation_fraction and "
            "corpus.test_fraction cut them off the training documents."
        )
