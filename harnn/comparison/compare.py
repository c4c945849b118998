"""``compare``: models on one split with the same seeds, and a report at the end."""

from __future__ import annotations

import inspect
import os
import re
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sklearn.base import clone

from harnn.comparison.assemble import Contestant, judge_model, pair_records
from harnn.comparison.corpus_card import corpus_card
from harnn.comparison.fitting import FittedModel, Task, fit_model
from harnn.comparison.floor import is_floor
from harnn.comparison.judge import Judge
from harnn.comparison.prediction_files import write_documents, write_predictions
from harnn.comparison.run_store import StoredRun, fingerprint
from harnn.environment import installed_versions, machine
from harnn.errors import ConfigError, DataError, nearest
from harnn.evaluation.report import Results, write_report
from harnn.own_process import in_own_process
from harnn.text.classifier import HARNNClassifier
from harnn.text.corpora.partition import partition

if TYPE_CHECKING:
    from harnn.text.corpora import Corpus

__all__ = ["Comparison", "check_contestants", "compare"]

# What keeps a stored fit from being taken for the one that is asked for.
_ELSE = "other settings or data, or by another version of harnn"

# The share of the training documents to choose by, where the corpus sets none apart. The seed is
# one of its own: by the hash that cut a test part off, none of the rest falls into the same place.
VALIDATION_FRACTION = 0.1
VALIDATION_SEED = 0x5EED


@dataclass(frozen=True)
class Comparison:
    """What ``compare`` returns.

    Attributes:
        results: Everything that was found.
        folder: Where everything was written.
        report: The report, an HTML file.
    """

    results: Results
    folder: Path
    report: Path

    def scores(self) -> Any:
        """Return the headline scores as a DataFrame, a row a model.

        Returns:
            The means over the seeds, best first; NaN where undefined or the model failed.
        """
        import pandas as pd

        frame = pd.DataFrame(
            [
                {name: score.mean for name, score in model.scores.items()}
                for model in self.results.models
            ],
            index=[model.title for model in self.results.models],
            dtype=float,
        )
        by = [name for name in ("all_levels_right", "micro_f1") if name in frame]
        return frame.sort_values(by, ascending=False) if by else frame


