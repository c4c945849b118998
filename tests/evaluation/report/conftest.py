from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harnn.evaluation.report import Results
from harnn.evaluation.report.html import to_html
from harnn.evaluation.report.outline import outline


def _load(name: str) -> ModuleType:
    # Test folders are no packages: a helper beside the tests is loaded by its path.
    path = Path(__file__).with_name(f"{name}.py")
    specification = importlib.util.spec_from_file_location(f"report_{name}", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look up their module.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


fake = _load("fake_results")
Page = _load("page").Page


@pytest.fixture(scope="session")
def results() -> Results:
    """Return results of six models: several seeds, one failed, one without probabilities."""
    return fake.fake_results()


@pytest.fixture(scope="session")
def few(results: Results) -> Results:
    """Return results of three models, one of them failed: quick to draw."""
    models = []
    for model in (results.models[0], results.models[1], results.models[4]):
        runs = tuple(run.model_copy(update={"history": ()}) for run in model.runs)
        models.append(model.model_copy(update={"runs": runs}))
    return results.model_copy(update={"models": tuple(models), "pairs": results.pairs[:1]})


@pytest.fixture(scope="session")
def script() -> str:
    """Return what stands in names, texts and errors of ``results``."""
    return fake.SCRIPT


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Any]:
    """Return what reads an HTML page."""
    return Page


@pytest.fixture(scope="session")
def html(results: Results) -> str:
    """Return the report of ``results``."""
    return to_html(outline(results))


@pytest.fixture(scope="session")
def page(html: str) -> Any:
    """Return the report of ``results``, as a browser reads it."""
    return Page(html)
