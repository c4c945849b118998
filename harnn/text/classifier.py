"""The classifier: a scikit-learn estimator with HARNN inside."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.evaluation import Evaluation
from harnn.text.decoding import BestPathDecoder, Decoder, ThresholdDecoder
from harnn.text.documents import check_texts
from harnn.text.ground_truth import GroundTruth
from harnn.text.label_codec import LabelCodec
from harnn.text.labels import Labels, read_labels
from harnn.text.options import HARNNOptions
from harnn.text.taxonomy import Taxonomy
from harnn.text.thresholds import tune_thresholds
from harnn.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from harnn.text.predictor import Predictor

__all__ = ["HARNNClassifier"]

# The parameters that no preset speaks of.
_NOT_OPTIONS = frozenset(
    ("preset", "taxonomy", "label_form", "paths", "checkpoint_dir", "random_state", "verbose")
)


class HARNNClassifier(ClassifierMixin, BaseEstimator):
    """Classifies documents into a hierarchy of categories with HARNN (Huang et al., CIKM 2019).

    Every argument from ``min_count`` on is an option of the preset; ``None`` keeps what the
    preset says (`harnn.text.options` explains each).

    Args:
        preset: ``"adapted"`` or ``"reference"`` (the architecture and hyper-parameters of the
            paper's public code).
        taxonomy: The categories, if they are not to be inferred from the labels: a `Taxonomy`
            or anything that `Taxonomy.read` takes.
        label_form: How the labels are written: ``"levels"``, ``"path"``, ``"paths"`` or
            ``"auto"`` (see `harnn.text.labels`).
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        checkpoint_dir: A folder for the state of the fit after each epoch. A fit that was killed
            or interrupted goes on from there when ``fit`` is called again with the same options
            and data. The state of a complete fit stays, so that nothing is lost before ``save``.
        random_state: Seed of weights, dropout masks and the order of documents.
        verbose: Whether to show progress.
        min_count: See `VocabularyOptions`, as the next two.
        max_vocabulary: ″
        max_length: ″
        embedding_dim: See `NetworkOptions`, as all the following down to ``global_dropout``.
        embedding_range: ″
        recurrent_units: ″
        attention_units: ″
        dense_units: ″
        highway_layers: ″
        dependency: ″
        activation: ″
        alpha: ″
        word_dropout: ″
        embedding_dropout: ″
        encoder_dropout: ″
        local_dropout: ″
        global_dropout: ″
        epochs: See `TrainingOptions`, as all the following.
        batch_size: ″
        optimizer: ″
        learning_rate: ″
        schedule: ″
        warmup: ″
        weight_decay: ″
        clip_norm: ″
        patience: ″
        monitor: ″
        validation_fraction: ″

    Attributes:
        taxonomy_: The categories. Columns of ``predict_proba`` are in its order.
        classes_: Their paths, ``"a/b/c"``.
        label_form_: How the labels were written.
        model_: The ``keras.Model``, from word ids to the probabilities of each level.
        vocabulary_: The words that have an id.
        thresholds_: The threshold of each category where a document may have several paths.
        history_: One dict an epoch: loss, validation scores, seconds.
        best_epoch_: The epoch whose weights were kept, counted from 1.
        interrupted_: Whether Ctrl-C ended the fit.
        options_: The complete options.

    Example:
        >>> texts = ["a river in the north", "a lake", "plays tennis", "runs marathons"] * 20
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 20
        >>> clf = HARNNClassifier(epochs=15, batch_size=8, random_state=0, verbose=False)
        >>> clf.fit(texts, labels).predict(["a river"]).tolist()
        ['place/river']
    """

    def __init__(
        self,
        preset: str = "adapted",
        *,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        checkpoint_dir: str | None = None,
        random_state: Any = None,
        verbose: bool = True,
        min_count: int | None = None,
        max_vocabulary: int | None = None,
        max_length: int | None = None,
        embedding_dim: int | None = None,
        embedding_range: float | None = None,
        recurrent_units: int | None = None,
        attention_units: int | None = None,
        dense_units: int | None = None,
        highway_layers: int | None = None,
        dependency: str | None = None,
        activation: str | None = None,
        alpha: float | None = None,
        word_dropout: float | None = None,
        embedding_dropout: float | None = None,
        encoder_dropout: float | None = None,
        local_dropout: float | None = None,
        global_dropout: float | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        optimizer: str | None = None,
        learning_rate: float | None = None,
        schedule: str | None = None,
        warmup: float | None = None,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        patience: int | None = None,
        monitor: str | None = None,
        validation_fraction: float | None = None,
    ) -> None:
        self.preset = preset
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths
        self.checkpoint_dir = checkpoint_dir
        self.random_state = random_state
        self.verbose = verbose
        self.min_count = min_count
        self.max_vocabulary = max_vocabulary
        self.max_length = max_length
        self.embedding_dim = embedding_dim
        self.embedding_range = embedding_range
        self.recurrent_units = recurrent_units
        self.attention_units = attention_units
        self.dense_units = dense_units
        self.highway_layers = highway_layers
        self.dependency = dependency
        self.activation = activation
        self.alpha = alpha
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.encoder_dropout = encoder_dropout
        self.local_dropout = local_dropout
        self.global_dropout = global_dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.patience = patience
        self.monitor = monitor
        self.validation_fraction = validation_fraction

    # Fitting ---------------------------------------------------------------------------------

    def fit(self, X: Sequence[str], y: Any, validation_data: Any = None) -> Self:
        """Train on labelled documents.

        Args:
            X: The texts.
            y: Their labels, in any of the forms of `harnn.text.labels`.
            validation_data: ``(texts, labels)`` to follow the fit and to tune thresholds on; a
                part of the training documents, drawn by ``random_state``, if not given.

        Returns:
            The classifier.

        Raises:
            DataError: If texts or labels cannot be used as they are.
            ConfigError: If an option is wrong.
            KeyboardInterrupt: If Ctrl-C comes before the first epoch is done; later it ends the
                fit with the best weights so far (``interrupted_`` is then true).
        """
        options = self._options()
        texts = check_texts(X)
        labels = read_labels(y, self.label_form)
        _check_lengths(texts, labels)
        taxonomy = None if self.taxonomy is None else Taxonomy.read(self.taxonomy)
        codec = LabelCodec.infer(labels, taxonomy, self.paths)
        if len(labels.distinct) == 1 and len(codec.taxonomy.terminals) == 1:
            raise DataError("y: every document has the same label: there is nothing to learn")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if validation_data is None:
            held_out = _hold_out(len(texts), options.training.validation_fraction, seed)
            validation_texts: Sequence[str] = _Rows(texts, np.flatnonzero(held_out))
            validation = GroundTruth(codec, labels.take(held_out))
            texts, labels = _Rows(texts, np.flatnonzero(~held_out)), labels.take(~held_out)
        else:
            validation_texts, validation = self._truth(codec, *_pair(validation_data))
        vocabulary = Vocabulary.fit(
            texts,
            min_count=options.vocabulary.min_count,
            max_size=options.vocabulary.max_vocabulary,
            max_length=options.vocabulary.max_length,
        )
        if not vocabulary.words:
            raise DataError(
                f"X: no word occurs {options.vocabulary.min_count} times (min_count) "
                f"in the {len(texts)} training texts"
            )
        self._set_codec(codec, options)
        # TensorFlow is loaded here, not before.
        from harnn.text.training import Problem, train_network

        problem = Problem(
            options=options,
            activation=self._activation,
            vocabulary=vocabulary,
            codec=codec,
            decoder=self._decoder,
            texts=texts,
            targets=codec.encode(labels),
            validation_texts=validation_texts,
            validation=validation,
            seed=seed,
        )
        predictor, state, self.interrupted_ = train_network(
            problem, self.checkpoint_dir, self.verbose
        )
        self.model_ = predictor.model
        self._compiled = predictor
        self.vocabulary_ = vocabulary
        self.history_ = state.history
        self.best_epoch_ = state.best_epoch
        if isinstance(self._decoder, ThresholdDecoder):
            probabilities = np.concatenate(list(self._predictor().probabilities(validation_texts)))
            self.thresholds_ = tune_thresholds(probabilities, *validation.of_model())
            self._decoder.thresholds = self.thresholds_
        return self

    # Predicting ------------------------------------------------------------------------------

    def predict(self, X: Sequence[str]) -> Any:
        """Classify documents.

        Args:
            X: The texts.

        Returns:
            Labels in the form that ``fit`` was given.
        """
        check_is_fitted(self)
        predictor = self._predictor()
        chosen = [
            self._decoder.decide(probabilities)
            for probabilities in predictor.probabilities(check_texts(X))
        ]
        return self._codec.decode(
            np.concatenate(chosen) if chosen else predictor.nothing().astype(bool)
        )

    def predict_proba(self, X: Sequence[str]) -> np.ndarray:
        """Return the probability of every category.

        Args:
            X: The texts.

        Returns:
            ``(documents, categories)``, columns in the order of ``taxonomy_``. A category is
            never more probable than its parents.
        """
        check_is_fitted(self)
        predictor = self._predictor()
        parts = list(predictor.probabilities(check_texts(X)))
        return np.concatenate(parts) if parts else predictor.nothing()

    def predict_stream(
        self, texts: Iterable[str], top_k: int = 1
    ) -> Iterator[tuple[list[tuple[str, float]], list[tuple[str, float]]]]:
        """Classify documents one after another, in constant memory.

        Args:
            texts: Any number of texts, read as needed.
            top_k: How many of the likeliest paths to give beside the prediction.

        Yields:
            For each text the predicted paths and the ``top_k`` likeliest ones, each with the
            probability that it is the whole path: with one path a document, those of all paths
            sum to one; with several, it is the probability of the path's last category.
        """
        check_is_fitted(self)
        paths = self.taxonomy_.path_strings
        terminals = self.taxonomy_.terminals
        for probabilities in self._predictor().probabilities(texts):
            chosen = self.taxonomy_.most_specific(self._decoder.decide(probabilities))
            ends = self._decoder.ends(probabilities)
            likeliest = np.argsort(-ends, axis=1, kind="stable")[:, :top_k]
            whole = probabilities.copy()
            whole[:, terminals] = ends
            for row, scores in enumerate(whole):
                yield (
                    [(paths[c], float(scores[c])) for c in np.flatnonzero(chosen[row])],
                    [(paths[c], float(scores[c])) for c in terminals[likeliest[row]]],
                )

    def evaluate(self, X: Sequence[str], y: Any) -> Evaluation:
        """Compare predictions with labels, by every metric of `harnn.evaluation`.

        Args:
            X: The texts.
            y: Their labels. A category that ``fit`` has never seen counts as missed, with a
                warning that names it.

        Returns:
            All scores.
        """
        check_is_fitted(self)
        texts, truth = self._truth(self._codec, X, y)
        probabilities = self.predict_proba(texts)
        return truth.evaluate(self._decoder.decide(probabilities), probabilities)

    def score(self, X: Sequence[str], y: Any, sample_weight: None = None) -> float:
        """Return the share of documents with all levels right, among those with all levels known.

        Args:
            X: The texts.
            y: Their labels.
            sample_weight: Not supported.
        """
        if sample_weight is not None:
            raise DataError("score takes no sample_weight")
        right = self.evaluate(X, y).complete.subset_accuracy
        if right is None:
            raise DataError("y: no document has all its levels known: see evaluate()")
        return right

    # Saving ----------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted classifier to a folder, whole or not at all.

        The folder holds weights (HDF5), the vocabulary (text), the taxonomy and everything else
        (JSON). An older model in its place is replaced.
        """
        check_is_fitted(self)
        from harnn.text.model_folder import save_classifier

        save_classifier(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> HARNNClassifier:
        """Read a classifier that ``save`` wrote. No code of the folder is run.

        Raises:
            ModelFolderError: If the folder is incomplete, altered, or of another version.
        """
        from harnn.text.model_folder import load_classifier

        return load_classifier(path)

    # Inside ----------------------------------------------------------------------------------

    def _options(self) -> HARNNOptions:
        values = self.get_params(deep=False)
        return HARNNOptions.resolve(
            self.preset, **{name: v for name, v in values.items() if name not in _NOT_OPTIONS}
        )

    def _set_codec(self, codec: LabelCodec, options: HARNNOptions) -> None:
        """Set what follows from categories and options, after ``fit`` and after ``load``."""
        self._codec = codec
        self.options_ = options
        self.taxonomy_ = codec.taxonomy
        self.label_form_ = codec.template.form
        self.classes_ = np.array(codec.taxonomy.path_strings)
        self._activation = options.network.activation
        if self._activation == "auto":
            self._activation = "softmax" if codec.one_path else "sigmoid"
        self._decoder: Decoder
        if codec.one_path:
            self._decoder = BestPathDecoder(codec.taxonomy, codec.may_be_empty)
        elif self._activation == "softmax":
            raise DataError('activation="softmax" needs one path a document')
        else:
            self._decoder = ThresholdDecoder(codec.taxonomy, may_be_empty=codec.may_be_empty)

    def _predictor(self) -> Predictor:
        from harnn.text.predictor import Predictor

        if not hasattr(self, "_compiled"):
            self._compiled = Predictor(self.model_, self.vocabulary_, self._decoder)
        return self._compiled

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        state.pop("_compiled", None)  # a compiled function stays in its process
        return state

    def _truth(self, codec: LabelCodec, X: Any, y: Any) -> tuple[Sequence[str], GroundTruth]:
        texts = check_texts(X)
        labels = read_labels(y, codec.template.form)
        _check_lengths(texts, labels)
        truth = GroundTruth(codec, labels)
        if truth.unseen:
            shown = ", ".join(truth.unseen[:5]) + (" …" if len(truth.unseen) > 5 else "")
            warnings.warn(
                f"{len(truth.unseen)} categories have no training document, so that every "
                f"document of theirs counts as missed: {shown}",
                stacklevel=3,
            )
        return texts, truth

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.target_tags.multi_output = True
        tags.non_deterministic = self.random_state is None
        return tags


class _Rows(Sequence[str]):
    """Some of the texts, in the order given, read when asked for."""

    def __init__(self, texts: Sequence[str], rows: np.ndarray) -> None:
        self._texts = texts
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._texts[int(self._rows[index])]


def _pair(validation_data: Any) -> tuple[Any, Any]:
    """Return texts and labels, or refuse what is no pair of them."""
    try:
        texts, labels = validation_data
    except (TypeError, ValueError):
        raise DataError("validation_data must be a pair: (texts, labels)") from None
    return texts, labels


def _hold_out(documents: int, fraction: float, seed: int) -> np.ndarray:
    """Draw the documents to validate on, at least one, and leave at least one to train on."""
    if documents < 2:
        raise DataError(
            "X: a single document leaves nothing to validate on: give more, or validation_data"
        )
    count = min(max(1, round(documents * fraction)), documents - 1)
    held_out = np.zeros(documents, dtype=bool)
    held_out[np.random.default_rng(seed).permutation(documents)[:count]] = True
    return held_out


def _check_lengths(texts: Sequence[str], labels: Labels) -> None:
    if len(texts) == 0:
        raise DataError("X: there is no document")
    if len(texts) != len(labels):
        raise DataError(f"X has {len(texts)} documents, y has labels for {len(labels)}")