def compare(
    models: Mapping[str, Any],
    corpus: Corpus,
    *,
    folder: str | os.PathLike[str],
    part: Literal["test", "validation"] = "test",
    seeds: Sequence[int] = (0,),
    only: Collection[str] | None = None,
    refit: Collection[str] = (),
    reference: str | None = None,
    taxonomy: Any = None,
    paths: str = "auto",
    resamples: int = 1000,
    own_process: bool = True,
    titles: Mapping[str, str] | None = None,
    command: str | None = None,
    config: dict[str, Any] | None = None,
    verbose: bool = True,
) -> Comparison:
    """Fit models on one split, judge them by the same documents, and write a report.

    All models learn from the training documents and choose by the validation documents. A model
    that fails has a row that says why. A fit that is finished is stored in the folder, and not
    repeated when ``compare`` is called again; an unfinished HARNN goes on from its last epoch.

    Args:
        models: scikit-learn estimators by name, none of them fitted: of this package, or any
            with ``fit(X, y)`` and ``predict(X)``. X is a sequence of texts; y are the labels as
            the corpus has them, and ``predict`` must return labels of that form.
        corpus: The data. Without a part ``validation``, a tenth of the training documents is
            set apart, by a hash of the text.
        folder: Where fits, predictions and the report go; the report on the validation part has
            a folder ``validation`` of its own there.
        part: The part to judge by. While tuning, ``"validation"``: the test part is for the end.
        seeds: A model that has a ``random_state``, and uses it, is fitted once with each.
        only: Fit no other models than these; the report has them and those fitted before.
        refit: Fit these again, finished or not.
        reference: The model that the others are tested against: the first HARNN if not given,
            else the first model.
        taxonomy: The categories, for all models that take them.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        resamples: Bootstrap resamples behind every interval.
        own_process: Whether to fit each model in a process of its own, so that its memory can be
            measured and its death harms no other.
        titles: What the report calls the models, by name.
        command: What repeats the comparison, for the report.
        config: The options of the run, for the report.
        verbose: Whether to show progress, on standard error.

    Returns:
        The results and where they were written.

    Raises:
        ConfigError: If a name is wrong, or the folder holds a fit of a model of the same name
            with other settings or data, or by another version of this package.
        DataError: If the corpus lacks the part or its labels.

    Example:
        >>> from baselines import MajorityPath
        >>> from harnn import generate_corpus
        >>> corpus = generate_corpus(documents=60, categories=(2, 4), validation=20, test=20)
        >>> comparison = compare(
        ...     {"majority": MajorityPath()},
        ...     corpus,
        ...     folder="comparison",
        ...     own_process=False,
        ...     verbose=False,
        ... )
        >>> comparison.report.name, comparison.results.models[0].error is None
        ('report.html', True)
    """
    check_contestants(models, only=only, refit=refit, reference=reference)
    _check_seeds(seeds)
    if part not in ("test", "validation"):
        raise ConfigError(f"part must be 'test' or 'validation', not {part!r}")
    if not hasattr(corpus, "parts"):
        raise DataError(
            f"corpus must be a Corpus, not {type(corpus).__name__}: load_corpus makes one of a "
            "file, a DataFrame or lists"
        )
    corpus = _with_validation(corpus)
    if part not in corpus.parts:
        raise DataError(
            f"{corpus.name} has no {part} part: give it one (test_fraction=0.1 cuts it off the "
            'training documents), or judge by part="validation"'
        )
    target = Path(folder)
    judge = Judge.of(corpus, taxonomy, paths)
    runner = _Runner(corpus, judge, part, target, taxonomy, paths, own_process, verbose)
    runs_of = runner.prepared(models, seeds, only, refit)
    titles = titles or {}
    contestants = []
    for number, name in enumerate(models, start=1):
        title = titles.get(name, name)
        runner.tell(f"[{number}/{len(models)}] {title}")
        try:
            fitted, error = runner.fitted(runs_of[name], fit=only is None or name in only)
        except KeyboardInterrupt:
            runner.tell("    stopped: what is fitted is stored; the same call goes on from here")
            raise
        if fitted or error is not None:
            about = _first_line(models[name])
            floor = is_floor(models[name])
            contestants.append(Contestant(name, title, about, fitted, error, floor))
    runner.tell("comparing")
    judged = [judge_model(contestant, judge, part, resamples) for contestant in contestants]
    by_name = {model.record.name: model for model in judged}
    first = _reference(reference, models, by_name)
    rows = {row for model in judged for pair in model.record.confusions for row in pair.rows}
    results = Results(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        title=f"Models compared on {corpus.name}",
        versions=installed_versions(),
        machine=machine(),
        command=command,
        config=config,
        corpus=corpus_card(corpus, judge),
        part=part,
        seeds=tuple(seeds),
        resamples=resamples,
        reference=first,
        models=tuple(model.record for model in judged),
        pairs=()
        if first is None
        else pair_records(
            by_name[first], [model for model in judged if model.record.name != first]
        ),
        examples={row: _shortened(corpus.parts[part].texts[row]) for row in sorted(rows)},
    )
    # The test part's report is the one that counts: that of the validation part stands below it.
    reported = target if part == "test" else target / part
    write_documents(reported / "predictions", corpus.parts[part], judge, part)
    for contestant in contestants:
        if contestant.error is None:
            write_predictions(
                reported / "predictions", contestant.name, contestant.runs, judge, part
            )
    return Comparison(results, target, write_report(results, reported))


@dataclass(frozen=True)
class _Run:
    """One fit that the comparison needs."""

    seed: int | None
    model: Any
    store: StoredRun
    fingerprint: str


