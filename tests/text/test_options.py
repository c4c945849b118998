from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from harnn.errors import ConfigError
from harnn.text.classifier import HARNNClassifier
from harnn.text.options import (
    ALIASES,
    DEFAULT_PRESET,
    PRESETS,
    DecisionOptions,
    HARNNOptions,
    NetworkOptions,
    TrainingOptions,
    VocabularyOptions,
    WordVectorOptions,
    preset_name,
)

SECTIONS = {
    "vocabulary": VocabularyOptions,
    "vectors": WordVectorOptions,
    "network": NetworkOptions,
    "training": TrainingOptions,
    "decision": DecisionOptions,
}


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_is_complete_valid_and_can_be_taken_as_it_is(preset):
    options = HARNNOptions.resolve(preset)
    assert options == PRESETS[preset]
    assert HARNNOptions.model_validate(options.model_dump()) == options


def test_the_preset_paper_has_the_numbers_of_the_public_code():
    paper = PRESETS["paper"]
    network, training = paper.network, paper.training
    assert paper.vocabulary.max_length == 150
    assert (network.embedding_dim, network.recurrent_units) == (100, 256)
    assert (network.attention_units, network.dense_units, network.alpha) == (200, 512, 0.5)
    assert (network.dependency, network.activation) == ("reference", "sigmoid")
    assert (training.batch_size, training.learning_rate) == (32, 1e-3)


def test_an_option_belongs_to_one_section_only():
    names = [name for section in SECTIONS.values() for name in section.model_fields]
    assert len(set(names)) == len(names)
    assert set(HARNNOptions.model_fields) == set(SECTIONS)


@pytest.mark.parametrize(
    ("section", "name"),
    [(section, name) for section, kind in SECTIONS.items() for name in kind.model_fields],
)
def test_every_option_is_documented_and_can_be_overridden(section, name):
    assert f"{name}: " in (SECTIONS[section].__doc__ or "")
    kept = getattr(getattr(PRESETS["paper"], section), name)
    options = HARNNOptions.resolve("adapted", **{name: kept})
    assert getattr(getattr(options, section), name) == kept


def test_an_override_changes_its_option_and_no_other():
    options = HARNNOptions.resolve("paper", epochs=3, dependency="paper", min_count=5)
    assert options.training == PRESETS["paper"].training.model_copy(update={"epochs": 3})
    assert options.network == PRESETS["paper"].network.model_copy(update={"dependency": "paper"})
    assert options.vocabulary.min_count == 5
    assert PRESETS["paper"].training.epochs == 20


def test_none_keeps_what_the_preset_says():
    assert HARNNOptions.resolve("paper", epochs=None, alpha=None) == PRESETS["paper"]


def test_a_preset_that_does_not_exist_is_refused_with_those_that_do():
    for preset in ("adopted", "", None, ["best"]):
        with pytest.raises(
            ConfigError, match=r"preset .* does not exist; there are 'best', 'adapted', 'paper'"
        ):
            HARNNOptions.resolve(preset)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("wrong", "meant"), [("adopted", "adapted"), ("Best", "best"), ("champoin", "champion")]
)
def test_a_misspelt_preset_is_refused_with_the_nearest_and_no_alias_is_listed(wrong, meant):
    with pytest.raises(ConfigError) as caught:
        preset_name(wrong)
    assert str(caught.value) == (
        f"preset {wrong!r} does not exist; there are 'best', 'adapted', 'paper'; "
        f"did you mean {meant!r}?"
    )


@pytest.mark.parametrize(("alias", "name"), [("champion", "best"), ("reference", "paper")])
def test_the_former_name_of_a_preset_has_the_same_options(alias, name):
    assert ALIASES[alias] == preset_name(alias) == preset_name(name) == name
    assert HARNNOptions.resolve(alias, epochs=3) == HARNNOptions.resolve(name, epochs=3)
    assert HARNNClassifier(alias).resolved_options() == PRESETS[name]


