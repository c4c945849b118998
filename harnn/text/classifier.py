"""The classifier: a scikit-learn estimator with HARNN inside."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from harnn.errors import DataError
from harnn.option_docs import explains_options
from harnn.text.documents import check_texts
from harnn.text.embedding_start import fit_vocabulary
from harnn.text.few_labels import warn_of_few_labels
from harnn.text.hierarchical_classifier import HierarchicalClassifier
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.name_documents import with_name_documents
from harnn.text.options import DEFAULT_PRESET, SECTIONS, HARNNOptions
from harnn.text.training_documents import read_training_documents
from harnn.text.unknown_words import warn_of_unknown_words

if TYPE_CHECKING:
    from harnn.text.explanation import Explanation
    from harnn.text.export import Exported, ModelCard
    from harnn.text.problem import NetworkBuilder

__all__ = ["HARNNClassifier"]

# The parameters that no preset speaks of.
_NOT_OPTIONS = frozenset(
    (
        "preset",
        "taxonomy",
        "label_form",
        "paths",
        "checkpoint_dir",
        "random_state",
        "verbose",
    )
)


@explains_options(*SECTIONS)
class HARNNClassifier(HierarchicalClassifier):
    """Classifies documents into a hierarchy of categories with HARNN (Huang et al., CIKM 2019).

    Every argument from ``min_count`` on is an option of the preset; ``None`` keeps the preset's
    value (see `harnn.text.options`).

    Args:
        preset: ``"best"`` (the highest validation scores: word vectors trained without labels, a
            softmax over whole paths, linear scores of the words), ``"adapted"`` (the network
            alone, smaller than the paper's, with a rescaled category dependency) or ``"paper"``
            (the architecture and hyper-parameters of the paper's public code).
        taxonomy: The categories, if they are not to be inferred from the labels: a `Taxonomy`
            or anything that `Taxonomy.read` takes.
        label_form: How the labels are written: ``"levels"``, ``"path"``, ``"paths"`` or
            ``"auto"`` (see `harnn.text.labels`).
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        checkpoint_dir: A folder for pre-trained word vectors and the state of the fit after each
            epoch. A fit that was killed or interrupted goes on from there when ``fit`` is called
            again with the same options and data. The state of a complete fit stays, so that
            nothing is lost before ``save``.
        random_state: Seed of weights, dropout masks and the order of documents.
        verbose: Whether to show progress.

    Attributes:
        taxonomy_: The categories. Columns of ``predict_proba`` are in its order.
        classes_: Their paths, ``"a/b/c"``.
        label_form_: How the labels were written.
        level_names_: The names of the levels; None if they have none.
        model_: The ``keras.Model``, from word ids to the probabilities of each level.
        vocabulary_: The words that have an id.
        thresholds_: The threshold of each category where a document may have several paths.
        history_: One dict an epoch: loss, validation scores, seconds.
        best_epoch_: The epoch whose weights were kept, counted from 1.
        interrupted_: Whether Ctrl-C ended the fit.
        options_: The complete options.

    Example:
        >>> texts = ["the river runs north", "the lake is deep", "plays tennis", "runs far"] * 20
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 20
        >>> clf = HARNNClassifier(epochs=3, minimum_steps=0, random_state=0, verbose=False)
        >>> clf.fit(texts, labels).predict(["a river", "a deep lake"]).tolist()
        ['place/river', 'place/lake']
    """

    options_: HARNNOptions
    _activation: str

    def __init__(
        self,
        preset: str = DEFAULT_PRESET,
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
        pretrain: str | None = None,
        pretrain_epochs: int | None = None,
        pretrain_workers: int | None = None,
        vectors_file: str | None = None,
        embedding_dim: int | None = None,
        embedding_range: float | None = None,
        recurrent_units: int | None = None,
        shortcut: bool | None = None,
        attention_units: int | None = None,
        dense_units: int | None = None,
        highway_layers: int | None = None,
        dependency: str | None = None,
        category_scores: bool | None = None,
        name_matches: bool | None = None,
        path_softmax: bool | None = None,
        encoder_length: int | None = None,
        term_share: float | None = None,
        term_pairs: int | None = None,
        activation: str | None = None,
        alpha: float | None = None,
        word_dropout: float | None = None,
        embedding_dropout: float | None = None,
        encoder_dropout: float | None = None,
        local_dropout: float | None = None,
        global_dropout: float | None = None,
        epochs: int | None = None,
        minimum_steps: int | None = None,
        batch_size: int | None = None,
        optimizer: str | None = None,
        learning_rate: float | None = None,
        schedule: str | None = None,
        warmup: float | None = None,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        name_documents: int | None = None,
        unknown_levels: str | None = None,
        patience: int | None = None,
        monitor: str | None = None,
        validation_fraction: float | None = None,
        learn_held_out: int | None = None,
        tune_term_share: bool | None = None,
        calibration: str | None = None,
        threshold_metric: str | None = None,
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
        self.pretrain = pretrain
        self.pretrain_epochs = pretrain_epochs
        self.pretrain_workers = pretrain_workers
        self.vectors_file = vectors_file
        self.embedding_dim = embedding_dim
        self.embedding_range = embedding_range
        self.recurrent_units = recurrent_units
        self.shortcut = shortcut
        self.attention_units = attention_units
        self.dense_units = dense_units
        self.highway_layers = highway_layers
        self.dependency = dependency
        self.category_scores = category_scores
        self.name_matches = name_matches
        self.path_softmax = path_softmax
        self.encoder_length = encoder_length
        self.term_share = term_share
        self.term_pairs = term_pairs
        self.activation = activation
        self.alpha = alpha
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.encoder_dropout = encoder_dropout
        self.local_dropout = local_dropout
        self.global_dropout = global_dropout
        self.epochs = epochs
        self.minimum_steps = minimum_steps
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.name_documents = name_documents
        self.unknown_levels = unknown_levels
        self.patience = patience
        self.monitor = monitor
        self.validation_fraction = validation_fraction
        self.learn_held_out = learn_held_out
        self.tune_term_share = tune_term_share
        self.calibration = calibration
        self.threshold_metric = threshold_metric

    # Fitting ---------------------------------------------------------------------------------

    def fit(
        self,
        X: Sequence[str],
        y: Any,
        validation_data: Any = None,
        *,
        unlabelled: Sequence[str] = (),
        level_names: Sequence[str] | None = None,
    ) -> Self:
        """Train on labelled documents.

        Args:
            X: The texts.
            y: Their labels, in any of the forms of `harnn.text.labels`.
            validation_data: ``(texts, labels)`` to follow the fit and to tune thresholds on; a
                part of the training documents, drawn by ``random_state``, if not given.
            unlabelled: More texts, without labels, from which ``pretrain`` may learn what words
                mean.
            level_names: The names of the levels, the topmost first, for scores, reports and files;
                by default the columns of ``y``, if it is a table.

        Returns:
            The classifier.

        Raises:
            DataError: If texts or labels cannot be used as they are.
            ConfigError: If an option is wrong.
            KeyboardInterrupt: If Ctrl-C comes before the first epoch is done; later it ends the
                fit with the best weights so far (``interrupted_`` is then true).
        """
        options = self.resolved_options()
        options.check()
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        documents = read_training_documents(
            X,
            y,
            validation_data,
            taxonomy=self.taxonomy,
            label_form=self.label_form,
            paths=self.paths,
            validation_fraction=options.training.validation_fraction,
            level_names=level_names,
            seed=seed,
        )
        copies = options.training.name_documents
        vocabulary, start = fit_vocabulary(
            with_name_documents(documents, min(copies, 1)).texts,
            check_texts(unlabelled, name="unlabelled"),
            options,
            seed,
            self.verbose,
            self.checkpoint_dir,
        )
        if start is not None:
            network = options.network.model_copy(update={"embedding_dim": start.dim})
            options = options.model_copy(update={"network": network})
        warn_of_few_labels(
            documents.targets, documents.codec.taxonomy, options, unlabelled=len(unlabelled) > 0
        )
        # A name of unknown words alone would teach what an unknown word means.
        documents = with_name_documents(documents, copies, vocabulary.__contains__)
        self._set_network(documents.codec, options)
        # TensorFlow is loaded here, not before.
        from harnn.text.linear_scores.term_scores_start import learn_from_all_documents
        from harnn.text.problem import Problem
        from harnn.text.training import train_network

        problem = Problem(
            build=self._network_builder(),
            options=options,
            activation=self._activation,
            vocabulary=vocabulary,
            start=start,
            decoder=self._decoder,
            documents=documents,
            seed=seed,
        )
        warn_of_unknown_words(problem.validation_words)
        trained = train_network(problem, self.checkpoint_dir, self.verbose)
        self.interrupted_ = trained.interrupted
        self.options_ = self.options_.model_copy(update={"network": problem.network})
        self.model_ = trained.predictor.model
        self._compiled = trained.predictor
        self.vocabulary_ = vocabulary
        self.history_ = trained.state.history
        self.best_epoch_ = trained.state.best_epoch
        self._tune_thresholds(documents.validation_texts, documents.validation)
        few = len(documents.texts) < options.training.learn_held_out
        held_out = validation_data is None and not trained.interrupted
        if held_out and few and trained.term_scores is not None:
            scores = learn_from_all_documents(problem, trained.term_scores)
            self.model_.get_layer("terms").set_weights(scores.weights)
        return self

    @property
    def n_parameters_(self) -> int:
        """How many weights the network has."""
        return int(self.model_.count_params())

    @property
    def term_share_(self) -> float:
        """What share the linear scores of the words have in the answers; 0 where there are none."""
        from harnn.text.linear_scores.term_share import share_of

        return share_of(self.model_)

    def resolved_options(self) -> HARNNOptions:
        """Return the complete options: the preset's, and those given in their place.

        Raises:
            ConfigError: If the preset or an option is wrong.

        Example:
            >>> HARNNClassifier(epochs=3).resolved_options().training.epochs
            3
        """
        values = self.get_params(deep=False)
        return HARNNOptions.resolve(
            self.preset, **{name: v for name, v in values.items() if name not in _NOT_OPTIONS}
        )

    def explain(
        self,
        texts: Sequence[str],
        methods: Sequence[str] = ("attention", "gradients"),
        categories: Sequence[Any] | None = None,
        steps: int = 32,
    ) -> list[Explanation]:
        """Say which words speak for and against the categories of documents.

        Args:
            texts: The documents.
            methods: ``"attention"``: the weights that each category's own attention gives the
                words; ``"gradients"``: integrated gradients of its log-probability, signed;
                ``"occlusion"``: what that loses without the word, signed.
            categories: Which to explain, as paths; the predicted ones if not given.
            steps: Points at which the gradients are taken.

        Returns:
            The explanations, one a document: see `harnn.text.explanation`.
        """
        check_is_fitted(self)
        from harnn.text.explanation import explain

        return explain(self, texts, methods, categories, steps)

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
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a classifier that ``save`` wrote. No code of the folder is run.

        Raises:
            ModelFolderError: If the folder is incomplete, altered, or of another version.
        """
        from harnn.text.model_folder import load_classifier

        return load_classifier(cls, path)

    def export(
        self,
        path: str | os.PathLike[str],
        format: str = "onnx",
        texts: Sequence[str] | None = None,
        card: ModelCard | None = None,
    ) -> Exported:
        """Write the fitted classifier to a folder in a form that is served elsewhere.

        What was written is read back and compared with the classifier before the folder appears.

        Args:
            path: The folder; an older export or model in its place is replaced.
            format: ``"onnx"``: for `harnn.runtime`, NumPy and onnxruntime alone.
                ``"onnx_int8"``: the same with matrices of eight bits, faster and coarser.
                ``"saved_model"``: raw texts in, paths out, for TensorFlow alone. ``"keras"``: the
                network as a ``.keras`` file.
            texts: What to compare on; texts made of the vocabulary's words if not given.
            card: What the model card says beside what is known here.

        Returns:
            Where it is, and how far it is from the classifier.

        Raises:
            ConfigError: If there is no such format, or a package is lacking that it needs.
            ExportError: If a probability differs by more than 1e-4, or with eight bits one
                document in ten gets other paths.
            FileExistsError: If the path exists and is no model folder.
        """
        check_is_fitted(self)
        from harnn.text.export import export_classifier

        return export_classifier(self, path, format, texts, card)

    # Inside ----------------------------------------------------------------------------------

    def _calibration_kind(self) -> str:
        return self.options_.decision.calibration

    def _threshold_metric(self) -> str:
        return self.options_.decision.threshold_metric

    def _network_builder(self) -> NetworkBuilder:
        """Return what builds the network: another one in a subclass."""
        from harnn.text.network import build_network

        return build_network

    def _set_network(self, codec: LabelCodec, options: HARNNOptions) -> None:
        """Set what follows from categories and options, after ``fit`` and after ``load``."""
        self.options_ = options
        self._activation = options.network.activation
        if self._activation == "auto":
            self._activation = "softmax" if codec.one_path else "sigmoid"
        elif self._activation == "softmax" and not codec.one_path:
            raise DataError('activation="softmax" needs one path a document')
        self._set_codec(codec)

    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        from harnn.text.prediction.predictor import Predictor

        if not hasattr(self, "_compiled"):
            self._compiled = Predictor(self.model_, self.vocabulary_, self._decoder)
        return self._compiled.levels(texts)

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        state.pop("_compiled", None)  # a compiled function stays in its process
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = self.random_state is None
        return tags