@dataclass(frozen=True)
class _Runner:
    """Fits what is not stored yet."""

    corpus: Corpus
    judge: Judge
    part: str
    folder: Path
    taxonomy: Any
    paths: str
    own_process: bool
    verbose: bool

    def prepared(
        self,
        models: Mapping[str, Any],
        seeds: Sequence[int],
        only: Collection[str] | None,
        refit: Collection[str],
    ) -> dict[str, list[_Run]]:
        """Return the fits of all models, and refuse to mix them with stored ones of others."""
        runs_of: dict[str, list[_Run]] = {}
        other: list[str] = []
        for name, model in models.items():
            runs_of[name] = list(self._runs(name, model, seeds, name in refit))
            stored = [run.store.fingerprint for run in runs_of[name]]
            mine = [run.fingerprint for run in runs_of[name]]
            if any(there not in (None, here) for there, here in zip(stored, mine, strict=True)):
                if only is None or name in only:
                    other.append(name)
                else:
                    self.tell(f"{name} was fitted with {_ELSE}: it is left out")
        if other:
            again = " ".join(f"--refit {name}" for name in other)
            raise ConfigError(
                f"{self.folder}: holds {', '.join(map(repr, other))} fitted with {_ELSE}: "
                f"fit again ({again}, or refit={other}), or give another folder"
            )
        return runs_of

    def _runs(self, name: str, model: Any, seeds: Sequence[int], refit: bool) -> Iterator[_Run]:
        draws = "random_state" in model.get_params(deep=False) and getattr(
            model, "uses_random_state", True
        )
        for seed in seeds if draws else (None,):
            store = StoredRun.of(self.folder, name, seed)
            if refit:
                store.clear()
            chosen = clone(model).set_params(**self._shared(model, seed))
            yield _Run(seed, chosen, store, fingerprint(chosen, seed, self.judge))

    def _shared(self, model: Any, seed: int | None) -> dict[str, Any]:
        """Return the parameters that the comparison sets for every model that has them."""
        own = model.get_params(deep=False)
        shared: dict[str, Any] = {"paths": self.paths, "label_form": self.corpus.label_form}
        if self.taxonomy is not None:
            shared["taxonomy"] = self.taxonomy
        if seed is not None:
            shared["random_state"] = seed
        return {name: value for name, value in shared.items() if name in own}

    def fitted(
        self, runs: Sequence[_Run], fit: bool
    ) -> tuple[dict[int | None, FittedModel], str | None]:
        """Return the stored or new fits of a model, and why it failed if it did."""
        done: dict[int | None, FittedModel] = {}
        for run in runs:
            if run.store.fingerprint == run.fingerprint:
                done[run.seed] = run.store.read(len(self.judge.hierarchy.levels))
                self.tell(f"    {_of_seed(run.seed)}fitted before")
            elif fit:
                try:
                    done[run.seed] = self._fit(run)
                except Exception as error:  # whatever a model dies of, the others stand
                    file = run.store.write_error(traceback.format_exc())
                    reason = f"{type(error).__name__}: {error}"
                    self.tell(f"    {_of_seed(run.seed)}failed: {reason} (all of it in {file})")
                    return done, _of_seed(run.seed) + reason
        return done, None

    def _fit(self, run: _Run) -> FittedModel:
        self.tell(f"    {_of_seed(run.seed)}fitting")
        model = run.model
        own = model.get_params(deep=False)
        if "checkpoint_dir" in own:
            model = clone(model).set_params(checkpoint_dir=str(run.store.checkpoint))
        if "verbose" in own:
            model.set_params(verbose=self.verbose)
        # The judged part last: the one before it warms up what is compiled on first use.
        held_out = {
            name: self.corpus.parts[name]
            for name in sorted(("validation", "test"), key=lambda name: name == self.part)
            if name in self.corpus.parts
        }
        assert self.corpus.validation is not None
        task = Task(
            model,
            self.corpus.train,
            self.corpus.validation,
            held_out,
            self.judge,
            self.corpus.unlabelled,
            run.store.model if hasattr(model, "save") else None,
            self.own_process,
        )
        resumed = run.store.checkpoint.is_dir() and any(run.store.checkpoint.iterdir())
        fitted = in_own_process(fit_model, task) if self.own_process else fit_model(task)
        if resumed:
            note = "the fit was stopped and resumed: its time is that of the last part alone"
            fitted = replace(fitted, notes=(note, *fitted.notes))
        run.store.write(fitted, run.fingerprint)
        self.tell(
            f"    {_of_seed(run.seed)}fitted in {_duration(fitted.cost.fit_seconds)}, predicts "
            f"{fitted.cost.documents_per_second:,.0f} documents a second"
        )
        return fitted

    def tell(self, line: str) -> None:
        """Show a line of progress."""
        if self.verbose:
            print(line, file=sys.stderr, flush=True)


