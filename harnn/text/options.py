"""The options of a HARNN and of its training, and the presets that name sets of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from harnn.errors import ConfigError, nearest
from harnn.strict_options import StrictOptions

__all__ = [
    "ALIASES",
    "DEFAULT_PRESET",
    "PRESETS",
    "SECTIONS",
    "DecisionOptions",
    "HARNNOptions",
    "NetworkOptions",
    "TrainingOptions",
    "VocabularyOptions",
    "WordVectorOptions",
    "preset_name",
]


class VocabularyOptions(StrictOptions):
    """What of the texts is read.

    Attributes:
        min_count: A word must occur this often in the training texts to have an id.
        max_vocabulary: At most this many words, the most frequent ones.
        max_length: Words of a document beyond this many are not read.
    """

    min_count: int = Field(2, ge=1)
    max_vocabulary: int = Field(20_000, ge=1)
    max_length: int = Field(150, ge=1)


class WordVectorOptions(StrictOptions):
    """What the word vectors start from.

    Attributes:
        pretrain: How they are first trained without labels, on the training texts and the
            unlabelled ones that ``fit`` is given: ``"cooccurrence"`` (factorised counts, then
            skip-gram from there), ``"word2vec"`` (skip-gram), ``"fasttext"`` (skip-gram with
            subwords), or ``"none"``.
        pretrain_epochs: Passes over these texts.
        pretrain_workers: Threads that do so. With more than one the vectors, and with them the
            fit, are others in every run.
        vectors_file: A file of word vectors to start from, in the formats of GloVe, word2vec
            and fastText. It replaces the pretraining of the preset. Its dimensions replace
            ``embedding_dim``.
    """

    pretrain: Literal["none", "cooccurrence", "word2vec", "fasttext"] = "none"
    pretrain_epochs: int = Field(6, ge=1)
    pretrain_workers: int = Field(1, ge=1)
    vectors_file: str | None = None


class NetworkOptions(StrictOptions):
    """What the network is.

    Attributes:
        embedding_dim: Size of a word vector.
        embedding_range: Word vectors start uniform in plus or minus this.
        recurrent_units: Units of the BiLSTM, a direction.
        shortcut: Whether a word's vector stands beside its BiLSTM state.
        attention_units: d_a, the space in which words and categories meet.
        dense_units: Size of A_L and A_G.
        highway_layers: Highway layers of the hybrid prediction.
        dependency: ``"scaled"``, ``"paper"``, ``"reference"`` or ``"none"``.
        category_scores: Whether a category is scored by its own summary M_c of the words too, and
            not by the level's mean summary alone.
        name_matches: Whether a category is scored, too, by how well its name's words match those of
            the document: see `harnn.text.layers.NameMatches`. Needs word vectors to start from.
        path_softmax: Whether the global prediction is one softmax over all paths of the taxonomy,
            where a document has one path: see `harnn.text.layers.PathScores`.
        encoder_length: Words of a document beyond this many are read by the linear scores alone
            (``term_share``), not by the BiLSTM and its attention; with 0 all are read by both.
        term_share: Share of the linear scores of the document's words, whatever their order, in
            the probabilities of each level; see `harnn.text.linear_scores.term_scores_start`.
            With ``tune_term_share`` it is a start.
        term_pairs: How many pairs of words that follow one another have linear scores, too: the
            most frequent ones.
        activation: ``"auto"``: a softmax a level for one path a document, else sigmoids.
        alpha: Share of the global prediction. With ``path_softmax`` it is all.
        word_dropout: Share of words replaced by the unknown word in training.
        embedding_dropout: Spatial dropout on the word vectors.
        encoder_dropout: Dropout on the BiLSTM's states.
        local_dropout: Dropout on A_L.
        global_dropout: Dropout on A_G.
    """

    embedding_dim: int = Field(96, ge=1)
    embedding_range: float = Field(0.3, gt=0.0)
    recurrent_units: int = Field(96, ge=1)
    shortcut: bool = False
    attention_units: int = Field(96, ge=1)
    dense_units: int = Field(256, ge=1)
    highway_layers: int = Field(0, ge=0)
    dependency: Literal["none", "paper", "reference", "scaled"] = "scaled"
    category_scores: bool = False
    name_matches: bool = False
    path_softmax: bool = False
    encoder_length: int = Field(0, ge=0)
    term_share: float = Field(0.0, ge=0.0, lt=1.0)
    term_pairs: int = Field(0, ge=0, le=10_000_000)
    activation: Literal["auto", "softmax", "sigmoid"] = "auto"
    alpha: float = Field(0.5, ge=0.0, le=1.0)
    word_dropout: float = Field(0.1, ge=0.0, lt=1.0)
    embedding_dropout: float = Field(0.3, ge=0.0, lt=1.0)
    encoder_dropout: float = Field(0.2, ge=0.0, lt=1.0)
    local_dropout: float = Field(0.3, ge=0.0, lt=1.0)
    global_dropout: float = Field(0.3, ge=0.0, lt=1.0)


class TrainingOptions(StrictOptions):
    """How the network is trained.

    Attributes:
        epochs: At most this many passes over the training documents.
        minimum_steps: With so few documents that all epochs have fewer steps than this, an epoch
            is several passes.
        batch_size: Documents a step.
        optimizer: ``"adamw"``, ``"lazy_adamw"`` (faster where there are many words: see
            `harnn.training.lazy_adamw`) or ``"adam"``.
        learning_rate: The highest one, reached after the warm-up.
        schedule: ``"cosine"``: linear warm-up, then a half cosine down to zero;
            ``"exponential"``: times 0.95 every 500 steps; ``"constant"``.
        warmup: Share of all steps in which the learning rate rises.
        weight_decay: Of AdamW (Loshchilov & Hutter, ICLR 2019), on matrices but not on biases
            and word vectors; takes the place of the paper's λ‖Θ‖².
        clip_norm: The gradient's global norm is clipped to this.
        name_documents: As how many training documents the name of a category is read that has few
            of its own, or none: see `harnn.text.name_documents`.
        unknown_levels: What a document says of a level that is not known: ``"ignored"``: nothing;
            ``"implied"``: that it has no category below another parent than its own.
        patience: Stop after this many epochs without a better validation score.
        monitor: The validation score to follow: ``"all_levels_right"``, ``"micro_f1"`` or
            ``"macro_f1"``; ``"auto"`` is the first for one path a document, else the second.
        validation_fraction: Share of the training documents held out where ``fit`` is given no
            validation data.
        learn_held_out: With fewer training documents than this, names that count as documents
            included, the linear scores learn from the documents that ``fit`` held out, too, once
            everything else is chosen by them. Confident stops and prediction sets were then chosen
            for scores that had not seen these documents: their guarantees hold for those scores.
    """

    epochs: int = Field(10, ge=1)
    minimum_steps: int = Field(0, ge=0)
    batch_size: int = Field(64, ge=1)
    optimizer: Literal["adamw", "lazy_adamw", "adam"] = "adamw"
    learning_rate: float = Field(3e-3, gt=0.0)
    schedule: Literal["cosine", "exponential", "constant"] = "cosine"
    warmup: float = Field(0.05, ge=0.0, lt=1.0)
    weight_decay: float = Field(0.01, ge=0.0)
    clip_norm: float = Field(1.0, gt=0.0)
    name_documents: int = Field(0, ge=0)
    unknown_levels: Literal["ignored", "implied"] = "ignored"
    patience: int = Field(4, ge=1)
    monitor: Literal["auto", "all_levels_right", "micro_f1", "macro_f1"] = "auto"
    validation_fraction: float = Field(0.1, gt=0.0, lt=1.0)
    learn_held_out: int = Field(0, ge=0)


class DecisionOptions(StrictOptions):
    """How probabilities become decisions.

    Attributes:
        tune_term_share: Whether the validation documents say, once the network has learned, what
            the share of the linear scores is: see `harnn.text.linear_scores.term_share`.
        calibration: What makes the probabilities those of being right, fitted on the validation
            documents: ``"temperature"`` (one number a level), ``"isotonic"`` or ``"none"``.
        threshold_metric: What the thresholds of several paths a document are tuned for:
            ``"micro_f1"`` or ``"macro_f1"``.
    """

    tune_term_share: bool = False
    calibration: Literal["none", "temperature", "isotonic"] = "none"
    threshold_metric: Literal["micro_f1", "macro_f1"] = "macro_f1"


class HARNNOptions(StrictOptions):
    """All options of a run."""

    vocabulary: VocabularyOptions = VocabularyOptions()
    vectors: WordVectorOptions = WordVectorOptions()
    network: NetworkOptions = NetworkOptions()
    training: TrainingOptions = TrainingOptions()
    decision: DecisionOptions = DecisionOptions()

    def check(self) -> None:
        """Refuse options that contradict each other, and a file of vectors that is not there.

        Raises:
            ConfigError: If so.
        """
        pretrain, path = self.vectors.pretrain, self.vectors.vectors_file
        if pretrain != "none" and path is not None:
            raise ConfigError(
                f"pretrain ({pretrain}) trains word vectors and vectors_file ({path}) reads them: "
                "give one of the two"
            )
        if self.network.name_matches and pretrain == "none" and path is None:
            raise ConfigError(
                "name_matches needs word vectors: give pretrain or vectors_file, or turn "
                "name_matches off"
            )
        if path is not None and not Path(path).is_file():
            raise ConfigError(f"vectors_file: there is no file {path}")

    @classmethod
    def resolve(cls, preset: str, **overrides: Any) -> HARNNOptions:
        """Take a preset and change some of its options.

        Args:
            preset: A name of ``PRESETS`` or ``ALIASES``.
            **overrides: Options by name; ``None`` keeps what the preset says.

        Returns:
            The complete, validated options.

        Raises:
            ConfigError: If the preset or an option does not exist, or a value is out of range.

        Example:
            >>> HARNNOptions.resolve("adapted", epochs=3).training.epochs
            3
        """
        chosen = PRESETS[preset_name(preset)]
        if overrides.get("vectors_file") is not None and overrides.get("pretrain") is None:
            overrides["pretrain"] = "none"  # the file takes the place of the preset's own training
        sections: dict[str, dict[str, Any]] = {
            name: dict(getattr(chosen, name)) for name in cls.model_fields
        }
        for name, value in overrides.items():
            section = next((s for s, values in sections.items() if name in values), None)
            if section is None:
                known = [option for values in sections.values() for option in values]
                raise ConfigError(f"option {name!r} does not exist{nearest(name, known)}")
            if value is not None:
                # A grid of NumPy holds scalars of its own, which strict validation refuses.
                sections[section][name] = value.item() if isinstance(value, np.generic) else value
        try:
            return cls(
                vocabulary=VocabularyOptions(**sections["vocabulary"]),
                vectors=WordVectorOptions(**sections["vectors"]),
                network=NetworkOptions(**sections["network"]),
                training=TrainingOptions(**sections["training"]),
                decision=DecisionOptions(**sections["decision"]),
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise ConfigError(
                f"option {'.'.join(map(str, first['loc']))!r}: {first['msg']}, "
                f"not {first['input']!r}"
            ) from None


# What an argument of the classifier, or a key of a config's section `model`, is an option of.
SECTIONS: tuple[type[StrictOptions], ...] = (
    VocabularyOptions,
    WordVectorOptions,
    NetworkOptions,
    TrainingOptions,
    DecisionOptions,
)

PRESETS: dict[str, HARNNOptions] = {
    # The highest validation scores so far; `benchmarks/ablation.py` measures what each part adds.
    "best": HARNNOptions(
        vocabulary=VocabularyOptions(max_vocabulary=60_000, max_length=1_000),
        vectors=WordVectorOptions(pretrain="cooccurrence", pretrain_epochs=3),
        network=NetworkOptions(
            embedding_dim=128,
            recurrent_units=64,
            shortcut=True,
            attention_units=64,
            dependency="none",
            category_scores=True,
            name_matches=True,
            path_softmax=True,
            encoder_length=200,
            term_share=0.4,
            term_pairs=60_000,
        ),
        training=TrainingOptions(
            epochs=5,
            minimum_steps=200,
            optimizer="lazy_adamw",
            learning_rate=2e-3,
            name_documents=4,
            unknown_levels="implied",
            # The schedule ends in small steps, which bring the last points: only a fit that has
            # been flat for most of it ends early.
            patience=3,
            # A tenth of few documents is missed; of more than these it is not, and costs a minute.
            learn_held_out=5000,
        ),
        decision=DecisionOptions(tune_term_share=True, calibration="temperature"),
    ),
    # The scaled dependency, one softmax per level where a document has one path, and a training
    # schedule that suits corpora of thousands rather than millions of documents.
    "adapted": HARNNOptions(),
    # The architecture and hyper-parameters of the paper's public TensorFlow 1 code (2019);
    # unlike that code, padding takes part in nothing.
    "paper": HARNNOptions(
        vocabulary=VocabularyOptions(min_count=1, max_vocabulary=100_000, max_length=150),
        network=NetworkOptions(
            embedding_dim=100,
            embedding_range=1.0,
            recurrent_units=256,
            attention_units=200,
            dense_units=512,
            highway_layers=1,
            dependency="reference",
            activation="sigmoid",
            word_dropout=0.0,
            embedding_dropout=0.0,
            encoder_dropout=0.5,
            local_dropout=0.0,
            global_dropout=0.5,
        ),
        training=TrainingOptions(
            epochs=20,
            batch_size=32,
            optimizer="adam",
            learning_rate=1e-3,
            schedule="exponential",
            warmup=0.0,
            weight_decay=0.0,
            clip_norm=1.25,
            patience=20,
        ),
    ),
}

DEFAULT_PRESET = "best"

# Former names of presets. Configs, saved models and code may use them; no message lists them.
ALIASES: dict[str, str] = {"champion": "best", "reference": "paper"}


def preset_name(preset: str) -> str:
    """Return the name of a preset, given its name or an alias.

    Args:
        preset: A name of ``PRESETS`` or ``ALIASES``.

    Returns:
        A name of ``PRESETS``.

    Raises:
        ConfigError: If there is no such preset. The message lists the presets and names the
            closest one.

    Example:
        >>> preset_name("best"), preset_name("champion")
        ('best', 'best')
    """
    name = ALIASES.get(preset, preset) if isinstance(preset, str) else None
    if name not in PRESETS:
        presets = ", ".join(map(repr, PRESETS))
        hint = nearest(preset, (*PRESETS, *ALIASES)) if isinstance(preset, str) else ""
        raise ConfigError(f"preset {preset!r} does not exist; there are {presets}{hint}")
    return name
