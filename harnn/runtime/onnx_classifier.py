"""An exported classifier, run by onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np

from harnn.model_archive import read_archive, rebuilding
from harnn.runtime.session import OnnxNetwork, open_session
from harnn.text.explanation.explanation import Explanation
from harnn.text.explanation.predicted_categories import explain_predicted
from harnn.text.explanation.word_weights import check_methods, forward_weights
from harnn.text.prediction.level_outputs import level_names
from harnn.text.prediction.level_predictor import LevelPredictor

__all__ = ["OnnxClassifier"]

FORMATS, VERSION = ("harnn-onnx", "harnn-onnx_int8"), 1
NETWORK = "network.onnx"
_BATCH_SIZES = {"harnn-onnx": 24, "harnn-onnx_int8": 8}
# The name of an input of the network that need not be given: whether attention is left out.
WITHOUT_ATTENTION = "without_attention"


class OnnxClassifier(LevelPredictor):
    """Predicts as the classifier did that it was exported from.

    Neither TensorFlow nor Keras is loaded: NumPy and onnxruntime are all it needs. Labels come
    back in the form that ``fit`` was given. Nothing in it changes after ``load``: it may be used
    by several threads.

    Attributes:
        digest: The SHA-256 that the folder's ``model.json`` gives of itself, and by it of all
            files; None of an export that is still to be written.

    Example:
        A folder that ``HARNNClassifier.export("served", format="onnx")`` wrote is loaded with
        ``OnnxClassifier.load("served")``.
    """

    def __init__(
        self,
        network: OnnxNetwork,
        folder: Path,
        description: dict[str, Any],
        batch_size: int = 16,
        threads: int = 1,
    ) -> None:
        self._network = network
        self.digest: str | None = description.get("digest")
        self._levels = level_names(int(description["levels"]))
        self._attentions = [name.replace("level", "attention") for name in self._levels]
        # Exports of earlier versions always give their attention.
        self._unattended = {
            name: np.array(True) for name in network.options if name == WITHOUT_ATTENTION
        }
        super().__init__(
            lambda tokens: network(self._levels, {"tokens": tokens, **self._unattended}),
            folder,
            description,
            batch_size,
            threads,
        )

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        threads: int | None = None,
        batch_size: int | None = None,
    ) -> Self:
        """Read what was exported as ``"onnx"`` or ``"onnx_int8"``. No code of the folder is run.

        Args:
            path: The folder.
            threads: That read batches, one each at a time; by default as many as there are cores.
                A batch is read by one: its steps are too small to be shared.
            batch_size: Documents per batch; by default 24, and 8 in eight bits: what larger ones
                need leaves the processor's caches.

        Raises:
            ModelFolderError: If the folder is incomplete, altered, or of another version.
        """
        folder = Path(path)
        return cls.of_folder(folder, read_archive(folder, FORMATS, VERSION), threads, batch_size)

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        description: dict[str, Any],
        threads: int | None = None,
        batch_size: int | None = None,
    ) -> Self:
        """Read an export whose ``model.json`` has been read, or is still to be written.

        Args:
            folder: The folder.
            description: What ``model.json`` says.
            threads: As for ``load``.
            batch_size: ″
        """
        with rebuilding(folder):
            network = open_session(folder / NETWORK)
            size = batch_size or _BATCH_SIZES.get(description.get("format", ""), 24)
            return cls(network, folder, description, size, threads or os.cpu_count() or 1)

    @property
    def explains_by(self) -> tuple[str, ...]:
        """The methods of ``explain``: attention only where the network has it on each level."""
        attends = set(self._attentions) <= set(self._network.outputs)
        return ("attention", "occlusion") if attends else ("occlusion",)

    def explain(
        self,
        texts: Sequence[str],
        methods: Sequence[str] | None = None,
        categories: Sequence[Any] | None = None,
    ) -> list[Explanation]:
        """Say which words speak for and against the categories of documents.

        Args:
            texts: The documents.
            methods: ``"attention"``: the weights that each category's own attention gives the
                words; ``"occlusion"``: what its log-probability loses without the word, signed,
                at the cost of reading the document once a word. All of ``explains_by`` if not
                given.
            categories: Which to explain, as paths; the predicted ones if not given.

        Returns:
            The explanations, one a document: see `harnn.text.explanation`.

        Raises:
            ConfigError: If a method is not one of ``explains_by``.
            TaxonomyError: If a category is unknown.
        """
        known = self.explains_by
        methods = check_methods(known if methods is None else methods, known=known)
        weigh = partial(forward_weights, self._read, methods=methods)
        return explain_predicted(self, self.vocabulary_, weigh, texts, methods, categories)

    def _read(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        if "attention" not in self.explains_by:
            return np.concatenate(self._network(self._levels, {"tokens": tokens}), axis=1), None
        found = self._network([*self._levels, *self._attentions], {"tokens": tokens})
        levels, attended = found[: len(self._levels)], found[len(self._levels) :]
        return np.concatenate(levels, axis=1), np.concatenate(attended, axis=1)
