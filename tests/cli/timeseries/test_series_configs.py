"""The configs of series that come with the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from harnn.cli.config_section import read_config
from harnn.cli.timeseries.config import SeriesRunConfig

CONFIGS = sorted((Path(__file__).parents[3] / "configs" / "timeseries").glob("*.yaml"))


def test_the_configs_are_there():
    assert {path.stem for path in CONFIGS} >= {"skab", "skab_forecasting", "beijing_air", "csv"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_config_is_valid_explains_itself_and_has_a_folder_of_its_own(path):
    config = read_config(SeriesRunConfig, path)
    assert config.rows().keys() >= {"last", "mean"}
    assert config.resolved().resolved() == config.resolved()
    assert path.read_text(encoding="utf-8").startswith("# ")
    folders = [read_config(SeriesRunConfig, other).output.folder for other in CONFIGS]
    assert folders.count(config.output.folder) == 1