def test_the_best_preset_is_the_default():
    assert DEFAULT_PRESET == "best"
    assert HARNNClassifier().resolved_options() == PRESETS["best"]


def test_a_file_of_vectors_replaces_the_pretraining_of_the_preset_but_not_one_that_is_given():
    options = HARNNOptions.resolve("best", vectors_file="glove.txt")
    assert (options.vectors.pretrain, options.vectors.vectors_file) == ("none", "glove.txt")
    both = HARNNOptions.resolve("best", vectors_file="glove.txt", pretrain="word2vec")
    with pytest.raises(ConfigError, match="give one of the two"):
        both.check()


def test_an_option_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(
        ConfigError, match="option 'learning_rat' does not exist; did you mean 'learning_rate'"
    ):
        HARNNOptions.resolve("adapted", learning_rat=0.1)
    with pytest.raises(ConfigError, match=r"option 'zzz' does not exist$"):
        HARNNOptions.resolve("adapted", zzz=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_count", 0),
        ("max_vocabulary", 0),
        ("max_length", 0),
        ("embedding_dim", 0),
        ("embedding_range", 0.0),
        ("recurrent_units", -1),
        ("attention_units", 0),
        ("dense_units", 0),
        ("highway_layers", -1),
        ("dependency", "scale"),
        ("activation", "relu"),
        ("alpha", -0.1),
        ("alpha", 1.1),
        ("alpha", math.nan),
        ("word_dropout", 1.0),
        ("embedding_dropout", -0.1),
        ("encoder_dropout", 1.0),
        ("local_dropout", 1.5),
        ("global_dropout", 1.0),
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", "3"),
        ("epochs", True),
        ("batch_size", 0),
        ("optimizer", "sgd"),
        ("learning_rate", 0.0),
        ("learning_rate", "fast"),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("schedule", "linear"),
        ("warmup", 1.0),
        ("weight_decay", -0.1),
        ("weight_decay", math.inf),
        ("clip_norm", 0.0),
        ("patience", 0),
        ("monitor", "loss"),
        ("validation_fraction", 0.0),
        ("validation_fraction", 1.0),
    ],
)
def test_a_value_out_of_range_is_refused_with_option_and_value(name, value):
    with pytest.raises(ConfigError) as caught:
        HARNNOptions.resolve("adapted", **{name: value})
    assert str(caught.value).startswith(f"option '{name}': ")
    assert str(caught.value).endswith(f"not {value!r}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("highway_layers", 0),
        ("alpha", 0.0),
        ("alpha", 1.0),
        ("alpha", 1),
        ("word_dropout", 0.0),
        ("warmup", 0.0),
        ("weight_decay", 0),
        ("epochs", 1),
        ("min_count", 1),
    ],
)
def test_the_ends_of_a_range_and_whole_numbers_are_taken(name, value):
    options = HARNNOptions.resolve("adapted", **{name: value}).model_dump()
    assert {**options["vocabulary"], **options["network"], **options["training"]}[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", np.int64(3)),
        ("batch_size", np.int32(8)),
        ("learning_rate", np.float64(0.25)),
        ("learning_rate", np.float32(0.25)),
    ],
)
def test_a_number_of_numpy_such_as_a_grid_search_gives_is_a_number(name, value):
    training = HARNNOptions.resolve("adapted", **{name: value}).training
    assert getattr(training, name) == value


def test_options_do_not_change_once_made():
    options: Any = HARNNOptions.resolve("adapted")
    with pytest.raises(ValidationError, match="frozen"):
        options.training.epochs = 3
    with pytest.raises(ValidationError, match="frozen"):
        options.training = TrainingOptions()


def test_an_unknown_key_in_saved_options_is_refused():
    written = HARNNOptions.resolve("adapted").model_dump()
    written["training"]["epoch"] = 3
    with pytest.raises(ValidationError, match="epoch"):
        HARNNOptions.model_validate(written)
