from __future__ import annotations

import inspect

import pytest

import baselines
from baselines.registry import BASELINES
from harnn.errors import ConfigError
from harnn.text.hierarchical_classifier import HierarchicalClassifier


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_is_built_by_name_with_the_contract_of_all(name):
    built = BASELINES[name].build()
    assert isinstance(built, HierarchicalClassifier)
    arguments = inspect.signature(built.fit).parameters
    assert {"X", "y", "validation_data"} <= set(arguments)
    shared = {
        "taxonomy": None,
        "label_form": "levels",
        "paths": "one",
        "random_state": 3,
        "verbose": False,
    }
    assert shared.items() <= BASELINES[name].build(**shared).get_params().items()


def test_every_public_baseline_has_a_name_and_every_name_is_public():
    named = {baseline.kind.__name__ for baseline in BASELINES.values()}
    assert named == set(baselines.__all__)


def test_titles_tell_the_baselines_apart():
    titles = [baseline.title for baseline in BASELINES.values()]
    assert len(set(titles)) == len(titles)


def test_what_sets_a_baseline_apart_may_be_overridden():
    assert BASELINES["logistic_regression_per_node"].build().per == "node"
    assert BASELINES["logistic_regression_per_node"].build(per="level").per == "level"


def test_an_unknown_option_is_refused_with_the_closest_one():
    with pytest.raises(ConfigError, match="XGBoost has no option 'round'; did you mean 'rounds'"):
        BASELINES["xgboost"].build(round=3)


def test_a_seed_that_is_not_used_changes_no_answer():
    texts, labels = ["a lake", "a river", "he plays"] * 8, ["a/b", "a/c", "d/e"] * 8
    for baseline in BASELINES.values():
        kind = baseline.kind
        if not kind.uses_random_state and kind.__name__ != "HiClassLCPPN":
            one, other = (
                baseline.build(random_state=seed, verbose=True).fit(texts, labels)
                for seed in (1, 2)
            )
            assert one.predict_proba(texts).tolist() == other.predict_proba(texts).tolist()
    assert BASELINES["xgboost"].kind.uses_random_state
    assert not BASELINES["linear_svm"].kind.uses_random_state
