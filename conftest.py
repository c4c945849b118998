"""The examples in the docstrings run in a folder of their own: some of them write files."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _examples_in_own_folder(
    request: pytest.FixtureRequest, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(str(tmp_path))
