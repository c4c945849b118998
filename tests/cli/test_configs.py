"""The configs that come with the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from harnn.cli.config import CompareConfig, CorpusConfig, ModelConfig, load_config
from harnn.cli.contestants import DEFAULT, contestants
from harnn.text.options import DEFAULT_PRESET, PRESETS, HARNNOptions

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


def test_the_configs_are_there():
    names = {path.stem for path in CONFIGS}
    assert names >= {"dbpedia", "docstrings", "goemotions", "newsgroups", "synthetic", "csv"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_config_is_valid_and_explains_itself(path):
    load_config(path).resolved()
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_no_two_configs_share_a_folder(path):
    folder = load_config(path).output.folder
    assert [load_config(other).output.folder for other in CONFIGS].count(folder) == 1


def test_the_example_names_every_option_of_a_model_and_each_is_right_when_uncommented(tmp_path):
    lines = (CONFIGS[0].parent / "csv.yaml").read_text(encoding="utf-8").splitlines()
    options = {f"  # {name}: " for name in ModelConfig.model_fields}
    uncommented = tmp_path / "csv.yaml"
    uncommented.write_text(
        "\n".join(
            line.replace("# ", "", 1) if any(line.startswith(o) for o in options) else line
            for line in lines
        )
    )
    model = load_config(uncommented).model
    assert all(value is not None for _, value in model)
    # A preset names no file.
    given = model.model_dump(exclude={"preset", "taxonomy", "paths", "vectors_file"})
    assert HARNNOptions.resolve(model.preset, **given) == PRESETS[DEFAULT_PRESET]


def test_the_synthetic_example_names_every_option_of_a_generated_corpus():
    corpus = load_config(CONFIGS[0].parent / "synthetic.yaml").corpus
    options = ("documents", "categories", "noise", "unknown_share", "median_words")
    assert set(options) < set(CorpusConfig.model_fields)
    assert all(getattr(corpus, option) is not None for option in options)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_config_can_be_compared(path):
    models, _ = contestants(load_config(path))
    assert "harnn" in models


def test_the_example_of_a_comparison_is_the_default_and_names_every_option():
    compare = load_config(CONFIGS[0].parent / "csv.yaml").compare
    assert set(compare.model_fields_set) == set(CompareConfig.model_fields)
    assert tuple(compare.models) == DEFAULT
    assert (compare.seeds, compare.resamples) == (1, CompareConfig().resamples)
