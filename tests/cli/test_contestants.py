from __future__ import annotations

from typing import Any

import pytest

from baselines.flat_bilstm import FlatBiLSTM
from harnn import HARNNClassifier
from harnn.cli.config import RunConfig
from harnn.cli.contestants import DEFAULT, contestants
from harnn.errors import ConfigError


def config(models: Any = None, **model: Any) -> RunConfig:
    return RunConfig.model_validate(
        {
            "corpus": {"source": "docstrings"},
            "output": {"folder": "runs"},
            "model": model,
            "compare": {"models": models},
        }
    )


def test_without_a_list_harnn_meets_every_baseline_that_needs_nothing_more():
    models, titles = contestants(config())
    assert tuple(models) == tuple(titles) == DEFAULT
    assert type(models["harnn"]) is HARNNClassifier


def test_networks_share_the_options_of_the_section_model():
    models, _ = contestants(config(epochs=3, recurrent_units=8))
    for name in ("harnn", "flat_attention", "flat_bilstm"):
        assert (models[name].epochs, models[name].recurrent_units) == (3, 8)


def test_the_preset_of_the_section_model_is_that_of_harnn_and_flat_networks_keep_theirs():
    models, _ = contestants(config(preset="paper"))
    presets = {name: models[name].preset for name in ("harnn", "flat_attention", "flat_bilstm")}
    assert presets == {"harnn": "paper", "flat_attention": "adapted", "flat_bilstm": "adapted"}
    models, _ = contestants(config({"flat_bilstm": {"preset": "best"}}))
    assert models["flat_bilstm"].preset == "best"


def test_a_flat_network_has_no_use_for_an_option_of_the_section_that_needs_another_preset():
    models, _ = contestants(config(name_matches=True))  # adapted has no word vectors to match with
    assert not models["flat_bilstm"].resolved_options().network.name_matches


@pytest.mark.parametrize(
    ("models", "section", "titles"),
    [
        ({"harnn": None, "linear_svm": None}, {}, ["HARNN", "linear SVM"]),
        ({"best": {"kind": "harnn"}}, {}, ["HARNN"]),
        ({"champion": {"kind": "harnn", "preset": "champion"}}, {}, ["HARNN"]),
        ({"harnn": None}, {"preset": "adapted"}, ["HARNN, adapted"]),
        (
            {"harnn": None, "adapted": {"kind": "harnn", "preset": "adapted"}},
            {},
            ["HARNN, best", "HARNN, adapted"],
        ),
        (
            {"harnn": None, "p": {"kind": "harnn", "preset": "reference"}},
            {},
            ["HARNN, best", "p"],
        ),
    ],
)
def test_a_harnn_without_a_title_is_called_by_its_preset(models, section, titles):
    assert list(contestants(config(models, **section))[1].values()) == titles


def test_two_of_one_preset_need_titles_of_their_own():
    with pytest.raises(ConfigError, match="another model has the title 'HARNN, best': give it"):
        contestants(config({"harnn": None, "best": {"kind": "harnn", "epochs": 3}}))


def test_a_network_may_have_options_of_its_own_and_a_preset_stands_for_itself():
    models, titles = contestants(
        config(
            {
                "harnn": {"epochs": 5},
                "harnn_2019": {"kind": "harnn", "preset": "paper", "title": "HARNN, 2019"},
                "flat": {"kind": "flat_bilstm"},
            },
            epochs=3,
            batch_size=16,
        )
    )
    assert (models["harnn"].epochs, models["harnn"].batch_size) == (5, 16)
    paper = models["harnn_2019"]
    assert (paper.preset, paper.epochs, paper.batch_size) == ("paper", None, None)
    assert titles == {"harnn": "HARNN, best", "harnn_2019": "HARNN, 2019", "flat": "flat"}
    assert type(models["flat"]) is FlatBiLSTM


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({"svm": None}, "compare.models.svm: there is no kind of model 'svm'"),
        ({"xgbost": None}, "did you mean 'xgboost'"),
        ({"a": {"kind": "linear_smv"}}, r"compare\.models\.a: .*did you mean 'linear_svm'"),
        ({"linear_svm": {"c": 1.0}}, r"compare\.models\.linear_svm: .*'c'; did you mean 'C'"),
        ({"harnn": {"epoch": 1}}, r"compare\.models\.harnn: option 'epoch'.*did you mean 'epochs'"),
        ({"harnn": {"epochs": -1}}, r"compare\.models\.harnn: option 'epochs'.*greater than"),
        ({"harnn": {"title": 2019}}, "title must be a text, not 2019"),
        (
            {"a": {"kind": "majority", "title": "same"}, "majority": {"title": "same"}},
            r"compare\.models\.majority: another model has the title 'same'",
        ),
        ({"harnn": {"paths": "one"}}, r"paths is the same for all models.*section model"),
    ],
)
def test_what_is_no_model_or_no_option_is_refused_by_name(models, said):
    with pytest.raises(ConfigError, match=said):
        contestants(config(models))
