"""scikit-learn's own checks of an estimator, as far as they apply to one that reads texts.

For an estimator that takes no table of numbers, as its tags say, scikit-learn leaves out all of its
checks: most of them fit on numbers. Those that need no data are named here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.utils import estimator_checks

from baselines.registry import BASELINES
from harnn import HARNNClassifier

CHECKS = [
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "estimator",
    [HARNNClassifier(), *(baseline.kind() for baseline in BASELINES.values())],
    ids=lambda estimator: type(estimator).__name__,
)
def test_passes_the_checks_of_scikit_learn_that_need_no_table_of_numbers(
    estimator: Any, check: Callable[[str, Any], None]
) -> None:
    check(type(estimator).__name__, estimator)
