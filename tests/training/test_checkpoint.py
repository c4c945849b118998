from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.training.checkpoint import Checkpoint, FitState

STATE = FitState(
    epoch=3,
    variables=[
        np.arange(6, dtype="float32").reshape(2, 3),
        np.array(7, dtype="int64"),
        np.array([1, 2], dtype="uint32"),
        np.zeros((0, 4), dtype="float16"),
    ],
    best_weights=[np.full((2, 3), 0.1, dtype="float32")],
    best_epoch=2,
    best_rank=(0.1 + 0.2, -1e300),
    history=[{"epoch": 1, "loss": 0.1, "seconds": 2.5}, {"epoch": 2, "loss": 1 / 3}],
)


def _assert_equal(one: FitState | None, other: FitState) -> None:
    assert one is not None
    assert (one.epoch, one.best_epoch, one.best_rank, one.history) == (
        other.epoch,
        other.best_epoch,
        other.best_rank,
        other.history,
    )
    for ours, theirs in ((one.variables, other.variables), (one.best_weights, other.best_weights)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b, strict=True)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the content of a state file."""
    checkpoint = Checkpoint(tmp_path_factory.mktemp("state"), "abc")
    checkpoint.save(STATE)
    return checkpoint.path.read_bytes()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "new" / "folder", "abc")
    checkpoint.save(STATE)
    _assert_equal(checkpoint.load(), STATE)
    _assert_equal(Checkpoint(str(tmp_path / "new" / "folder"), "abc").load(), STATE)


def test_more_than_ten_variables_keep_their_order(tmp_path: Path) -> None:
    state = FitState(epoch=1, variables=[np.array(k) for k in range(25)])
    checkpoint = Checkpoint(tmp_path, "abc")
    checkpoint.save(state)
    _assert_equal(checkpoint.load(), state)


def test_a_later_state_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    checkpoint.save(FitState(epoch=1))
    checkpoint.save(STATE)
    _assert_equal(checkpoint.load(), STATE)
    assert [entry.name for entry in tmp_path.iterdir()] == [checkpoint.path.name]


def test_without_a_file_there_is_no_state(tmp_path: Path) -> None:
    assert Checkpoint(tmp_path, "abc").load() is None


def test_a_cleared_state_is_gone(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    checkpoint.save(STATE)
    checkpoint.clear()
    assert checkpoint.load() is None
    checkpoint.clear()  # nothing to delete is no error


def test_the_state_of_another_fit_is_refused(tmp_path: Path) -> None:
    Checkpoint(tmp_path, "abc").save(STATE)
    with pytest.raises(ValueError, match=r"training_state.npz: .*other options or other data"):
        Checkpoint(tmp_path, "abd").load()


@given(share=st.floats(0.0, 1.0, exclude_max=True))
@settings(deadline=None, max_examples=50)
def test_a_truncated_file_is_refused(
    saved: bytes, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    checkpoint = Checkpoint(tmp_path_factory.mktemp("truncated"), "abc")
    checkpoint.path.write_bytes(saved[: int(share * len(saved))])
    with pytest.raises(ValueError, match=r"training_state.npz: not a whole training state"):
        checkpoint.load()


def test_a_damaged_byte_is_noticed_or_without_effect(saved: bytes, tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    for position in range(len(saved)):
        damaged = bytearray(saved)
        damaged[position] ^= 0x21
        checkpoint.path.write_bytes(damaged)
        try:
            state = checkpoint.load()
        except Exception as error:
            if not isinstance(error, ValueError) or "training_state.npz: " not in str(error):
                pytest.fail(f"byte {position}: {error!r} in place of a clear ValueError")
        else:
            _assert_equal(state, STATE)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x93NUMPY\x01\x00"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    checkpoint.path.write_bytes(content)
    with pytest.raises(ValueError, match=r"training_state.npz: not a whole training state"):
        checkpoint.load()


@pytest.mark.parametrize("header", ["{}", "[]", json.dumps({"fingerprint": "abc"}), "nothing"])
def test_a_header_without_its_entries_is_refused(tmp_path: Path, header: str) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    np.savez(checkpoint.path, header=np.array(header))
    with pytest.raises(ValueError, match=r"training_state.npz: not a whole training state"):
        checkpoint.load()


def test_nothing_pickled_is_ever_read(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    # Written, to see that it is refused.
    np.savez(checkpoint.path, header=np.array({"epoch": 1}, dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        checkpoint.load()


def test_a_full_disk_leaves_the_older_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = Checkpoint(tmp_path, "abc")
    checkpoint.save(STATE)

    def write_half(stream: Any, **_: Any) -> None:
        stream.write(b"PK half an archive")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", write_half)
        with pytest.raises(OSError, match="No space left on device"):
            checkpoint.save(FitState(epoch=4))
    _assert_equal(checkpoint.load(), STATE)
    assert [entry.name for entry in tmp_path.iterdir()] == [checkpoint.path.name]
