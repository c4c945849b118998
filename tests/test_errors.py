from __future__ import annotations

import pytest

from harnn.errors import ConfigError, DataError, ModelFolderError, TaxonomyError, nearest


@pytest.mark.parametrize("error", [DataError, TaxonomyError, ConfigError, ModelFolderError])
def test_all_are_value_errors(error: type[Exception]) -> None:
    assert issubclass(error, ValueError)


def test_a_wrong_taxonomy_is_wrong_data() -> None:
    assert issubclass(TaxonomyError, DataError)
    assert not issubclass(ConfigError, DataError)


def test_the_nearest_choice_is_named() -> None:
    assert nearest("Politican", ["Athlete", "Politician", "Poet"]) == "; did you mean 'Politician'?"


def test_nothing_is_named_where_nothing_is_near() -> None:
    assert nearest("zzz", ["Athlete", "Poet"]) == ""
    assert nearest("Poet", []) == ""


def test_the_choices_may_be_any_iterable() -> None:
    assert nearest("epoch", iter(["epochs", "patience"])) == "; did you mean 'epochs'?"
    assert nearest("epoch", {"epochs": 1}) == "; did you mean 'epochs'?"


def test_a_name_that_differs_in_case_is_near() -> None:
    assert nearest("ONNX", ["keras", "onnx"]) == "; did you mean 'onnx'?"
    assert nearest("politician", ["Athlete", "Politician"]) == "; did you mean 'Politician'?"
