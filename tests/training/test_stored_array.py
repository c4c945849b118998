from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harnn.training.stored_array import stored_array


def _never() -> np.ndarray:
    raise AssertionError("computed again")


def test_an_array_is_computed_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "array.npz"
    array = np.random.default_rng(0).normal(size=(3, 2)).astype("float32")
    assert stored_array(path, "a", lambda: array) is array
    again = stored_array(path, "a", _never)
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype
    assert [file.name for file in path.parent.iterdir()] == ["array.npz"]


def test_an_array_of_something_else_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "array.npz"
    stored_array(path, "a", lambda: np.zeros(2))
    assert stored_array(path, "b", lambda: np.ones(2)).tolist() == [1, 1]
    assert stored_array(path, "b", _never).tolist() == [1, 1]


@pytest.mark.parametrize("damage", [b"", b"PK", b"not an array", "cut"])
def test_a_damaged_file_is_replaced(tmp_path: Path, damage: bytes | str) -> None:
    path = tmp_path / "array.npz"
    stored_array(path, "a", lambda: np.zeros(200))
    path.write_bytes(path.read_bytes()[:500] if damage == "cut" else damage)
    assert stored_array(path, "a", lambda: np.ones(2)).tolist() == [1, 1]
    assert stored_array(path, "a", _never).tolist() == [1, 1]


def test_nothing_is_kept_where_computing_fails(tmp_path: Path) -> None:
    path = tmp_path / "array.npz"
    with pytest.raises(AssertionError):
        stored_array(path, "a", _never)
    assert not list(tmp_path.iterdir())