def check_contestants(
    models: Mapping[str, Any],
    *,
    only: Collection[str] | None = None,
    refit: Collection[str] = (),
    reference: str | None = None,
) -> None:
    """Refuse what cannot be compared, before anything is read or fitted.

    Args:
        models: As for `compare`, like the others.
        only: ″
        refit: ″
        reference: ″

    Raises:
        ConfigError: If a model is none, or there is no model of a name.
    """
    if not isinstance(models, Mapping) or not models:
        raise ConfigError("models must be a mapping of names to estimators, with one at least")
    for name, model in models.items():
        lacking = [m for m in ("fit", "predict", "get_params") if not hasattr(model, m)]
        if lacking or isinstance(model, type):
            what = "a class, not an object" if isinstance(model, type) else repr(model)
            raise ConfigError(
                f"model {name!r} is {what:.60}: a scikit-learn estimator is needed, with fit, "
                "predict and get_params (sklearn.base.BaseEstimator gives the last)"
            )
        if not re.fullmatch(r"\w[\w.-]*", name, re.ASCII):
            raise ConfigError(
                f"model {name!r}: a name becomes a folder: letters, digits, '_', '-' and '.'"
            )
    asked = {"only": only or (), "refit": refit, "reference": [reference] if reference else ()}
    for argument, names in asked.items():
        if isinstance(names, str):
            raise ConfigError(f"{argument} must be a list of names, such as [{names!r}]")
        for name in names:
            if name not in models:
                raise ConfigError(
                    f"{argument}: there is no model {name!r}{nearest(name, models)} "
                    f"(there are {', '.join(models)})"
                )


def _check_seeds(seeds: Any) -> None:
    if isinstance(seeds, int):
        raise ConfigError(f"seeds must be the seeds themselves, such as (0, 1), not {seeds}")
    if not seeds or len(set(seeds)) < len(seeds):
        raise ConfigError(f"seeds={list(seeds)}: at least one is needed, and none twice")


def _with_validation(corpus: Corpus) -> Corpus:
    if corpus.validation is not None:
        return corpus
    train, validation, _ = partition(corpus.train, VALIDATION_FRACTION, 0.0, VALIDATION_SEED)
    return replace(corpus, train=train, validation=validation)


def _reference(
    asked: str | None, models: Mapping[str, Any], judged: Mapping[str, Any]
) -> str | None:
    if asked is None:
        asked = next(
            (name for name, model in models.items() if type(model) is HARNNClassifier),
            next(iter(models)),
        )
    return asked if asked in judged and judged[asked].record.scores else None


def _first_line(model: Any) -> str:
    return (inspect.getdoc(type(model)) or "").strip().partition("\n")[0]


def _shortened(text: str, words: int = 60) -> str:
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


def _of_seed(seed: int | None) -> str:
    return "" if seed is None else f"seed {seed}: "


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
